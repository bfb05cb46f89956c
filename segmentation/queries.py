"""Reads shaped for pages: members, transitions, explanations, freshness."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Count, F, Func, Min, QuerySet
from django.utils.translation import gettext

from core.services import versions
from criteria.explain import Explanation
from criteria.fields import RuleKind, registry
from criteria.sentence import Speaker
from criteria.tree import CriteriaError, parse
from partners.models import Category, LifeStage, Partner, Tier
from segmentation import engine
from segmentation.models import (
    Classification,
    FullRun,
    PinDirection,
    RuleHealth,
    RuleTransition,
    RunState,
    Segment,
    SegmentKind,
    StalePartner,
)

#: The definitions that have criteria, by the kind of rule they are.
DEFINITIONS: Mapping[RuleKind, type[models.Model]] = {
    RuleKind.SEGMENT: Segment,
    RuleKind.CATEGORY: Category,
    RuleKind.TIER: Tier,
    RuleKind.STAGE: LifeStage,
}


def members(segment: Segment, *, visible: Any) -> Any:
    """Return the partners in a segment, of a queryset of those the reader may see."""
    return visible.filter(classification__segment_ids__contains=[segment.pk])


def member_counts() -> dict[int, int]:
    """Return the number of partners in each segment, in one pass."""
    each = Classification.objects.annotate(
        segment=Func(F("segment_ids"), function="unnest", output_field=models.IntegerField())
    )
    rows = each.values_list("segment").annotate(n=Count("pk")).order_by()
    return dict(rows)


def transitions(partner: Partner, *, limit: int = 50) -> list["Transition"]:
    """Return what a partner entered and left, newest first, with the names of the rules."""
    moves = list(RuleTransition.objects.filter(partner=partner).order_by("-at", "-id")[:limit])
    names = {
        (kind.value, pk): name
        for kind, model in DEFINITIONS.items()
        for pk, name in model._default_manager.filter(
            pk__in={move.rule_id for move in moves if move.kind == kind.value}
        ).values_list("pk", "name")
    }
    return [Transition(move, names.get((move.kind, move.rule_id), "")) for move in moves]


@dataclass(frozen=True, slots=True)
class Transition:
    """A partner entered or left something with a name."""

    move: RuleTransition
    name: str


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


def sentence_of(criteria: Any) -> str:
    """Return criteria in words; what is wrong with them, where they cannot be read."""
    if criteria is None:
        return gettext("Nobody yet")
    try:
        return Speaker(registry.catalog(), gettext).tree(parse(criteria))
    except CriteriaError as error:
        return str(error)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far the answers are behind: marks waiting, the oldest of them, runs, and rules set aside."""

    waiting: int
    oldest: datetime | None
    running: FullRun | None
    last_run: FullRun | None
    broken: list[RuleHealth]


def freshness() -> Freshness:
    """Return how fresh the answers are."""
    backlog = StalePartner.objects.aggregate(waiting=Count("id"), oldest=Min("marked_at"))
    return Freshness(
        backlog["waiting"],
        backlog["oldest"],
        FullRun.objects.filter(state=RunState.PENDING).order_by("id").first(),
        FullRun.objects.filter(state=RunState.DONE).order_by("-ended_at").first(),
        list(RuleHealth.objects.order_by("kind", "rule_id")),
    )


def _pinned(partner: Partner, segment: Segment) -> str:
    return segment.pins.filter(partner=partner).values_list("direction", flat=True).first() or ""


def draft_ids(model: Any, ids: list[int]) -> set[int]:
    """Return which of these definitions have a draft."""
    version = model._meta.get_field("versions").related_model
    rows = version.objects.filter(definition__in=ids, state="draft")
    return set(rows.values_list("definition_id", flat=True))


def recent_moves(segment: Segment, *, visible: QuerySet[Partner], limit: int = 10) -> QuerySet[RuleTransition]:
    """Return who entered or left a segment last, among visible partners."""
    moves = RuleTransition.objects.filter(kind=RuleKind.SEGMENT, rule_id=segment.pk, partner__in=visible)
    return moves.select_related("partner").order_by("-at", "-id")[:limit]


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything the rule book says of a partner now."""

    stage: Any
    stage_since: datetime | None
    segments: list[Segment]
    categories: list[Any]
    tiers: list[Any]


def standing(partner: Partner) -> Standing:
    """Return everything the rule book says of a partner now."""
    row = Classification.objects.select_related("stage").filter(partner=partner).first() or Classification()
    return Standing(
        row.stage,
        row.stage_since,
        list(Segment.objects.filter(pk__in=row.segment_ids, is_audience=False).order_by("name")),
        list(Category.objects.filter(pk__in=row.category_ids).order_by("position")),
        list(Tier.objects.filter(pk__in=row.tier_ids).select_related("track").order_by("track__position", "rank")),
    )
