"""Why a rule holds for a partner or not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from core.services import versions
from criteria.explain import Explanation
from criteria.fields import RuleKind
from criteria.tree import CriteriaError, parse
from partners.models import Partner
from segmentation import engine
from segmentation.models import PinDirection, Segment, SegmentKind


@dataclass(frozen=True, slots=True)
class Why:
    """Why a published rule holds for a partner or not. `explanation` is None for a segment picked by hand."""

    name: str
    met: bool
    explanation: Explanation | None
    pinned: str = ""
    broken: str = ""


def why(*, partner: Partner, kind: RuleKind, definition: Any, at: datetime) -> Why:
    """Return why a published rule holds for a partner or not, clause by clause."""
    pinned = _pinned(partner, definition) if kind is RuleKind.SEGMENT else ""
    version = versions.published_of(definition)
    by_hand = kind is RuleKind.SEGMENT and definition.kind == SegmentKind.STATIC
    if by_hand or version is None or version.criteria is None:
        return Why(str(definition), pinned == PinDirection.IN, None, pinned)
    try:
        found = explain(partner=partner, criteria=version.criteria, at=at)
    except CriteriaError as error:
        return Why(str(definition), False, None, pinned, broken=str(error))
    return Why(str(definition), pinned == PinDirection.IN or (found.met and pinned != PinDirection.OUT), found, pinned)


def explain(*, partner: Partner, criteria: Any, at: datetime) -> Explanation:
    """Return why criteria hold for a partner or not: asked, has, missing. Raises CriteriaError."""
    return engine.explain(parse(criteria), partner_id=partner.pk, at=at, translate=gettext)


def _pinned(partner: Partner, segment: Segment) -> str:
    return segment.pins.filter(partner=partner).values_list("direction", flat=True).first() or ""
