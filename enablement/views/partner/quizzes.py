"""Quizzes: what awaits, answering, and what came out."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from core.refusals import Refusal
from enablement.forms import answers
from enablement.models import Course, Quiz, QuizAttempt
from enablement.queries import certifying, learning
from enablement.services import attempts


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def quiz_detail(request: Any, quiz_id: UUID) -> HttpResponse:
    """Say what awaits, what was tried, and begin."""
    quiz = _quiz(request, quiz_id)
    context = {
        "quiz": quiz,
        "view": learning.quiz_of(quiz, person=request.partner_person, at=timezone.now()),
        "number_asked": quiz.questions_asked or quiz.questions.in_use().count(),
        "courses": list(Course.objects.visible_to(request.user).filter(quiz=quiz).order_by("name")),
        "counts_for": certifying.that_ask(quiz=quiz),
    }
    return render(request, "enablement/partner/quizzes/detail.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def quiz_start(request: Any, quiz_id: UUID) -> HttpResponse:
    """Begin an attempt, or carry on with the one that is open."""
    quiz = _quiz(request, quiz_id)
    try:
        attempt = attempts.start(quiz=quiz, person=request.partner_person, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("partner:quiz-detail", quiz_id)
    return redirect("partner:attempt-detail", attempt.public_id)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def attempt_detail(request: Any, attempt_id: UUID) -> HttpResponse:
    """Show the questions of an attempt that is open, the result of one that is not."""
    attempt = _attempt(request, attempt_id)
    at = timezone.now()
    if attempt.is_open and attempts.close_if_overdue(attempt=attempt, at=at):
        attempt = _attempt(request, attempt_id)
    return _questions(request, attempt) if attempt.is_open else _result(request, attempt)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def attempt_save(request: Any, attempt_id: UUID) -> HttpResponse:
    """Keep what is answered so far."""
    attempt = _attempt(request, attempt_id)
    given = answers.read(attempt.asked, request.POST)
    is_open = attempts.save(attempt=attempt, answers=given, by=request.user, at=timezone.now())
    response = render(request, "enablement/partner/quizzes/_saved.html", {"is_open": is_open})
    if not is_open:
        response["HX-Refresh"] = "true"
    return response


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def attempt_hand_in(request: Any, attempt_id: UUID) -> HttpResponse:
    """Hand in, once. With questions left open, ask whether that is meant."""
    attempt = _attempt(request, attempt_id)
    given = answers.read(attempt.asked, request.POST)
    at = timezone.now()
    if attempt.is_open and request.POST.get("act") != "anyway":
        attempts.save(attempt=attempt, answers=given, by=request.user, at=at)
        attempt = _attempt(request, attempt_id)
        if attempt.is_open and (unanswered := [one for one in attempt.asked if one["id"] not in attempt.answers]):
            return _questions(request, attempt, unanswered=len(unanswered), status=422)
    attempts.hand_in(attempt=attempt, answers=given, by=request.user, at=at)
    return redirect("partner:attempt-detail", attempt_id)


def _questions(request: HttpRequest, attempt: QuizAttempt, *, unanswered: int = 0, status: int = 200) -> HttpResponse:
    context = {
        "attempt": attempt,
        "quiz": attempt.quiz,
        "questions": [_shown(attempt, question) for question in attempt.asked],
        "unanswered": unanswered,
    }
    return render(request, "enablement/partner/quizzes/attempt.html", context, status=status)


def _shown(attempt: QuizAttempt, question: dict[str, Any]) -> dict[str, Any]:
    """Return a question with what was answered so far, and nothing of what is right."""
    answer = attempt.answered(question)
    given = answer if isinstance(answer, list) else [answer]
    places = {one: place for place, one in enumerate(given, start=1)} if isinstance(answer, list) else {}
    choices = [{**one, "is_chosen": one["id"] in given, "place": places.get(one["id"])} for one in question["choices"]]
    return {**question, "choices": choices, "answer": answer or "", "is_answered": answer is not None}


def _result(request: Any, attempt: QuizAttempt) -> HttpResponse:
    view = learning.quiz_of(attempt.quiz, person=request.partner_person, at=timezone.now())
    show_right = bool(attempt.passed) or (view.left == 0 and view.open_attempt is None)
    context = {
        "attempt": attempt,
        "quiz": attempt.quiz,
        "view": view,
        "show_right": show_right,
        "questions": learning.result_of(attempt, user=request.user, show_right=show_right),
        "out_of": sum(one["points"] for one in attempt.asked),
        "is_offered": Quiz.objects.visible_to(request.user).filter(pk=attempt.quiz_id).exists(),
        "courses": list(Course.objects.visible_to(request.user).filter(quiz=attempt.quiz).order_by("name")),
    }
    return render(request, "enablement/partner/quizzes/result.html", context)


def _quiz(request: HttpRequest, quiz_id: UUID) -> Quiz:
    quiz: Quiz = get_object_or_404(Quiz.objects.visible_to(request.user), public_id=quiz_id)
    return quiz


def _attempt(request: Any, attempt_id: UUID) -> QuizAttempt:
    """Return an attempt of the reader's own; a colleague's is nobody else's. An open one needs the quiz in sight."""
    own = QuizAttempt.objects.filter(person=request.partner_person).select_related("quiz", "person")
    seen = Q(handed_in_at__isnull=False) | Q(quiz__in=Quiz.objects.visible_to(request.user).values("pk"))
    attempt: QuizAttempt = get_object_or_404(own.filter(seen), public_id=attempt_id)
    return attempt
