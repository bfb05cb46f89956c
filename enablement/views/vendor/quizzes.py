"""The vendor's quizzes: made, described, published, and what people scored."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.refusals import Refusal
from enablement.forms.quizzes import QuizForm
from enablement.models import Quiz, QuizStanding
from enablement.queries import learning, training
from enablement.queries.audiences import for_people
from enablement.services import attempts, quizzes, starters
from partners.forms.refusals import show_refusal

PAGE_SIZE = 50


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def quiz_list(request: HttpRequest) -> HttpResponse:
    """Show every quiz with its pool and how people did."""
    page = Paginator(training.quizzes(), PAGE_SIZE).get_page(request.GET.get("page"))
    done = training.answered_by(page.object_list, user=request.user)
    context = {
        "rows": [(quiz, done.get(quiz.pk, {})) for quiz in page.object_list],
        "page": page,
        "may_edit": _may_edit(request),
        "starters_missing": starters.missing(),
    }
    return render(request, "enablement/vendor/quizzes/list.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def quiz_detail(request: HttpRequest, quiz_id: UUID) -> HttpResponse:
    """Show a quiz's pool, each question with how hard it was."""
    quiz = quiz_of(quiz_id)
    hard = learning.difficulty(quiz)
    questions = quiz.questions.select_related("read_again", "asset").order_by("retired_at", "pk")
    context = {
        "quiz": quiz,
        "questions": [(one, training.Difficulty.of(hard.get(str(one.public_id)))) for one in questions],
        "pool": sum(1 for one in questions if one.retired_at is None),
        "people": for_people(quiz),
        "done": training.answered_by([quiz], user=request.user).get(quiz.pk, {}),
        "courses": list(quiz.courses.order_by("name")),
        "may_edit": _may_edit(request),
    }
    return render(request, "enablement/vendor/quizzes/detail.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def quiz_results(request: HttpRequest, quiz_id: UUID) -> HttpResponse:
    """Show what people scored, at partners the reader may see."""
    quiz = quiz_of(quiz_id)
    rows = training.results(quiz, user=request.user)
    context = {
        "quiz": quiz,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "may_open": allowed(request.user, Permission.EDIT_PARTNERS),
    }
    return render(request, "enablement/vendor/quizzes/results.html", context)


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def quiz_open_round(request: HttpRequest, quiz_id: UUID, standing_id: UUID) -> HttpResponse:
    """Give somebody who has no attempt left new ones."""
    quiz = quiz_of(quiz_id)
    rows = QuizStanding.objects.visible_to(request.user).select_related("person")
    standing = get_object_or_404(rows, quiz=quiz, public_id=standing_id)
    if attempts.open_round(quiz=quiz, person=standing.person, by=_me(request), at=timezone.now()):
        messages.success(request, _("%(person)s has new attempts.") % {"person": standing.person})
    else:
        messages.info(request, _("%(person)s still has attempts.") % {"person": standing.person})
    return redirect("vendor:quiz-results", quiz_id)


@vendor_view(Permission.MANAGE_COURSES)
@require_http_methods(["GET", "HEAD", "POST"])
def quiz_create(request: HttpRequest) -> HttpResponse:
    """Make a quiz without questions."""
    form = QuizForm(request.POST or None, initial={"owner": request.user.pk})
    if request.method == "POST" and form.is_valid():
        try:
            quiz = quizzes.create(by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved as a draft. Write its questions now."))
            return redirect("vendor:quiz-detail", quiz.public_id)
    return _form_page(request, form)


@vendor_view(Permission.MANAGE_COURSES)
@require_http_methods(["GET", "HEAD", "POST"])
def quiz_edit(request: HttpRequest, quiz_id: UUID) -> HttpResponse:
    """Change how a quiz is taken, and for whom it is."""
    quiz = quiz_of(quiz_id)
    form = QuizForm(request.POST or None, initial=model_to_dict(quiz))
    if request.method == "POST" and form.is_valid():
        try:
            quizzes.update(quiz=quiz, by=_me(request), at=timezone.now(), changes=form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("vendor:quiz-detail", quiz_id)
    return _form_page(request, form, quiz_of(quiz_id))


@vendor_view(Permission.MANAGE_COURSES)
@require_POST
def quiz_publish(request: HttpRequest, quiz_id: UUID) -> HttpResponse:
    """Show a quiz to its audience."""
    quiz = quiz_of(quiz_id)
    try:
        quizzes.publish(quiz=quiz, by=_me(request), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Published: %(quiz)s") % {"quiz": quiz})
    return redirect("vendor:quiz-detail", quiz_id)


@vendor_view(Permission.MANAGE_COURSES)
@require_POST
def quiz_retire(request: HttpRequest, quiz_id: UUID) -> HttpResponse:
    """Take a quiz away from partners."""
    quiz = quiz_of(quiz_id)
    quizzes.retire(quiz=quiz, by=_me(request), at=timezone.now())
    messages.success(request, _("Retired: %(quiz)s") % {"quiz": quiz})
    return redirect("vendor:quiz-detail", quiz_id)


@vendor_view(Permission.MANAGE_COURSES)
@require_POST
def quiz_starters(request: HttpRequest) -> HttpResponse:
    """Bring in the assessments that come with the portal, as drafts."""
    made = starters.add(by=_me(request), at=timezone.now())
    if made:
        messages.success(
            request, _("The assessments are here as drafts. Read them, change what does not fit, publish.")
        )
    return redirect("vendor:quiz-list")


def quiz_of(quiz_id: UUID) -> Quiz:
    """Return the quiz, or answer 404."""
    return get_object_or_404(Quiz.objects.select_related("audience", "owner"), public_id=quiz_id)


def _me(request: HttpRequest) -> Any:
    return request.user


def _may_edit(request: HttpRequest) -> bool:
    return allowed(request.user, Permission.MANAGE_COURSES)


def _form_page(request: HttpRequest, form: QuizForm, quiz: Quiz | None = None) -> HttpResponse:
    context = {"form": form, "quiz": quiz}
    return render(request, "enablement/vendor/quizzes/form.html", context, status=422 if form.errors else 200)
