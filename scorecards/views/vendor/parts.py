"""What the pages of a draft's parts share."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from core.models import VersionState
from scorecards.models import Scorecard, ScorecardSection, ScorecardVersion


def drafted_section(section_id: UUID) -> ScorecardSection:
    """Return a section of a draft; those of published versions have no editor."""
    drafts = ScorecardSection.objects.filter(scorecard_version__state=VersionState.DRAFT)
    found: ScorecardSection = get_object_or_404(
        drafts.select_related("scorecard_version__definition"), public_id=section_id
    )
    return found


def to_draft(version: ScorecardVersion) -> HttpResponse:
    """Go to the page of the draft."""
    return redirect("vendor:scorecard-draft", version.definition.public_id)


def trail_of(scorecard: Scorecard) -> list[tuple[str, str]]:
    """Return the way to a page of a scorecard."""
    return [
        (_("Scorecards"), reverse("vendor:scorecard-list")),
        (scorecard.name, reverse("vendor:scorecard-detail", args=[scorecard.public_id])),
    ]


def trail_of_draft(version: ScorecardVersion) -> list[tuple[str, str]]:
    """Return the way to a page of a part of a draft."""
    scorecard = version.definition
    return [*trail_of(scorecard), (_("Draft"), reverse("vendor:scorecard-draft", args=[scorecard.public_id]))]


def order_of(data: Any) -> tuple[str, int, list[str]]:
    """Return what a sortable list posts: which part moves by how many places, or the order of all after dragging."""
    direction, _colon, public_id = data.get("act", "").partition(":")
    if direction in {"up", "down"}:
        return public_id, -1 if direction == "up" else 1, []
    return "", 0, data.getlist("order")


def part_by_id(parts: Any, public_id: str) -> Any | None:
    """Return the part with a public id, None where there is none."""
    return next((part for part in parts if str(part.public_id) == public_id), None)
