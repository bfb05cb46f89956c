"""The vendor's ways of working: what is asked for, and how far partners are."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from enablement.forms.skills import ConfirmProcessForm, ProcessForm
from enablement.models import Adoption, Process, SkillSource
from enablement.queries import processes as reads
from enablement.services import processes
from partners.forms.refusals import show_refusal
from partners.models import Partner

PAGE_SIZE = 50


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def process_list(request: HttpRequest) -> HttpResponse:
    """List the ways of working with how many partners have adopted each."""
    context = {"processes": reads.catalogue(), "may_edit": allowed(request.user, Permission.MANAGE_SKILLS)}
    return render(request, "enablement/vendor/processes/list.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def process_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a way of working, and what is said at the partners one sees."""
    process = _process(public_id)
    said = Adoption.objects.visible_to(request.user).filter(process=process, ended_at=None)
    rows = said.select_related("partner", "said_by").order_by("partner__name", "partner", "source")
    may_see_partners = allowed(request.user, Permission.VIEW_PARTNERS)
    context = {
        "process": process,
        "page": Paginator(rows if may_see_partners else rows.none(), PAGE_SIZE).get_page(request.GET.get("page")),
        "may_edit": allowed(request.user, Permission.MANAGE_SKILLS),
    }
    return render(request, "enablement/vendor/processes/detail.html", context)


@vendor_view(Permission.MANAGE_SKILLS)
@require_http_methods(["GET", "HEAD", "POST"])
def process_create(request: HttpRequest) -> HttpResponse:
    """Define a way of working."""
    form = ProcessForm(request.POST or None, initial={"owner": request.user.pk})
    if request.method == "POST" and form.is_valid():
        try:
            made = processes.create(by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved as a draft."))
            return redirect("vendor:process-detail", made.public_id)
    return _form_page(request, form)


@vendor_view(Permission.MANAGE_SKILLS)
@require_http_methods(["GET", "HEAD", "POST"])
def process_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change a way of working."""
    process = _process(public_id)
    form = ProcessForm(request.POST or None, initial=model_to_dict(process))
    if request.method == "POST" and form.is_valid():
        try:
            processes.update(process=process, by=_me(request), at=timezone.now(), changes=form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("vendor:process-detail", public_id)
    return _form_page(request, form, _process(public_id))


@vendor_view(Permission.MANAGE_SKILLS)
@require_POST
def process_publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a way of working to partners."""
    processes.publish(process=_process(public_id), by=_me(request), at=timezone.now())
    messages.success(request, _("Published. Partners see it."))
    return redirect("vendor:process-detail", public_id)


@vendor_view(Permission.MANAGE_SKILLS)
@require_POST
def process_retire(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask for a way of working no more."""
    processes.retire(process=_process(public_id), by=_me(request), at=timezone.now())
    return redirect("vendor:process-detail", public_id)


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def partner_process_confirm(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say how far a partner is with a way of working."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    form = ConfirmProcessForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            processes.say(
                **form.cleaned_data, partner=partner, source=SkillSource.CONFIRMED, by=_me(request), at=timezone.now()
            )
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. The partner's admins are being told."))
            return redirect("vendor:partner-detail", public_id)
    context = {"form": form, "partner": partner}
    return render(request, "enablement/vendor/processes/confirm.html", context, status=422 if form.errors else 200)


def _process(public_id: UUID) -> Process:
    return get_object_or_404(Process.objects.select_related("owner", "rule"), public_id=public_id)


def _me(request: HttpRequest) -> Any:
    return request.user


def _form_page(request: HttpRequest, form: ProcessForm, process: Process | None = None) -> HttpResponse:
    context = {"form": form, "process": process}
    return render(request, "enablement/vendor/processes/form.html", context, status=422 if form.errors else 200)
