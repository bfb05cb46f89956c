"""A lesson that is a package: begun, played, and what the player tells."""

import secrets
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from core.refusals import Refusal
from enablement.forms import package_reports
from enablement.models import PackageAttempt
from enablement.queries import packages as reads
from enablement.services import package_addresses, playing
from enablement.services.playing import Kept
from enablement.views.framed import framed
from enablement.views.partner.courses import course_of, lesson_of

STALE, WRONG = 409, 422


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def lesson_begin(request: Any, public_id: UUID, lesson_id: UUID) -> HttpResponse:
    """Begin at a lesson's package, carry on, or begin again from the start."""
    lesson = lesson_of(request, course_of(request, public_id), lesson_id)
    again = request.POST.get("again") == "1"
    try:
        playing.begin(lesson=lesson, person=request.partner_person, by=request.user, at=timezone.now(), again=again)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("partner:lesson-detail", public_id, lesson_id)
    return redirect("partner:lesson-play", public_id, lesson_id)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def lesson_play(request: Any, public_id: UUID, lesson_id: UUID) -> HttpResponseBase:
    """Show the player, at the item that is asked for or comes next."""
    course = course_of(request, public_id)
    lesson = lesson_of(request, course, lesson_id)
    attempt = reads.attempt_at(lesson.package, person=request.partner_person)
    if attempt is None or attempt.ended_at is not None or not settings.PACKAGES_URL:
        return redirect("partner:lesson-detail", public_id, lesson_id)
    items = reads.items_of(attempt.version_played, attempt, request.GET.get("item", ""))
    item = next(one for one in items if one.is_open)
    person = request.partner_person
    config = reads.config(attempt.version_played, item, learner={"id": str(person.public_id), "name": person.name}) | {
        "attempt": str(attempt.public_id),
        "writer": secrets.token_hex(16),
        "address": reverse("partner:lesson-tell", args=[public_id, lesson_id]),
        "origin": settings.PACKAGES_URL,
    }
    context = {
        "course": course,
        "lesson": lesson,
        "attempt": attempt,
        "items": items,
        "config": config,
        "frame": package_addresses.player(attempt.version_played, user=request.user, place=item.place),
    }
    return framed(request, "enablement/partner/packages/play.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def lesson_tell(request: Any, public_id: UUID, lesson_id: UUID) -> HttpResponse:
    """Keep what the player tells. 409 when it went on elsewhere."""
    lesson = lesson_of(request, course_of(request, public_id), lesson_id)
    if int(request.META.get("CONTENT_LENGTH") or 0) > package_reports.MAX_BYTES:
        return JsonResponse({}, status=WRONG)
    try:
        attempt_id, report = package_reports.read(request.body)
    except Refusal:
        return JsonResponse({}, status=WRONG)
    mine = PackageAttempt.objects.filter(person=request.partner_person, package=lesson.package_id)
    attempt = mine.filter(public_id=attempt_id).first()
    if attempt is None:
        return JsonResponse({}, status=STALE)
    try:
        kept = playing.tell(attempt=attempt, report=report, by=request.user, at=timezone.now())
    except Refusal:
        return JsonResponse({}, status=WRONG)
    attempt.refresh_from_db(fields=["completed_at"])
    answer = {"kept": kept.value, "is_done": attempt.completed_at is not None}
    return JsonResponse(answer, status=STALE if kept is Kept.STALE else 200)
