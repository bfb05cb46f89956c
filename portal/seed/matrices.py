"""Writes matrices that people look at: one for the whole program, one about our time, one of a manager's own."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from insight.marks import Marks
from insight.models import Matrix
from insight.queries import matrices as reads
from insight.queries import planes
from insight.services import cell_plays, matrices
from partners.models import Assignment, Partner
from scorecards.models import Play

#: Column and row from below: name, what to do, play.
NINE: Mapping[tuple[int, int], tuple[str, str, str]] = {
    (0, 2): ("Hidden gems", "Much could come of them, and hardly anything does: plan the first deals together.", "Six weeks, two hundred names"),
    (1, 2): ("Rising", "They sell, and could sell twice as much: put names to the next two quarters.", "One named customer a month"),
    (2, 2): ("Stars", "Keep them close, ask them first.", ""),
    (0, 1): ("Question marks", "Find out what holds them back before anybody invests.", "Ten minutes of product news a week"),
    (1, 1): ("Core", "The middle that carries the year: one more offer each.", "A restore test as the door opener"),
    (2, 1): ("Strong sellers", "They win with few people: help them to certify more.", "One more certified colleague"),
    (0, 0): ("Reconsider", "Self-service, and a talk once a year about what both want.", ""),
    (1, 0): ("Steady", "Let them do what they do well.", ""),
    (2, 0): ("At their limit", "They sell all they can: see that nothing breaks.", "One more certified colleague"),
}  # fmt: skip
TIME: Mapping[tuple[int, int], tuple[str, str, str]] = {
    (1, 1): ("Worth the help", "Every hour with them pays: go there first.", "One more certified colleague"),
    (0, 1): ("Much help, little back", "Help in groups and by the portal until something moves.", "Ten minutes of product news a week"),
    (1, 0): ("Let them run", "They need nobody; say thank you twice a year.", ""),
    (0, 0): ("Self-service", "The portal answers; nobody calls without a reason.", ""),
}  # fmt: skip
GIVEN_PARTNERS = 3


def write(*, by: User, at: datetime) -> None:
    """Write the matrices, and give the play of one cell to a few partners."""
    plays = {play.name: play for play in Play.objects.published()}
    nine = matrices.define(
        key="performance-and-potential", name="Performance and potential", by=by, at=at, is_shared=True,
        description="Where it pays to invest: what partners win today against what could come of them.",
        x_key="measure_revenue_12_months", y_key="measure_potential",
        marks=Marks((Decimal(50_000), Decimal(250_000)), (Decimal(25), Decimal(50))), cells=_cells(NINE, plays),
    )  # fmt: skip
    matrices.define(
        key="profitability-and-need", name="Profitability and need", by=by, at=at, is_shared=True,
        description="Where our time goes best: what comes back for each time we are in touch, and how much is still missing.",
        x_key="measure_return_on_time", y_key="measure_need",
        marks=Marks((Decimal(40_000),), (Decimal(55),)), cells=_cells(TIME, plays),
    )  # fmt: skip
    _write_own(at=at)
    _give(nine, by=by, at=at)


def _cells(
    told: Mapping[tuple[int, int], tuple[str, str, str]], plays: Mapping[str, Play]
) -> dict[tuple[int, int], dict[str, Any]]:
    return {
        place: {"name": name, "advice": advice, "play": plays[play] if play else None}
        for place, (name, advice, play) in told.items()
    }


def _write_own(*, at: datetime) -> None:
    """Let the first manager keep a matrix that nobody else sees."""
    first = Assignment.objects.open().order_by("user__pk").select_related("user").first()
    if first is not None:
        matrices.define(
            key="revenue-and-engagement", name="Revenue and engagement", by=first.user, at=at,
            description="Whom I call on Fridays.",
            x_key="measure_revenue_12_months", y_key="measure_engagement",
            marks=Marks((Decimal(100_000),), (Decimal(40),)),
            cells={(1, 0): {"name": "Sell, and stay away"}, (0, 1): {"name": "Eager"}},
        )  # fmt: skip


def _give(matrix: Matrix, *, by: User, at: datetime) -> None:
    """Give the play of the first cell with one to those in it who win most."""
    visible = Partner.objects.all()
    for cell in matrix.cells.filter(play__isnull=False).select_related("play", "matrix").order_by("row", "column"):
        asked = reads.asked_of(matrix, matrix.marks, visible=visible, at=at)
        _total, rows = planes.listed(asked, (cell.column, cell.row), most=GIVEN_PARTNERS)
        if rows:
            partners = visible.filter(pk__in=[row.partner_id for row in rows]).order_by("pk")
            cell_plays.give(cell=cell, partners=list(partners), by=by, at=at)
            return
