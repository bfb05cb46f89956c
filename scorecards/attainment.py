"""How far a figure has come towards its targets. Plain arithmetic, for plans and goals alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from scorecards.models import Pace, PlanObjective
from scorecards.quarters import Quarter

FULL = Decimal(100)
#: From here on targets on the way are whole thousands.
ROUND_FROM = 20_000
#: The window of an objective that counts from the day on which its plan or goal starts, until that day is known.
FROM_START = {"since": "start"}


def starting(expression: Any, day: date) -> Any:
    """Return what is measured, with the day from which it counts where it says "from the start"."""
    if isinstance(expression, dict) and expression.get("window") == FROM_START:
        return {**expression, "window": {"since": day.isoformat()}}
    return expression


def from_start(expression: Any, day: date) -> Any:
    """Return what is measured, with "from the start" in place of that very day, so that it fits another one."""
    if isinstance(expression, dict) and expression.get("window") == {"since": day.isoformat()}:
        return {**expression, "window": FROM_START}
    return expression


def begins_anew(expression: Any) -> bool:
    """Whether a figure starts from nothing in each period of the calendar, as "in this quarter" does."""
    return isinstance(expression, dict) and "this" in (expression.get("window") or {})


def share(value: Decimal | None, *, floor: Decimal, target: Decimal) -> Decimal:
    """Return how much of the way from the floor to the target is done, from 0 to 100. Where nothing is asked, all."""
    if value is None:
        return Decimal(0)
    if target == floor:
        return FULL
    return min(max((value - floor) / (target - floor) * FULL, Decimal(0)), FULL)


def whole(number: Decimal) -> int:
    """Return whole percent, rounded down: a hundred is only what is reached."""
    return int(number)


@dataclass(frozen=True, slots=True)
class QuarterResult:
    """What an objective asks by the end of a quarter, and what is or was there. `value` None: nothing measured yet."""

    quarter: Quarter
    target: Decimal | None
    value: Decimal | None
    attained: int | None
    is_current: bool
    is_over: bool

    @property
    def is_missed(self) -> bool:
        """Whether the quarter is over and its target was not reached."""
        return self.is_over and self.attained is not None and self.attained < FULL


@dataclass(frozen=True, slots=True)
class Standing:
    """How an objective stands on a day. `asked` is what an even pace asks by that day."""

    objective: PlanObjective
    value: Decimal | None
    asked: Decimal | None
    progress: int
    due: int
    pace: Pace
    quarters: Sequence[QuarterResult]

    @property
    def target(self) -> Decimal | None:
        """What is asked in the end."""
        return self.quarters[-1].target if self.quarters else None

    @property
    def current(self) -> QuarterResult | None:
        """The quarter it is, while the plan runs."""
        return next((one for one in self.quarters if one.is_current), None)


@dataclass(frozen=True, slots=True)
class Term:
    """The days a plan runs, and the day on which it is looked at."""

    starts_on: date
    ends_on: date
    today: date

    def days_of(self, quarter: Quarter) -> tuple[date, date]:
        """Return the days of a quarter on which the plan runs, both included."""
        return max(quarter.starts_on, self.starts_on), min(quarter.ends_on, self.ends_on)

    def elapsed(self, quarter: Quarter) -> Decimal:
        """Return how much of a quarter's days is over, today included: from 0 to 1."""
        first, last = self.days_of(quarter)
        days = (last - first).days + 1
        return min(max(Decimal((self.today - first).days + 1) / days, Decimal(0)), Decimal(1))


def stand(
    objective: PlanObjective,
    *,
    targets: Mapping[date, Decimal],
    quarters: Sequence[Quarter],
    figures: Sequence[tuple[date, Decimal | None]],
    term: Term,
) -> Standing:
    """Return how an objective stands. `figures` are its values by the day on which they changed, oldest first."""
    anew = begins_anew(objective.expression)
    results = [_result(objective, one, targets.get(one.starts_on), figures, term, anew=anew) for one in quarters]
    value = next((one.value for one in reversed(results) if not _is_ahead(one, term)), None)
    asked = _asked(objective, results, term, anew=anew)
    if anew:
        progress = _mean([Decimal(one.attained or 0) for one in results])
        due = _mean([_due_of(one, asked, floor=objective.floor) for one in results])
    else:
        final = next((one.target for one in reversed(results) if one.target is not None), objective.floor)
        progress = share(value, floor=objective.floor, target=final)
        due = share(asked, floor=objective.floor, target=final)
    return Standing(objective, value, asked, whole(progress), whole(due), _pace(progress, due, term, value), results)


def _result(
    objective: PlanObjective,
    quarter: Quarter,
    target: Decimal | None,
    figures: Sequence[tuple[date, Decimal | None]],
    term: Term,
    *,
    anew: bool,
) -> QuarterResult:
    first, last = term.days_of(quarter)
    begun = term.today >= first
    known = [value for day, value in figures if day <= min(last, term.today) and (day >= quarter.starts_on or not anew)]
    value = known[-1] if known and begun else None
    attained = None
    if begun and known and target not in (None, objective.floor):
        assert target is not None
        attained = whole(share(value, floor=objective.floor, target=target))
    return QuarterResult(quarter, target, value, attained, first <= term.today <= last, term.today > last)


def _is_ahead(result: QuarterResult, term: Term) -> bool:
    return term.days_of(result.quarter)[0] > term.today


def _asked(objective: PlanObjective, results: Sequence[QuarterResult], term: Term, *, anew: bool) -> Decimal | None:
    """Return what an even pace asks by today. People and contracts come whole: a part of one is not asked yet."""
    before = objective.floor
    for result in results:
        if result.target is None:
            continue
        if result.is_current or _is_ahead(result, term):
            way = (result.target - before) * term.elapsed(result.quarter)
            are_whole = before == before.to_integral_value() and result.target == result.target.to_integral_value()
            return before + (Decimal(int(way)) if are_whole else way)
        before = objective.floor if anew else result.target
    return results[-1].target if results else None


def _due_of(result: QuarterResult, asked: Decimal | None, *, floor: Decimal) -> Decimal:
    """Return how much of one quarter an even pace asks by today, where every quarter begins anew."""
    if result.is_over:
        return FULL
    if not result.is_current or result.target is None:
        return Decimal(0)
    return share(asked, floor=floor, target=result.target)


def _pace(progress: Decimal, due: Decimal, term: Term, value: Decimal | None) -> Pace:
    if value is None or term.today < term.starts_on:
        return Pace.UNKNOWN
    if progress >= FULL:
        return Pace.REACHED
    return Pace.ON_TRACK if progress >= due else Pace.BEHIND


def _mean(numbers: Sequence[Decimal]) -> Decimal:
    return sum(numbers, Decimal(0)) / len(numbers) if numbers else Decimal(0)


@dataclass(frozen=True, slots=True)
class Overall:
    """How a whole plan stands: the weighted mean of its objectives, and what an even pace asks."""

    progress: int | None
    due: int
    pace: Pace


def overall(standings: Sequence[Standing]) -> Overall:
    """Return how a plan stands, its objectives counting by their weights. Nothing measured is no progress yet."""
    weights = sum(one.objective.weight for one in standings)
    if not weights or all(one.value is None for one in standings):
        return Overall(None, 0, Pace.UNKNOWN)
    progress = sum(one.progress * one.objective.weight for one in standings) // weights
    due = sum(one.due * one.objective.weight for one in standings) // weights
    if all(one.pace == Pace.UNKNOWN for one in standings):
        pace = Pace.UNKNOWN
    elif progress >= FULL:
        pace = Pace.REACHED
    else:
        pace = Pace.ON_TRACK if progress >= due else Pace.BEHIND
    return Overall(progress, due, pace)


def even_targets(
    quarters: Sequence[Quarter], *, floor: Decimal, target: Decimal, term: Term, anew: bool
) -> dict[date, Decimal]:
    """Return targets for each quarter: the same where a figure begins anew, else the way there by days."""
    if anew:
        return {one.starts_on: target for one in quarters}
    total = (term.ends_on - term.starts_on).days + 1
    are_whole = floor == floor.to_integral_value() and target == target.to_integral_value()
    places = 2 if not are_whole else -3 if abs(target - floor) >= ROUND_FROM else 0
    found = {}
    for one in quarters:
        days = (term.days_of(one)[1] - term.starts_on).days + 1
        found[one.starts_on] = target if days == total else round(floor + (target - floor) * days / total, places)
    return found
