"""A step of a journey that is more than a tick, for those who do it: hand in, meet, answer."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from core.sending import send_file
from enablement.forms.step_work import AnswersForm, ProofForm, answers_as_given
from enablement.models import Enrollment, Journey, StepAnswers, StepKind, StepMeeting, StepProof
from enablement.queries import journeys as journey_queries
from enablement.services import step_forms, step_proofs
from enablement.views import meetings
from partners.forms.refusals import show_refusal


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def step_detail(request: Any, public_id: str, step_id: str) -> HttpResponse:
    """Show a step with what was handed in, agreed or answered, and take more of it."""
    journey = get_object_or_404(Journey.objects.visible_to(request.user), public_id=public_id)
    walks = Enrollment.objects.filter(journey=journey, partner=request.partner)
    enrollment = get_object_or_404(walks.select_related("journey", "journey_version", "partner"))
    steps = journey_queries.steps_of(
        journey=journey, enrollment=enrollment, partner=request.partner, user=request.user, today=timezone.localdate()
    )
    one = next((one for one in steps if str(one.step.public_id) == str(step_id)), None)
    if one is None:
        raise Http404
    context = {"journey": journey, "enrollment": enrollment, "one": one, "step": one.step}
    context["is_open"] = enrollment.state == "active" and one.can_be_worked_on
    if one.step.kind == StepKind.MEETING:
        more, is_done = _meeting(request, enrollment, one)
    elif one.step.kind == StepKind.FORM:
        more, is_done = _form(request, enrollment, one)
    elif one.step.is_handed_in:
        more, is_done = _proof(request, enrollment, one)
    else:
        return redirect(f"{_page(journey)}#step-{one.step.public_id}")
    if is_done:
        messages.success(request, more["said"])
        return redirect(_page(journey))
    return render(
        request,
        "enablement/partner/journeys/step.html",
        context | more,
        status=422 if request.method == "POST" else 200,
    )


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def proof_file(request: Any, proof_id: str) -> HttpResponseBase:
    """Send the file of what one's own company handed in."""
    seen = StepProof.objects.visible_to(request.user).filter(
        enrollment__journey__in=Journey.objects.visible_to(request.user)
    )
    proof = get_object_or_404(seen.exclude(file=""), public_id=proof_id)
    return send_file(request, proof.file, name=proof.file_name, content_type=proof.file_type, to_keep=True)


def _page(journey: Journey) -> str:
    return reverse("partner:journey-detail", args=[journey.public_id])


def _proof(request: Any, enrollment: Enrollment, one: Any) -> tuple[dict[str, Any], bool]:
    form = ProofForm(request.POST or None, request.FILES or None, step=one.step)
    if request.method == "POST" and form.is_valid():
        try:
            proof = step_proofs.hand_in(
                enrollment=enrollment, step=one.step, person=request.partner_person, by=request.user,
                at=timezone.now(), **form.cleaned_data,
            )  # fmt: skip
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            waits = _("Handed in: %(step)s. We look at it and tell you.")
            said = waits if proof.state == "waiting" else _("Marked as done: %(step)s")
            return {"said": said % {"step": one.step.title}}, True
    proofs = StepProof.objects.filter(enrollment=enrollment, step=one.step).select_related("person", "decided_by")
    return {"form": form, "proofs": list(proofs.order_by("-handed_in_at", "-pk"))}, False


def _form(request: Any, enrollment: Enrollment, one: Any) -> tuple[dict[str, Any], bool]:
    kept = StepAnswers.objects.filter(enrollment=enrollment, step=one.step).select_related("person").first()
    initial = answers_as_given(one.step.questions, kept.answers) if kept else None
    form = AnswersForm(request.POST or None, questions=one.step.questions, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            step_forms.answer(
                enrollment=enrollment, step=one.step, person=request.partner_person, by=request.user,
                at=timezone.now(), answers=form.answers,
            )  # fmt: skip
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            return {"said": _("Thank you. Your answers are kept.")}, True
    told = journey_queries.told(one.step, kept)
    return {"form": form, "answers": kept, "told": told}, False


def _meeting(request: Any, enrollment: Enrollment, one: Any) -> tuple[dict[str, Any], bool]:
    proposal, held, is_done = meetings.act(request, enrollment=enrollment, step=one.step, person=request.partner_person)
    meeting = StepMeeting.objects.filter(enrollment=enrollment, step=one.step).select_related("proposed_by").first()
    said = _("Noted: %(step)s") % {"step": one.step.title}
    return {"proposal": proposal, "held": held, "meeting": meeting, "side": "partner", "said": said}, is_done
