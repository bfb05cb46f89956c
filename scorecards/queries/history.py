"""How a partner's score came about over periods: what it was at their ends, where it is heading, and what moved it.

Contributions: with the score S = Σ wᵢpᵢ / Σ wᵢ over the metrics that have points, the part of metric i is
wᵢpᵢ / Σ wᵢ. What i contributed to a change is its part now minus its part before, where a metric that is not on one of
the versions has no part there: the parts of a sum, so that contributions add up to the change whatever weights did.
Printed figures are rounded by the largest remainder (Hamilton's method), so that they add up as printed, too.

Trend: the slope of the line of least squares through the scores of the last periods, in points per period (Legendre,
1805; any textbook of statistics).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal

from partners.models import Partner
from scorecards import periods
from scorecards.models import Metric, PeriodScore, Scorecard, Zone

PERIODS_SHOWN = 8
PERIODS_OF_TREND = 4
#: To less than this many points a period a score is steady.
STEADY = Decimal(1)
#: Decimal places of contributions.
STEP = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A period, half-open, with the score at its end; None before there was one. The last one is under way."""

    starts_on: date
    ends_on: date
    exact: Decimal | None
    change: Decimal | None
    zone: Zone | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a metric contributed to a change, in points of the score, and its own points before and now."""

    key: str
    name: str
    before: int | None
    after: int | None
    points: Decimal


@dataclass(frozen=True, slots=True)
class History:
    """The periods of a partner on a scorecard, oldest first, and what moved the score since the last one ended."""

    periods: Sequence[PeriodRow]
    slope: Decimal | None
    change: Decimal | None
    contributions: Sequence[Contribution]

    @property
    def trend(self) -> str:
        """`rising`, `falling`, `steady`, or nothing while there are fewer than two periods."""
        if self.slope is None:
            return ""
        if abs(self.slope) < STEADY:
            return "steady"
        return "rising" if self.slope > 0 else "falling"


def history(partner: Partner, scorecard: Scorecard, *, at: datetime, shown: int = PERIODS_SHOWN) -> History:
    """Return how a partner's score on a scorecard came about, in three statements."""
    return histories([partner.pk], scorecard, at=at, shown=shown)[partner.pk]


def histories(
    partner_ids: Collection[int], scorecard: Scorecard, *, at: datetime, shown: int = PERIODS_SHOWN
) -> dict[int, History]:
    """Return how the scores of partners on a scorecard came about, in as many statements as for one."""
    by_partner: dict[int, list[PeriodScore]] = {pk: [] for pk in partner_ids}
    rows = PeriodScore.objects.filter(partner__in=by_partner, scorecard=scorecard)
    for row in rows.select_related("scorecard_version").order_by("starts_on"):
        by_partner[row.partner_id].append(row)
    begins = periods.starts_on(scorecard.period, at=at)
    ends = {
        pk: (_standing_before(rows, begins), next((row for row in rows if row.is_current), None))
        for pk, rows in by_partner.items()
    }
    metrics = _metrics_of(row for pair in ends.values() if all(pair) for row in pair if row)
    found = {}
    for pk, (before, now) in ends.items():
        spans = _periods(by_partner[pk], scorecard, at=at, shown=shown)
        known = [one.exact for one in spans if one.exact is not None]
        change = _printed(now.exact - before.exact) if now and before else None
        moved = contributions(before, now, metrics)
        found[pk] = History(spans, slope(known[-PERIODS_OF_TREND:]), change, moved)
    return found


def slope(values: Sequence[Decimal]) -> Decimal | None:
    """Return the slope of the line of least squares through values at equal distances; None for fewer than two.

    >>> slope([Decimal(10), Decimal(20), Decimal(30)])
    Decimal('10.0')
    """
    if len(values) < 2:  # noqa: PLR2004 - a line needs two points
        return None
    middle = Decimal(len(values) - 1) / 2
    mean = sum(values, Decimal(0)) / len(values)
    over = sum(((place - middle) * (value - mean) for place, value in enumerate(values)), Decimal(0))
    under = sum(((place - middle) ** 2 for place in range(len(values))), Decimal(0))
    return _printed(over / under)


def contributions(
    before: PeriodScore | None, now: PeriodScore | None, metrics: Mapping[int, Sequence[Metric]]
) -> list[Contribution]:
    """Return what each metric contributed to the change from one standing to another, the largest first.

    `metrics` are those of the versions of both, in the order in which standings keep them.
    """
    if before is None or now is None:
        return []
    parts_before, parts_now = (_parts(one, metrics[one.scorecard_version_id]) for one in (before, now))
    exact = {
        key: parts_now.get(key, _NOTHING)[1] - parts_before.get(key, _NOTHING)[1]
        for key in {**parts_before, **parts_now}
    }
    printed = rounded(exact, total=_printed(now.exact - before.exact))
    names = {one.key: one.name for version in (before, now) for one in metrics[version.scorecard_version_id]}
    found = [
        Contribution(key, names[key], parts_before.get(key, _NOTHING)[0], parts_now.get(key, _NOTHING)[0], points)
        for key, points in printed.items()
    ]
    return sorted(found, key=lambda one: (-abs(one.points), one.name))


def rounded(exact: Mapping[str, Decimal], *, total: Decimal) -> dict[str, Decimal]:
    """Return numbers rounded to steps so that they add up to a total, by the largest remainder.

    >>> rounded({"a": Decimal("0.26"), "b": Decimal("0.26"), "c": Decimal("0.48")}, total=Decimal("1.0"))
    {'a': Decimal('0.3'), 'b': Decimal('0.2'), 'c': Decimal('0.5')}
    """
    low = {key: value.quantize(STEP, ROUND_DOWN) for key, value in exact.items()}
    missing = int((total - sum(low.values(), Decimal(0))) / STEP)
    sign = 1 if missing >= 0 else -1
    by_remainder = sorted(exact, key=lambda key: (-sign * (exact[key] - low[key]), key))
    steps = dict.fromkeys(exact, 0)
    for place in range(abs(missing)):
        steps[by_remainder[place % len(by_remainder)]] += sign
    return {key: low[key] + steps[key] * STEP for key in exact}


_NOTHING: tuple[int | None, Decimal] = (None, Decimal(0))


def _metrics_of(rows: Iterable[PeriodScore]) -> dict[int, list[Metric]]:
    versions = {row.scorecard_version_id for row in rows}
    if not versions:
        return {}
    found: dict[int, list[Metric]] = {version: [] for version in versions}
    for metric in Metric.objects.filter(scorecard_version__in=versions).order_by("pk"):
        found[metric.scorecard_version_id].append(metric)
    return found


def _parts(row: PeriodScore, metrics: Sequence[Metric]) -> dict[str, tuple[int | None, Decimal]]:
    """Return points and part of the score by key."""
    pairs = list(zip(metrics, row.points, strict=True))
    total = sum(metric.weight for metric, points in pairs if points is not None)
    return {
        metric.key: (points, Decimal(metric.weight * points) / total if points is not None else Decimal(0))
        for metric, points in pairs
    }


def _periods(rows: Sequence[PeriodScore], scorecard: Scorecard, *, at: datetime, shown: int) -> list[PeriodRow]:
    """Return the periods since there is a score: a row holds until the next one, and one that ended holds no longer."""
    found: list[PeriodRow] = []
    for back in range(shown, -1, -1):
        starts_on, ends_on = periods.bounds(scorecard.period, at=at, back=back)
        row = next((one for one in reversed(rows) if one.starts_on < ends_on), None)
        if row is None or (back == 0 and not row.is_current):
            continue
        last = found[-1].exact if found else None
        change = _printed(row.exact - last) if last is not None else None
        zone = row.scorecard_version.zone(row.value)
        found.append(PeriodRow(starts_on, ends_on, row.exact, change, zone, is_current=back == 0))
    return found[-shown:]


def _standing_before(rows: Sequence[PeriodScore], starts_on: date) -> PeriodScore | None:
    """Return the row in force when the period before ended; where nothing differed since, it is the current one."""
    return next((row for row in reversed(rows) if row.starts_on < starts_on), None)


def _printed(number: Decimal) -> Decimal:
    return number.quantize(STEP)
