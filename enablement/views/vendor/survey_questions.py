"""The questions of a survey's draft on the vendor's pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import vendor_view
from accounts.permissions import Permission
from core.refusals import Refusal
from core.services import versions
from enablement.forms.surveys import SurveyQuestionForm, as_initial
from enablement.models import Survey, SurveyQuestionKind
from enablement.services import survey_questions
from enablement.views.vendor.survey_pages import survey_of
from partners.forms.refusals import show_refusal

#: What each kind is good for, where somebody chooses one.
SAID = {
    SurveyQuestionKind.NPS: gettext_lazy("Eleven numbers, and one figure to compare over rounds: the NPS."),
    SurveyQuestionKind.SCALE: gettext_lazy("Three to ten points between two ends that you put into words."),
    SurveyQuestionKind.SINGLE: gettext_lazy("One answer of a list."),
    SurveyQuestionKind.MULTIPLE: gettext_lazy("As many answers of a list as apply."),
    SurveyQuestionKind.RANKING: gettext_lazy("What matters most comes first."),
    SurveyQuestionKind.NUMBER: gettext_lazy("A figure, perhaps with a unit and bounds."),
    SurveyQuestionKind.TEXT: gettext_lazy("Whatever they want to tell you."),
}


@vendor_view(Permission.MANAGE_SURVEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def survey_question_add(request: HttpRequest, public_id: str) -> HttpResponse:
    """Add a question at the end of the draft: first its kind, then what that asks for."""
    survey = survey_of(request, public_id)
    kind = request.GET.get("kind", "")
    if request.method != "POST" and kind not in SurveyQuestionKind.values:
        kinds = [(one, SAID[one]) for one in SurveyQuestionKind]
        return render(request, "enablement/vendor/surveys/question_kind.html", {"survey": survey, "kinds": kinds})
    initial = {"kind": kind, "is_required": True}
    form = SurveyQuestionForm(request.POST or None, earlier=_questions(survey), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            survey_questions.add(survey=survey, by=_me(request), at=timezone.now(), **form.said)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            again = request.POST.get("act") == "another"
            return redirect("vendor:survey-question-add" if again else "vendor:survey-draft", public_id=public_id)
    return _page(request, form, survey)


@vendor_view(Permission.MANAGE_SURVEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def survey_question_edit(request: HttpRequest, public_id: str, question_key: str) -> HttpResponse:
    """Change a question of the draft."""
    survey = survey_of(request, public_id)
    questions = _questions(survey)
    place = next((place for place, one in enumerate(questions) if one["key"] == question_key), None)
    if place is None:
        raise Http404
    question = questions[place]
    form = SurveyQuestionForm(request.POST or None, earlier=questions[:place], initial=as_initial(question))
    if request.method == "POST" and form.is_valid():
        said = form.said | {"kind": question["kind"]}
        try:
            survey_questions.change(survey=survey, by=_me(request), at=timezone.now(), key=question_key, **said)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("vendor:survey-draft", public_id=public_id)
    return _page(request, form, survey, question)


@vendor_view(Permission.MANAGE_SURVEYS)
@require_POST
def survey_question_remove(request: HttpRequest, public_id: str, question_key: str) -> HttpResponse:
    """Take a question out of the draft."""
    survey = survey_of(request, public_id)
    if question_key not in {one["key"] for one in _questions(survey)}:
        raise Http404
    try:
        survey_questions.remove(survey=survey, by=_me(request), at=timezone.now(), key=question_key)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("vendor:survey-draft", public_id=public_id)


@vendor_view(Permission.MANAGE_SURVEYS)
@require_POST
def survey_question_order(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put the questions of the draft in order: one up or down by its button, or all of them after dragging."""
    survey = survey_of(request, public_id)
    direction, _colon, key = request.POST.get("act", "").partition(":")
    keys = {one["key"] for one in _questions(survey)}
    at, by = timezone.now(), _me(request)
    try:
        if direction in {"up", "down"} and key in keys:
            survey_questions.move(survey=survey, by=by, at=at, key=key, places=-1 if direction == "up" else 1)
        elif keys:
            survey_questions.reorder(survey=survey, by=by, at=at, order=request.POST.getlist("order"))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        if getattr(request, "htmx", False):
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if getattr(request, "htmx", False):
        return HttpResponse(status=204)
    return redirect("vendor:survey-draft", public_id=public_id)


def _questions(survey: Survey) -> Sequence[dict[str, Any]]:
    draft = versions.existing_draft_of(survey)
    questions: Sequence[dict[str, Any]] = draft.questions if draft else []
    return questions


def _me(request: HttpRequest) -> Any:
    return request.user


def _page(
    request: HttpRequest, form: SurveyQuestionForm, survey: Survey, question: Mapping[str, Any] | None = None
) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    label = SurveyQuestionKind(form.question_kind).label if form.question_kind in SurveyQuestionKind.values else ""
    context = {"form": form, "survey": survey, "question": question, "kind_label": label}
    return render(request, "enablement/vendor/surveys/question_form.html", context, status=status)
