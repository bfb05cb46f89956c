"""A draft of a tier or category tried on the real base: who rises, falls, leaves, with the revenue behind them.

Nothing is written. Numbers of the draft can be others without saving; the same can be asked of the ends of past
quarters, with the windows of those days and the records as they are today.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.money import program_currency
from criteria.tree import CriteriaError
from partners.models import Partner, Region
from segmentation import engine
from segmentation.engine import Cell
from segmentation.queries.thresholds import Threshold
from segmentation.queries.trials import Trial

QUARTERS = 4
SHOWN_PARTNERS = 8


@dataclass(frozen=True, slots=True)
class Row:
    """A tier of the track: who holds it, who would reach it as their highest, today and by what is tried."""

    definition: Any
    held: int
    before: int
    after: int
    revenue_before: Decimal
    revenue_after: Decimal

    @property
    def change(self) -> int:
        """By how many partners more it would be reached."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Movement:
    """Partners to whom the same would happen, with what they won in twelve months."""

    key: str
    label: str
    says: str
    tone: str
    count: int
    revenue: Decimal
    partners: list[Partner]


@dataclass(frozen=True, slots=True)
class RegionRow:
    """What would happen in one region, in the order of the movements."""

    name: str
    partners: int
    counts: list[int]
    revenue: Decimal


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a trial would do now."""

    rows: list[Row] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
    regions: list[RegionRow] = field(default_factory=list)
    partners: int = 0
    currency: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Quarter:
    """How many would have reached the tier at the end of a past quarter, by what holds and by what is tried."""

    ended_on: Any
    before: int
    after: int
    rises: int
    falls: int


def simulate(tried: Trial, *, at: datetime, visible: Any) -> Simulation:
    """Return what a trial would do now among the partners a person may see."""
    if tried.error:
        return Simulation(error=tried.error)
    try:
        cells = engine.simulate([rung for _each, rung in tried.rungs], tried.holders, at=at, visible=visible)
    except CriteriaError as error:
        return Simulation(error=str(error))
    ranks = _ranks(tried)
    movements = _movements(tried, cells, ranks, visible)
    return Simulation(
        rows=[_row(each, cells) for each, _rung in tried.rungs],
        movements=[one for one, _cells in movements],
        regions=_regions(cells, [own for _one, own in movements]),
        partners=sum(cell.count for cell in cells),
        currency=str(program_currency),
    )


def over_quarters(tried: Trial, *, at: datetime, visible: Any) -> list[Quarter]:
    """Return what the tried text would have picked at the ends of the last quarters; the newest first.

    Who held what is as it was; windows and days are those of the moment; fields, records and answers of other rules are
    as they are today, for no history of them is kept.
    """
    if tried.error:
        return []
    ranks = _ranks(tried)
    return [_quarter(tried, ranks, moment, visible) for moment in quarter_ends(at)]


def quarter_ends(at: datetime) -> list[datetime]:
    """Return the last moments of the last fiscal quarters, the newest first."""
    clock = engine.clock(at)
    firsts = [clock.period("fiscal_quarter", -back)[0] for back in range(QUARTERS)]
    return [datetime.combine(first, time.min, clock.zone) - timedelta(microseconds=1) for first in firsts]


def chart_of(
    tried: Trial, name: str, *, at: datetime, visible: Any
) -> tuple[Threshold, engine.Distribution | None] | None:
    """Return how the number behind a threshold lies over partners; of the first threshold when none is named."""
    chosen = next((one for one in tried.thresholds if one.name == name), None) or next(
        iter(tried.changed or tried.thresholds), None
    )
    if chosen is None:
        return None
    marks = [chosen.stands, chosen.tried]
    return chosen, engine.distribution(chosen.clause.operand, marks, tried.holders, at=at, visible=visible)


# --- what happens to whom

Ranks = dict[int | None, int]


def _ranks(tried: Trial) -> dict[int | None, int]:
    ranks: dict[int | None, int] = {None: 0}
    ranks.update({rung.id: place for place, (_each, rung) in enumerate(reversed(tried.rungs), start=1)})
    return ranks


def _rises(held: int, before: int, after: int) -> bool:
    return after > held and after > before


def _falls(held: int, before: int, after: int) -> bool:
    return held > 0 and before >= held > after > 0


def _leaves(held: int, before: int, after: int) -> bool:
    return held > 0 and before >= held and after == 0


def _recovers(held: int, before: int, after: int) -> bool:
    return held > 0 and before < held <= after


Test = Callable[[int, int, int], bool]


def _tests(tried: Trial) -> list[tuple[str, str, str, str, Test]]:
    """Return the movements that can be: key, label, what it means, tone, and when it is one."""
    if tried.is_category:
        return [
            ("enter", _("Would enter"), _("Not in the category, and would come to fulfil it."), "success", _rises),
            ("leave", _("Would fall out"), _("Members who fulfil it today and no longer would."), "error", _leaves),
            (
                "recover",
                _("Would be right again"),
                _("Members who do not fulfil it today and then would."),
                "info",
                _recovers,
            ),
        ]
    return [
        ("rise", _("Would rise"), _("Would reach a higher tier than they hold."), "success", _rises),
        (
            "fall",
            _("Would fall behind"),
            _("Reach what they hold today, and then only a lower tier: grace, or a lower tier at the next review."),
            "warning",
            _falls,
        ),
        ("leave", _("Would reach no tier"), _("Reach what they hold today, and then no tier."), "error", _leaves),
        (
            "recover",
            _("Would be right again"),
            _("Hold more than they reach today, and then would reach it."),
            "info",
            _recovers,
        ),
    ]


def _movements(tried: Trial, cells: Sequence[Cell], ranks: Ranks, visible: Any) -> list[tuple[Movement, list[Cell]]]:
    tests = _tests(tried)
    own = [[cell for cell in cells if test(*_ranks_of(cell, ranks))] for *_names, test in tests]
    samples = [_first(some) for some in own]
    shown = visible.filter(pk__in={pk for some in samples for pk in some}).select_related("region")
    partners = {partner.pk: partner for partner in shown}
    return [
        (
            Movement(
                key,
                label,
                says,
                tone,
                sum(cell.count for cell in some),
                _sum(some),
                [partners[pk] for pk in sample if pk in partners],
            ),
            some,
        )
        for (key, label, says, tone, _test), some, sample in zip(tests, own, samples, strict=True)
    ]


def _ranks_of(cell: Cell, ranks: Ranks) -> tuple[int, int, int]:
    return ranks.get(cell.held, 0), ranks[cell.before], ranks[cell.after]


def _first(cells: Sequence[Cell]) -> list[int]:
    """Return some of the partners in cells; those of cells with most revenue for each partner first."""
    ordered = sorted(cells, key=lambda cell: -(cell.revenue or Decimal(0)) / cell.count)
    return [pk for cell in ordered for pk in cell.sample][:SHOWN_PARTNERS]


def _row(each: Any, cells: Sequence[Cell]) -> Row:
    before, after = ([cell for cell in cells if getattr(cell, side) == each.pk] for side in ("before", "after"))
    return Row(
        each,
        sum(cell.count for cell in cells if cell.held == each.pk),
        sum(cell.count for cell in before),
        sum(cell.count for cell in after),
        _sum(before),
        _sum(after),
    )


def _regions(cells: Sequence[Cell], movements: Sequence[Sequence[Cell]]) -> list[RegionRow]:
    moving = {cell.region_id for some in movements for cell in some}
    names = dict(Region.objects.filter(pk__in=moving - {None}).values_list("pk", "name"))
    rows = [
        RegionRow(
            _("No region") if region is None else names.get(region, ""),
            sum(cell.count for cell in cells if cell.region_id == region),
            [sum(cell.count for cell in some if cell.region_id == region) for some in movements],
            _sum([cell for some in movements for cell in some if cell.region_id == region]),
        )
        for region in moving
    ]
    return sorted(rows, key=lambda row: (-sum(row.counts), row.name))


def _quarter(tried: Trial, ranks: Ranks, moment: datetime, visible: Any) -> Quarter:
    cells = engine.simulate([rung for _each, rung in tried.rungs], tried.holders, at=moment, visible=visible)
    own = ranks[tried.definition.pk]
    moved = [(cell.count, _ranks_of(cell, ranks)) for cell in cells]
    return Quarter(
        moment.date(),
        sum(n for n, (_held, before, _after) in moved if before >= own),
        sum(n for n, (_held, _before, after) in moved if after >= own),
        sum(n for n, place in moved if _rises(*place)),
        sum(n for n, place in moved if _falls(*place) or _leaves(*place)),
    )


def _sum(cells: Sequence[Cell]) -> Decimal:
    return sum((cell.revenue or Decimal(0) for cell in cells), Decimal(0))
