"""The records behind a figure: which of a partner's records count, by the same conditions that count them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from criteria.checks import measured_field
from criteria.explain import shown
from criteria.fields import Catalog, Field, Kind, registry
from criteria.sentence import Speak, Speaker
from criteria.sql import Book, scoped
from criteria.tree import COUNTS, Area, Operand
from segmentation.engine.stored import stored_book
from segmentation.scope import Scope

SHOWN_RECORDS = 50


@dataclass(frozen=True, slots=True)
class Record:
    """One record that counts: what it is called, its day, and its figure as people read it."""

    name: str
    day: date | None
    figure: str = ""


@dataclass(frozen=True, slots=True)
class AreaRecord:
    """One area that counts: its figure, the one needed there, and whether that is enough."""

    name: str
    figure: str
    needed: str
    met: bool


@dataclass(frozen=True, slots=True)
class Records:
    """The records that count towards a figure, the first of them at most, and how many there are in all."""

    rows: Sequence[Record]
    areas: Sequence[AreaRecord]
    total: int
    label: str
    figure_label: str = ""

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.rows) - len(self.areas)


def has_records(operand: Operand) -> bool:
    """Say whether there are records behind an operand."""
    return bool(operand.collection) or operand.per_area is not None


def records(
    operand: Operand, *, partner_id: int, at: datetime, speak: Speak = Speaker, limit: int = SHOWN_RECORDS
) -> Records:
    """Return the records of a partner that count towards a figure. Raises CriteriaError."""
    catalog = registry.catalog()
    book = stored_book(catalog, at)
    speaker = speak(catalog)
    if operand.per_area is not None:
        return _areas(operand, book, speaker, partner_id=partner_id, limit=limit)
    collection = catalog.collections[operand.collection]
    of = collection.field(operand.of) if operand.aggregate not in COUNTS else None
    day = collection.field(collection.day)
    day_sql = book.figures.day_sql(day) if day is not None else "NULL::date"
    counted = book.figures.counting(operand) + (f" AND ({of.sql}) IS NOT NULL" if of is not None else "")
    order = _ORDERS.get(operand.aggregate, "2 DESC NULLS LAST")
    rows = _rows(
        f"SELECT {collection.name}, {day_sql}, {of.sql if of else 'NULL'}, count(*) OVER ()"
        f" FROM {collection.source} WHERE {counted} ORDER BY {order}, {collection.record_id} DESC LIMIT {int(limit)}",
        book,
        partner_id,
    )
    return Records(
        [Record(str(name), when, _figure(value, of, catalog, speaker)) for name, when, value, _total in rows],
        [],
        rows[0][3] if rows else 0,
        speaker.operand(operand),
        str(of.label) if of else "",
    )


#: The record that decides comes first; else the newest.
_ORDERS = {"max": "3 DESC", "min": "3", "first": "2 NULLS LAST"}


def _areas(operand: Operand, book: Book, speaker: Speaker, *, partner_id: int, limit: int) -> Records:
    per_area = operand.per_area
    assert per_area is not None
    rows = _rows(
        "SELECT area, figure, needed, is_met, count(*) OVER ()"
        f" FROM ({book.figures.areas(per_area)}) area ORDER BY is_met, area LIMIT {int(limit)}",
        book,
        partner_id,
    )
    names = _names_of_areas(per_area.areas, book.catalog)
    wanted, need = (measured_field(area.clause.operand, book.catalog) for area in (per_area.areas, per_area.need))
    return Records(
        [],
        [
            AreaRecord(
                names.get(name, name),
                _figure(figure, wanted, book.catalog, speaker),
                _figure(needed or 0, need, book.catalog, speaker),
                met,
            )
            for name, figure, needed, met, _total in rows
        ],
        rows[0][4] if rows else 0,
        speaker.operand(operand),
    )


def _names_of_areas(area: Area, catalog: Catalog) -> dict[str, str]:
    collection = catalog.collections[area.clause.operand.collection]
    by = collection.field(area.by)
    return {str(one.parameter): str(one.label) for one in catalog.choices(by).values()} if by else {}


def _figure(value: Any, of: Field | None, catalog: Catalog, speaker: Speaker) -> str:
    if value is None:
        return ""
    return shown(value, of.kind if of else Kind.NUMBER, of, catalog, speaker)


def _rows(sql: str, book: Book, partner_id: int) -> list[Any]:
    scope = Scope.some([partner_id])
    with connection.cursor() as cursor:
        cursor.execute(scoped(sql, scope.condition), {**book.parameters, **scope.parameters})
        return list(cursor.fetchall())
