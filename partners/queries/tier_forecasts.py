"""Who would fall at the next review of their ladder: the same question for many partners at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.periods import today as day_at
from partners.models import HoldingState, Tier, TierHolding, TierReview, TierTrack
from partners.queries import tier_reviews, tier_standings
from partners.tier_policy import Downward, OutcomeKind, decide

FALLS = (OutcomeKind.GRACE, OutcomeKind.FALLS, OutcomeKind.LEAVES)


@dataclass(frozen=True, slots=True)
class Fall:
    """A partner that would lose its tier, or come into grace, at a review."""

    partner_id: int
    track: TierTrack
    tier: Tier
    day: date
    into_grace: bool


def falls(partner_ids: Sequence[int], *, today: date, days: int, zone: ZoneInfo) -> list[Fall]:
    """Return who would fall at a review within so many days, by the figures they have today as windows will be then.

    One statement for each ladder and day of review; open deals are taken as they are, not as won.
    """
    found: list[Fall] = []
    for (track, day), held in _reviewed(partner_ids, today=today, days=days, zone=zone).items():
        moment = datetime.combine(day, time.min, tzinfo=zone)
        ids = sorted({one.partner_id for one in held})
        verdicts = tier_standings.verdicts(ids, sorted({one.tier_id for one in held}), at=moment)
        qualified = {pk: set(verdicts[pk].tier_ids) for pk in ids if pk in verdicts}
        _add_other_days(qualified, track, day)
        for place in tier_standings.places(qualified, track_ids=[track.pk]):
            outcome = decide(track, place.standing, place.rungs.in_use, day, falling=True)
            if place.held and outcome.kind in FALLS:
                into_grace = outcome.kind is OutcomeKind.GRACE
                found.append(Fall(place.partner_id, track, place.held.tier, day, into_grace))
    return found


def _reviewed(
    partner_ids: Sequence[int], *, today: date, days: int, zone: ZoneInfo
) -> dict[tuple[TierTrack, date], list[TierHolding]]:
    """Return the holdings that a review may lower soon, by ladder and day."""
    rows = TierHolding.objects.open().filter(
        partner__in=partner_ids, state=HoldingState.HELD, track__downward=Downward.AT_REVIEW
    )
    found: defaultdict[tuple[TierTrack, date], list[TierHolding]] = defaultdict(list)
    for one in rows.select_related("track"):
        day = one.track.lowering.next_day(today, began=day_at(at=one.starts_at, zone=zone))
        if day is not None and day <= today + timedelta(days=days):
            found[one.track, day].append(one)
    return found


def _add_other_days(qualified: dict[int, set[int]], track: TierTrack, day: date) -> None:
    """Where the figures of any day since the last review count, add what was met then and is met today."""
    if not track.any_day_counts or not qualified:
        return
    since = tier_reviews.since(track, day, raises=False)
    met: Iterable[tuple[int, int]] = tier_reviews.met_since(
        TierReview(track=track, day=day, since_on=since), list(qualified)
    )
    for pk, tier_id in met:
        qualified[pk].add(tier_id)
    for pk, tier_ids in tier_standings.stored_qualifications(qualified).items():
        qualified[pk].update(tier_ids)
