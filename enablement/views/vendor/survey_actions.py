"""What follows from surveys, at the vendor: actions, replies, partners invited, feedback noted."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from enablement.forms.survey_actions import (
    SurveyActionEditForm,
    SurveyActionForm,
    SurveyFeedbackForm,
    SurveyInviteForm,
    SurveyReplyForm,
)
from enablement.models import SurveyAction, SurveyFeedback, SurveyResponse
from enablement.queries import survey_actions as reads
from enablement.queries.surveys import program_day
from enablement.services import survey_actions
from enablement.views.vendor.survey_pages import shared, survey_of
from partners.forms.refusals import show_refusal
from partners.models import Partner

PAGE_SIZE = 50
SHOWN_OF_PARTNER = 6


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def survey_action_list(request: HttpRequest) -> HttpResponse:
    """List what follows from surveys, with how much is open, late and answered."""
    day = program_day(timezone.now())
    show = request.GET.get("show", "")
    rows = reads.listed(show=show, user=request.user, day=day)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "figures": reads.figures(day=day), "show": show, "today": day}
    return render(request, "enablement/vendor/surveys/action_list.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def survey_actions_of(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what follows from one survey, and what was told in person beside it."""
    survey = survey_of(request, public_id)
    day = program_day(timezone.now())
    context = shared(request, survey, "actions") | {
        "actions": list(reads.listed(survey=survey, day=day)),
        "figures": reads.figures(day=day, survey=survey),
        "feedback": list(reads.feedback_on(survey, user=request.user)[:PAGE_SIZE]),
        "today": day,
    }
    return render(request, "enablement/vendor/surveys/actions.html", context)


@vendor_view(Permission.MANAGE_SURVEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def survey_action_add(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make an action of what was said; chosen answers come along as what partners told us."""
    survey = survey_of(request, public_id)
    quotes = request.POST.getlist("quote") if "title" not in request.POST else []
    initial = {"owner": request.user.pk, "heard": "\n".join(f"“{one}”" for one in quotes)}
    is_sent = request.method == "POST" and "title" in request.POST
    form = SurveyActionForm(request.POST if is_sent else None, initial=initial)
    if is_sent and form.is_valid():
        try:
            made = survey_actions.begin(survey=survey, by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("vendor:survey-action-detail", made.public_id)
    return _form(request, "action_form", form, survey=survey)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def survey_action_detail(request: HttpRequest, survey_action_id: str) -> HttpResponse:
    """Show an action: what was said, how far it is, who works on it, the reply."""
    return _detail(request, _action(request, survey_action_id))


@vendor_view(Permission.MANAGE_SURVEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def survey_action_edit(request: HttpRequest, survey_action_id: str) -> HttpResponse:
    """Change an action."""
    one = _action(request, survey_action_id)
    names = ("heard", "title", "owner_id", "due_on", "state")
    initial = {name.removesuffix("_id"): getattr(one, name) for name in names}
    form = SurveyActionEditForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            survey_actions.update(survey_action=one, by=_me(request), at=timezone.now(), changes=form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("vendor:survey-action-detail", survey_action_id)
    return _form(request, "action_form", form, survey=one.survey, action=one)


@vendor_view(Permission.MANAGE_SURVEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def survey_action_reply(request: HttpRequest, survey_action_id: str) -> HttpResponse:
    """Write the reply that partners read, and publish it."""
    one = _action(request, survey_action_id)
    initial = {"reply": one.reply, "state": one.state if one.replied_at else "done"}
    form = SurveyReplyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            survey_actions.reply(
                survey_action=one, by=_me(request), at=timezone.now(), text=said["reply"], state=said["state"]
            )
        except ValidationError as refusal:
            show_refusal(form, refusal, names={"text": "reply"})
        else:
            messages.success(request, _("Published. Those who answered are told."))
            return redirect("vendor:survey-action-detail", survey_action_id)
    return _form(request, "reply_form", form, survey=one.survey, action=one)


@vendor_view(Permission.MANAGE_SURVEYS)
@require_POST
def survey_action_invite(request: HttpRequest, survey_action_id: str) -> HttpResponse:
    """Invite a partner to work it out, or take an invitation back."""
    one = _action(request, survey_action_id)
    if gone := request.POST.get("remove", ""):
        guest = one.guests.select_related("partner").filter(partner__public_id=gone).first() if _is_id(gone) else None
        if guest and survey_actions.uninvite(
            survey_action=one, partner=guest.partner, by=_me(request), at=timezone.now()
        ):
            messages.success(request, _("No longer invited: %(partner)s") % {"partner": guest.partner})
        return redirect("vendor:survey-action-detail", survey_action_id)
    form = SurveyInviteForm(request.POST, user=request.user)
    if not form.is_valid():
        return _detail(request, one, form)
    partner = form.cleaned_data["partner"]
    survey_actions.invite(survey_action=one, partners=[partner], by=_me(request), at=timezone.now())
    messages.success(request, _("Invited: %(partner)s") % {"partner": partner})
    return redirect("vendor:survey-action-detail", survey_action_id)


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def partner_survey_feedback_add(request: HttpRequest, public_id: str) -> HttpResponse:
    """Note what somebody of a partner said in person."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    at = timezone.now()
    form = SurveyFeedbackForm(request.POST or None, partner=partner, initial={"heard_on": program_day(at)})
    if request.method == "POST" and form.is_valid():
        try:
            survey_actions.note_feedback(partner=partner, by=_me(request), at=at, **form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Noted beside the survey's answers."))
            return redirect("vendor:partner-detail", public_id)
    return _form(request, "feedback_form", form, partner=partner)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_surveys_panel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what a partner answered last, with its name, and what it told us in person."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    responses = SurveyResponse.objects.filter(partner=partner).handed_in().select_related("round__survey", "person")
    feedback = SurveyFeedback.objects.filter(partner=partner).select_related("survey", "person", "heard_by")
    context = {
        "partner": partner,
        "responses": list(responses.order_by("-handed_in_at", "-pk")[:SHOWN_OF_PARTNER]),
        "feedback": list(feedback.order_by("-heard_on", "-pk")[:SHOWN_OF_PARTNER]),
        "may_note": allowed(request.user, Permission.EDIT_PARTNERS),
    }
    return render(request, "enablement/vendor/partners/_surveys.html", context)


def _detail(request: HttpRequest, one: SurveyAction, form: SurveyInviteForm | None = None) -> HttpResponse:
    context = {
        "action": one,
        "survey": one.survey,
        "guests": list(one.guests.select_related("partner").order_by("partner__name")),
        "may_edit": allowed(request.user, Permission.MANAGE_SURVEYS),
        "form": form or SurveyInviteForm(user=request.user),
        "today": program_day(timezone.now()),
    }
    status = 422 if form is not None else 200
    return render(request, "enablement/vendor/surveys/action_detail.html", context, status=status)


def _action(request: HttpRequest, survey_action_id: str) -> SurveyAction:
    seen = SurveyAction.objects.visible_to(request.user).select_related("survey", "owner", "replied_by")
    one: SurveyAction = get_object_or_404(seen, public_id=survey_action_id)
    return one


def _is_id(text: str) -> bool:
    return len(text) == 36 and all(one in "0123456789abcdef-" for one in text)


def _me(request: HttpRequest) -> Any:
    return request.user


def _form(request: HttpRequest, name: str, form: Any, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, f"enablement/vendor/surveys/{name}.html", context | {"form": form}, status=status)
