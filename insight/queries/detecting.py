"""Finds what seems wrong in the design of the program. Every threshold stands here, with what it is a threshold of."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from django.db.models import Count, Q

from core.models import Program, VersionState
from core.periods import today
from criteria.fields import RuleKind
from insight.models import FindingKind
from insight.queries import deciding, detecting_memberships
from insight.queries.standing import Standing, overlaps, standings
from partners.models import Flag, FlagState
from partners.signals import users_asked
from segmentation import uses
from segmentation.models import Classification, Segment

#: More categories than a partner reads through.
MOST_CATEGORIES = 12
#: Members of both, as a share of all members of either.
SAME_MEMBERS_PERCENT = 80
#: Fewer members say nothing about a category.
FEWEST_MEMBERS = 5
#: How much of two texts is the same, by their trigrams.
SAME_TEXT_PERCENT = 80
#: A new category has so long to find its first member, a new segment its first use.
DAYS_TO_BEGIN = 30


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that seems wrong, with the numbers behind it."""

    kind: FindingKind
    category_id: int | None = None
    other_id: int | None = None
    segment_id: int | None = None
    numbers: dict[str, Any] = field(default_factory=dict)

    @property
    def subject(self) -> tuple[str, int | None, int | None, int | None]:
        """What makes two findings the same one."""
        return str(self.kind), self.category_id, self.other_id, self.segment_id


@dataclass(frozen=True)
class Ground:
    """What all detectors look at, read once."""

    at: datetime
    standings: Sequence[Standing]
    overlaps: Any
    similar: Any

    @property
    def pairs(self) -> Iterator[tuple[Standing, Standing]]:
        """Every two categories, once."""
        return combinations(self.standings, 2)

    def shared_percent(self, one: Standing, other: Standing) -> int:
        """Return the partners in both as a percentage of those in either (Jaccard's index)."""
        both = self.overlaps.get((one.category.pk, other.category.pk), 0)
        either = one.members + other.members - both
        return round(100 * both / either) if either else 0

    def alike_percent(self, one: Standing, other: Standing) -> int:
        """Return how alike what they give is, by trigrams of the texts."""
        found: int = self.similar.get((one.category.pk, other.category.pk), 0)
        return found


def everything(*, at: datetime) -> list[Found]:
    """Return all that seems wrong now."""
    ground = Ground(at, standings(), overlaps(), deciding.similar_benefits())
    return [found for detect in DETECTORS for found in detect(ground)]


def _too_many(ground: Ground) -> Iterator[Found]:
    if len(ground.standings) > MOST_CATEGORIES:
        numbers = {"categories": len(ground.standings), "most": MOST_CATEGORIES}
        yield Found(FindingKind.TOO_MANY, numbers=numbers)


def _same_members(ground: Ground) -> Iterator[Found]:
    for one, other in ground.pairs:
        percent = ground.shared_percent(one, other)
        if percent >= SAME_MEMBERS_PERCENT and min(one.members, other.members) >= FEWEST_MEMBERS:
            both = ground.overlaps[one.category.pk, other.category.pk]
            numbers = {"both": both, "members": one.members, "other_members": other.members, "percent": percent}
            yield Found(FindingKind.SAME_MEMBERS, one.category.pk, other.category.pk, numbers=numbers)


def _same_benefits(ground: Ground) -> Iterator[Found]:
    for one, other in ground.pairs:
        percent = ground.alike_percent(one, other)
        if percent >= SAME_TEXT_PERCENT:
            yield Found(FindingKind.SAME_BENEFITS, one.category.pk, other.category.pk, numbers={"percent": percent})


def _no_members(ground: Ground) -> Iterator[Found]:
    for one in ground.standings:
        days = (ground.at - one.version.published_at).days if one.version.published_at else 0
        if not one.members and days >= DAYS_TO_BEGIN:
            yield Found(FindingKind.NO_MEMBERS, one.category.pk, numbers={"days": days})


def _unheard(ground: Ground) -> Iterator[Found]:
    day = today(at=ground.at, zone=Program.current().zone)
    late = Flag.objects.filter(state=FlagState.OPEN, due_on__lt=day, category__isnull=False)
    waiting = Flag.objects.filter(state=FlagState.OPEN, category__isnull=False)
    counts = waiting.values("category").annotate(open=Count("pk"), late=Count("pk", filter=Q(pk__in=late)))
    for row in counts.filter(late__gt=0).order_by("category"):
        yield Found(FindingKind.UNHEARD, row["category"], numbers={"late": row["late"], "open": row["open"]})


def _like_all_others(ground: Ground) -> Iterator[Found]:
    """Segments that nothing asks for, nobody is sent anything by, and that people are in: why are they there?"""
    since = ground.at - timedelta(days=DAYS_TO_BEGIN)
    named = Segment.objects.filter(
        is_audience=False,
        retired_at__isnull=True,
        versions__state=VersionState.PUBLISHED,
        versions__published_at__lt=since,
    )
    for segment in named.distinct().order_by("pk"):
        if uses.of_segment(segment, most=1):
            continue
        if any(users for _receiver, users in users_asked.send(Segment, kind=RuleKind.SEGMENT, key=segment.key)):
            continue
        members = Classification.objects.filter(segment_ids__contains=[segment.pk]).count()
        if members:
            yield Found(FindingKind.LIKE_ALL_OTHERS, segment_id=segment.pk, numbers={"members": members})


def _of_members(ground: Ground) -> Iterator[Found]:
    for kind, category_id, numbers in detecting_memberships.everything(ground.standings, at=ground.at):
        yield Found(kind, category_id, numbers=numbers)


def _merge(ground: Ground) -> Iterator[Found]:
    for one, other in ground.pairs:
        shared, alike = ground.shared_percent(one, other), ground.alike_percent(one, other)
        if deciding.would_merge(shared=shared, alike=alike) and min(one.members, other.members) >= FEWEST_MEMBERS:
            both = ground.overlaps.get((one.category.pk, other.category.pk), 0)
            numbers = {
                **{"both": both, "members": one.members, "other_members": other.members, "percent": shared},
                **{"alike": alike, "revenue": str(one.year.revenue), "other_revenue": str(other.year.revenue)},
            }
            yield Found(FindingKind.MERGE, one.category.pk, other.category.pk, numbers=numbers)


def _retire(ground: Ground) -> Iterator[Found]:
    whole = sum(one.year.revenue for one in ground.standings)
    for one in ground.standings:
        if deciding.would_retire(one, whole=whole, at=ground.at):
            numbers = {"members": one.members, "came": one.year.came, "revenue": str(one.year.revenue)}
            yield Found(FindingKind.RETIRE, one.category.pk, numbers=numbers)


def _split(ground: Ground) -> Iterator[Found]:
    for category_id, other_id, numbers in deciding.splits(ground.standings, at=ground.at):
        yield Found(FindingKind.SPLIT, category_id, other_id, numbers=numbers)


DETECTORS: tuple[Callable[[Ground], Iterator[Found]], ...] = (
    _too_many,
    _same_members,
    _same_benefits,
    _no_members,
    _of_members,
    _unheard,
    _like_all_others,
    _merge,
    _split,
    _retire,
)
