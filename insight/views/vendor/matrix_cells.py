"""One cell of a matrix: who is in it, the play given to them, a segment made of it; and who has no place at all."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.models import Program
from core.refusals import Refusal
from criteria.fields import RuleKind
from insight.models import Matrix, MatrixCell
from insight.queries import matrices as reads
from insight.queries import planes
from insight.services import cell_plays, cell_segments, matrices
from insight.views.vendor.matrices import FOLDER, Tried, trail, tried
from partners.models import Partner
from partners.views.ids import uuids

PAGE_ROWS = 50


@vendor_view(Permission.VIEW_SEGMENTS)
@require_safe
def matrix_cell_detail(request: HttpRequest, matrix_cell_id: UUID) -> HttpResponse:
    """Show who is in a cell, and what they get."""
    cell = _cell(request, matrix_cell_id)
    return _page(request, cell.matrix, cell)


@vendor_view(Permission.VIEW_SEGMENTS)
@require_safe
def matrix_unplaced(request: HttpRequest, matrix_id: UUID) -> HttpResponse:
    """Show who has no place, for want of a figure."""
    rows = Matrix.objects.visible_to(request.user).select_related("owner", "segment", "region")
    return _page(request, get_object_or_404(rows, public_id=matrix_id), None)


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def matrix_cell_give(request: HttpRequest, matrix_cell_id: UUID) -> HttpResponse:
    """Give the cell's play to the chosen partners, or to everybody in it whom the giver sees."""
    cell = _cell(request, matrix_cell_id)
    try:
        told = _give_all(request, cell) if request.POST.get("whom") == "all" else _give_chosen(request, cell)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, told)
    return redirect(_address(request, cell))


@vendor_view(Permission.MANAGE_SEGMENTS)
@require_POST
def matrix_cell_segment(request: HttpRequest, matrix_cell_id: UUID) -> HttpResponse:
    """Make a segment of the cell, as a draft to read and publish."""
    cell = _cell(request, matrix_cell_id)
    shown = tried(request, cell.matrix)
    name = f"{cell.matrix.name}: {_name_of(cell, shown)}"
    try:
        segment = cell_segments.draft(cell=cell, name=name, marks=shown.marks, by=_me(request), at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(_address(request, cell))
    messages.success(request, _("The bounds of the cell stand in the draft. Read it, and publish it when it is right."))
    return redirect("vendor:criteria-edit", RuleKind.SEGMENT.value, segment.public_id)


def _give_chosen(request: HttpRequest, cell: MatrixCell) -> str:
    chosen = uuids(request.POST.getlist("partner"))[:PAGE_ROWS]
    partners = list(Partner.objects.visible_to(request.user).filter(public_id__in=chosen).order_by("pk"))
    if not partners:
        raise Refusal(_("Choose the partners who are to get it."), code="nobody")
    given = cell_plays.give(cell=cell, partners=partners, by=_me(request), at=timezone.now())
    told = [
        ngettext(
            "“%(play)s” was given to %(n)d partner.", "“%(play)s” was given to %(n)d partners.", given.new
        ) % {"play": cell.play, "n": given.new}
    ]  # fmt: skip
    if given.had:
        told.append(ngettext("%(n)d has it in work.", "%(n)d have it in work.", given.had) % {"n": given.had})
    if given.left_out:
        words = ngettext("%(n)d cannot take it up.", "%(n)d cannot take it up.", given.left_out)
        told.append(words % {"n": given.left_out})
    return " ".join(told)


def _give_all(request: HttpRequest, cell: MatrixCell) -> str:
    asked = tried(request, cell.matrix).asked(request)
    try:
        total, rows = planes.listed(asked, (cell.column, cell.row), most=cell_plays.MOST + 1)
    except reads.FAULTS as fault:
        raise Refusal(_("These figures cannot be worked out now.")) from fault
    if not rows:
        raise Refusal(_("Nobody is in this cell."), code="nobody")
    ids = sorted(row.partner_id for row in rows)
    cell_plays.give_to_all(cell=cell, partner_ids=ids, by=_me(request), at=timezone.now())
    told = ngettext(
        "“%(play)s” goes to %(n)d partner, within minutes. Who has it in work keeps it.",
        "“%(play)s” goes to %(n)d partners, one after the other, within minutes. Who has it in work keeps it.",
        total,
    )
    return told % {"play": cell.play, "n": total}


def _page(request: HttpRequest, matrix: Matrix, cell: MatrixCell | None) -> HttpResponse:
    shown = tried(request, matrix)
    asked, x, y = shown.asked(request), shown.x, shown.y
    number = request.GET.get("page", "1")
    page_number = int(number) if number.isdecimal() and 0 < len(number) < 7 else 1
    error, total = "", 0
    members: list[reads.Member] = []
    try:
        offset = (max(page_number, 1) - 1) * PAGE_ROWS
        total, members = reads.members_of(asked, cell, x=x, y=y, offset=offset, most=PAGE_ROWS)
        if not members and offset:
            page_number = 1
            total, members = reads.members_of(asked, cell, x=x, y=y, offset=0, most=PAGE_ROWS)
    except reads.FAULTS:
        error = _("These figures cannot be worked out now.")
    query = reads.query_of(shown.marks) if shown.marks != matrix.marks else ""
    page: Any = Paginator(range(total), PAGE_ROWS).get_page(page_number)
    page.object_list = members
    context = {
        "matrix": matrix,
        "cell": cell,
        "name": _name_of(cell, shown) if cell else "",
        "page": page,
        "error": error,
        "x": x,
        "y": y,
        "query": query,
        "currency": Program.current().currency,
        "trail": _trail(matrix, query),
        "may_give": cell is not None and cell.play is not None and allowed(request.user, Permission.EDIT_PARTNERS),
        "may_change": matrices.may_change(matrix, request.user),
        "may_segment": allowed(request.user, Permission.MANAGE_SEGMENTS),
        "may_see_plays": allowed(request.user, Permission.VIEW_SCORECARDS),
    }
    return render(request, f"{FOLDER}/{'cell' if cell else 'unplaced'}.html", context)


def _name_of(cell: MatrixCell, shown: Tried) -> str:
    return ", ".join(reads.lines_of(cell, shown.x, shown.y, shown.matrix.size))


def _trail(matrix: Matrix, query: str) -> list[tuple[str, str]]:
    *before, (name, url) = trail(matrix)
    return [*before, (name, f"{url}?{query}" if query else url)]


def _address(request: HttpRequest, cell: MatrixCell) -> str:
    """Return the address of the cell's page with the marks that were shown."""
    shown = {name: request.GET[name] for name, _mark in cell.matrix.marks.named if name in request.GET}
    address = reverse("vendor:matrix-cell-detail", args=[cell.public_id])
    return f"{address}?{urlencode(shown)}" if shown else address


def _cell(request: HttpRequest, public_id: UUID) -> MatrixCell:
    rows = MatrixCell.objects.visible_to(request.user)
    rows = rows.select_related("matrix__owner", "matrix__segment", "matrix__region", "play", "segment")
    return get_object_or_404(rows, public_id=public_id)


def _me(request: HttpRequest) -> Any:
    return request.user
