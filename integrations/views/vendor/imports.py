"""Bringing in files: upload, map the columns, look at the preview, commit, watch, take the failed rows home."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from accounts.services.integrations import register_source
from core import csv_export
from core.refusals import Refusal
from integrations import queries
from integrations.forms import MappingForm, UploadForm
from integrations.models import ImportFile, ImportState
from integrations.services import imports
from integrations.services.reading import FileRefusedError

PER_PAGE = 50
SHOWN_ERRORS = 50
SAMPLE_CELLS = 3
FOLDER = "integrations/vendor/imports"


@vendor_view(Permission.RUN_IMPORTS)
@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    """List the files that were brought in."""
    page = Paginator(queries.imports(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, f"{FOLDER}/list.html", {"page": page})


@vendor_view(Permission.RUN_IMPORTS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_create(request: HttpRequest) -> HttpResponse:
    """Take a file that can be read."""
    form = UploadForm(request.POST or None, request.FILES or None, initial={"resource": request.GET.get("resource")})
    if request.method == "POST" and form.is_valid():
        try:
            file = _upload(request, form.cleaned_data)
        except FileRefusedError as refusal:
            where = _("Line %(line)d, column %(column)d: %(message)s")
            found = {"line": refusal.line, "column": refusal.column, "message": refusal.message}
            form.add_error("file", ValidationError(where % found, code=refusal.code))
        else:
            return redirect("vendor:import-mapping", file.public_id)
    return render(request, f"{FOLDER}/create.html", {"form": form}, status=422 if form.errors else 200)


def _upload(request: HttpRequest, data: dict[str, Any]) -> ImportFile:
    user: Any = request.user
    label = data["new_source"].strip()
    source = data["source"] or register_source(key=slugify(label)[:40], label=label, by=user)
    return imports.upload(
        resource=data["resource"],
        source=source,
        file_name=data["file"].name,
        content=data["file"].read(),
        by=user,
        at=timezone.now(),
    )


@vendor_view(Permission.RUN_IMPORTS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_mapping(request: HttpRequest, file: UUID) -> HttpResponse:
    """Say which column is which field; with that, the file is tried out."""
    found = _load(file)
    if found.started_at or found.is_over:
        return redirect("vendor:import-detail", found.public_id)
    form = MappingForm(request.POST or None, file=found)
    if request.method == "POST" and form.is_valid():
        try:
            _map_and_preview(request, found, form)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return redirect("vendor:import-preview", found.public_id)
    columns = [{**column, "sample": sample} for column, sample in zip(form.columns(), _samples(found), strict=True)]
    context = {"file": found, "form": form, "columns": columns}
    return render(request, f"{FOLDER}/mapping.html", context, status=422 if form.errors else 200)


def _map_and_preview(request: HttpRequest, file: ImportFile, form: MappingForm) -> None:
    user: Any = request.user
    at = timezone.now()
    imports.map_columns(file=file, mapping=form.mapping(), options=form.options(), by=user, at=at)
    imports.preview(file=file, by=user, at=at)


def _samples(file: ImportFile) -> list[str]:
    """Return a few different cells of each column."""
    shown: list[dict[str, None]] = [{} for _column in file.columns]
    for at, row in enumerate(imports.table_of(file).rows()):
        for cells, cell in zip(shown, row.cells, strict=False):
            if cell.strip() and len(cells) < SAMPLE_CELLS:
                cells[cell.strip()[:60]] = None
        if at == imports.SHOWN_ROWS:
            break
    return [" · ".join(cells) for cells in shown]


@vendor_view(Permission.RUN_IMPORTS)
@require_safe
def import_preview(request: HttpRequest, file: UUID) -> HttpResponse:
    """Show what the file would do."""
    found = _load(file)
    if found.state == ImportState.UPLOADED:
        return redirect("vendor:import-mapping", found.public_id)
    if found.state != ImportState.PREVIEWED:
        return redirect("vendor:import-detail", found.public_id)
    errors = list(queries.errors(found, queries.failed_rows(found)[:SHOWN_ERRORS]))
    rows = found.rows.order_by("line")[: imports.SHOWN_ROWS]
    context = {"file": found, "errors": errors, "rows": rows, "digest": imports.digest(found)}
    return render(request, f"{FOLDER}/preview.html", context)


@vendor_view(Permission.RUN_IMPORTS)
@require_POST
def import_commit(request: HttpRequest, file: UUID) -> HttpResponse:
    """Start writing what was previewed."""
    found = _load(file)
    user: Any = request.user
    try:
        imports.commit(file=found, previewed=request.POST.get("digest", ""), by=user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("vendor:import-preview", found.public_id)
    return redirect("vendor:import-detail", found.public_id)


@vendor_view(Permission.RUN_IMPORTS)
@require_POST
def import_stop(request: HttpRequest, file: UUID) -> HttpResponse:
    """Stop an import; what is written stays."""
    found = _load(file)
    user: Any = request.user
    imports.stop(file=found, by=user, at=timezone.now())
    messages.success(request, _("The import of %(name)s is stopped.") % {"name": found})
    return redirect("vendor:import-detail", found.public_id)


@vendor_view(Permission.RUN_IMPORTS)
@require_safe
def import_detail(request: HttpRequest, file: UUID) -> HttpResponse:
    """Show how far an import is and what came of it."""
    found = _load(file)
    if found.state == ImportState.UPLOADED:
        return redirect("vendor:import-mapping", found.public_id)
    if found.state == ImportState.PREVIEWED:
        return redirect("vendor:import-preview", found.public_id)
    return render(request, f"{FOLDER}/detail.html", _progress(found))


@vendor_view(Permission.RUN_IMPORTS)
@require_safe
def import_progress(request: HttpRequest, file: UUID) -> HttpResponse:
    """The part of the page that changes while the import runs."""
    return render(request, f"{FOLDER}/_progress.html", _progress(_load(file)))


@vendor_view(Permission.RUN_IMPORTS)
@require_safe
def import_errors(request: HttpRequest, file: UUID) -> HttpResponseBase:
    """Give every error as a file."""
    found = _load(file)
    return csv_export.download(queries.errors_table(found), name=f"errors-{_stem(found)}.csv")


@vendor_view(Permission.RUN_IMPORTS)
@require_safe
def import_failed_rows(request: HttpRequest, file: UUID) -> HttpResponseBase:
    """Give the refused rows as a file that can be mended and imported again."""
    found = _load(file)
    return csv_export.download(queries.failed_table(found), name=f"failed-{_stem(found)}.csv")


def _load(public_id: UUID) -> ImportFile:
    return get_object_or_404(queries.imports(), public_id=public_id)


def _stem(file: ImportFile) -> str:
    return slugify(file.file_name.rpartition(".")[0] or file.file_name) or "import"


def _progress(file: ImportFile) -> dict[str, Any]:
    failed = queries.failed_rows(file)[:SHOWN_ERRORS] if file.rows_failed else file.rows.none()
    trail = [(_("Imports"), reverse("vendor:import-list"))]
    return {"file": file, "errors": list(queries.errors(file, failed)), "trail": trail}
