"""The vendor reviews applications."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from partners.forms.application_reviews import ApproveForm, AskForm, DeclineForm, ReviewerForm
from partners.forms.refusals import show_refusal
from partners.models import ApplicationQuestion, ApplicationState, Partner, PartnerApplication
from partners.models.applications import OPEN_STATES
from partners.queries import application_questions as questions
from partners.queries import applications as reads
from partners.queries import finder
from partners.queries.partners import managers
from partners.queries.regions import options as region_options
from partners.services import application_approvals, application_reviews

FOLDER = "partners/vendor/applications"
PAGE_SIZE = 50


@vendor_view(Permission.REVIEW_APPLICATIONS)
@require_safe
def application_list(request: HttpRequest) -> HttpResponse:
    """List the applications that wait for an answer, those due first on top."""
    at = timezone.now()
    query = {name: str(value) for name, value in request.GET.items() if value and name != "page"}
    filters = reads.Filters.of(query)
    page = Paginator(reads.queue(request.user, filters, at=at), PAGE_SIZE).get_page(request.GET.get("page"))
    counts = reads.state_counts(request.user)
    context = {
        "page": page,
        "filters": filters,
        "query": urlencode(query),
        "now": at,
        "names": questions.category_names(),
        "states": [(value, f"{label} ({counts.get(value, 0)})") for value, label in ApplicationState.choices[1:]],
        "regions": region_options(),
        "has_any": bool(counts),
        "tabs": tabs_of(request, "vendor:application-list"),
    }
    template = "_results.html" if request.headers.get("HX-Request") else "list.html"
    return render(request, f"{FOLDER}/{template}", context)


def tabs_of(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    """Return the pages of applications as tabs; only who owns the form sees more than the queue."""
    pages = [("vendor:application-list", _("Applications"))]
    if allowed(request.user, Permission.MANAGE_APPLICATIONS):
        pages.append(("vendor:application-question-list", _("Form")))
        pages.append(("vendor:application-terms", _("Terms")))
    tabs = [{"label": label, "url": reverse(name), "current": name == current, "count": None} for name, label in pages]
    return tabs if len(tabs) > 1 else []


@vendor_view(Permission.REVIEW_APPLICATIONS)
@require_safe
def application_detail(request: HttpRequest, application: UUID) -> HttpResponse:
    """Show one application: what was answered, what the categories ask, whether the organisation is known."""
    found = _load(request, application)
    asked = questions.asked_of(found.category_ids)
    findings = finder.find(application=found, questions=asked, at=timezone.now(), for_partner=False)
    candidates = reads.candidates(found, request.user)
    context = _context(found) | {
        "chosen": [one for one in findings if one.category.pk in found.category_ids],
        "besides": [one for one in findings if one.checked.fits and one.category.pk not in found.category_ids],
        "answers": questions.answered(_shown_questions(found, asked), found.answers),
        "candidates": [one for one in candidates if one.partner.pk != found.partner_id],
        "others": reads.other_applications(found),
        "reviewer_form": ReviewerForm(application=found, reviewers=reads.reviewers())
        if found.state in OPEN_STATES
        else None,
        "may_reopen": found.state == ApplicationState.DECLINED and found.closed_at is None,
    }
    return render(request, f"{FOLDER}/detail.html", context)


@vendor_view(Permission.REVIEW_APPLICATIONS)
@require_safe
def partner_application_panel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the application by which a partner came, with its answers as they were given, for the partner's page."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    found = reads.of_partner(partner, request.user).first()
    names = questions.category_names() if found else {}
    context = {
        "partner": partner,
        "application": found,
        "answers": questions.answered(questions.kept_of(found.answers), found.answers) if found else [],
        "categories": [names[pk] for pk in found.category_ids if pk in names] if found else [],
    }
    return render(request, f"{FOLDER}/_panel.html", context)


@vendor_view(Permission.REVIEW_APPLICATIONS)
@require_POST
def application_take(request: HttpRequest, application: UUID) -> HttpResponse:
    """Begin the review."""
    return _act(request, application, application_reviews.take, _("%(name)s is in review."))


@vendor_view(Permission.REVIEW_APPLICATIONS)
@require_POST
def application_reopen(request: HttpRequest, application: UUID) -> HttpResponse:
    """Take a refusal back."""
    return _act(request, application, application_reviews.reopen, _("%(name)s is in review again."))


@vendor_view(Permission.REVIEW_APPLICATIONS)
@require_POST
def application_assign(request: HttpRequest, application: UUID) -> HttpResponse:
    """Give an application to somebody."""
    found = _load(request, application)
    form = ReviewerForm(request.POST, application=found, reviewers=reads.reviewers())
    if not form.is_valid():
        messages.error(request, _("Choose somebody who may review applications."))
        return redirect("vendor:application-detail", found.public_id)
    reviewer = form.cleaned_data["reviewer"]

    def assign(**given: Any) -> bool:
        return application_reviews.assign(reviewer=reviewer, **given)

    return _act(request, application, assign, _("The reviewer of %(name)s was changed."))


@vendor_view(Permission.REVIEW_APPLICATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def application_ask(request: HttpRequest, application: UUID) -> HttpResponse:
    """Ask the applicant for more."""
    found = _load(request, application)
    form = AskForm(request.POST or None)
    return _decide(request, found, form, "ask", application_reviews.ask, _("%(name)s was asked for more."))


@vendor_view(Permission.REVIEW_APPLICATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def application_decline(request: HttpRequest, application: UUID) -> HttpResponse:
    """Say no, and why."""
    found = _load(request, application)
    form = DeclineForm(request.POST or None)
    return _decide(request, found, form, "decline", application_reviews.decline, _("%(name)s was declined."))


@vendor_view(Permission.REVIEW_APPLICATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def application_approve(request: HttpRequest, application: UUID) -> HttpResponse:
    """Let the organisation in, with all that follows."""
    found = _load(request, application)
    asked = questions.asked_of(found.category_ids)
    findings = finder.find(application=found, questions=asked, at=timezone.now(), for_partner=False)
    findings.sort(key=lambda one: one.category.pk not in found.category_ids)
    candidates = reads.candidates(found, request.user)
    manager = found.reviewer if found.reviewer and found.reviewer.has(Permission.VIEW_PARTNERS) else None
    same = next((one.partner for one in candidates if one.same_domain and one.is_visible), None)
    form = ApproveForm(
        request.POST or None,
        application=found,
        findings=findings,
        visible=Partner.objects.visible_to(request.user),
        managers=managers(),
        initial={
            "region": found.region.key if found.region else None,
            "manager": manager.public_id if manager else None,
            "partner": same,
        },
    )

    def approve(**given: Any) -> bool:
        values = {name: form.cleaned_data[name] for name in ("partner", "region", "manager", "is_admin")}
        return application_approvals.approve(categories=form.decided, **values, **given)

    said = _("%(name)s is a partner now.")
    return _decide(request, found, form, "approve", approve, said, {"candidates": candidates})


def _decide(
    request: HttpRequest,
    found: PartnerApplication,
    form: Any,
    page: str,
    act: Callable[..., bool],
    said: str,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show the form of a decision, or decide."""
    if found.state not in OPEN_STATES:
        messages.info(request, _already(found))
        return redirect("vendor:application-detail", found.public_id)
    if request.method == "POST" and form.is_valid():
        values = {} if page == "approve" else form.cleaned_data
        try:
            changed = act(application=found, by=request.user, at=timezone.now(), **values)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, said % {"name": found} if changed else _already(found))
            return redirect("vendor:application-detail", found.public_id)
    context = _context(found) | {"form": form, **(more or {})}
    return render(request, f"{FOLDER}/{page}.html", context, status=422 if form.errors else 200)


def _act(request: HttpRequest, public_id: UUID, act: Callable[..., bool], said: str) -> HttpResponse:
    found = _load(request, public_id)
    try:
        changed = act(application=found, by=request.user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, said % {"name": found} if changed else _("Nothing was different."))
    if not PartnerApplication.objects.visible_to(request.user).filter(pk=found.pk).exists():
        return redirect("vendor:application-list")
    return redirect("vendor:application-detail", found.public_id)


def _already(found: PartnerApplication) -> str:
    if found.decided_by is None:
        return _("It is “%(state)s” already.") % {"state": found.get_state_display()}
    return _("%(who)s was first: it is “%(state)s” already.") % {
        "who": found.decided_by,
        "state": found.get_state_display(),
    }


def _load(request: HttpRequest, public_id: UUID) -> PartnerApplication:
    rows = PartnerApplication.objects.visible_to(request.user)
    rows = rows.select_related("region", "reviewer", "partner", "decided_by")
    found: PartnerApplication = get_object_or_404(rows, public_id=public_id)
    return found


def _shown_questions(found: PartnerApplication, asked: list[ApplicationQuestion]) -> list[ApplicationQuestion]:
    """Return the questions whose answers are shown: all that are asked, once it is decided those that were answered."""
    return asked if found.state in OPEN_STATES else questions.kept_of(found.answers)


def _context(found: PartnerApplication) -> dict[str, Any]:
    return {
        "application": found,
        "now": timezone.now(),
        "is_open": found.state in OPEN_STATES,
        "trail": [(_("Applications"), reverse("vendor:application-list"))],
        "above": [
            (_("Applications"), reverse("vendor:application-list")),
            (found.name, reverse("vendor:application-detail", args=[found.public_id])),
        ],
    }
