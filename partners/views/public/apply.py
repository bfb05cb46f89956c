"""The pages on which an organisation applies to become a partner."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import public_view
from partners.forms.applications import AnswersForm, LinkForm, StartForm, WhoForm
from partners.forms.refusals import show_refusal
from partners.models import ApplicationState, Category, PartnerApplication
from partners.models.applications import EDITABLE_STATES
from partners.queries import application_questions as questions
from partners.queries import applications as reads
from partners.queries import finder, languages
from partners.services import applications, cleaning
from partners.services.application_limits import Act
from partners.views.public.access import after, applicant_page, current, let_in, let_out, may, steps_of

FOLDER = "partners/public/apply"


@public_view("Organisations that are no partners yet apply here.")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def apply_start(request: HttpRequest) -> HttpResponse:
    """Ask who applies, and begin an application."""
    terms = reads.terms()
    form = StartForm(request.POST or None)
    known = False
    if request.method == "POST" and terms.is_open:
        if form.is_by_a_program:
            return redirect("apply-start")
        if form.is_valid():
            known = not form.cleaned_data["seen"] and _is_known(form.cleaned_data)
            if not known and _start(request, form):
                return redirect(after(current(request), "who"))  # type: ignore[arg-type]
    context = {"form": form, "terms": terms, "known": known, "begun": current(request)}
    return render(request, f"{FOLDER}/start.html", context, status=422 if form.errors or known else 200)


def _start(request: HttpRequest, form: StartForm) -> bool:
    at = timezone.now()
    if not may(request, Act.START, email=form.cleaned_data["contact_email"]):
        form.add_error(None, _("There were too many applications from here. Try again in an hour."))
        return False
    try:
        application = applications.start(who=form.who, language=get_language() or "en", at=at)
    except ValidationError as error:
        show_refusal(form, error)
        return False
    let_in(request, application, proved=False)
    return True


@public_view("Whether an organisation is known is asked before there is an application.")
@never_cache
@require_POST
def apply_known(request: HttpRequest) -> HttpResponse:
    """Say, while somebody types, whether an organisation like this is a partner already; never which."""
    typed = {name: request.POST.get(name, "")[:300] for name in ("name", "domain", "tax_id")}
    known = may(request, Act.CHECK) and _is_known(typed)
    return render(request, f"{FOLDER}/_known.html", {"known": known})


@public_view("Applicants change who they are.")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@applicant_page(editable=True)
def apply_who(request: HttpRequest, application: PartnerApplication) -> HttpResponse:
    """Change who applies."""
    form = WhoForm(request.POST or None, application=application)
    if request.method == "POST" and form.is_valid():
        try:
            applications.change_who(application=application, who=form.who, at=timezone.now())
        except ValidationError as error:
            show_refusal(form, error)
        else:
            return redirect(after(application, "who"))
    return _page(request, application, "who", form=form)


@public_view("Applicants answer questions about themselves.")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@applicant_page(editable=True)
def apply_business(request: HttpRequest, application: PartnerApplication) -> HttpResponse:
    """Ask what everybody is asked."""
    return _questions(request, application, "business", questions.about_business())


@public_view("Applicants answer questions of their categories.")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@applicant_page(editable=True)
def apply_questions(request: HttpRequest, application: PartnerApplication) -> HttpResponse:
    """Ask what belongs to the categories chosen."""
    return _questions(request, application, "questions", questions.about_categories(application.category_ids))


def _questions(request: HttpRequest, application: PartnerApplication, here: str, asked: Any) -> HttpResponse:
    form = AnswersForm(request.POST or None, questions=asked, answers=application.answers)
    if request.method == "POST" and form.is_valid():
        try:
            applications.answer(application=application, asked=asked, values=form.values, at=timezone.now())
        except ValidationError as error:
            form.show(error)
        else:
            return redirect(after(application, here))
    return _page(request, application, here, form=form)


@public_view("Applicants choose categories.")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@applicant_page(editable=True)
def apply_categories(request: HttpRequest, application: PartnerApplication) -> HttpResponse:
    """Suggest categories, say why, and let the applicant choose."""
    error = ""
    chosen = set(application.category_ids)
    if request.method == "POST":
        keys = request.POST.getlist("categories")[:100]
        wanted = list(Category.objects.filter(key__in=keys))
        chosen = {one.pk for one in wanted}
        try:
            applications.choose(application=application, categories=wanted, at=timezone.now())
        except ValidationError as refusal:
            error = " ".join(refusal.messages)
        else:
            return redirect(after(application, "categories"))
    findings = finder.find(
        application=application, questions=questions.about_business(), at=timezone.now(), for_partner=True
    )
    findings = finder.in_language(findings, languages.language_of(request))
    context = {
        "fitting": [one for one in findings if one.checked.fits],
        "others": [one for one in findings if not one.checked.fits],
        "chosen": chosen,
        "error": error,
    }
    return _page(request, application, "categories", **context)


@public_view("Applicants read what they filled in and submit it.")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@applicant_page(editable=True)
def apply_review(request: HttpRequest, application: PartnerApplication) -> HttpResponse:
    """Show everything that was filled in, and take it."""
    if request.method == "POST":
        try:
            applications.submit(application=application, at=timezone.now())
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        return redirect("apply-status" if application.state not in EDITABLE_STATES else "apply-review")
    names = questions.category_names()
    special = questions.about_categories(application.category_ids)
    context = {
        "missing": applications.what_is_missing(application),
        "general": questions.answered(questions.about_business(), application.answers),
        "special": questions.answered(special, application.answers),
        "categories": [names[pk] for pk in application.category_ids if pk in names],
        "waits_for_proof": application.wants_to_submit_at is not None and application.email_proved_at is None,
    }
    return _page(request, application, "review", **context)


@public_view("The link in the e-mail is the proof.")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def apply_link(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever has the link go on; a press of a button, because programs open links, too."""
    application = applications.find(token=token)
    if application is None:
        return render(request, f"{FOLDER}/gone.html", {"form": LinkForm()}, status=410)
    if request.method == "POST":
        submitted = applications.prove(application=application, at=timezone.now())
        let_in(request, application, proved=True)
        if submitted:
            messages.success(request, _("Your application is submitted. Thank you."))
        going_on = application.state in EDITABLE_STATES and not submitted
        return redirect(_next_to_do(application) if going_on else "apply-status")
    return render(request, f"{FOLDER}/link.html", {"application": application})


def _next_to_do(application: PartnerApplication) -> str:
    """Return the address of the first page that is not done; what was asked for is read first."""
    if application.state == ApplicationState.ASKED:
        return "apply-status"
    return next((step.url for step in steps_of(application, "") if not step.done), "apply-review")


@public_view("Somebody who lost the link asks for it again.")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def apply_again(request: HttpRequest) -> HttpResponse:
    """Send the links of an address; whether there are any is told to the address only."""
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if may(request, Act.LINK, email=email):
            applications.send_links(email=email, at=timezone.now())
            return render(request, f"{FOLDER}/sent.html", {"email": email})
        form.add_error(None, _("There were too many tries. Wait an hour, and look into your mail meanwhile."))
    return render(request, f"{FOLDER}/again.html", {"form": form}, status=422 if form.errors else 200)


@public_view("Applicants have their link sent again.")
@never_cache
@require_POST
@applicant_page()
def apply_resend(request: HttpRequest, application: PartnerApplication) -> HttpResponse:
    """Send the link of this application again."""
    if may(request, Act.LINK, email=application.contact_email):
        applications.send_link(application=application, at=timezone.now())
        messages.success(request, _("The link is on its way to %(email)s.") % {"email": application.contact_email})
    else:
        messages.error(request, _("It was sent several times already. Wait an hour, and look into your spam folder."))
    return redirect("apply-review" if application.state in EDITABLE_STATES else "apply-status")


@public_view("Applicants take their application back.")
@never_cache
@require_POST
@applicant_page()
def apply_withdraw(request: HttpRequest, application: PartnerApplication) -> HttpResponse:
    """Take an application back; a draft is removed."""
    was_draft = application.state == "draft"
    try:
        applications.withdraw(application=application, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("apply-status")
    if was_draft:
        let_out(request)
        messages.success(request, _("Everything you filled in is removed."))
        return redirect("apply-start")
    messages.success(request, _("Your application is withdrawn."))
    return redirect("apply-status")


@public_view("Applicants leave a browser that others use, too.")
@never_cache
@require_POST
def apply_leave(request: HttpRequest) -> HttpResponse:
    """Let this browser see the application no more; the link leads back to it."""
    let_out(request)
    messages.success(
        request, _("This browser has forgotten your application. The link in our e-mail leads back to it.")
    )
    return redirect("apply-start")


def _page(request: HttpRequest, application: PartnerApplication, here: str, **context: Any) -> HttpResponse:
    form = context.get("form")
    failed = bool((form and form.errors) or context.get("error"))
    context |= {"application": application, "steps": steps_of(application, here), "here": here}
    return render(request, f"{FOLDER}/{here}.html", context, status=422 if failed else 200)


def _is_known(typed: Any) -> bool:
    """Whether an organisation like this is a partner; a domain that cannot be read is like none."""
    try:
        domain = cleaning.domain(typed["domain"])
    except ValidationError:
        domain = ""
    return reads.is_known(name=typed["name"][:200], domain=domain, tax_id=typed["tax_id"][:40].strip())
