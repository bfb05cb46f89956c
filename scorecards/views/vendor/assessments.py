"""Assessments at the vendor: filled in by the channel manager, looked at later."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from partners.models import Partner
from scorecards.models import AnswerFile, Assessment, AssessmentSide
from scorecards.queries import assessments as reads
from scorecards.views import assessing
from scorecards.views.assessing import Place


def place_of(request: HttpRequest, partner_id: UUID, scorecard_id: UUID) -> Place:
    """Return what an address names, or 404 to whom it is none of their business."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=partner_id)
    return Place.of(partner, scorecard_id, AssessmentSide.CAM)


@vendor_view(Permission.ASSESS)
@require_safe
def assessment(request: HttpRequest, partner_id: UUID, scorecard_id: UUID) -> HttpResponse:
    """Go where the assessment is to be gone on with."""
    return assessing.start(request, place_of(request, partner_id, scorecard_id))


@vendor_view(Permission.ASSESS)
@require_http_methods(["GET", "HEAD", "POST"])
def assessment_section(request: HttpRequest, partner_id: UUID, scorecard_id: UUID, section_key: str) -> HttpResponse:
    """Show one section of questions, or keep it and go on."""
    return assessing.section(request, place_of(request, partner_id, scorecard_id), section_key)


@vendor_view(Permission.ASSESS)
@require_POST
def assessment_confirm(request: HttpRequest, partner_id: UUID, scorecard_id: UUID, section_key: str) -> HttpResponse:
    """Say that the last answers of a section still hold."""
    return assessing.confirm(request, place_of(request, partner_id, scorecard_id), section_key)


@vendor_view(Permission.ASSESS)
@require_POST
def assessment_finish(request: HttpRequest, partner_id: UUID, scorecard_id: UUID) -> HttpResponse:
    """Say that the assessment is done."""
    return assessing.finish(request, place_of(request, partner_id, scorecard_id))


@vendor_view(Permission.ASSESS)
@require_POST
def assessment_take_up(request: HttpRequest, partner_id: UUID, scorecard_id: UUID) -> HttpResponse:
    """Go on with a finished assessment."""
    return assessing.take_up(request, place_of(request, partner_id, scorecard_id))


@vendor_view(Permission.ASSESS)
@require_POST
def answer_save(request: HttpRequest, partner_id: UUID, scorecard_id: UUID, metric_id: UUID) -> HttpResponse:
    """Keep one answer."""
    return assessing.answer(request, place_of(request, partner_id, scorecard_id), metric_id)


@vendor_view(Permission.ASSESS)
@require_POST
def answer_file_add(request: HttpRequest, partner_id: UUID, scorecard_id: UUID, metric_id: UUID) -> HttpResponse:
    """Keep evidence beside an answer."""
    return assessing.add_file(request, place_of(request, partner_id, scorecard_id), metric_id)


@vendor_view(Permission.ASSESS)
@require_POST
def answer_file_remove(request: HttpRequest, answer_file_id: UUID) -> HttpResponse:
    """Show a file no longer."""
    rows = AnswerFile.objects.visible_to(request.user).there().filter(answer__assessment__side=AssessmentSide.CAM)
    file = get_object_or_404(assessing.with_place(rows), public_id=answer_file_id)
    given = file.answer.assessment
    place = Place.of(given.partner, given.scorecard_version.definition.public_id, AssessmentSide.CAM)
    return assessing.remove_file(request, place, file)


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def answer_file(request: HttpRequest, answer_file_id: UUID) -> HttpResponseBase:
    """Send evidence."""
    return assessing.send_file(request, answer_file_id)


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def assessment_detail(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Read an assessment as it was given, with the texts of its own version."""
    rows = Assessment.objects.visible_to(request.user).select_related(
        "partner", "scorecard_version__definition", "started_by", "finished_by"
    )
    found = get_object_or_404(rows, public_id=assessment_id)
    partner, scorecard = found.partner, found.scorecard_version.definition
    trail: list[tuple[Any, str]] = [
        (_("Partners"), reverse("vendor:partner-list")),
        (partner.name, reverse("vendor:partner-detail", args=[partner.public_id])),
        (_("Scorecards"), reverse("vendor:partner-scorecards", args=[partner.public_id])),
        (scorecard.name, reverse("vendor:partner-scorecard-detail", args=[partner.public_id, scorecard.public_id])),
    ]
    context = {
        "assessment": found,
        "sections": reads.past(found),
        "trail": trail,
        "base": "vendor/base.html",
        "at_vendor": True,
    }
    return render(request, "scorecards/assessments/detail.html", context)
