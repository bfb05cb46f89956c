"""The questions of a pool on the vendor's pages."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import vendor_view
from accounts.permissions import Permission
from core.refusals import Refusal
from enablement.forms.quizzes import QuestionForm
from enablement.models import Question, Quiz
from enablement.services import questions
from enablement.views.vendor.quizzes import quiz_of
from partners.forms.refusals import show_refusal


@vendor_view(Permission.MANAGE_COURSES)
@require_http_methods(["GET", "HEAD", "POST"])
def question_add(request: HttpRequest, quiz_id: UUID) -> HttpResponse:
    """Write a question into the pool."""
    quiz = quiz_of(quiz_id)
    form = QuestionForm(request.POST or None, quiz=quiz)
    if request.method == "POST" and form.is_valid():
        try:
            questions.add(quiz=quiz, by=_me(request), at=timezone.now(), **form.changes)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The question is in the pool."))
            again = "vendor:question-add" if request.POST.get("act") == "another" else "vendor:quiz-detail"
            return redirect(again, quiz_id)
    return _page(request, form, quiz)


@vendor_view(Permission.MANAGE_COURSES)
@require_http_methods(["GET", "HEAD", "POST"])
def question_edit(request: HttpRequest, quiz_id: UUID, question_id: UUID) -> HttpResponse:
    """Change a question."""
    quiz = quiz_of(quiz_id)
    question = _question(quiz, question_id)
    form = QuestionForm(request.POST or None, quiz=quiz, initial=model_to_dict(question))
    if request.method == "POST" and form.is_valid():
        try:
            questions.change(question=question, by=_me(request), at=timezone.now(), changes=form.changes)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("vendor:quiz-detail", quiz_id)
    return _page(request, form, quiz, _question(quiz, question_id))


@vendor_view(Permission.MANAGE_COURSES)
@require_POST
def question_retire(request: HttpRequest, quiz_id: UUID, question_id: UUID) -> HttpResponse:
    """Ask a question no more, or again."""
    question = _question(quiz_of(quiz_id), question_id)
    turn = questions.restore if request.POST.get("act") == "restore" else questions.retire
    try:
        turn(question=question, by=_me(request), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("vendor:quiz-detail", quiz_id)


def _question(quiz: Quiz, question_id: UUID) -> Question:
    return get_object_or_404(Question, quiz=quiz, public_id=question_id)


def _me(request: HttpRequest) -> Any:
    return request.user


def _page(request: HttpRequest, form: QuestionForm, quiz: Quiz, question: Question | None = None) -> HttpResponse:
    context = {"form": form, "quiz": quiz, "question": question}
    return render(request, "enablement/vendor/quizzes/question_form.html", context, status=422 if form.errors else 200)
