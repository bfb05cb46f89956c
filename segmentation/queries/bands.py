"""Scales of bands: segments that lie side by side on a measure, such as revenue none, low, medium and high.

Nothing says that segments are bands but their criteria: bounds on one measure, of which the end of each is the
beginning of the next. So bands come with any program document, and stay ordinary segments.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from core.models import VersionState
from criteria.checks import as_number
from criteria.fields import MEASURE_PREFIX
from criteria.tree import CriteriaError, parse
from partners.models import LifeStage
from segmentation import engine
from segmentation.engine import Holders, Rung
from segmentation.models import Measure, Segment, SegmentKind, SegmentVersion
from segmentation.queries.thresholds import plain

LOWER, UPPER = (">=", ">"), ("<", "<=")
#: Which beginning of a band fits the end of the one below it.
ADJOINING = {"<": ">=", "<=": ">"}
NOBODY = Holders("NULL::bigint")


@dataclass(frozen=True, slots=True)
class Bounds:
    """From where to where a band lies on its measure; an operator is empty where there is no bound."""

    field: str
    lower: str = ""
    low: Decimal | None = None
    upper: str = ""
    high: Decimal | None = None

    def criteria(self) -> dict[str, Any]:
        """Return the criteria document that says so."""
        rules = [
            {"field": self.field, "operator": operator, "value": _value(value)}
            for operator, value in ((self.lower, self.low), (self.upper, self.high))
            if operator and value is not None
        ]
        return {"combinator": "and", "not": False, "rules": rules}


@dataclass(frozen=True, slots=True)
class Band:
    """A segment as a part of a scale, with its draft where it has one."""

    segment: Segment
    bounds: Bounds
    published: SegmentVersion
    draft: SegmentVersion | None


@dataclass(frozen=True, slots=True)
class Scale:
    """Bands side by side on a measure, the lowest first."""

    measure: Measure
    bands: list[Band]

    @property
    def thresholds(self) -> list[Decimal]:
        """The marks between the bands, as published."""
        return [band.bounds.high for band in self.bands if band.bounds.high is not None]

    @property
    def is_drafted(self) -> bool:
        """Whether a band has a draft."""
        return any(band.draft is not None for band in self.bands)

    @property
    def drafted(self) -> list[Bounds] | None:
        """The bounds with their drafts in place; None where they do not lie side by side."""
        found = [bounds_of(band.draft.criteria) if band.draft else band.bounds for band in self.bands]
        sound = [one for one in found if one is not None]
        return sound if len(sound) == len(found) and _lie_side_by_side(sound) else None

    def with_thresholds(self, marks: Sequence[Decimal]) -> list[Bounds]:
        """Return the bounds of the bands with other marks between them."""
        ends = [None, *marks, None]
        return [
            Bounds(band.bounds.field, band.bounds.lower, ends[place], band.bounds.upper, ends[place + 1])
            for place, band in enumerate(self.bands)
        ]


def scales() -> list[Scale]:
    """Return the scales that the published segments make, in two queries."""
    current = SegmentVersion.objects.filter(
        definition__retired_at__isnull=True, definition__is_audience=False, definition__kind=SegmentKind.DYNAMIC
    ).exclude(state=VersionState.SUPERSEDED)
    published: dict[int, SegmentVersion] = {}
    drafts: dict[int, SegmentVersion] = {}
    for version in current.select_related("definition"):
        side = published if version.state == VersionState.PUBLISHED else drafts
        side[version.definition_id] = version
    by_field: dict[str, list[Band]] = {}
    for pk, version in published.items():
        bounds = bounds_of(version.criteria)
        if bounds is not None:
            band = Band(version.definition, bounds, version, drafts.get(pk))
            by_field.setdefault(bounds.field, []).append(band)
    chains = {name: chain for name, bands in by_field.items() if len(chain := _chain(bands)) > 1}
    keys = [name.removeprefix(MEASURE_PREFIX) for name in chains]
    measures = Measure.objects.filter(key__in=keys, retired_at__isnull=True).order_by("pk")
    return [Scale(measure, chains[measure.field_key]) for measure in measures]


def held_bands(held: Iterable[Segment]) -> list[tuple[Measure, Segment]]:
    """Return, of some segments, those that are bands, each with its measure."""
    ids = {segment.pk for segment in held}
    return [(scale.measure, band.segment) for scale in scales() for band in scale.bands if band.segment.pk in ids]


def choices() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return the scales as filters of a list: key, label, and the bands as (key, name)."""
    return [
        (scale.measure.key, scale.measure.name, [(band.segment.key, band.segment.name) for band in scale.bands])
        for scale in scales()
    ]


def bounds_of(criteria: Any) -> Bounds | None:
    """Return the bounds that criteria set on one measure; None where they ask for anything else."""
    try:
        tree = parse(criteria) if criteria is not None else None
    except CriteriaError:
        return None
    if tree is None or tree.combinator != "and" or tree.negated or tree.disabled or not 1 <= len(tree.rules) <= 2:
        return None
    found: dict[str, Any] = {}
    for clause in tree.rules:
        operator, operand = getattr(clause, "operator", ""), getattr(clause, "operand", None)
        number = as_number(getattr(clause, "value", None))
        side = "lower" if operator in LOWER else "upper" if operator in UPPER else ""
        if operand is None or number is None or not side or side in found or clause.disabled:
            return None
        if not operand.field.startswith(MEASURE_PREFIX) or found.get("field", operand.field) != operand.field:
            return None
        found |= {"field": operand.field, side: operator, "low" if side == "lower" else "high": number}
    return Bounds(**found)


def _chain(bands: Iterable[Band]) -> list[Band]:
    """Return the bands that follow each other from below everything to above everything; nothing where some miss."""
    by_beginning: dict[tuple[str, Decimal | None], Band] = {}
    for band in sorted(bands, key=lambda one: one.segment.pk):
        by_beginning.setdefault((band.bounds.lower, band.bounds.low), band)
    chain: list[Band] = []
    here: tuple[str, Decimal | None] = ("", None)
    while here in by_beginning:
        band = by_beginning.pop(here)
        chain.append(band)
        if band.bounds.high is None:
            return chain
        here = ADJOINING[band.bounds.upper], band.bounds.high
    return []


def _lie_side_by_side(bounds: Sequence[Bounds]) -> bool:
    marks = [one.high for one in bounds[:-1]]
    meet = all(
        above.low == below.high and above.lower == ADJOINING.get(below.upper) for below, above in pairwise(bounds)
    )
    ascending = all(low is not None and high is not None and low < high for low, high in pairwise(marks))
    return meet and ascending and bounds[0].low is None and bounds[-1].high is None


# --- what is in them


@dataclass(frozen=True, slots=True)
class BandRow:
    """A band with its partners today and by the drafts."""

    band: Band
    low: Decimal | None
    high: Decimal | None
    count: int
    revenue: Decimal
    count_then: int
    revenue_then: Decimal


@dataclass(frozen=True, slots=True)
class Shift:
    """Partners who would go from one band to another."""

    before: Segment
    after: Segment
    count: int
    revenue: Decimal


@dataclass(frozen=True, slots=True)
class ScaleView:
    """A scale as its page shows it."""

    scale: Scale
    rows: list[BandRow]
    shifts: list[Shift] = field(default_factory=list)


def view_of(scale: Scale, *, at: datetime, visible: Any) -> ScaleView:
    """Return a scale with its partners, and who would move if its drafts were published."""
    then = scale.drafted or [band.bounds for band in scale.bands]
    pairs = list(zip(scale.bands, then, strict=True))
    rungs = [Rung(band.segment.pk, parse(band.published.criteria), parse(one.criteria())) for band, one in pairs]
    cells = engine.simulate(rungs, NOBODY, at=at, visible=visible)
    by_id = {band.segment.pk: band.segment for band in scale.bands}

    def total(side: str, pk: int) -> tuple[int, Decimal]:
        own = [cell for cell in cells if getattr(cell, side) == pk]
        return sum(cell.count for cell in own), sum((cell.revenue or Decimal(0) for cell in own), Decimal(0))

    rows = [
        BandRow(band, one.low, one.high, *total("before", band.segment.pk), *total("after", band.segment.pk))
        for band, one in pairs
    ]
    moving: dict[tuple[int, int], list[Any]] = {}
    for cell in cells:
        if cell.before is not None and cell.after is not None and cell.before != cell.after:
            moving.setdefault((cell.before, cell.after), []).append(cell)
    shifts = [
        Shift(
            by_id[before],
            by_id[after],
            sum(cell.count for cell in some),
            sum((cell.revenue or Decimal(0) for cell in some), Decimal(0)),
        )
        for (before, after), some in moving.items()
    ]
    return ScaleView(scale, rows, sorted(shifts, key=lambda one: -one.count))


# --- the matrix


@dataclass(frozen=True, slots=True)
class Square:
    """Partners in one band of each of two scales, by life stage: the stage, its key and how many."""

    count: int
    revenue: Decimal
    stages: list[tuple[str, str, int]]
    query: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """Two scales against each other: columns from low to high, rows from high to low."""

    columns: list[Segment]
    rows: list[tuple[Segment, list[Square]]]
    outside: int


def matrix(across: Scale, down: Scale, *, at: datetime, visible: Any, stage: str = "") -> Matrix:
    """Return how many partners are in each pair of bands, what they won, and their life stages."""
    lists = [[band.segment.pk for band in scale.bands] for scale in (across, down)]
    found = engine.grid(lists, at=at, visible=visible)
    stages = {one.pk: one for one in LifeStage.objects.order_by("position", "pk")}
    if stage:
        found = [place for place in found if place.stage in stages and stages[place.stage].key == stage]
    rows = [
        (below.segment, [_square(beside.segment, below.segment, found, stages, stage) for beside in across.bands])
        for below in reversed(down.bands)
    ]
    outside = sum(place.count for place in found if None in place.segments)
    return Matrix([band.segment for band in across.bands], rows, outside)


def _square(
    beside: Segment, below: Segment, found: Sequence[engine.Place], stages: Mapping[int, LifeStage], stage: str
) -> Square:
    own = [place for place in found if place.segments == (beside.pk, below.pk)]
    by_stage = {
        pk: sum(place.count for place in own if place.stage == pk) for pk in {place.stage for place in own} - {None}
    }
    query = f"segments={beside.key},{below.key}" + (f"&stage={stage}" if stage else "")
    return Square(
        sum(place.count for place in own),
        sum((place.revenue or Decimal(0) for place in own), Decimal(0)),
        [(one.key, one.name, by_stage[pk]) for pk, one in stages.items() if pk in by_stage],
        query,
    )


def _value(number: Decimal) -> int | str:
    return int(number) if number == number.to_integral_value() else plain(number)
