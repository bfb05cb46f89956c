"""Self-assessments of a partner: the same pages as the channel manager's, for what the partner is asked."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from scorecards.models import AnswerFile, Assessment, AssessmentSide
from scorecards.queries import assessments as reads
from scorecards.views import assessing
from scorecards.views.assessing import Place


def place_of(request: Any, scorecard_id: UUID) -> Place:
    """Return what an address names, or 404 where the scorecard is none of the partner's business."""
    return Place.of(request.partner, scorecard_id, AssessmentSide.PARTNER)


@partner_view(Permission.SELF_ASSESS)
@require_safe
def assessment(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Go where the self-assessment is to be gone on with."""
    return assessing.start(request, place_of(request, scorecard_id))


@partner_view(Permission.SELF_ASSESS)
@require_http_methods(["GET", "HEAD", "POST"])
def assessment_section(request: HttpRequest, scorecard_id: UUID, section_key: str) -> HttpResponse:
    """Show one section of questions, or keep it and go on."""
    return assessing.section(request, place_of(request, scorecard_id), section_key)


@partner_view(Permission.SELF_ASSESS)
@require_POST
def assessment_confirm(request: HttpRequest, scorecard_id: UUID, section_key: str) -> HttpResponse:
    """Say that the last answers of a section still hold."""
    return assessing.confirm(request, place_of(request, scorecard_id), section_key)


@partner_view(Permission.SELF_ASSESS)
@require_POST
def assessment_finish(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Say that the self-assessment is done."""
    return assessing.finish(request, place_of(request, scorecard_id))


@partner_view(Permission.SELF_ASSESS)
@require_POST
def assessment_take_up(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Go on with a finished self-assessment."""
    return assessing.take_up(request, place_of(request, scorecard_id))


@partner_view(Permission.SELF_ASSESS)
@require_POST
def answer_save(request: HttpRequest, scorecard_id: UUID, metric_id: UUID) -> HttpResponse:
    """Keep one answer."""
    return assessing.answer(request, place_of(request, scorecard_id), metric_id)


@partner_view(Permission.SELF_ASSESS)
@require_POST
def answer_file_add(request: HttpRequest, scorecard_id: UUID, metric_id: UUID) -> HttpResponse:
    """Keep evidence beside an answer."""
    return assessing.add_file(request, place_of(request, scorecard_id), metric_id)


@partner_view(Permission.SELF_ASSESS)
@require_POST
def answer_file_remove(request: HttpRequest, answer_file_id: UUID) -> HttpResponse:
    """Show a file no longer."""
    rows = AnswerFile.objects.visible_to(request.user).there()
    file = get_object_or_404(assessing.with_place(rows), public_id=answer_file_id)
    place = place_of(request, file.answer.assessment.scorecard_version.definition.public_id)
    return assessing.remove_file(request, place, file)


@partner_view(Permission.SELF_ASSESS)
@require_safe
def answer_file(request: HttpRequest, answer_file_id: UUID) -> HttpResponseBase:
    """Send evidence."""
    return assessing.send_file(request, answer_file_id)


@partner_view(Permission.SELF_ASSESS)
@require_safe
def assessment_detail(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Read a self-assessment as it was given, with the texts of its own version."""
    rows = Assessment.objects.visible_to(request.user).select_related(
        "partner", "scorecard_version__definition", "started_by", "finished_by"
    )
    found = get_object_or_404(rows, public_id=assessment_id)
    scorecard = found.scorecard_version.definition
    context = {
        "assessment": found,
        "sections": reads.past(found),
        "trail": [
            (_("How you measure up"), reverse("partner:scorecard")),
            (scorecard.name, reverse("partner:own-scorecard", args=[scorecard.public_id])),
        ],
        "base": "partner/base.html",
        "at_vendor": False,
    }
    return render(request, "scorecards/assessments/detail.html", context)
