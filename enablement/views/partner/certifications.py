"""Certifications: what one can earn, one's own certificates with their badges, and those of the company."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from core.models import Program
from core.periods import today
from core.refusals import Refusal
from enablement.models import Certification, CertificationEnrollment, Course, HeldCertification, Quiz
from enablement.queries import certifications, certifying
from enablement.services import awards


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def certification_list(request: Any) -> HttpResponse:
    """Show the reader's own certificates with their badges, then who at the company holds what until when."""
    day = today(at=timezone.now(), zone=Program.current().zone)
    held = certifications.held_at(partner=request.partner, today=day)
    person = request.partner_person
    own = certifying.certificates_of(person=person, today=day)
    renewable = certifying.renewable(own, user=request.user, person=person)
    return render(
        request,
        "enablement/partner/certifications/list.html",
        {
            "own": [(one, one.held.certification_id in renewable) for one in own],
            "public_url": settings.PUBLIC_URL,
            "held": held,
            "certified_people": len({one.held.person_id for one in held if one.held.person_id and not one.is_expired}),
            "valid": sum(1 for one in held if not one.is_expired),
            "expiring": sum(1 for one in held if one.expires_soon),
        },
    )


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def certification_detail(request: Any, public_id: UUID) -> HttpResponse:
    """Show what a certification asks, what the reader has of it, and what they may do."""
    certification = _certification(request, public_id)
    day = today(at=timezone.now(), zone=Program.current().zone)
    path = certifying.path_of(certification, person=request.partner_person, today=day)
    context = {
        "certification": certification,
        "path": path,
        "courses": set(Course.objects.visible_to(request.user).values_list("pk", flat=True)),
        "quizzes": set(Quiz.objects.visible_to(request.user).values_list("pk", flat=True)),
        "offered": set(certifying.offered_to(request.user).values_list("pk", flat=True)),
    }
    return render(request, "enablement/partner/certifications/detail.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def certification_enroll(request: Any, public_id: UUID) -> HttpResponse:
    """Set out for a certification, or renew it."""
    certification = _certification(request, public_id)
    try:
        enrollment = awards.enroll(
            certification=certification, person=request.partner_person, by=request.user, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        if enrollment.completed_at:
            messages.success(request, _("You are certified: %(name)s.") % {"name": certification})
            return redirect("partner:certification-list")
        messages.success(request, _("You are on your way. What is asked is listed here."))
    return redirect("partner:certification-detail", public_id)


def _certification(request: HttpRequest, public_id: UUID) -> Certification:
    """Return a certification that the reader may earn, or that somebody of theirs holds or is on the way to."""
    person = request.partner_person  # type: ignore[attr-defined]
    theirs = HeldCertification.objects.of(request.partner).values("certification")  # type: ignore[attr-defined]
    under_way = CertificationEnrollment.objects.filter(person=person).values("certification")
    offered = certifying.offered_to(request.user).values("pk")
    rows = Certification.objects.filter(pk__in=offered) | Certification.objects.filter(pk__in=theirs)
    rows |= Certification.objects.filter(pk__in=under_way)
    certification: Certification = get_object_or_404(rows, public_id=public_id)
    return certification
