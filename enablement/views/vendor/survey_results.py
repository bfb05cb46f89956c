"""What came out of a round of a survey: figures, texts, who answered, a file."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core import csv_export
from enablement.forms.survey_answers import as_shown
from enablement.models import CutBy, Survey, SurveyResponse, SurveyRound
from enablement.queries import survey_results as reads
from enablement.queries import surveys
from enablement.queries.survey_exports import rows_of
from enablement.views.vendor.survey_pages import survey_of

PAGE_SIZE = 50
TEXTS_SHOWN = 5


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def survey_results(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """Show the figures of each question, for all and told apart in one way, and their course over rounds."""
    survey = survey_of(request, public_id)
    shown = _round(survey, number)
    by = request.GET.get("by", "")
    by = by if by in reads.FREE_CUTS else CutBy.NOTHING
    result = reads.result_of(shown, user=request.user, by=by)
    rounds = [one for one in surveys.rounds_of(survey) if one.number <= shown.number]
    trends = reads.trend_of(rounds, user=request.user) if len(rounds) > 1 and not result.hidden else {}
    context = _shared(request, survey, shown, "results") | {
        "result": result,
        "by": shown.cut_by if shown.is_anonymous else by,
        "cuts": [] if shown.is_anonymous else [(one.value, one.label) for one in reads.FREE_CUTS],
        "rows": [(one, _course(trends.get(one.question["key"], [])), _parts(one)) for one in result.questions],
        "texts_shown": TEXTS_SHOWN,
        "reached": None if not allowed(request.user, Permission.VIEW_ALL_PARTNERS) else surveys.reached(survey),
    }
    return render(request, "enablement/vendor/surveys/results.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def survey_texts(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """Show what was written in words, question by question; those that contain what is looked for."""
    survey = survey_of(request, public_id)
    shown = _round(survey, number)
    sought = request.GET.get("q", "").strip()[:100]
    result = reads.result_of(shown, user=request.user)
    written = [
        (one.question, [said for said in one.said if sought.casefold() in said[0].casefold()], len(one.texts))
        for one in result.questions
        if one.question["kind"] == "text" and one.tally is not None
    ]
    context = _shared(request, survey, shown, "texts") | {"written": written, "sought": sought, "hidden": result.hidden}
    return render(request, "enablement/vendor/surveys/texts.html", context)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def survey_answered(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """List who answered; with what they said, where the round is not anonymous."""
    survey = survey_of(request, public_id)
    shown = _round(survey, number)
    responses = SurveyResponse.objects.visible_to(request.user).filter(round=shown).handed_in()
    responses = responses.select_related("partner", "person").order_by("partner__name", "person__name", "pk")
    page = Paginator(responses, PAGE_SIZE).get_page(request.GET.get("page"))
    questions = shown.survey_version.questions
    rows = [(one, as_shown(questions, one.answers) if not shown.is_anonymous else []) for one in page.object_list]
    context = _shared(request, survey, shown, "answered") | {"page": page, "rows": rows}
    return render(request, "enablement/vendor/surveys/answered.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def survey_export(request: HttpRequest, public_id: str, number: int) -> HttpResponseBase:
    """Send the results as a file."""
    survey = survey_of(request, public_id)
    shown = _round(survey, number)
    return csv_export.download(rows_of(shown, user=request.user), name=f"{survey.key}-{shown.number}.csv")


def _round(survey: Survey, number: int) -> SurveyRound:
    rounds = survey.rounds.select_related("survey", "survey_version", "cut_segment")
    found: SurveyRound = get_object_or_404(rounds, number=number)
    return found


def _course(points: Sequence[tuple[SurveyRound, reads.Tally]]) -> dict[str, Any]:
    """Return the course of a figure: its table, and its curve where that can be drawn from zero."""
    figures = [(str(one.number), tally.figure) for one, tally in points if tally.figure is not None]
    return {"points": points, "curve": figures if all(figure >= 0 for _number, figure in figures) else []}


def _parts(one: reads.QuestionResult) -> list[reads.Option]:
    is_nps = one.question["kind"] == "nps" and one.tally is not None and one.tally.answered
    return reads.nps_parts(one.tally) if is_nps and one.tally else []


def _shared(request: HttpRequest, survey: Survey, shown: SurveyRound, current: str) -> dict[str, Any]:
    labels = (
        ("results", _("Results")),
        ("texts", _("In their words")),
        ("answered", _("Who answered")),
    )
    tabs = [
        {
            "label": label,
            "url": reverse(f"vendor:survey-{verb}", args=[survey.public_id, shown.number]),
            "current": verb == current,
            "count": None,
        }
        for verb, label in labels
    ]
    may_edit = allowed(request.user, Permission.MANAGE_SURVEYS)
    return {"survey": survey, "round": shown, "tabs": tabs, "may_edit": may_edit}
