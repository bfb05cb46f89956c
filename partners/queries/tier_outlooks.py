"""What the policy of a ladder would do with a partner on its next day: foreseen by the decision that moves partners."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from core.periods import today
from core.templatetags.formats import day as written_day
from partners.models import Partner, Tier, TierReview
from partners.queries import tier_reviews
from partners.queries.tier_standings import Place, Rungs
from partners.queries.tiers import Ladder
from partners.tier_policy import Downward, Outcome, OutcomeKind, Upward, decide


@dataclass(frozen=True, slots=True)
class Look:
    """The day of a ladder that matters next for a partner: a review that raises or lowers, or the end of its grace.

    It is neither where a ladder has no reviews: then it is only a day to look ahead to.
    """

    day: date
    raises: bool = False
    lowers: bool = False
    ends_grace: bool = False

    @property
    def is_review(self) -> bool:
        """Whether it is a review."""
        return self.raises or self.lowers


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would happen to a partner, and the tier it would hold then."""

    outcome: Outcome
    tier: Tier | None
    says: str

    @property
    def tone(self) -> str:
        """How good that is: success, warning, or nothing."""
        good, bad = (OutcomeKind.RISES, OutcomeKind.RESCUED), (OutcomeKind.STAYS,)
        return "success" if self.outcome.kind in good else "" if self.outcome.kind in bad else "warning"


def next_look(ladder: Ladder, *, after: date, zone: ZoneInfo, otherwise: date) -> Look:
    """Return the first day after a day on which something is decided; another day where none is known."""
    track, held = ladder.track, ladder.held
    began = today(at=held.starts_at, zone=zone) if held else None
    rising = track.raising.next_day(after, began=began) if track.reviews_raise else None
    falling = track.lowering.next_day(after, began=began) if track.reviews_lower and held else None
    grace_over = held.grace_ends_on + timedelta(days=1) if held and held.is_in_grace and held.grace_ends_on else None
    days = [day for day in (rising, falling, grace_over) if day is not None and day > after]
    if not days:
        return Look(otherwise)
    day = min(days)
    return Look(day, raises=day == rising, lowers=day == falling, ends_grace=day == grace_over)


def counting(partner: Partner, ladder: Ladder, look: Look, met: Iterable[Tier]) -> Tier | None:
    """Return the best tier that counts on a day whose figures reach some; at some reviews those of any day count."""
    ids = {tier.pk for tier in met}
    if look.is_review and ladder.track.any_day_counts:
        ids |= {rung.tier.pk for rung in ladder.rungs if rung.is_qualified}
        since = tier_reviews.since(ladder.track, look.day, raises=look.raises)
        review = TierReview(track=ladder.track, day=look.day, since_on=since)
        ids |= {tier_id for _partner_id, tier_id in tier_reviews.met_since(review, [partner.pk])}
    in_use = (rung.tier for rung in ladder.rungs if rung.tier.retired_at is None)
    return next((tier for tier in in_use if tier.pk in ids), None)


def foresee(partner: Partner, ladder: Ladder, look: Look, best: Tier | None) -> Foreseen:
    """Return what the policy would do on a day on which a tier is the best one that counts."""
    place = _place(partner, ladder, look.day, best)
    ranks = place.rungs.in_use
    outcome = decide(ladder.track, place.standing, ranks, look.day, rising=look.raises, falling=look.lowers)
    tier = place.tier_at(outcome.rank)
    said = [_says(place, outcome, tier), _because(place, outcome, look)]
    return Foreseen(outcome, tier, " ".join(one for one in said if one))


def _place(partner: Partner, ladder: Ladder, day: date, best: Tier | None) -> Place:
    by_rank = {rung.tier.rank: rung.tier for rung in ladder.rungs}
    in_use = sorted(rank for rank, tier in by_rank.items() if tier.retired_at is None)
    lasts = ladder.override is not None and ladder.override.last_day_on >= day
    override = ladder.override if lasts else None
    return Place(partner.pk, Rungs(ladder.track, by_rank, in_use), ladder.held, best, override)


def _says(place: Place, outcome: Outcome, tier: Tier | None) -> str:
    name = {"tier": tier, "held": place.held.tier if place.held else ""}
    if outcome.kind is OutcomeKind.GRACE and place.track.reviews_lower and outcome.grace_ends_on:
        until = {"day": written_day(outcome.grace_ends_on)}
        return _("Would keep %(held)s in a grace period until %(day)s.") % {**name, **until}
    return {
        OutcomeKind.RISES: _("Would rise to %(tier)s."),
        OutcomeKind.RESCUED: _("Would leave the grace period and keep %(held)s."),
        OutcomeKind.GRACE: _("Would keep %(held)s in a grace period."),
        OutcomeKind.FALLS: _("Would fall from %(held)s to %(tier)s."),
        OutcomeKind.LEAVES: _("Would lose %(held)s and hold no tier."),
        OutcomeKind.STAYS: _("Would keep %(held)s.") if place.held else _("Would hold no tier yet."),
    }[outcome.kind] % name


def _because(place: Place, outcome: Outcome, look: Look) -> str:
    """Return why a partner stays although its figures say something else; nothing where they say the same."""
    standing = place.standing
    if outcome.kind is OutcomeKind.STAYS and standing.qualified > standing.held:
        return _held_down(place)
    if outcome.kind in (OutcomeKind.STAYS, OutcomeKind.RESCUED) and standing.qualified < standing.held:
        return _held_up(place, look)
    if outcome.kind is OutcomeKind.RISES and outcome.rank > standing.qualified:
        return _by_arrangement(place)
    if outcome.kind is OutcomeKind.RISES and outcome.rank < standing.wanted:
        return _("More than that one review does not raise.")
    return ""


def _held_down(place: Place) -> str:
    if place.standing.wanted <= place.standing.held:
        return _by_arrangement(place)
    if place.track.upward == Upward.BY_APPROVAL:
        return _("%(tier)s would wait for approval.") % {"tier": place.best}
    return _("%(tier)s comes only with a review that raises partners.") % {"tier": place.best}


def _held_up(place: Place, look: Look) -> str:
    standing = place.standing
    if standing.wanted >= standing.held:
        return _by_arrangement(place)
    if place.track.downward == Downward.NEVER:
        return _("On this track tiers are never lost.")
    if standing.in_grace and standing.grace_ends_on:
        return _("In its grace period until %(day)s.") % {"day": written_day(standing.grace_ends_on)}
    if standing.may_fall_on and look.day < standing.may_fall_on:
        day = written_day(standing.may_fall_on - timedelta(days=1))
        return _("It is kept until %(day)s at least, whatever the figures say.") % {"day": day}
    return _("It can be lost only at a review that lowers partners.")


def _by_arrangement(place: Place) -> str:
    if place.override is None:
        return ""
    return _("By an arrangement until %(day)s.") % {"day": written_day(place.override.last_day_on)}
