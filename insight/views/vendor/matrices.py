"""Segmentation matrices: the list, one drawn with marks that move, its keeping, and what it hands out."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core import csv_export
from core import planes as charts
from core.models import Program
from core.plane_pictures import picture
from core.refusals import Refusal
from core.templatetags.formats import day, number
from insight.forms.matrices import CellForm, MarksForm, MatrixForm, evenly
from insight.marks import Marks
from insight.models import Matrix
from insight.queries import matrices as reads
from insight.queries import planes
from insight.services import matrices
from partners.forms.refusals import show_refusal
from partners.models import Partner
from scorecards.queries import figures

FOLDER = "insight/vendor/matrices"


@dataclass(frozen=True, slots=True)
class Tried:
    """A matrix with the marks that somebody looks at, and the form that has them."""

    matrix: Matrix
    marks: Marks
    x: reads.Axis
    y: reads.Axis
    form: MarksForm

    def view(self, request: HttpRequest, *, exactly: bool = False) -> reads.View:
        """Return it drawn for the reader."""
        visible = Partner.objects.visible_to(request.user)
        shown = reads.View(self.matrix, self.marks, self.x, self.y)
        return reads.drawn(shown, visible=visible, at=timezone.now(), exactly=exactly)

    def asked(self, request: HttpRequest) -> planes.Asked:
        """Return what it asks of the partners the reader sees."""
        visible = Partner.objects.visible_to(request.user)
        return reads.asked_of(self.matrix, self.marks, visible=visible, at=timezone.now())


@vendor_view(Permission.VIEW_SEGMENTS)
@require_safe
def matrix_list(request: HttpRequest) -> HttpResponse:
    """List one's own matrices and those that colleagues share."""
    user: Any = request.user
    fields = figures.numeric_fields()
    rows = Matrix.objects.visible_to(user).select_related("owner", "segment", "region").order_by("name", "pk")
    shown = [
        (one, figures.label_of(fields, one.x_key), figures.label_of(fields, one.y_key), one.owner_id == user.pk)
        for one in rows
    ]
    return render(request, f"{FOLDER}/list.html", {"rows": shown})


@vendor_view(Permission.VIEW_SEGMENTS)
@require_safe
def matrix_detail(request: HttpRequest, matrix_id: UUID) -> HttpResponse:
    """Show partners by two figures, with the marks of the address or those that are kept."""
    matrix = load(request, matrix_id)
    shown = tried(request, matrix)
    view, form = shown.view(request, exactly=request.GET.get("exact") == "1"), shown.form
    context = {
        "matrix": matrix,
        "view": view,
        "form": form,
        "chart": charts.drawing(view.chart, title=view.title) if view.chart else "",
        "currency": Program.current().currency,
        "sees_all": allowed(request.user, Permission.VIEW_ALL_PARTNERS),
        "may_change": matrices.may_change(matrix, request.user),
        "trail": trail(),
    }
    if request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request"):
        return render(request, f"{FOLDER}/_board.html", {**context, "is_fragment": True})
    return render(request, f"{FOLDER}/detail.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.VIEW_SEGMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def matrix_create(request: HttpRequest) -> HttpResponse:
    """Keep a new matrix; its marks part evenly whoever has both figures."""
    form = MatrixForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            marks = _even_marks(request, form)
            made = matrices.create(marks=marks, by=_me(request), at=timezone.now(), **form.changes)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Kept. The marks part your partners evenly; move them where you want them."))
            return redirect("vendor:matrix-detail", made.public_id)
    return _form_page(request, form, None)


@vendor_view(Permission.VIEW_SEGMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def matrix_edit(request: HttpRequest, matrix_id: UUID) -> HttpResponse:
    """Change what a matrix compares, and of whom; with other figures it is divided evenly anew."""
    matrix = load(request, matrix_id)
    if not matrices.may_change(matrix, request.user):
        return _not_yours(request, matrix)
    initial = {name: getattr(matrix, name) for name in (*matrices.EDITABLE, "size")}
    form = MatrixForm(request.POST or None, initial=initial, matrix=load(request, matrix_id))
    if request.method == "POST" and form.is_valid():
        changes, is_new = form.changes, form.cleaned_data["size"] != matrix.size
        is_new = is_new or any(changes[name] != getattr(matrix, name) for name in ("x_key", "y_key"))
        try:
            marks = _even_marks(request, form) if is_new else None
            matrices.update(matrix=matrix, by=_me(request), at=timezone.now(), changes=changes, marks=marks)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("vendor:matrix-detail", matrix.public_id)
    return _form_page(request, form, load(request, matrix_id))


@vendor_view(Permission.VIEW_SEGMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def matrix_cells_edit(request: HttpRequest, matrix_id: UUID) -> HttpResponse:
    """Name the cells, and choose a play for each."""
    matrix = load(request, matrix_id)
    if not matrices.may_change(matrix, request.user):
        return _not_yours(request, matrix)
    x, y = reads.axes(matrix)
    cells = matrix.cells.select_related("play", "matrix").order_by("-row", "column")
    data = request.POST or None
    forms = [CellForm(data, cell=cell, x=x, y=y, size=matrix.size) for cell in cells]
    has_errors = request.method == "POST" and bool([form for form in forms if not form.is_valid()])
    if request.method == "POST" and not has_errors:
        told = [(form.cell, form.cleaned_data) for form in forms]
        try:
            matrices.describe_all(matrix=matrix, cells=told, by=_me(request), at=timezone.now())
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            has_errors = True
        else:
            return redirect("vendor:matrix-detail", matrix.public_id)
    context = {"matrix": matrix, "forms": forms, "trail": trail(matrix), "has_errors": has_errors}
    return render(request, f"{FOLDER}/cells.html", context, status=422 if has_errors else 200)


@vendor_view(Permission.VIEW_SEGMENTS)
@require_POST
def matrix_marks_save(request: HttpRequest, matrix_id: UUID) -> HttpResponse:
    """Keep the marks as they were moved, in a copy of one's own where the matrix is somebody else's."""
    matrix = load(request, matrix_id)
    x, y = reads.axes(matrix)
    form = MarksForm(request.POST, matrix=matrix, x=x, y=y)
    if not form.is_valid():
        messages.error(request, _("These marks cannot be kept: each must be a number above the one before."))
        return redirect("vendor:matrix-detail", matrix.public_id)
    kept = matrix
    try:
        if request.POST.get("act") == "copy" or not matrices.may_change(matrix, request.user):
            kept = matrices.copy(matrix=matrix, marks=form.marks, by=_me(request), at=timezone.now())
            messages.success(request, _("Kept as “%(name)s”. It is yours.") % {"name": kept.name})
        elif matrices.move_marks(matrix=matrix, marks=form.marks, by=_me(request), at=timezone.now()):
            messages.success(request, _("The marks were saved."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("vendor:matrix-detail", kept.public_id)


@vendor_view(Permission.VIEW_SEGMENTS)
@require_POST
def matrix_remove(request: HttpRequest, matrix_id: UUID) -> HttpResponse:
    """Forget a matrix."""
    matrix = load(request, matrix_id)
    try:
        matrices.remove(matrix=matrix, by=_me(request), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("vendor:matrix-detail", matrix.public_id)
    messages.success(request, _("“%(name)s” was removed. Segments made of it stay.") % {"name": matrix.name})
    return redirect("vendor:matrix-list")


# --- what it hands out


@vendor_view(Permission.VIEW_SEGMENTS)
@require_safe
def matrix_export(request: HttpRequest, matrix_id: UUID) -> Any:
    """Download everybody the reader sees in it as a table, cell by cell."""
    matrix = load(request, matrix_id)
    shown = tried(request, matrix)
    x, y = shown.x, shown.y
    cells = {(one.column, one.row): one for one in matrix.cells.select_related("play")}
    heading = [_("Partner"), x.label, y.label, _("Won in 12 months"), _("Cell"), _("Play")]

    def line(row: Any) -> list[Any]:
        name, across, up, revenue, column, place = row
        cell = cells.get((column, place))
        told = ", ".join(reads.lines_of(cell, x, y, matrix.size)) if cell else _("Without a place")
        return [name, across, up, revenue, told, cell.play.name if cell and cell.play else ""]

    try:
        rows = planes.table(shown.asked(request))
    except reads.FAULTS:
        messages.error(request, _("These figures cannot be worked out now."))
        return redirect("vendor:matrix-detail", matrix.public_id)
    return csv_export.download([heading, *map(line, rows)], name=f"{matrix.key}.csv")


@vendor_view(Permission.VIEW_SEGMENTS)
@require_safe
def matrix_picture(request: HttpRequest, matrix_id: UUID) -> HttpResponse:
    """Download the drawing as a picture."""
    matrix = load(request, matrix_id)
    view = tried(request, matrix).view(request)
    if view.chart is None or view.plane is None:
        messages.error(request, view.error or _("Nobody has both figures yet: there is nothing to draw."))
        return redirect("vendor:matrix-detail", matrix.public_id)
    count, today = view.plane.placed, day(timezone.now())
    if view.plane.is_estimate:
        lead = _("About %(count)s partners, %(day)s") % {"count": number(count), "day": today}
    else:
        told = ngettext("%(count)s partner, %(day)s", "%(count)s partners, %(day)s", count)
        lead = told % {"count": number(count), "day": today}
    drawn = picture(
        view.chart, title=matrix.name, lead=lead, x_label=view.x.label, y_label=view.y.label, ends=view.ends
    )
    answer = HttpResponse(drawn, content_type="image/svg+xml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{matrix.key}.svg"'
    return answer


# --- what its pages share


def load(request: HttpRequest, public_id: UUID) -> Matrix:
    """Return a matrix that the reader may see, or 404."""
    rows = Matrix.objects.visible_to(request.user).select_related("owner", "segment", "region")
    return get_object_or_404(rows, public_id=public_id)


def tried(request: HttpRequest, matrix: Matrix) -> Tried:
    """Return a matrix with the marks that the address names, or with those that are kept."""
    x, y = reads.axes(matrix)
    form = MarksForm(request.GET if MarksForm.is_in(request.GET) else None, matrix=matrix, x=x, y=y)
    return Tried(matrix, form.marks if form.is_bound and form.is_valid() else matrix.marks, x, y, form)


def trail(matrix: Matrix | None = None) -> list[tuple[str, str]]:
    """Return the way to a page of matrices."""
    found = [(_("Matrices"), reverse("vendor:matrix-list"))]
    if matrix is not None:
        found.append((matrix.name, reverse("vendor:matrix-detail", args=[matrix.public_id])))
    return found


def _even_marks(request: HttpRequest, form: MatrixForm) -> Marks:
    """Return marks that part the partners of the reader evenly."""
    answers = form.cleaned_data
    plain = Matrix(**form.changes)
    visible = Partner.objects.visible_to(request.user)
    asked = reads.asked_of(plain, evenly(answers["size"]), visible=visible, at=timezone.now())
    try:
        found = planes.parted(asked, answers["size"])
    except reads.FAULTS:
        found = None
    return found or evenly(answers["size"])


def _form_page(request: HttpRequest, form: MatrixForm, matrix: Matrix | None) -> HttpResponse:
    context = {"form": form, "matrix": matrix, "trail": trail(matrix)}
    return render(request, f"{FOLDER}/form.html", context, status=422 if form.errors else 200)


def _not_yours(request: HttpRequest, matrix: Matrix) -> HttpResponse:
    told = _("This matrix is %(name)s's. Keep a copy of your own to change it.") % {"name": matrix.owner or "–"}
    messages.info(request, told)
    return redirect("vendor:matrix-detail", matrix.public_id)


def _me(request: HttpRequest) -> Any:
    return request.user
