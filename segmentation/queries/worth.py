"""What partners are worth by measures: how values are spread, who is ahead, and the parts of one value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from statistics import quantiles
from typing import Any, TypeVar

from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext

from core.models import Program
from core.services import versions
from core.templatetags.formats import money
from criteria.checks import check_formula
from criteria.fields import Catalog
from criteria.tree import CriteriaError, Problem, parse_formula
from partners.models import Partner
from segmentation import engine
from segmentation.models import Measure, MeasureKind, MeasureVersion, PeerRefresh
from segmentation.queries.measures import use_counts, words_of

BUCKETS = 12
#: A sub-result is shown with so many decimal places at most.
PLACES_OF_PARTS = 2
#: Numbers with more digits are written as powers of ten.
MANY_DIGITS = 18
#: What the database or the language say of a formula that cannot be worked out.
FAULTS = (CriteriaError, *engine.FAULTS_OF_RULES)
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Worth:
    """How the values of partners are spread, as people read it. An estimate looks at some two thousand partners."""

    known: int
    empty: int
    lowest: str = ""
    quarter: str = ""
    median: str = ""
    three_quarters: str = ""
    highest: str = ""
    counts: list[int] = field(default_factory=list)
    is_estimate: bool = False


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure in the list."""

    measure: Measure
    is_published: bool
    has_draft: bool
    uses: int
    worth: Worth | None


@dataclass(frozen=True, slots=True)
class MeasureWorth:
    """What is shown of a published measure's values; `error` says why they cannot be worked out."""

    worth: Worth | None = None
    best: list[tuple[Partner, str]] = field(default_factory=list)
    last: list[tuple[Partner, str]] = field(default_factory=list)
    compares: bool = False
    refresh: PeerRefresh | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """A formula being written, as far as it can be told."""

    unfinished: int = 0
    words: str = ""
    worth: Worth | None = None
    error: str = ""


# --- figures as text


def shown(measure: Measure, value: Any) -> str:
    """Return a value of a measure as people read it, with its unit."""
    amount = Decimal(str(value))
    if measure.kind == MeasureKind.MONEY and amount.adjusted() < MANY_DIGITS:
        return money(round(amount, measure.places), Program.current().currency)
    text = _written(amount, measure.places)
    unit = "%" if measure.kind == MeasureKind.PERCENT else measure.unit
    return f"{text}\u00a0{unit}" if unit else text


def plain(value: Any) -> str:
    """Return a part of a value: without trailing zeros."""
    amount = Decimal(str(value))
    is_whole = amount.adjusted() < MANY_DIGITS and round(amount, PLACES_OF_PARTS) == amount.to_integral_value()
    return _written(amount, 0 if is_whole else PLACES_OF_PARTS)


def _written(amount: Decimal, places: int) -> str:
    """Return a number with its groups; one beyond all reason as a power of ten, which no column is wide enough for."""
    if amount.adjusted() >= MANY_DIGITS:
        return f"{amount:.2e}"
    return number_format(round(amount, places), decimal_pos=places, use_l10n=True, force_grouping=True)


# --- pages


def list_rows(measures: Sequence[Measure], *, visible: Any, at: datetime) -> list[MeasureRow]:
    """Return the measures with their spread over visible partners, all worked out together."""
    states: dict[int, set[str]] = {}
    found = MeasureVersion.objects.filter(definition__in=measures).values_list("definition_id", "state")
    for pk, state in found:
        states.setdefault(pk, set()).add(state)
    published = [one for one in measures if "published" in states.get(one.pk, ())]
    uses, spreads = use_counts(measures), _spreads(published, visible=visible, at=at)
    return [
        MeasureRow(one, one in published, "draft" in states.get(one.pk, ()), uses[one.pk], spreads.get(one.pk))
        for one in measures
    ]


def worth_of(measure: Measure, *, visible: Any, at: datetime) -> MeasureWorth:
    """Return what visible partners are worth by a published measure."""
    document = {"field": measure.field_key}
    refresh = PeerRefresh.objects.filter(measure=measure).first()
    version = versions.published_of(measure)
    try:
        compares = engine.is_among_peers(parse_formula(version.formula)) if version else False
        worth = _attempted(lambda: _spread(document, measure, visible=visible, at=at))
        ranking = _attempted(lambda: engine.ranking(document, at=at, visible=visible))
    except FAULTS as error:
        return MeasureWorth(error=_said(error))
    partners = visible.in_bulk([pk for pk, _value in (*ranking.best, *ranking.last)])

    def named(ranked: Sequence[tuple[int, Decimal]]) -> list[tuple[Partner, str]]:
        return [(partners[pk], shown(measure, value)) for pk, value in ranked if pk in partners]

    return MeasureWorth(worth, named(ranking.best), named(ranking.last), compares, refresh)


def preview_of(document: Any, problems: Sequence[Problem], *, measure: Measure, visible: Any, at: datetime) -> Preview:
    """Return a formula in words and how its values would be spread, once all of it is finished."""
    if problems:
        return Preview(unfinished=len({one.path for one in problems}))
    try:
        worth = _attempted(lambda: _spread(document, measure, visible=visible, at=at))
    except FAULTS as error:
        return Preview(words=words_of(document), error=_said(error))
    return Preview(words=words_of(document), worth=worth)


def parts_of_value(
    documents: Mapping[str, Any], *, measure: Measure, partner: Partner, catalog: Catalog, visible: Any, at: datetime
) -> dict[str, str]:
    """Return what a formula and each part of it, by path, is worth for a partner. Unfinished parts are left out.

    In a large program peers are not compared for a draft: that looks at everybody.
    """
    sound = {path: document for path, document in documents.items() if not check_formula(document, catalog)}
    if engine.is_large(visible):
        sound = {path: one for path, one in sound.items() if not engine.is_among_peers(parse_formula(one))}
    try:
        found = _attempted(lambda: engine.values(sound, partner_ids=[partner.pk], at=at))
    except FAULTS:
        return {}
    values = found.get(partner.pk, {})
    return {
        path: plain(value) if path else shown(measure, value) for path, value in values.items() if value is not None
    }


# --- how values are spread


def _spread(document: Any, measure: Measure, *, visible: Any, at: datetime) -> Worth:
    """Return how a formula's values lie: of everybody, or of a sample where everybody would take too long."""
    if not engine.is_large(visible):
        return _told(measure, engine.spread(document, at=at, visible=visible, buckets=BUCKETS))
    ids = list(engine.sampled().ids or ())
    found = engine.values({"": document}, partner_ids=ids, at=at)
    return _told(measure, spread_of([row[""] for row in found.values()]), is_estimate=True)


def _spreads(measures: Sequence[Measure], *, visible: Any, at: datetime) -> dict[int, Worth]:
    """Return how several measures lie, in one statement; one that cannot be worked out does not hide the others."""
    is_estimate = engine.is_large(visible)
    ids = list(engine.sampled().ids or ()) if is_estimate else list(visible.values_list("pk", flat=True))

    def lying(some: Sequence[Measure]) -> dict[int, Worth]:
        found = engine.values({str(one.pk): {"field": one.field_key} for one in some}, partner_ids=ids, at=at)
        columns = {one.pk: [row[str(one.pk)] for row in found.values()] for one in some}
        return {one.pk: _told(one, spread_of(columns[one.pk]), is_estimate=is_estimate) for one in some}

    try:
        return _attempted(lambda: lying(measures))
    except FAULTS:
        if len(measures) < 2:
            return {}
    halves = (measures[: len(measures) // 2], measures[len(measures) // 2 :])
    return {pk: worth for half in halves for pk, worth in _spreads(half, visible=visible, at=at).items()}


def _attempted(work: Callable[[], Found]) -> Found:
    """Do what a formula may make fail, so that the page's own transaction survives it."""
    with transaction.atomic():
        return work()


def _said(error: Exception) -> str:
    if isinstance(error, CriteriaError):
        return " ".join(gettext(one.message) for one in error.problems)
    return gettext("This cannot be worked out: %(error)s") % {"error": str(error).strip().splitlines()[0]}


def spread_of(values: Sequence[Decimal | None]) -> engine.Spread:
    """Return the spread of values at hand, as the engine's own has it."""
    known = sorted(Decimal(str(value)) for value in values if value is not None)
    empty = len(values) - len(known)
    if not known:
        return engine.Spread(0, empty, None, None, None, [])
    low, high = known[0], known[-1]
    first, second, third = quantiles(known, n=4, method="inclusive") if len(known) > 1 else [low] * 3
    if low == high:
        return engine.Spread(len(known), empty, low, (first, second, third), high, [(low, high, len(known))])
    width = (high - low) / BUCKETS
    edges = [low + width * place for place in range(BUCKETS)]
    counts = [0] * BUCKETS
    for value in known:
        counts[min(int((value - low) / width), BUCKETS - 1)] += 1
    buckets = [(start, end, n) for (start, end), n in zip(pairwise([*edges, high]), counts, strict=True)]
    return engine.Spread(len(known), empty, low, (first, second, third), high, buckets)


def _told(measure: Measure, spread: engine.Spread, *, is_estimate: bool = False) -> Worth:
    if not spread.known or spread.quartiles is None:
        return Worth(spread.known, spread.empty, is_estimate=is_estimate)
    first, second, third = spread.quartiles
    return Worth(
        spread.known,
        spread.empty,
        shown(measure, spread.lowest),
        shown(measure, first),
        shown(measure, second),
        shown(measure, third),
        shown(measure, spread.highest),
        [n for _start, _end, n in spread.buckets],
        is_estimate,
    )
