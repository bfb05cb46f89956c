"""How an application stands, and the conversation about it, for the applicant."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import public_view
from core import sending
from partners.forms.applications import MessageForm
from partners.forms.refusals import show_refusal
from partners.models import ApplicationState, PartnerApplication
from partners.models.applications import EDITABLE_STATES
from partners.queries import application_questions as questions
from partners.queries import applications as reads
from partners.services import application_talk
from partners.services.application_limits import Act
from partners.views.public.access import applicant_page, may

FOLDER = "partners/public/apply"


@public_view("Applicants see how their application stands.")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@applicant_page()
def apply_status(request: HttpRequest, application: PartnerApplication) -> HttpResponse:
    """Show how the application stands and what comes next, and let the applicant write."""
    form = MessageForm(request.POST, request.FILES) if request.method == "POST" else MessageForm()
    if form.is_valid() and _say(request, application, form):
        messages.success(request, _("Your message is with us."))
        return redirect("apply-status")
    names = questions.category_names()
    context = {
        "application": application,
        "categories": [names[pk] for pk in application.category_ids if pk in names],
        "editable": application.state in EDITABLE_STATES,
        "form": form,
        "said": reads.said(application),
        "may_write": application.state != ApplicationState.DRAFT and application.closed_at is None,
        "may_withdraw": application.state in ("draft", "submitted", "in_review", "asked"),
    }
    return render(request, f"{FOLDER}/status.html", context, status=422 if form.errors else 200)


def _say(request: HttpRequest, application: PartnerApplication, form: MessageForm) -> bool:
    """Say something, or tell in the form why not."""
    email, sent = application.contact_email, form.cleaned_data["attachments"]
    if not may(request, Act.MESSAGE, email=email):
        form.add_error("text", _("There were too many messages. Wait an hour."))
        return False
    if sent and not may(request, Act.FILES, email=email):
        form.add_error("attachments", _("There were too many files. Wait an hour, or link to them."))
        return False
    try:
        application_talk.say(
            application=application,
            at=timezone.now(),
            text=form.cleaned_data["text"],
            files=sent,
            once_key=str(form.cleaned_data["once_key"]),
        )
    except ValidationError as refusal:
        show_refusal(form, refusal)
        return False
    return True


@public_view("Applicants fetch the files of their conversation.")
@never_cache
@require_safe
@applicant_page()
def apply_file(request: HttpRequest, application: PartnerApplication, message_file: UUID) -> HttpResponseBase:
    """Send a file of the application's conversation, always for keeping."""
    file = get_object_or_404(reads.files_said(application), public_id=message_file)
    return sending.send_file(request, file.file, name=file.file_name, content_type=file.file_type, to_keep=True)
