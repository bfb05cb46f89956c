"""What the pages of a scorecard share: its head with tabs, and what a version says in words."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import allowed
from accounts.permissions import Permission
from core.models import VersionState
from partners.models import LifeStage
from partners.services import publications
from scorecards import queries
from scorecards.models import Reach, Scorecard, ScorecardVersion
from scorecards.queries import Words
from scorecards.services.scorecard_versions import peer_groups
from segmentation.queries import sentence_of


def scorecard_of(scorecard_id: UUID) -> Scorecard:
    """Return a scorecard, or answer 404."""
    found: Scorecard = get_object_or_404(Scorecard, public_id=scorecard_id)
    return found


def shared(request: HttpRequest, scorecard: Scorecard, tab: str) -> dict[str, Any]:
    """Return what every page of a scorecard shows."""
    versions = list(scorecard.versions.exclude(state=VersionState.SUPERSEDED))
    by_state = {version.state: version for version in versions}
    draft = by_state.get(VersionState.DRAFT)
    may_manage = allowed(request.user, Permission.MANAGE_SCORECARDS)
    return {
        "scorecard": scorecard,
        "published": by_state.get(VersionState.PUBLISHED),
        "draft": draft,
        "plan": publications.plan_of(draft),
        "may_manage": may_manage,
        "may_write": may_manage and scorecard.retired_at is None,
        "trail": [(_("Scorecards"), reverse("vendor:scorecard-list"))],
        "tabs": _tabs(scorecard, tab, shows_draft=draft is not None and may_manage),
    }


def read(version: ScorecardVersion | None) -> dict[str, Any]:
    """Return a version as pages show it: in words, and section by section."""
    if version is None:
        return {}
    return {
        "version": version,
        "about": about(version),
        "sections": queries.sections_in_use(version),
        "words": Words.now(),
    }


def about(version: ScorecardVersion) -> list[tuple[str, str]]:
    """Return what a version says beside its metrics, as terms and their details."""
    scorecard = version.definition
    stages = LifeStage.objects.filter(key__in=version.stages).order_by("position", "pk").values_list("name", flat=True)
    zones = {"amber": version.amber_from, "green": version.green_from}
    return [
        (_("Applies to"), applies_to(version)),
        (_("Proposed for life stages"), ", ".join(stages) or _("None")),
        (_("Zones"), _("Amber from %(amber)d, green from %(green)d points") % zones),
        (_("Compared with"), str(peer_groups().get(version.peers, version.peers))),
        (_("A score stands for"), scorecard.get_period_display()),
        (_("Partners see"), scorecard.get_sharing_display()),
    ]


def applies_to(version: ScorecardVersion) -> str:
    """Return in words whom a version measures."""
    if version.definition.reach == Reach.SWITCHED_ON:
        return str(Reach.SWITCHED_ON.label)
    criteria = version.criteria
    return sentence_of(criteria) if criteria and criteria.get("rules") else _("Every partner")


def _tabs(scorecard: Scorecard, tab: str, *, shows_draft: bool) -> list[dict[str, Any]]:
    names = [("published", _("Published"), "vendor:scorecard-detail")]
    names += [("draft", _("Draft"), "vendor:scorecard-draft")] if shows_draft else []
    names += [("versions", _("Versions"), "vendor:scorecard-versions")]
    return [
        {"label": label, "url": reverse(name, args=[scorecard.public_id]), "current": key == tab, "count": None}
        for key, label, name in names
    ]
