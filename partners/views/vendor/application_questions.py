"""Program admins write the application form and say how applications are taken."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from partners.forms.application_reviews import NewQuestionForm, QuestionForm, TermsForm
from partners.forms.refusals import show_refusal
from partners.models import ApplicationQuestion, ApplicationTerms
from partners.queries import application_questions as reads
from partners.services import application_questions
from partners.views.vendor.applications import tabs_of

FOLDER = "partners/vendor/application_questions"


@vendor_view(Permission.MANAGE_APPLICATIONS)
@require_safe
def question_list(request: HttpRequest) -> HttpResponse:
    """List the questions in the order of the form, retired ones apart."""
    names = reads.category_names()
    context = {
        "questions": [(one, reads.kind_of(one), _names(one, names)) for one in reads.live()],
        "retired": reads.retired(),
        "tabs": tabs_of(request, "vendor:application-question-list"),
    }
    return render(request, f"{FOLDER}/list.html", context)


@vendor_view(Permission.MANAGE_APPLICATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def question_create(request: HttpRequest) -> HttpResponse:
    """Add a question."""
    form = NewQuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = application_questions.create(by=request.user, at=timezone.now(), **form.values)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("“%(text)s” is on the form now.") % {"text": made})
            return redirect("vendor:application-question-list")
    return render(request, f"{FOLDER}/create.html", _context(form), status=422 if form.errors else 200)


@vendor_view(Permission.MANAGE_APPLICATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def question_edit(request: HttpRequest, application_question: UUID) -> HttpResponse:
    """Change a question's words, choices, and who is asked."""
    question = _load(application_question)
    form = QuestionForm(request.POST or None, question=question)
    if request.method == "POST" and form.is_valid():
        try:
            changed = application_questions.update(
                question=question, by=request.user, at=timezone.now(), changes=form.values
            )
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved.") if changed else _("Nothing was different."))
            return redirect("vendor:application-question-list")
    context = _context(form) | {"question": question, "kind": reads.kind_of(question)}
    return render(request, f"{FOLDER}/edit.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.MANAGE_APPLICATIONS)
@require_POST
def question_reorder(request: HttpRequest) -> HttpResponse:
    """Put the questions into the order given, or move one of them by one place."""
    by_id = {str(one.public_id): one for one in ApplicationQuestion.objects.filter(retired_at__isnull=True)}
    order = [by_id[value] for value in request.POST.getlist("order") if value in by_id]
    try:
        moved = application_questions.reorder(
            questions=_moved(order, request.POST.get("act", "")), by=request.user, at=timezone.now()
        )
    except ValidationError as refusal:
        messages.error(request, str(refusal))
    else:
        if moved:
            messages.success(request, _("The order was saved."))
    return redirect("vendor:application-question-list")


@vendor_view(Permission.MANAGE_APPLICATIONS)
@require_POST
def question_retire(request: HttpRequest, application_question: UUID) -> HttpResponse:
    """Ask a question no more."""
    question = _load(application_question)
    application_questions.retire(question=question, by=request.user, at=timezone.now())
    messages.success(request, _("“%(text)s” is asked no more. Answers are kept.") % {"text": question})
    return redirect("vendor:application-question-list")


@vendor_view(Permission.MANAGE_APPLICATIONS)
@require_POST
def question_restore(request: HttpRequest, application_question: UUID) -> HttpResponse:
    """Ask a retired question again."""
    question = _load(application_question)
    try:
        application_questions.restore(question=question, by=request.user, at=timezone.now())
        messages.success(request, _("“%(text)s” is asked again.") % {"text": question})
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("vendor:application-question-list")


@vendor_view(Permission.MANAGE_APPLICATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def application_terms(request: HttpRequest) -> HttpResponse:
    """Say how the program takes applications."""
    kept = ApplicationTerms.objects.filter(pk=1).first() or ApplicationTerms(pk=1)
    form = TermsForm(request.POST or None, instance=kept)
    if request.method == "POST" and form.is_valid():
        changed = application_questions.set_terms(by=request.user, at=timezone.now(), changes=form.cleaned_data)
        messages.success(request, _("Saved.") if changed else _("Nothing was different."))
        return redirect("vendor:application-terms")
    context = {"form": form, "tabs": tabs_of(request, "vendor:application-terms")}
    return render(request, f"{FOLDER}/terms.html", context, status=422 if form.errors else 200)


def _load(public_id: UUID) -> ApplicationQuestion:
    return get_object_or_404(ApplicationQuestion.objects.select_related("attribute"), public_id=public_id)


def _context(form: QuestionForm) -> dict[str, Any]:
    form_page = (_("Form"), reverse("vendor:application-question-list"))
    return {"form": form, "trail": [(_("Applications"), reverse("vendor:application-list")), form_page]}


def _names(question: ApplicationQuestion, names: dict[int, str]) -> list[str]:
    return [names[pk] for pk in question.category_ids if pk in names]


def _moved(order: list[ApplicationQuestion], act: str) -> list[ApplicationQuestion]:
    """Return the order after a button: `up:<id>` or `down:<id>`; unchanged for any other."""
    way, _colon, public_id = act.partition(":")
    place = next((index for index, one in enumerate(order) if str(one.public_id) == public_id), None)
    if place is None or way not in ("up", "down"):
        return order
    other = place + (1 if way == "down" else -1)
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    return order
