"""Versions of a scorecard at the vendor: its draft, what publishing it would change, what was published before."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from core.models import VersionState
from core.refusals import Refusal
from core.services import versions
from partners.models import Partner
from partners.services import publications
from scorecards.forms.versions import PublishForm, VersionForm
from scorecards.models import Scorecard, ScorecardVersion
from scorecards.queries.changes import changes_of
from scorecards.services import impacts, scorecards
from scorecards.views.vendor.parts import trail_of_draft
from scorecards.views.vendor.scorecard_pages import read, scorecard_of, shared
from segmentation.views.vendor.criteria import Subject, edit_page

#: How the rule editor sees a scorecard: its criteria are published with the rest of it.
CRITERIA = Subject(None, Scorecard, Permission.MANAGE_SCORECARDS, "scorecard-draft", label=_("Scorecard"))


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def scorecard_draft(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Show the draft with its sections and metrics. Looking makes no draft, the button on the scorecard's page does."""
    scorecard = scorecard_of(scorecard_id)
    if request.method == "POST":
        try:
            scorecards.draft_of(scorecard=scorecard, by=request.user, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("vendor:scorecard-detail", scorecard.public_id)
        return redirect("vendor:scorecard-draft", scorecard.public_id)
    context = shared(request, scorecard, "draft")
    if context["draft"] is None:
        return _no_draft(request, scorecard)
    return render(request, "scorecards/vendor/scorecards/draft.html", context | read(context["draft"]))


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def scorecard_settings(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Change the zones of the draft, whom partners are compared with, and the life stages it is proposed for."""
    scorecard = scorecard_of(scorecard_id)
    draft = versions.existing_draft_of(scorecard)
    if draft is None:
        return _no_draft(request, scorecard)
    form = VersionForm(request.POST or None, instance=draft)
    if request.method == "POST" and form.is_valid():
        try:
            scorecards.save_draft(
                version=draft,
                by=request.user,
                at=timezone.now(),
                changes=form.changes(),
                expected=form.cleaned_data["expected"],
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Saved in the draft. Nothing changes for partners until you publish it."))
            return redirect("vendor:scorecard-draft", scorecard.public_id)
    context = {"form": form, "scorecard": scorecard, "trail": trail_of_draft(draft)}
    status = 422 if request.method == "POST" else 200
    return render(request, "scorecards/vendor/scorecards/settings.html", context, status=status)


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def scorecard_criteria(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Edit whom the draft applies to, in the rule editor."""
    scorecard = scorecard_of(scorecard_id)
    if versions.existing_draft_of(scorecard) is None:
        return _no_draft(request, scorecard)
    return edit_page(request, CRITERIA, scorecard)


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def scorecard_publish(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Show what a draft changes, whom it measures and whose score moves, and publish it."""
    scorecard = scorecard_of(scorecard_id)
    current = scorecard.versions.exclude(state=VersionState.SUPERSEDED).prefetch_related("sections", "metrics")
    by_state = {version.state: version for version in current}
    draft, published = by_state.get(VersionState.DRAFT), by_state.get(VersionState.PUBLISHED)
    if draft is None:
        return _no_draft(request, scorecard)
    plan = publications.plan_of(draft)
    initial = {"note": draft.note, "expected": draft.version, "publish_on": plan.publish_on if plan else None}
    form = PublishForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _published(request, draft, form):
        return redirect("vendor:scorecard-detail", scorecard.public_id)
    visible = Partner.objects.visible_to(request.user)
    impact = impacts.impact(draft=draft, visible=visible, at=timezone.now())
    context = {
        "form": form,
        "scorecard": scorecard,
        "draft": draft,
        "published": published,
        "plan": plan,
        "changes": changes_of(draft, published),
        "impact": impact,
        "zones": list(impact.zones.items()) if impact else [],
        "trail": trail_of_draft(draft),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "scorecards/vendor/scorecards/publish.html", context, status=status)


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_POST
def scorecard_discard(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Throw the draft away."""
    scorecard = scorecard_of(scorecard_id)
    if scorecards.discard_draft(scorecard=scorecard, by=request.user, at=timezone.now()):
        messages.success(request, _("The draft was discarded."))
    return redirect("vendor:scorecard-detail", scorecard.public_id)


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_POST
def scorecard_unplan(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Take the plan to publish the draft back."""
    scorecard = scorecard_of(scorecard_id)
    plan = publications.plan_of(versions.existing_draft_of(scorecard))
    if plan is not None and publications.unplan(plan=plan, by=request.user, at=timezone.now()):
        messages.success(request, _("The plan is taken back. The draft stays."))
    return redirect("vendor:scorecard-detail", scorecard.public_id)


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def scorecard_version_list(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """List what was ever published."""
    scorecard = scorecard_of(scorecard_id)
    rows = scorecard.versions.exclude(state=VersionState.DRAFT).select_related("published_by").order_by("-number")
    context = shared(request, scorecard, "versions") | {"versions": rows}
    return render(request, "scorecards/vendor/scorecards/versions.html", context)


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def scorecard_version(request: HttpRequest, scorecard_id: UUID, number: int) -> HttpResponse:
    """Read one version as it was published."""
    scorecard = scorecard_of(scorecard_id)
    published = scorecard.versions.exclude(state=VersionState.DRAFT).select_related("published_by", "definition")
    version = get_object_or_404(published, number=number)
    context = shared(request, scorecard, "versions") | read(version)
    return render(request, "scorecards/vendor/scorecards/version.html", context)


def _no_draft(request: HttpRequest, scorecard: Scorecard) -> HttpResponse:
    messages.info(request, _("There is no draft."))
    return redirect("vendor:scorecard-detail", scorecard.public_id)


def _published(request: HttpRequest, draft: ScorecardVersion, form: PublishForm) -> bool:
    given: dict[str, Any] = {
        "version": draft,
        "by": request.user,
        "at": timezone.now(),
        "note": form.cleaned_data["note"],
        "expected": form.cleaned_data["expected"],
    }
    publish_on = form.cleaned_data["publish_on"]
    is_plan = request.POST.get("act") == "plan"
    if is_plan and publish_on is None:
        form.add_error("publish_on", _("Choose the day from which it is to hold."))
        return False
    try:
        if is_plan:
            publications.plan(**given, publish_on=publish_on)
            messages.success(request, _("It is planned for %(day)s.") % {"day": date_format(publish_on)})
            return True
        scorecards.publish(**given)
    except ValidationError as refusal:
        _say_refusal(form, refusal)
        return False
    messages.success(request, _("Published. Every partner is being measured; scores follow within a few minutes."))
    return True


def _say_refusal(form: PublishForm, refusal: ValidationError) -> None:
    """Show a refusal: of the day at its field, anything else above the form."""
    errors = getattr(refusal, "error_dict", {})
    form.add_error("publish_on" if "publish_on" in errors else None, refusal.messages)
