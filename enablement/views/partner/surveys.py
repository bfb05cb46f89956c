"""Surveys, for those who answer them."""

from datetime import datetime, time, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from core.models import Program
from core.refusals import Refusal
from enablement.forms import survey_answers as answer_form
from enablement.models import Survey, SurveyAction, SurveyRound
from enablement.queries import surveys as reads
from enablement.queries.survey_actions import replies_to
from enablement.services import survey_answers

#: Kinds of question that are answered with one click, on the home page as well.
IN_PLACE = frozenset({"nps", "scale", "single"})


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def survey_list(request: Any) -> HttpResponse:
    """List what is open, and what was answered before."""
    at, person = timezone.now(), request.partner_person
    context = {
        "surveys": reads.open_to(user=request.user, person=person, at=at),
        "before": reads.answered_before(user=request.user, person=person, at=at),
        "replied": reads.replied_lately(user=request.user),
        "together": list(SurveyAction.objects.visible_to(request.user).order_by("-pk")),
    }
    return render(request, "enablement/partner/surveys/list.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def survey_detail(request: Any, public_id: str) -> HttpResponse:
    """Show the questions while the round is open, and take the answers."""
    survey = _survey(request, public_id)
    at = timezone.now()
    shown = reads.round_to_show(survey, at=at)
    if request.method != "POST" or shown is None or not _is_asked(request, survey):
        return _page(request, survey, shown)
    answers = answer_form.read(shown.survey_version.questions, request.POST)
    try:
        token = survey_answers.hand_in(
            survey_round=shown, person=request.partner_person, by=request.user, at=at, answers=answers,
            token=_token(request, shown),
        )  # fmt: skip
    except ValidationError as refusal:
        return _page(request, survey, shown, answers=answers, refusal=refusal)
    messages.success(request, _("Thank you. Your answer counts."))
    return _remember(request, redirect("partner:survey-detail", public_id), shown, token)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def survey_save(request: Any, public_id: str) -> HttpResponse:
    """Keep what is answered so far."""
    survey = _survey(request, public_id)
    shown = reads.round_to_show(survey, at=timezone.now())
    if shown is None or not _is_asked(request, survey):
        return HttpResponse(status=204)
    token = ""
    try:
        token = survey_answers.keep(
            survey_round=shown, person=request.partner_person, by=request.user, at=timezone.now(),
            answers=answer_form.read(shown.survey_version.questions, request.POST), token=_token(request, shown),
        )  # fmt: skip
        said = _("Saved just now")
    except Refusal as refusal:
        said = str(refusal)
    return _remember(request, render(request, "enablement/partner/surveys/_saved.html", {"said": said}), shown, token)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def survey_action_detail(request: Any, survey_action_id: str) -> HttpResponse:
    """Show something that we work out with partners, to those invited."""
    action = get_object_or_404(SurveyAction.objects.visible_to(request.user), public_id=survey_action_id)
    return render(request, "enablement/partner/surveys/action.html", {"action": action})


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def survey_home_panel(request: Any) -> HttpResponse:
    """Show the first question of a survey that waits for the reader, and take the answer in place."""
    waiting = [
        one
        for one in reads.open_to(user=request.user, person=request.partner_person, at=timezone.now())
        if not one.is_answered
    ]
    if request.method == "POST":
        return _answer_in_place(request, waiting)
    if not waiting:
        return HttpResponse("")
    return _home_panel(request, waiting[0])


def _answer_in_place(request: Any, waiting: list[reads.SurveyToAnswer]) -> HttpResponse:
    """Keep the answer to the first question; where it is the only one, hand it in."""
    one = next((one for one in waiting if str(one.survey.public_id) == request.POST.get("survey")), None)
    if one is None:
        return redirect("partner:survey-list")
    shown, at, token = one.round, timezone.now(), _token(request, one.round)
    answers = {one.asked[0]["key"]: request.POST.get(one.asked[0]["key"], "")}
    is_all = len(one.asked) == 1
    write = survey_answers.hand_in if is_all else survey_answers.keep
    try:
        token = write(
            survey_round=shown, person=request.partner_person, by=request.user, at=at, answers=answers, token=token
        )
    except ValidationError as refusal:
        return _home_panel(request, one, answers=answers, refusal=refusal)
    if not getattr(request, "htmx", False):
        return _remember(request, redirect("partner:survey-detail", one.survey.public_id), shown, token)
    context = {"one": one, "is_all": is_all, "left": len(one.asked) - 1}
    return _remember(request, render(request, "enablement/partner/surveys/_home_thanks.html", context), shown, token)


def _home_panel(
    request: Any, one: reads.SurveyToAnswer, *, answers: Any = None, refusal: ValidationError | None = None
) -> HttpResponse:
    errors = _errors(refusal)
    question = answer_form.as_shown(one.asked[:1], answers or {}, errors)[0]
    context = {"one": one, "question": question, "in_place": question["kind"] in IN_PLACE, "total": len(one.asked)}
    status = 422 if refusal else 200
    return render(request, "enablement/partner/surveys/_home.html", context, status=status)


def _page(
    request: Any,
    survey: Survey,
    shown: SurveyRound | None,
    *,
    answers: Any = None,
    refusal: ValidationError | None = None,
) -> HttpResponse:
    at = timezone.now()
    context: dict[str, Any] = {"survey": survey, "round": shown, "replies": replies_to(survey)}
    if shown is not None:
        person = request.partner_person
        given = survey_answers.given(survey_round=shown, person=person, token=_token(request, shown))
        errors = _errors(refusal)
        day = reads.program_day(at)
        context |= {
            "given": given,
            "is_open": shown.is_open_on(day) and _is_asked(request, survey),
            "questions": answer_form.as_shown(
                shown.survey_version.questions, given.answers if answers is None else answers, errors
            ),
            "wrong": [one for one in errors if one],
            "refused": errors.get("", []),
            "is_changing": "change" in request.GET or refusal is not None,
        }
    status = 422 if refusal else 200
    return render(request, "enablement/partner/surveys/detail.html", context, status=status)


def _errors(refusal: ValidationError | None) -> dict[str, list[str]]:
    """Return what was refused, by the key of the question; under the empty key what concerns all of it."""
    if refusal is None:
        return {}
    return refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}


def _survey(request: Any, public_id: str) -> Survey:
    survey: Survey = get_object_or_404(Survey.objects.visible_to(request.user), public_id=public_id)
    return survey


def _is_asked(request: Any, survey: Survey) -> bool:
    return Survey.objects.asked_of(request.user).filter(pk=survey.pk).exists()


def _cookie(request: Any, survey_round: SurveyRound) -> str:
    """Return the name of the cookie with the reader's secret of a round; somebody else at this computer has another."""
    named = f"{survey_round.public_id}{request.user.public_id}"
    return f"survey-{sha256(named.encode()).hexdigest()[:16]}"


def _token(request: Any, survey_round: SurveyRound) -> str:
    token: str = request.COOKIES.get(_cookie(request, survey_round), "")
    return token


def _remember(request: Any, response: HttpResponse, survey_round: SurveyRound, token: str) -> HttpResponse:
    """Leave the secret of an anonymous answer with the browser until the round is over; nowhere else is it kept."""
    if token:
        zone = Program.current().zone
        over = datetime.combine(survey_round.last_day_on + timedelta(days=1), time(), tzinfo=zone)
        response.set_cookie(
            _cookie(request, survey_round), token, expires=over, path=reverse("partner:survey-list"), httponly=True,
            secure=settings.SESSION_COOKIE_SECURE, samesite="Lax",
        )  # fmt: skip
    return response
