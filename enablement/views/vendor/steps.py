"""The steps of a journey's draft on the vendor's pages."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import vendor_view
from accounts.permissions import Permission
from core.models import VersionState
from core.refusals import Refusal
from core.services import versions
from enablement.forms.journeys import StepForm
from enablement.models import Journey, JourneyStep
from enablement.services import journeys
from enablement.views.vendor.journey_pages import journey_of


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def step_add(request: HttpRequest, public_id: str) -> HttpResponse:
    """Add a step at the end of the draft."""
    journey = journey_of(request, public_id)
    form = StepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            journeys.add_step(journey=journey, by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return redirect("vendor:journey-draft", public_id=public_id)
    return _step_page(request, form, journey)


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def step_edit(request: HttpRequest, public_id: str, step_id: str) -> HttpResponse:
    """Change a step."""
    journey = journey_of(request, public_id)
    step = _step(journey, step_id)
    form = StepForm(request.POST or None, initial=model_to_dict(step))
    if request.method == "POST" and form.is_valid():
        try:
            journeys.change_step(step=step, by=_me(request), at=timezone.now(), changes=form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return redirect("vendor:journey-draft", public_id=public_id)
    return _step_page(request, form, journey, step=step)


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_POST
def step_remove(request: HttpRequest, public_id: str, step_id: str) -> HttpResponse:
    """Take a step out."""
    step = _step(journey_of(request, public_id), step_id)
    try:
        journeys.remove_step(step=step, by=_me(request), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("vendor:journey-draft", public_id=public_id)


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_POST
def journey_order(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put the steps of the draft in order: one up or down by its button, or all of them after dragging."""
    draft = versions.existing_draft_of(journey_of(request, public_id))
    direction, _colon, step_id = request.POST.get("act", "").partition(":")
    if draft is not None and direction in {"up", "down"}:
        step = draft.steps.filter(public_id=step_id).first() if _is_uuid(step_id) else None
        if step is not None:
            places = -1 if direction == "up" else 1
            journeys.move_step(step=step, by=_me(request), at=timezone.now(), places=places)
    elif draft is not None:
        journeys.reorder(version=draft, by=_me(request), at=timezone.now(), order=request.POST.getlist("order"))
    if getattr(request, "htmx", False):
        return HttpResponse(status=204)
    return redirect("vendor:journey-draft", public_id=public_id)


def _step(journey: Journey, step_id: str) -> JourneyStep:
    """Return a step of the draft; those of published versions have no editor."""
    drafted = JourneyStep.objects.filter(journey_version__definition=journey, journey_version__state=VersionState.DRAFT)
    step: JourneyStep = get_object_or_404(drafted.select_related("journey_version"), public_id=step_id)
    return step


def _me(request: HttpRequest) -> Any:
    return request.user


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _step_page(request: HttpRequest, form: StepForm, journey: Journey, step: JourneyStep | None = None) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "journey": journey, "step": step}
    return render(request, "enablement/vendor/journeys/step_form.html", context, status=status)
