"""The vendor's surveys: made, described, published, retired."""

from typing import Any

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
from enablement.forms import survey_answers
from enablement.forms.surveys import SurveyForm, SurveyPublishForm
from enablement.models import Survey
from enablement.queries import surveys as reads
from enablement.queries.audiences import for_people
from enablement.queries.step_surveys import journeys_asking
from enablement.services import survey_rounds, surveys
from enablement.views.vendor.survey_pages import shared, survey_of
from partners.forms.refusals import show_refusal

PAGE_SIZE = 50


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def survey_list(request: HttpRequest) -> HttpResponse:
    """Show every survey with its last round."""
    page = Paginator(reads.catalogue(), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(survey, survey.newest_first[0] if survey.newest_first else None) for survey in page.object_list]
    may_edit = allowed(request.user, Permission.MANAGE_SURVEYS)
    return render(request, "enablement/vendor/surveys/list.html", {"page": page, "rows": rows, "may_edit": may_edit})


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def survey_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show for whom and when a survey is, its rounds, and what it asks."""
    survey = survey_of(request, public_id)
    context = shared(request, survey, "detail")
    published = context["published"]
    rounds = reads.rounds_of(survey)
    context |= {
        "people": for_people(survey),
        "journeys": journeys_asking(survey),
        "rounds": rounds,
        "opened": next((one for one in rounds if one.closed_at is None), None),
        "next_on": survey_rounds.next_opening(survey, at=timezone.now()),
        "questions": survey_answers.as_shown(published.questions, {}) if published else [],
    }
    return render(request, "enablement/vendor/surveys/detail.html", context)


@vendor_view(Permission.MANAGE_SURVEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def survey_create(request: HttpRequest) -> HttpResponse:
    """Make a survey with a draft that has no questions yet."""
    form = SurveyForm(request.POST or None, initial={"owner": request.user.pk})
    if request.method == "POST" and form.is_valid():
        try:
            survey = surveys.create(by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved as a draft. Write its questions now."))
            return redirect("vendor:survey-draft", public_id=survey.public_id)
    return _form_page(request, form)


@vendor_view(Permission.MANAGE_SURVEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def survey_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change what a survey is called, for whom and when it is; its terms change for coming rounds."""
    survey = survey_of(request, public_id)
    form = SurveyForm(request.POST or None, initial=model_to_dict(survey))
    if request.method == "POST" and form.is_valid():
        try:
            surveys.update(survey=survey, by=_me(request), at=timezone.now(), changes=form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("vendor:survey-detail", public_id=public_id)
    return _form_page(request, form, survey=survey)


@vendor_view(Permission.MANAGE_SURVEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def survey_draft(request: HttpRequest, public_id: str) -> HttpResponse:
    """Write the questions of the draft. Looking makes no draft, the button on the survey's page does."""
    survey = survey_of(request, public_id)
    if request.method == "POST":
        try:
            surveys.draft_of(survey=survey, by=_me(request), at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("vendor:survey-detail", public_id=public_id)
        return redirect("vendor:survey-draft", public_id=public_id)
    context = shared(request, survey, "draft")
    if context["draft"] is None:
        messages.info(request, _("There is no draft."))
        return redirect("vendor:survey-detail", public_id=public_id)
    context["questions"] = survey_answers.as_shown(context["draft"].questions, {})
    return render(request, "enablement/vendor/surveys/draft.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def survey_preview(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the questions as whoever answers sees them: of the draft where there is one, else those in force."""
    survey = survey_of(request, public_id)
    published, draft = reads.published_and_draft(survey)
    version = draft if draft is not None and allowed(request.user, Permission.MANAGE_SURVEYS) else published
    questions = survey_answers.as_shown(version.questions, {}) if version else []
    context = {"survey": survey, "version": version, "questions": questions}
    return render(request, "enablement/vendor/surveys/preview.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def survey_version(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """Read what a version asked."""
    survey = survey_of(request, public_id)
    version = get_object_or_404(survey.versions.exclude(state="draft"), number=number)
    context = {"survey": survey, "version": version, "questions": survey_answers.as_shown(version.questions, {})}
    return render(request, "enablement/vendor/surveys/version.html", context)


@vendor_view(Permission.MANAGE_SURVEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def survey_publish(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say once more whom it goes to and when, and publish the draft."""
    survey = survey_of(request, public_id)
    context = shared(request, survey, "draft")
    if context["draft"] is None:
        messages.info(request, _("There is no draft to publish."))
        return redirect("vendor:survey-detail", public_id=public_id)
    form = SurveyPublishForm(request.POST or None, initial={"note": context["draft"].note})
    if request.method == "POST" and form.is_valid() and _published(request, survey, form):
        return redirect("vendor:survey-detail", public_id=public_id)
    context |= {
        "form": form,
        "people": for_people(survey),
        "opened": survey.rounds.filter(closed_at=None).first(),
        "today": reads.program_day(timezone.now()),
        "questions": survey_answers.as_shown(context["draft"].questions, {}),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "enablement/vendor/surveys/publish.html", context, status=status)


@vendor_view(Permission.MANAGE_SURVEYS)
@require_POST
def survey_discard(request: HttpRequest, public_id: str) -> HttpResponse:
    """Throw the draft away."""
    if surveys.discard_draft(survey=survey_of(request, public_id), by=_me(request), at=timezone.now()):
        messages.success(request, _("The draft was discarded."))
    return redirect("vendor:survey-detail", public_id=public_id)


@vendor_view(Permission.MANAGE_SURVEYS)
@require_POST
def survey_retire(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask no more, or again."""
    survey = survey_of(request, public_id)
    if request.POST.get("act") == "restore":
        surveys.restore(survey=survey, by=_me(request), at=timezone.now())
        messages.success(request, _("Asked again: %(survey)s") % {"survey": survey})
    else:
        surveys.retire(survey=survey, by=_me(request), at=timezone.now())
        messages.success(request, _("Retired: %(survey)s") % {"survey": survey})
    return redirect("vendor:survey-detail", public_id=public_id)


@vendor_view(Permission.MANAGE_SURVEYS)
@require_POST
def survey_close(request: HttpRequest, public_id: str) -> HttpResponse:
    """Close the round that is open, before its last day."""
    if survey_rounds.close_open_one(survey=survey_of(request, public_id), at=timezone.now()):
        messages.success(request, _("The round is closed. Its results are final."))
    return redirect("vendor:survey-detail", public_id=public_id)


def _published(request: HttpRequest, survey: Survey, form: SurveyPublishForm) -> bool:
    expected = request.POST.get("expected", "")
    try:
        is_new = surveys.publish(
            survey=survey, by=_me(request), at=timezone.now(), note=form.cleaned_data["note"],
            expected=int(expected) if expected.isdecimal() else None,
        )  # fmt: skip
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    if is_new:
        messages.success(request, _("Published: %(survey)s") % {"survey": survey})
    return True


def _me(request: HttpRequest) -> Any:
    return request.user


def _form_page(request: HttpRequest, form: SurveyForm, survey: Survey | None = None) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "enablement/vendor/surveys/form.html", {"form": form, "survey": survey}, status=status)
