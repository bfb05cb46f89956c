"""The steps of a journey's draft on the vendor's pages."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import vendor_view
from accounts.permissions import Permission
from core.models import VersionState
from core.refusals import Refusal
from core.services import versions
from enablement.forms.journeys import BranchForm
from enablement.forms.steps import StepForm
from enablement.models import Journey, JourneyStep, StepKind
from enablement.services import journeys, step_branches
from enablement.views.vendor.journey_pages import journey_of
from partners.forms.refusals import show_refusal
from segmentation.models import Segment

#: What each kind is good for, where somebody chooses one.
SAID = {
    StepKind.CONTENT: gettext_lazy(
        "An asset of the library, in one medium or several. They say that they are through."
    ),
    StepKind.TASK: gettext_lazy(
        "On their word, or with a text, a link or a file to show; confirmed by us if you like."
    ),
    StepKind.COURSE: gettext_lazy("Done once somebody of theirs has completed it."),
    StepKind.QUIZ: gettext_lazy("Done once somebody of theirs has passed it, or taken the assessment."),
    StepKind.CERTIFICATION: gettext_lazy("Done once somebody of theirs holds it."),
    StepKind.SURVEY: gettext_lazy("Done once somebody of theirs has handed in an answer."),
    StepKind.MEETING: gettext_lazy("Days proposed and agreed; done once either side says it was held."),
    StepKind.FORM: gettext_lazy("Answers stay with the journey, and may fill attributes of the partner."),
    StepKind.OURS: gettext_lazy("A task for whoever looks after the partner; the partner sees that we are at it."),
}


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def step_add(request: HttpRequest, public_id: str) -> HttpResponse:
    """Add a step at the end of the draft: first its kind, then what that asks for."""
    journey = journey_of(request, public_id)
    kind, branch = request.GET.get("kind", ""), _branch(request.GET.get("only_for", ""))
    if request.method != "POST" and kind not in StepKind.values:
        kinds = [(one, SAID[one]) for one in StepKind]
        context = {"journey": journey, "kinds": kinds, "branch": branch}
        return render(request, "enablement/vendor/journeys/step_kind.html", context)
    initial = {"kind": kind, "only_for": branch.pk if branch else None}
    form = StepForm(request.POST or None, version=versions.existing_draft_of(journey), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            journeys.add_step(journey=journey, by=_me(request), at=timezone.now(), **form.values)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("vendor:journey-draft", public_id=public_id)
    return _step_page(request, form, journey)


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def step_edit(request: HttpRequest, public_id: str, step_id: str) -> HttpResponse:
    """Change a step."""
    journey = journey_of(request, public_id)
    step = _step(journey, step_id)
    initial = model_to_dict(step) | {"needs": [str(key) for key in step.needs]}
    form = StepForm(request.POST or None, version=step.journey_version, step=step, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            journeys.change_step(step=step, by=_me(request), at=timezone.now(), changes=form.values)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("vendor:journey-draft", public_id=public_id)
    return _step_page(request, form, journey, step=step)


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def branch_add(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say for whom a branch is; its first step comes next."""
    journey = journey_of(request, public_id)
    form = BranchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said, by, at = form.cleaned_data, _me(request), timezone.now()
        segment = said["segment"]
        if said["measure"]:
            segment = step_branches.low_readiness(measure=said["measure"], below=said["below"], by=by, at=at)
        elif said["name"]:
            segment = step_branches.own_criteria(name=said["name"], by=by, at=at)
            text = _("“%(segment)s” is made. Write and publish its criteria before you publish the journey.")
            messages.info(request, text % {"segment": segment})
        address = reverse("vendor:step-add", args=[public_id])
        return redirect(f"{address}?only_for={segment.public_id}")
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "journey": journey}
    return render(request, "enablement/vendor/journeys/branch_form.html", context, status=status)


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


def _branch(public_id: str) -> Segment | None:
    return Segment.objects.filter(public_id=public_id).first() if _is_uuid(public_id) else None


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
    label = StepKind(form.step_kind).label if form.step_kind in StepKind.values else ""
    context = {"form": form, "journey": journey, "step": step, "kind_label": label}
    return render(request, "enablement/vendor/journeys/step_form.html", context, status=status)
