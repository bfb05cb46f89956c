"""Reviews of ladders: which days are due, who is looked at, what was found, and what comes next."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import ExtractDay, ExtractMonth

from core.models import Program
from core.periods import add_months, today
from partners.models import Partner, TierHolding, TierReview, TierReviewOutcome, TierTrack

#: Months that the calendar of coming reviews looks ahead.
MONTHS_AHEAD = 12


@dataclass(frozen=True, slots=True)
class Coming:
    """A review to come. `day` None stands for the partners' own anniversaries."""

    track: TierTrack
    day: date | None
    raises: bool
    lowers: bool


def due(track: TierTrack, *, until: date, late_days: int) -> Iterator[tuple[date, bool, bool]]:
    """Yield the days up to today on which a track is reviewed and was not yet: the day, does it raise, does it lower.

    Days before the policy was as it is now, and days too long ago, are let go.
    """
    first = until - timedelta(days=late_days)
    first = max(first, track.policy_changed_on + timedelta(days=1)) if track.policy_changed_on else until
    opened = set(TierReview.objects.filter(track=track, day__gte=first).values_list("day", flat=True))
    days = {
        "raises": _days(track, track.raising, first, until) if track.reviews_raise else set(),
        "lowers": _days(track, track.lowering, first, until) if track.reviews_lower else set(),
    }
    for day in sorted((days["raises"] | days["lowers"]) - opened):
        yield day, day in days["raises"], day in days["lowers"]


def _days(track: TierTrack, calendar: Any, first: date, until: date) -> set[date]:
    if calendar.is_shared:
        return set(calendar.days(first, until))
    every = (first + timedelta(days=number) for number in range((until - first).days + 1))
    return {day for day in every if anniversaries(track, day).exists()}


def anniversaries(track: TierTrack, day: date) -> QuerySet[TierHolding]:
    """Return the holdings on a track that began on this day of an earlier year; on 28 February on the 29th, too."""
    zone = Program.current().zone
    is_last_of_february = day.month == 2 and (day + timedelta(days=1)).month == 3
    days = [28, 29] if is_last_of_february and day.day == 28 else [day.day]
    midnight = datetime.combine(day, time.min, tzinfo=zone)
    return (
        TierHolding.objects.open()
        .filter(track=track, starts_at__lt=midnight)
        .annotate(month=ExtractMonth("starts_at", tzinfo=zone), day=ExtractDay("starts_at", tzinfo=zone))
        .filter(month=day.month, day__in=days)
    )


def partners_at(review: TierReview, *, after: int, limit: int) -> list[int]:
    """Return the next partners a review looks at: who holds a tier of the track, and who qualifies for one."""
    track = review.track
    shared = (review.raises and track.raising.is_shared) or (review.lowers and track.lowering.is_shared)
    if not shared:
        looked_at = Q(pk__in=anniversaries(track, review.day).values("partner_id"))
    else:
        tier_ids = list(track.tiers.values_list("pk", flat=True))
        looked_at = Q(pk__in=TierHolding.objects.open().filter(track=track).values("partner_id"))
        looked_at |= Q(classification__tier_ids__overlap=tier_ids)
        if track.any_day_counts:
            looked_at |= Q(pk__in=_transitions(review, tier_ids).values("pk"))
    rows = Partner.objects.filter(looked_at, pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def met_since(review: TierReview, partner_ids: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Return the tiers that partners began or ceased to qualify for since the review before: they met them a while."""
    tier_ids = list(review.track.tiers.values_list("pk", flat=True))
    rows = _transitions(review, tier_ids).filter(pk__in=partner_ids)
    return list(rows.values_list("pk", "rule_transitions__rule_id").distinct())


def since(track: TierTrack, day: date, *, raises: bool) -> date:
    """Return the day of the review before, of the same direction; a year before, on anniversaries."""
    calendar = track.raising if raises else track.lowering
    if not calendar.is_shared:
        return add_months(day, -12)
    direction = {"raises": True} if raises else {"lowers": True}
    last = TierReview.objects.filter(track=track, day__lt=day, **direction).aggregate(last=Max("day"))["last"]
    return min(last or track.policy_changed_on or day, day)


def _transitions(review: TierReview, tier_ids: Sequence[int]) -> Any:
    since = datetime.combine(review.since_on, time.min, tzinfo=Program.current().zone)
    return Partner.objects.filter(
        rule_transitions__kind="tier", rule_transitions__rule_id__in=tier_ids, rule_transitions__at__gte=since
    )


def coming(*, at: datetime, tracks: Iterable[TierTrack] | None = None) -> list[Coming]:
    """Return the reviews of the coming year, the next first; anniversaries stand at the end, one line a track."""
    day = today(at=at, zone=Program.current().zone)
    last = add_months(day, MONTHS_AHEAD)
    found: list[Coming] = []
    given = TierTrack.objects.order_by("position", "pk") if tracks is None else tracks
    for track in given:
        ways = [
            (calendar, name)
            for calendar, name, on in (
                (track.raising, "raises", track.reviews_raise),
                (track.lowering, "lowers", track.reviews_lower),
            )
            if on
        ]
        days: dict[date | None, set[str]] = {}
        for calendar, name in ways:
            for one in calendar.days(day + timedelta(days=1), last) if calendar.is_shared else [None]:
                days.setdefault(one, set()).add(name)
        found += [Coming(track, one, "raises" in names, "lowers" in names) for one, names in days.items()]
    return sorted(found, key=lambda one: (one.day is None, one.day or last, one.track.position))


def counted(outcomes: QuerySet[TierReviewOutcome]) -> dict[str, int]:
    """Return how many partners there are for each outcome."""
    rows = outcomes.values("outcome").annotate(n=Count("pk")).order_by()
    return dict(rows.values_list("outcome", "n"))
