"""Partners by two figures at once: what is in each cell, how far the figures reach, and who stands where.

One statement over the columns that criteria read. Nothing loops over partners but over those that are drawn, which are
limited; a program too large to wait for is asked by a sample first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from criteria.checks import check_operand
from criteria.fields import registry
from insight.marks import Marks
from insight.queries.seen import Seen, whole
from segmentation.engine import REVENUE, Columns

#: Up to so many partners each one is drawn; of more, so many are drawn by chance to show how they are spread.
MOST_DOTS = 400
MOST_DRAWN = 2_000
#: The longest table that is handed out.
MOST_ROWS = 100_000

_ASKED = """asked AS MATERIALIZED (
  SELECT partner_id, x, y, revenue, width_bucket(x, %(x_marks)s::numeric[]) AS across,
    width_bucket(y, %(y_marks)s::numeric[]) AS up
  FROM (SELECT partner_id, x::numeric AS x, y::numeric AS y, revenue::numeric AS revenue FROM ({figures}) found) known
)"""
_REACH = (
    "SELECT json_build_array(min({axis}), percentile_disc(0.01) WITHIN GROUP (ORDER BY {axis}),"
    " percentile_disc(0.5) WITHIN GROUP (ORDER BY {axis}), percentile_disc(0.99) WITHIN GROUP (ORDER BY {axis}),"
    " max({axis})) FROM placed"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which two figures, where they are divided, of which partners, when."""

    x_key: str
    y_key: str
    marks: Marks
    visible: Any
    at: datetime


@dataclass(frozen=True, slots=True)
class Box:
    """What is in one cell: partners, and what they won in twelve months."""

    count: int = 0
    revenue: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a figure reaches: the lowest, nearly the lowest, the middle, nearly the highest, the highest."""

    lowest: float
    first: float
    middle: float
    last: float
    highest: float


@dataclass(frozen=True, slots=True)
class Plane:
    """Partners in the cells, by (column, row). `drawn` are partner, x and y: all of them, or some drawn by chance."""

    boxes: Mapping[tuple[int, int], Box]
    total: int
    placed: int
    x: Reach | None
    y: Reach | None
    drawn: Sequence[tuple[int, float, float]]
    is_estimate: bool = False

    @property
    def unplaced(self) -> int:
        """How many have no figure on one of the axes."""
        return self.total - self.placed

    @property
    def shows_everybody(self) -> bool:
        """Whether each partner is drawn."""
        return not self.is_estimate and self.placed <= MOST_DOTS


def plane(asked: Asked, seen: Seen | None = None) -> Plane:
    """Return what is where. Raises CriteriaError, or a fault of the rules, where a figure cannot be worked out."""
    seen = seen or whole(asked.visible)
    step, parameters = _asked(asked, seen)
    sql = f"""
WITH {step}, placed AS (SELECT * FROM asked WHERE x IS NOT NULL AND y IS NOT NULL)
SELECT (SELECT count(*) FROM asked),
  (SELECT coalesce(json_agg(json_build_array(across, up, n, revenue::text)), '[]') FROM
    (SELECT across, up, count(*) AS n, coalesce(sum(revenue), 0) AS revenue FROM placed GROUP BY 1, 2) boxes),
  ({_REACH.format(axis="x")}), ({_REACH.format(axis="y")}),
  (SELECT coalesce(json_agg(json_build_array(partner_id, x, y)), '[]') FROM
    (SELECT partner_id, x, y FROM placed ORDER BY hashint8(partner_id), partner_id LIMIT {MOST_DRAWN}) drawn)"""
    total, boxes, x, y, drawn = _fetched(sql, parameters)[0]
    by_place = {
        (across, up): Box(round(n * seen.factor), Decimal(revenue) * Decimal(str(seen.factor)))
        for across, up, n, revenue in boxes
    }
    return Plane(
        by_place,
        round(total * seen.factor),
        sum(box.count for box in by_place.values()),
        _reach(x),
        _reach(y),
        [(pk, float(across), float(up)) for pk, across, up in drawn],
        is_estimate=seen.is_sample,
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """One partner with its two figures and what it won in twelve months."""

    partner_id: int
    x: Decimal | None
    y: Decimal | None
    revenue: Decimal | None


def listed(
    asked: Asked, cell: tuple[int, int] | None, *, offset: int = 0, most: int = MOST_ROWS
) -> tuple[int, list[Standing]]:
    """Return how many are in a cell, and some of them, who won most first. None: those without one of the figures."""
    step, parameters = _asked(asked, whole(asked.visible))
    where = "(x IS NULL OR y IS NULL)" if cell is None else "across = %(across)s AND up = %(up)s"
    column, row = cell or (0, 0)
    sql = f"""
WITH {step}
SELECT count(*) OVER (), partner_id, x, y, revenue FROM asked WHERE {where}
ORDER BY revenue DESC NULLS LAST, partner_id LIMIT %(most)s OFFSET %(offset)s"""
    rows = _fetched(sql, {**parameters, "across": column, "up": row, "most": most, "offset": offset})
    return (rows[0][0] if rows else 0), [Standing(*row[1:]) for row in rows]


def table(asked: Asked) -> list[tuple[str, Decimal | None, Decimal | None, Decimal | None, int | None, int | None]]:
    """Return name, both figures, revenue, column and row of everybody, cell by cell; the richest come first in each."""
    step, parameters = _asked(asked, whole(asked.visible))
    sql = f"""
WITH {step}
SELECT p.name, asked.x, asked.y, asked.revenue, asked.across, asked.up
FROM asked JOIN partners_partner p ON p.id = asked.partner_id
ORDER BY (asked.x IS NULL OR asked.y IS NULL), asked.up DESC, asked.across DESC, asked.revenue DESC NULLS LAST, p.name
LIMIT {MOST_ROWS}"""
    return _fetched(sql, parameters)


def parted(asked_of: Asked, parts: int) -> Marks | None:
    """Return marks that part those who have both figures evenly; None where nobody has."""
    step, parameters = _asked(asked_of, whole(asked_of.visible))
    shares = [place / parts for place in range(1, parts)]
    each = ", ".join(
        f"percentile_disc(%(shares)s::float8[]) WITHIN GROUP (ORDER BY {axis}), max({axis})" for axis in ("x", "y")
    )
    sql = f"WITH {step} SELECT {each} FROM asked WHERE x IS NOT NULL AND y IS NOT NULL"
    x, x_most, y, y_most = _fetched(sql, {**parameters, "shares": shares})[0]
    return None if x is None else Marks(_rising(x, x_most), _rising(y, y_most))


def _rising(marks: Sequence[Decimal], highest: Decimal) -> tuple[Decimal, ...]:
    """Round marks to two digits, and move apart those that fell together."""
    found: list[Decimal] = []
    for mark in marks:
        near = _round(mark)
        if found and near <= found[-1]:
            near = _round((found[-1] + highest) / 2)
        if found and near <= found[-1]:
            near = found[-1] + 1
        found.append(near)
    return tuple(found)


def _round(number: Decimal) -> Decimal:
    """Return a number with two digits that say something."""
    return round(number, 1 - number.adjusted()) if number else Decimal(0)


def _asked(asked: Asked, seen: Seen) -> tuple[str, dict[str, Any]]:
    """Return the step of the statement in which everybody has their figures and their cell."""
    columns = Columns(asked.at, registry.catalog())
    figures = {"x": columns.value({"field": asked.x_key}), "y": columns.value({"field": asked.y_key})}
    worth = "NULL::numeric" if check_operand(REVENUE, columns.catalog) else columns.value(REVENUE)
    select = columns.select(seen.scope, {**figures, "revenue": worth})
    marks = {"x_marks": list(asked.marks.x), "y_marks": list(asked.marks.y)}
    return _ASKED.format(figures=select), {**columns.parameters, **seen.parameters, **marks}


def _reach(found: Sequence[Any]) -> Reach | None:
    return None if found[0] is None else Reach(*map(float, found))


def _fetched(sql: str, parameters: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
