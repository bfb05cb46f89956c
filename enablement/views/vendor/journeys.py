"""The vendor's journeys: steps in order, published, and how partners fare."""

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

from accounts.access import vendor_view
from accounts.permissions import Permission
from core.refusals import Refusal
from enablement.forms.journeys import JourneyForm, StepForm
from enablement.models import Journey, JourneyStep
from enablement.queries import journeys as journey_queries
from enablement.services import journeys

PAGE_SIZE = 50


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def journey_list(request: HttpRequest) -> HttpResponse:
    """Show every journey with how many partners began and completed it."""
    page = Paginator(journey_queries.catalogue(user=request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    counts = journey_queries.partner_counts(page.object_list, user=request.user)
    rows = [(journey, counts.get(journey.pk, {})) for journey in page.object_list]
    return render(
        request,
        "enablement/vendor/journeys/list.html",
        {"page": page, "rows": rows, "may_edit": _may_edit(request)},
    )


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def journey_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a journey's steps and the partners on it."""
    journey = _journey(request, public_id)
    walks = journey_queries.walks(journey=journey, user=request.user)
    context = {
        "journey": journey,
        "steps": list(journey.steps.select_related("asset", "certification").order_by("position")),
        "page": Paginator(walks, PAGE_SIZE).get_page(request.GET.get("page")),
        "counts": journey_queries.partner_counts([journey], user=request.user).get(journey.pk, {}),
        "may_edit": _may_edit(request),
    }
    return render(request, "enablement/vendor/journeys/detail.html", context)


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def journey_create(request: HttpRequest) -> HttpResponse:
    """Make a draft without steps."""
    form = JourneyForm(request.POST or None, initial={"owner": request.user.pk})
    if request.method == "POST" and form.is_valid():
        try:
            journey = journeys.create(by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Saved as a draft. Add its steps now."))
            return redirect("vendor:journey-detail", public_id=journey.public_id)
    return _form_page(request, form)


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def journey_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a journey's name, summary, audience and owner."""
    journey = _journey(request, public_id)
    form = JourneyForm(request.POST or None, initial=model_to_dict(journey))
    if request.method == "POST" and form.is_valid():
        try:
            journeys.update(journey=journey, by=_me(request), at=timezone.now(), changes=form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("vendor:journey-detail", public_id=public_id)
    return _form_page(request, form, journey=journey)


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_POST
def journey_publish(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a journey to its audience and enroll everybody in it."""
    journey = _journey(request, public_id)
    try:
        journeys.publish(journey=journey, by=_me(request), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Published. Partners in its audience are being enrolled."))
    return redirect("vendor:journey-detail", public_id=public_id)


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_POST
def journey_retire(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a journey away from partners."""
    journey = _journey(request, public_id)
    journeys.retire(journey=journey, by=_me(request), at=timezone.now())
    messages.success(request, _("Retired: %(journey)s") % {"journey": journey})
    return redirect("vendor:journey-detail", public_id=public_id)


# --- steps


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def step_add(request: HttpRequest, public_id: str) -> HttpResponse:
    """Add a step at the end."""
    journey = _journey(request, public_id)
    form = StepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            journeys.add_step(journey=journey, by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return redirect("vendor:journey-detail", public_id=public_id)
    return _step_page(request, form, journey)


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def step_edit(request: HttpRequest, public_id: str, step_id: str) -> HttpResponse:
    """Change a step."""
    journey = _journey(request, public_id)
    step = get_object_or_404(JourneyStep, journey=journey, public_id=step_id)
    form = StepForm(request.POST or None, initial=model_to_dict(step))
    if request.method == "POST" and form.is_valid():
        try:
            journeys.change_step(step=step, by=_me(request), at=timezone.now(), changes=form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return redirect("vendor:journey-detail", public_id=public_id)
    return _step_page(request, form, journey, step=step)


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_POST
def step_remove(request: HttpRequest, public_id: str, step_id: str) -> HttpResponse:
    """Take a step out."""
    step = get_object_or_404(JourneyStep, journey=_journey(request, public_id), public_id=step_id)
    try:
        journeys.remove_step(step=step, by=_me(request), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("vendor:journey-detail", public_id=public_id)


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_POST
def journey_order(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put the steps in order: one up or down by its button, or all of them after dragging."""
    journey = _journey(request, public_id)
    direction, _colon, step_id = request.POST.get("act", "").partition(":")
    if direction in {"up", "down"}:
        step = journey.steps.filter(public_id=step_id).first() if _is_uuid(step_id) else None
        if step is not None:
            places = -1 if direction == "up" else 1
            journeys.move_step(step=step, by=_me(request), at=timezone.now(), places=places)
    else:
        journeys.reorder(journey=journey, by=_me(request), at=timezone.now(), order=request.POST.getlist("order"))
    if getattr(request, "htmx", False):
        return HttpResponse(status=204)
    return redirect("vendor:journey-detail", public_id=public_id)


def _journey(request: HttpRequest, public_id: str) -> Journey:
    seen = Journey.objects.visible_to(request.user).select_related("audience", "owner")
    return get_object_or_404(seen, public_id=public_id)


def _me(request: HttpRequest) -> Any:
    return request.user


def _may_edit(request: HttpRequest) -> bool:
    return bool(_me(request).has(Permission.MANAGE_JOURNEYS))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _form_page(request: HttpRequest, form: JourneyForm, journey: Journey | None = None) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "journey": journey}
    return render(request, "enablement/vendor/journeys/form.html", context, status=status)


def _step_page(request: HttpRequest, form: StepForm, journey: Journey, step: JourneyStep | None = None) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "journey": journey, "step": step}
    return render(request, "enablement/vendor/journeys/step_form.html", context, status=status)
