"""Versions of a journey on the vendor's pages: its draft, publishing it, what was published before."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from core.refusals import Refusal
from enablement.forms.journeys import PublishForm
from enablement.models import Journey
from enablement.queries import journey_versions as reads
from enablement.services import journeys
from enablement.views.vendor.journey_pages import journey_of, shared


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def journey_draft(request: HttpRequest, public_id: str) -> HttpResponse:
    """Edit the steps of the draft. Looking makes no draft, the button on the journey's page does."""
    journey = journey_of(request, public_id)
    if request.method == "POST":
        try:
            journeys.draft_of(journey=journey, by=_me(request), at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("vendor:journey-detail", public_id=public_id)
        return redirect("vendor:journey-draft", public_id=public_id)
    context = shared(request, journey, "draft")
    if context["draft"] is None:
        messages.info(request, _("There is no draft."))
        return redirect("vendor:journey-detail", public_id=public_id)
    context["steps"] = reads.steps_in(context["draft"])
    return render(request, "enablement/vendor/journeys/draft.html", context)


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def journey_publish(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what a draft changes and for whom, and publish it."""
    journey = journey_of(request, public_id)
    context = shared(request, journey, "draft")
    if context["draft"] is None:
        messages.info(request, _("There is no draft to publish."))
        return redirect("vendor:journey-detail", public_id=public_id)
    data = request.POST if request.method == "POST" else None
    form = PublishForm(data, initial={"note": context["draft"].note})
    if request.method == "POST" and form.is_valid() and _published(request, journey, form):
        return redirect("vendor:journey-detail", public_id=public_id)
    before, after = reads.steps_in(context["published"]), reads.steps_in(context["draft"])
    context |= {
        "form": form,
        "before": before,
        "after": reads.compared(after, against=before),
        "gone": [one.step for one in reads.compared(before, against=after) if one.is_new],
        "staying": reads.under_way(journey),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "enablement/vendor/journeys/publish.html", context, status=status)


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_POST
def journey_discard(request: HttpRequest, public_id: str) -> HttpResponse:
    """Throw the draft away."""
    journey = journey_of(request, public_id)
    if journeys.discard_draft(journey=journey, by=_me(request), at=timezone.now()):
        messages.success(request, _("The draft was discarded."))
    return redirect("vendor:journey-detail", public_id=public_id)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def journey_versions(request: HttpRequest, public_id: str) -> HttpResponse:
    """List what was ever published, and who is on which version."""
    journey = journey_of(request, public_id)
    context = shared(request, journey, "versions") | {"versions": reads.published_versions(journey)}
    return render(request, "enablement/vendor/journeys/versions.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def journey_version(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """Read the steps of one version."""
    journey = journey_of(request, public_id)
    version = get_object_or_404(reads.published_versions(journey), number=number)
    context = {"journey": journey, "version": version, "steps": reads.steps_in(version)}
    return render(request, "enablement/vendor/journeys/version.html", context)


def _me(request: HttpRequest) -> Any:
    return request.user


def _published(request: HttpRequest, journey: Journey, form: PublishForm) -> bool:
    staying, is_first = reads.under_way(journey), journey.published_at is None
    expected = request.POST.get("expected", "")
    try:
        journeys.publish(
            journey=journey,
            by=_me(request),
            at=timezone.now(),
            note=form.cleaned_data["note"],
            expected=int(expected) if expected.isdecimal() else None,
        )
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    messages.success(request, _what_was_published(staying, is_first=is_first))
    return True


def _what_was_published(staying: int, *, is_first: bool) -> str:
    if is_first:
        return _("Published. Partners in its audience are being enrolled.")
    if not staying:
        return _("Published. New walks follow it.")
    return ngettext(
        "Published. New walks follow it; %(count)s partner under way stays on the version it began with.",
        "Published. New walks follow it; %(count)s partners under way stay on the version they began with.",
        staying,
    ) % {"count": staying}
