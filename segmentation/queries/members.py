"""Who is in what now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Count, F, Func, QuerySet

from criteria.fields import RuleKind
from partners.models import Category, Partner, Tier
from segmentation.models import Classification, RuleTransition, Segment


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
