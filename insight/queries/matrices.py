"""A matrix as its pages show it: what is drawn, what is in each cell, and the marks that are tried."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from core import planes as charts
from core.models import Program
from core.templatetags.formats import money_short, number
from criteria.fields import Field
from criteria.tree import CriteriaError
from insight.marks import Marks
from insight.models import Matrix, MatrixCell
from insight.queries import planes, seen
from partners.models import Partner
from scorecards.models import Prescription, PrescriptionState
from scorecards.queries import figures
from segmentation import engine
from segmentation.queries.thresholds import plain

#: What a figure fails with that cannot be worked out.
FAULTS = (CriteriaError, *engine.FAULTS_OF_RULES)
#: What a cell without a name of its own is called by: the parts of an axis, by how many there are.
WORDS = {2: (lazy("Low"), lazy("High")), 3: (lazy("Low"), lazy("Middle"), lazy("High"))}


@dataclass(frozen=True, slots=True)
class Axis:
    """One figure: its field (None: nothing has this key any more), what it is called, and its key."""

    key: str
    field: Field | None

    @property
    def label(self) -> str:
        """What it is called."""
        return str(self.field.label) if self.field else self.key

    def shown(self, value: Any) -> str:
        """Return a value as people read it, short."""
        return figures.shown(self.field, value)


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell with the partners in it."""

    cell: MatrixCell
    lines: Sequence[str]
    count: int
    revenue: Decimal
    share: Decimal
    href: str

    @property
    def name(self) -> str:
        """What it is called, in one line."""
        return ", ".join(self.lines)


@dataclass(frozen=True, slots=True)
class View:
    """A matrix with other marks perhaps, drawn for one reader. `error` says why nothing can be drawn."""

    matrix: Matrix
    marks: Marks
    x: Axis
    y: Axis
    cells: Sequence[CellView] = ()
    plane: planes.Plane | None = None
    chart: charts.Plane | None = None
    error: str = ""

    @property
    def is_moved(self) -> bool:
        """Whether it is divided elsewhere than it is kept."""
        return self.marks != self.matrix.marks

    @property
    def query(self) -> str:
        """The marks as an address has them, where they are not those that are kept."""
        return query_of(self.marks) if self.is_moved else ""

    @property
    def title(self) -> str:
        """What the drawing shows, in words."""
        told = {"name": self.matrix.name, "x": self.x.label, "y": self.y.label}
        return _("%(name)s: %(x)s to the right, %(y)s upwards. The table below says the same.") % told

    @property
    def ends(self) -> list[str]:
        """The lowest and the highest value drawn, to the right and upwards."""
        if self.chart is None:
            return ["", "", "", ""]
        pairs = ((self.x, self.chart.x), (self.y, self.chart.y))
        return [axis.shown(end) for axis, scale in pairs for end in (scale.low, scale.high)]

    @property
    def stretched(self) -> list[str]:
        """The names of the axes that are stretched near zero."""
        pairs = ((self.x, self.chart.x), (self.y, self.chart.y)) if self.chart else ()
        return [axis.label for axis, scale in pairs if scale.is_stretched]


def axes(matrix: Matrix) -> tuple[Axis, Axis]:
    """Return both figures of a matrix."""
    fields = figures.numeric_fields()
    return Axis(matrix.x_key, fields.get(matrix.x_key)), Axis(matrix.y_key, fields.get(matrix.y_key))


def audience(matrix: Matrix, visible: Any) -> Any:
    """Return the partners whom a matrix is of, among those its reader may see."""
    if matrix.segment_id is not None:
        visible = visible.filter(classification__segment_ids__contains=[matrix.segment_id])
    return visible.in_region(matrix.region) if matrix.region is not None else visible


def asked_of(matrix: Matrix, marks: Marks, *, visible: Any, at: datetime) -> planes.Asked:
    """Return what a matrix asks of the partners its reader may see."""
    return planes.Asked(matrix.x_key, matrix.y_key, marks, audience(matrix, visible), at)


def drawn(view: View, *, visible: Any, at: datetime, exactly: bool = False) -> View:
    """Return a view with what is in it. Of very many partners a sample is asked, unless they are wanted exactly."""
    asked = asked_of(view.matrix, view.marks, visible=visible, at=at)
    try:
        with transaction.atomic():
            whom = seen.sample(asked.visible) if not exactly and seen.is_large(asked.visible) else None
            found = planes.plane(asked, whom)
    except FAULTS:
        gone = ", ".join(axis.label for axis in (view.x, view.y) if axis.field is None)
        told = _("%(figures)s cannot be measured any more. Choose other figures.") % {"figures": gone}
        return replace(view, error=told if gone else _("These figures cannot be worked out now."))
    cells = _cells(view, found)
    return replace(view, plane=found, cells=cells, chart=_chart(view, cells, found, visible))


def query_of(marks: Marks) -> str:
    """Return marks as the parameters of an address."""
    return urlencode({name: plain(mark) for name, mark in marks.named})


def lines_of(cell: MatrixCell, x: Axis, y: Axis, size: int) -> list[str]:
    """Return what a cell is called, in lines: its own name, or what is high and low there."""
    if cell.name:
        return [cell.name]
    words = WORDS[size]
    return [f"{words[cell.row]} {y.label}", f"{words[cell.column]} {x.label}"]


def _cells(view: View, found: planes.Plane) -> list[CellView]:
    """Return the cells as they are read: from the top, from the left."""
    rows = view.matrix.cells.select_related("play", "segment").order_by("-row", "column")
    tail = f"?{view.query}" if view.query else ""
    return [
        CellView(
            cell,
            lines_of(cell, view.x, view.y, view.matrix.size),
            (box := found.boxes.get((cell.column, cell.row), planes.Box())).count,
            box.revenue,
            Decimal(box.count) / found.placed if found.placed else Decimal(0),
            reverse("vendor:matrix-cell-detail", args=[cell.public_id]) + tail,
        )
        for cell in rows
    ]


def _chart(view: View, cells: Sequence[CellView], found: planes.Plane, visible: Any) -> charts.Plane | None:
    if found.x is None or found.y is None:
        return None
    about = "≈ " if found.is_estimate else ""
    currency = Program.current().currency
    squares = [
        charts.Square(
            one.cell.column, one.cell.row, one.lines, f"{about}{number(one.count)}",
            money_short(one.revenue, currency), one.href, _spoken(one, currency),
        )
        for one in cells
    ]  # fmt: skip
    x_marks, y_marks = (
        [charts.Mark(name, float(mark), axis.shown(mark)) for name, mark in view.marks.named if name.startswith(letter)]
        for letter, axis in (("x", view.x), ("y", view.y))
    )
    return charts.Plane(
        _scale(found.x, x_marks), _scale(found.y, y_marks), x_marks, y_marks, squares,
        _dots(view, found, visible), is_dense=not found.shows_everybody,
    )  # fmt: skip


def _spoken(one: CellView, currency: str) -> str:
    told = {"name": one.name, "count": number(one.count), "revenue": money_short(one.revenue, currency)}
    return (
        ngettext("%(name)s: %(count)s partner, %(revenue)s", "%(name)s: %(count)s partners, %(revenue)s", one.count)
        % told
    )


def _scale(reach: planes.Reach, marks: Sequence[charts.Mark]) -> charts.Scale:
    return charts.scale_over(
        lowest=reach.lowest,
        first=reach.first,
        middle=reach.middle,
        last=reach.last,
        highest=reach.highest,
        marks=[mark.value for mark in marks],
    )


def _dots(view: View, found: planes.Plane, visible: Any) -> list[charts.Dot]:
    if not found.shows_everybody:
        return [charts.Dot(x, y) for _pk, x, y in found.drawn]
    named = {
        pk: (name, public_id)
        for pk, name, public_id in visible.filter(pk__in=[pk for pk, _x, _y in found.drawn]).values_list(
            "pk", "name", "public_id"
        )
    }
    return [
        charts.Dot(
            x,
            y,
            f"{named[pk][0]}: {view.x.label} {view.x.shown(x)}, {view.y.label} {view.y.shown(y)}",
            reverse("vendor:partner-detail", args=[named[pk][1]]),
        )
        for pk, x, y in found.drawn
        if pk in named
    ]


# --- one cell


@dataclass(frozen=True, slots=True)
class Member:
    """A partner in a cell: its figures, what it won in twelve months, and what became of the cell's play."""

    partner: Partner
    x: str
    y: str
    revenue: Decimal | None
    given: Prescription | None


def members_of(
    asked: planes.Asked, cell: MatrixCell | None, *, x: Axis, y: Axis, offset: int, most: int
) -> tuple[int, list[Member]]:
    """Return how many are in a cell, and a page of them; without a cell, those who have no place."""
    place = (cell.column, cell.row) if cell else None
    total, rows = planes.listed(asked, place, offset=offset, most=most)
    partners = asked.visible.select_related("region").in_bulk([row.partner_id for row in rows])
    given = _given(cell, list(partners)) if cell else {}
    return total, [
        Member(partners[row.partner_id], x.shown(row.x), y.shown(row.y), row.revenue, given.get(row.partner_id))
        for row in rows
        if row.partner_id in partners
    ]


def _given(cell: MatrixCell, partner_ids: Sequence[int]) -> dict[int, Prescription]:
    """Return what became of the cell's play at some partners: what is in work before what is done."""
    if cell.play_id is None:
        return {}
    states = (PrescriptionState.DONE, PrescriptionState.ACCEPTED)
    rows = Prescription.objects.filter(play=cell.play_id, partner__in=partner_ids, state__in=states)
    return {one.partner_id: one for one in rows.order_by("-state", "pk")}
