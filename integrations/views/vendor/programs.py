"""The program as a file: taken home, brought in, looked at, confirmed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from core.models import Program
from core.refusals import Refusal
from integrations import queries
from integrations.forms import ProgramForm
from integrations.models import ProgramImport, ProgramImportState
from integrations.services import program_imports, programs

PER_PAGE = 50
FOLDER = "integrations/vendor/programs"


@vendor_view(Permission.MANAGE_PROGRAM)
@require_safe
def program_import_list(request: HttpRequest) -> HttpResponse:
    """List the documents that were brought in, and offer the program as one."""
    page = Paginator(queries.program_imports().defer("content", "report"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, f"{FOLDER}/list.html", {"page": page})


@vendor_view(Permission.MANAGE_PROGRAM)
@require_safe
def program_export(request: HttpRequest) -> HttpResponse:
    """Give the whole program as a document."""
    name = slugify(Program.current().name) or "program"
    return _as_file(programs.printed(programs.document()), f"{name}-{timezone.localdate().isoformat()}.json")


@vendor_view(Permission.MANAGE_PROGRAM)
@require_safe
def program_schema(request: HttpRequest) -> HttpResponse:
    """Give the JSON Schema of the document, for editors that check while people write."""
    return _as_file(programs.printed(programs.schema()), "partner-program-1.schema.json")


@vendor_view(Permission.MANAGE_PROGRAM)
@require_http_methods(["GET", "HEAD", "POST"])
def program_import_create(request: HttpRequest) -> HttpResponse:
    """Take a document and find out what it would do."""
    form = ProgramForm(request.POST, request.FILES) if request.method == "POST" else ProgramForm()
    if request.method == "POST" and form.is_valid():
        content, name = form.document()
        user: Any = request.user
        try:
            found = program_imports.propose(
                content=content,
                file_name=name,
                publish=form.cleaned_data["publish"],
                by=user,
                at=timezone.now(),
            )
        except programs.UnreadableError as refusal:
            form.add_error("file" if name else "text", refusal)
        else:
            return redirect("vendor:program-import-detail", found.public_id)
    return render(request, f"{FOLDER}/create.html", {"form": form}, status=422 if form.errors else 200)


@vendor_view(Permission.MANAGE_PROGRAM)
@require_safe
def program_import_detail(request: HttpRequest, program_import: UUID) -> HttpResponse:
    """Show what a document would do, or what it did."""
    found = _load(program_import)
    report = found.report
    context = {
        "proposal": found,
        "report": report,
        "faults": report["faults"],
        "groups": _by_section(report["steps"]),
        "unchanged": report["counts"]["unchanged"],
        "changes_nothing": not report["counts"]["created"] + report["counts"]["changed"],
        "is_planned": found.state == ProgramImportState.PLANNED,
        "is_applied": found.state == ProgramImportState.APPLIED,
        "trail": [(_("Program as a file"), reverse("vendor:program-import-list"))],
    }
    return render(request, f"{FOLDER}/detail.html", context)


@vendor_view(Permission.MANAGE_PROGRAM)
@require_POST
def program_import_confirm(request: HttpRequest, program_import: UUID) -> HttpResponse:
    """Do what the document would do."""
    found = _load(program_import)
    user: Any = request.user
    at = timezone.now()
    try:
        program_imports.confirm(proposal=found, digest=request.POST.get("digest", ""), by=user, at=at)
    except (programs.ProgramChangedError, programs.PlanRefusedError) as refusal:
        program_imports.look_again(proposal=found, by=user, at=at)
        messages.error(request, str(refusal))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The program stands as the document says. Partners are being judged by it now."))
    return redirect("vendor:program-import-detail", found.public_id)


@vendor_view(Permission.MANAGE_PROGRAM)
@require_POST
def program_import_look_again(request: HttpRequest, program_import: UUID) -> HttpResponse:
    """Find out anew what a document would do."""
    found = _load(program_import)
    user: Any = request.user
    try:
        program_imports.look_again(proposal=found, by=user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("vendor:program-import-detail", found.public_id)


@vendor_view(Permission.MANAGE_PROGRAM)
@require_safe
def program_import_document(request: HttpRequest, program_import: UUID) -> HttpResponse:
    """Give the document as it was brought in."""
    found = _load(program_import)
    return _as_file(found.content, f"{slugify(found.file_name.removesuffix('.json')) or 'program'}.json")


def _load(public_id: UUID) -> ProgramImport:
    return get_object_or_404(queries.program_imports(), public_id=public_id)


def _by_section(steps: list[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Return what is created or changed, under the title of its section, in the order of the document."""
    titles = programs.titles()
    found: dict[str, list[Mapping[str, Any]]] = {}
    for step in steps:
        if step["action"] != programs.Action.UNCHANGED:
            found.setdefault(step["section"], []).append(step)
    return [(str(titles.get(name, name)), group) for name, group in found.items()]


def _as_file(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
