"""How partners move on a ladder: what a policy decides on a day, and on which days it reviews. Plain functions.

Everything that moves a partner asks `decide`: what follows from a recompute, the daily look at graces and stays,
reviews, forecasts. A rank of 0 is holding nothing. Days are those of the program's time zone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.periods import add_months

LEAP_YEAR = 2024
MONTHS_PER_YEAR = 12


class Upward(TextChoices):
    """When a partner that qualifies for more rises."""

    AT_ONCE = "at_once", _("At once")
    AT_REVIEW = "at_review", _("At the next review")
    BY_APPROVAL = "by_approval", _("When somebody approves it")


class Downward(TextChoices):
    """When a partner that no longer qualifies for its tier begins to lose it."""

    NEVER = "never", _("Never")
    AT_ONCE = "at_once", _("At once")
    AT_REVIEW = "at_review", _("At the next review")


class CalendarKind(TextChoices):
    """On which days a ladder is reviewed."""

    DATES = "dates", _("On fixed days of the year")
    MONTHS = "months", _("Every so many months")
    ANNIVERSARY = "anniversary", _("On the day each partner got its tier, every year")


class OutcomeKind(TextChoices):
    """What happens to a partner on a ladder."""

    STAYS = "stays", _("Stays")
    RISES = "rises", _("Rises")
    RESCUED = "rescued", _("Leaves its grace period and stays")
    GRACE = "grace", _("Enters a grace period")
    FALLS = "falls", _("Falls")
    LEAVES = "leaves", _("Leaves the track")


@dataclass(frozen=True, slots=True)
class Calendar:
    """Review days. `months` are counted from the start of the fiscal year, `dates` are written MM-DD."""

    kind: str
    dates: Sequence[str] = ()
    months: int = 3
    fiscal_start: int = 1

    @property
    def is_shared(self) -> bool:
        """Whether all partners of the ladder are reviewed on the same days."""
        return self.kind != CalendarKind.ANNIVERSARY

    def days(self, first: date, last: date) -> Iterator[date]:
        """Yield the review days that all partners share, from the first day to the last one, in order."""
        if self.kind == CalendarKind.DATES:
            for year in range(first.year, last.year + 1):
                yield from (day for day in sorted(day_of_year(one, year) for one in self.dates) if first <= day <= last)
        elif self.kind == CalendarKind.MONTHS:
            month = date(first.year, first.month, 1)
            while month <= last:
                if month >= first and (months_of(month) - self.fiscal_start + 1) % self.months == 0:
                    yield month
                month = add_months(month, 1)

    def next_day(self, after: date, *, began: date | None = None) -> date | None:
        """Return the first review day after a day; on anniversaries that of the holding that began on a day."""
        if self.is_shared:
            return next(self.days(after + timedelta(days=1), add_months(after, 12 * MONTHS_PER_YEAR)), None)
        return next_anniversary(began, after) if began else None


class Policy(Protocol):
    """What a policy says. A tier track is one."""

    upward: str
    downward: str
    grace_days: int
    up_calendar: str
    down_calendar: str
    minimum_stay_months: int
    most_rungs_up: int | None
    most_rungs_down: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a partner stands on a ladder. `floor` and `cap` are what a manual override keeps it between."""

    held: int = 0
    qualified: int = 0
    in_grace: bool = False
    grace_ends_on: date | None = None
    may_fall_on: date | None = None
    floor: int = 0
    cap: int | None = None

    @property
    def wanted(self) -> int:
        """The rank that the figures ask for, between what an override allows."""
        return max(self.floor, self.qualified if self.cap is None else min(self.qualified, self.cap))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happens: the rank held afterwards, and the last day of a grace period that begins."""

    kind: OutcomeKind
    rank: int
    grace_ends_on: date | None = None


def decide(
    policy: Policy,
    standing: Standing,
    ranks: Sequence[int],
    today: date,
    *,
    rising: bool = False,
    falling: bool = False,
    approved: bool = False,
) -> Outcome:
    """Return what happens to a partner today. `ranks` are those of the ladder's tiers in use, in any order.

    `rising` and `falling` say that today is a review that may raise or lower it, `approved` that somebody agreed.
    """
    if standing.wanted > standing.held and (rank := _raised(policy, standing, ranks, rising=rising, approved=approved)):
        return Outcome(OutcomeKind.RISES, rank)
    if standing.cap is not None and standing.held > standing.cap:
        return _fallen(standing.cap)
    if standing.held == 0:
        return Outcome(OutcomeKind.STAYS, 0)
    stays = Outcome(OutcomeKind.STAYS, standing.held, standing.grace_ends_on)
    if standing.wanted >= standing.held or policy.downward == Downward.NEVER:
        return Outcome(OutcomeKind.RESCUED, standing.held) if standing.in_grace else stays
    if standing.in_grace:
        is_over = standing.grace_ends_on is not None and today > standing.grace_ends_on
        return _fallen(_lowered(policy, standing, ranks)) if is_over else stays
    if standing.may_fall_on is not None and today < standing.may_fall_on:
        return stays
    if policy.downward == Downward.AT_REVIEW and not falling:
        return stays
    if policy.grace_days:
        return Outcome(OutcomeKind.GRACE, standing.held, grace_ends_on(policy, today))
    return _fallen(_lowered(policy, standing, ranks))


def proposed(policy: Policy, standing: Standing, ranks: Sequence[int]) -> int:
    """Return the rank that somebody is asked to approve; 0 when there is nothing to approve."""
    if policy.upward != Upward.BY_APPROVAL or standing.wanted <= standing.held:
        return 0
    return _raised(policy, standing, ranks, rising=False, approved=True)


def grace_ends_on(policy: Policy, today: date) -> date:
    """Return the last day of a grace period that begins today: so many whole days after it."""
    return today + timedelta(days=policy.grace_days)


def may_fall_on(policy: Policy, today: date) -> date | None:
    """Return the first day on which a partner that rises today may fall again; None for any day."""
    return add_months(today, policy.minimum_stay_months) if policy.minimum_stay_months else None


def _raised(policy: Policy, standing: Standing, ranks: Sequence[int], *, rising: bool, approved: bool) -> int:
    """Return the rank a partner rises to now; 0 when it does not."""
    above = [rank for rank in sorted(ranks) if standing.held < rank <= standing.wanted]
    if standing.held < standing.floor and policy.upward != Upward.AT_ONCE:
        return standing.floor
    if policy.upward == Upward.AT_ONCE or _has_no_anniversary_yet(policy, standing):
        return max(above, default=0)
    if approved or (rising and policy.upward == Upward.AT_REVIEW):
        return (above[: policy.most_rungs_up] or [0])[-1]
    return 0


def _has_no_anniversary_yet(policy: Policy, standing: Standing) -> bool:
    """Whether a partner is reviewed on its anniversary and holds nothing yet: it comes in at once."""
    return standing.held == 0 and policy.upward == Upward.AT_REVIEW and policy.up_calendar == CalendarKind.ANNIVERSARY


def _lowered(policy: Policy, standing: Standing, ranks: Sequence[int]) -> int:
    below = sorted((rank for rank in ranks if rank < standing.held), reverse=True)
    lowest = ([*below, 0][: policy.most_rungs_down] or [0])[-1] if policy.most_rungs_down else 0
    return max(standing.wanted, lowest)


def _fallen(rank: int) -> Outcome:
    return Outcome(OutcomeKind.FALLS if rank else OutcomeKind.LEAVES, rank)


def months_of(day: date) -> int:
    """Return how many months a day's month lies after the beginning of the calendar."""
    return day.year * MONTHS_PER_YEAR + day.month - 1


def day_of_year(written: str, year: int) -> date:
    """Return the day written MM-DD in a year; 29 February is the 28th where there is none.

    >>> day_of_year("02-29", 2027), day_of_year("02-29", 2028)
    (datetime.date(2027, 2, 28), datetime.date(2028, 2, 29))
    """
    month, day = (int(part) for part in written.split("-"))
    return add_months(date(LEAP_YEAR, month, day), (year - LEAP_YEAR) * MONTHS_PER_YEAR)


def next_anniversary(began: date, after: date) -> date:
    """Return the first anniversary of a day that is later than another day.

    >>> next_anniversary(date(2024, 2, 29), date(2026, 2, 27)), next_anniversary(date(2024, 2, 29), date(2026, 2, 28))
    (datetime.date(2026, 2, 28), datetime.date(2027, 2, 28))
    """
    years = max(after.year - began.year, 1)
    while (day := add_months(began, years * MONTHS_PER_YEAR)) <= after:
        years += 1
    return day


def notice_due(notice_days: Iterable[int], *, last_day: date, today: date, told: int | None) -> int | None:
    """Return which notice before a last day is due and was not given yet, as days before it; None when none is.

    After days without a look only the nearest one is due. `told` is the notice given last.
    """
    left = (last_day - today).days
    due = min((days for days in notice_days if left <= days), default=None)
    return due if due is not None and left >= 0 and (told is None or due < told) else None
