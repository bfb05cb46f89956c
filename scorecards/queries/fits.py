"""Whom a scorecard fits among many partners, and why it does not fit the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from core.models import VersionState
from criteria.tree import CriteriaError
from partners.models import LifeStage, Partner
from scorecards.models import PartnerScorecard, Reach, Scorecard, ScorecardVersion
from segmentation.engine import Columns
from segmentation.models import Classification
from segmentation.queries.rules import sentence_of
from segmentation.scope import Scope


@dataclass(frozen=True, slots=True)
class Fit:
    """A partner, whether the scorecard is on for it already, and why it does not fit; no reasons where it does."""

    partner: Partner
    is_on: bool
    reasons: Sequence[str]


def switchable() -> QuerySet[Scorecard]:
    """Return the scorecards that can be switched on for single partners, by name."""
    published = ScorecardVersion.objects.filter(definition=OuterRef("pk"), state=VersionState.PUBLISHED)
    rows = Scorecard.objects.filter(Exists(published), reach=Reach.SWITCHED_ON, retired_at__isnull=True)
    return rows.order_by("name", "pk")


def on_for(partners: Sequence[Partner]) -> list[Any]:
    """Return the scorecards switched on for some of these partners, by name, each with how many (`on_count`)."""
    used = PartnerScorecard.objects.open().filter(partner__in=partners, scorecard=OuterRef("pk"))
    counted = used.order_by().values("scorecard").values(count=Count("pk"))
    return list(Scorecard.objects.annotate(on_count=Subquery(counted)).filter(on_count__gt=0).order_by("name", "pk"))


def fits(partners: Sequence[Partner], version: ScorecardVersion, *, at: datetime) -> list[Fit]:
    """Return how a published scorecard fits partners, by its criteria and the life stages it is made for.

    A fixed number of statements. Criteria that cannot be read any more speak against nobody.
    """
    ids = [partner.pk for partner in partners]
    used = PartnerScorecard.objects.open().filter(scorecard=version.definition_id, partner__in=ids)
    on = set(used.values_list("partner_id", flat=True))
    misses = _misses(version, ids, at)
    elsewhere = _in_other_stages(version, ids)
    return [
        Fit(partner, partner.pk in on, [*elsewhere.get(partner.pk, ()), *misses.get(partner.pk, ())])
        for partner in partners
    ]


def _in_other_stages(version: ScorecardVersion, ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    if not version.stages:
        return {}
    names = ", ".join(
        LifeStage.objects.filter(key__in=version.stages).order_by("position").values_list("name", flat=True)
    )
    meant = Classification.objects.filter(partner__in=ids, stage__key__in=version.stages)
    fitting = set(meant.values_list("partner_id", flat=True))
    made_for = _("It is made for the life stage %(stages)s.") % {"stages": names}
    return {pk: [made_for] for pk in ids if pk not in fitting}


def _misses(version: ScorecardVersion, ids: Sequence[int], at: datetime) -> Mapping[int, Sequence[str]]:
    """Return the criteria that do not hold, in words, by partner: each part of them where all are asked."""
    parts = _parts(version.criteria)
    columns, scope = Columns(at), Scope.some(ids)
    try:
        named = {f"part_{place}": columns.holds(part) for place, part in enumerate(parts)}
    except CriteriaError:
        return {}
    if not named:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(columns.select(scope, named), {**columns.parameters, **scope.parameters})
        rows = cursor.fetchall()
    words = [_("Not fulfilled: %(asked)s") % {"asked": sentence_of(part)} for part in parts]
    return {pk: [said for said, holds in zip(words, held, strict=True) if not holds] for pk, *held in rows}


def _parts(criteria: Any) -> list[Any]:
    rules = (criteria or {}).get("rules", [])
    if not rules:
        return []
    if criteria.get("combinator") != "and" or criteria.get("not"):
        return [criteria]
    return [{"combinator": "and", "not": False, "rules": [rule]} for rule in rules]
