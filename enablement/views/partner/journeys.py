"""A partner's learning: journeys, their steps, marking them done."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from core.refusals import Refusal
from enablement.models import Enrollment, Journey, JourneyStep, StepKind
from enablement.queries import journeys as journey_queries
from enablement.queries import progress
from enablement.services import journeys, step_surveys


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def journey_list(request: Any) -> HttpResponse:
    """Show the partner's journeys with how far each is."""
    found = journey_queries.journeys_of(user=request.user, partner=request.partner)
    return render(request, "enablement/partner/journeys/list.html", {"journeys": found})


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def journey_detail(request: Any, public_id: str) -> HttpResponse:
    """Show one journey step by step."""
    journey = get_object_or_404(Journey.objects.visible_to(request.user), public_id=public_id)
    walks = Enrollment.objects.filter(journey=journey, partner=request.partner).select_related("journey_version")
    enrollment = walks.first()
    steps = journey_queries.steps_of(
        journey=journey, enrollment=enrollment, partner=request.partner, user=request.user, today=timezone.localdate()
    )
    theirs = [one for one in steps if one.step.kind != StepKind.OURS]
    return render(
        request,
        "enablement/partner/journeys/detail.html",
        {
            "journey": journey,
            "enrollment": enrollment,
            "theirs": theirs,
            "ours": [one for one in steps if one.step.kind == StepKind.OURS],
            "total": len(steps),
            "done": sum(1 for step in steps if step.done),
            "minutes_left": sum(
                one.step.minutes or 0 for one in steps if not one.done and one.step.kind != StepKind.OURS
            ),
        },
    )


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def journey_team(request: Any) -> HttpResponse:
    """Show who of the company did how much, and where each journey stands."""
    context = {
        "team": progress.team(partner=request.partner, user=request.user),
        "journeys": [one for one in journey_queries.journeys_of(user=request.user, partner=request.partner)
                     if one.enrollment],
    }  # fmt: skip
    return render(request, "enablement/partner/journeys/team.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def journey_start(request: Any, public_id: str) -> HttpResponse:
    """Begin a journey that is open to the partner."""
    journey = get_object_or_404(Journey.objects.visible_to(request.user), public_id=public_id)
    journeys.enroll(journey=journey, partner=request.partner, by=request.user, at=timezone.now())
    return redirect("partner:journey-detail", public_id=journey.public_id)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def step_complete(request: Any, public_id: str, step_id: str) -> HttpResponse:
    """Mark a step done."""
    journey = get_object_or_404(Journey.objects.visible_to(request.user), public_id=public_id)
    enrollment = get_object_or_404(Enrollment, journey=journey, partner=request.partner)
    step = get_object_or_404(JourneyStep, journey_version=enrollment.journey_version_id, public_id=step_id)
    try:
        journeys.complete_step(
            enrollment=enrollment, step=step, person=request.partner_person, by=request.user, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Marked as done: %(step)s") % {"step": step.title})
    return _back_to(journey, step)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def step_skip(request: Any, public_id: str, step_id: str) -> HttpResponse:
    """Go on without a step whose survey is not open."""
    journey = get_object_or_404(Journey.objects.visible_to(request.user), public_id=public_id)
    walks = Enrollment.objects.filter(journey=journey, partner=request.partner).select_related("partner")
    enrollment = get_object_or_404(walks)
    step = get_object_or_404(JourneyStep, journey_version=enrollment.journey_version_id, public_id=step_id)
    try:
        step_surveys.skip(
            enrollment=enrollment, step=step, person=request.partner_person, by=request.user, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You go on without: %(step)s") % {"step": step.title})
    return _back_to(journey, step)


def _back_to(journey: Journey, step: JourneyStep) -> HttpResponse:
    """Go back to where the reader was in the list: by keyboard one goes on from there."""
    return redirect(f"{reverse('partner:journey-detail', args=[journey.public_id])}#step-{step.public_id}")
