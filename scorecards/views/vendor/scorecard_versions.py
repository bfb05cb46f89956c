"""Versions of a scorecard at the vendor: its draft, publishing it, throwing it away."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import vendor_view
from accounts.permissions import Permission
from core.refusals import Refusal
from core.services import versions
from scorecards import queries
from scorecards.models import Scorecard
from scorecards.queries import Words
from scorecards.services import scorecards
from scorecards.views.vendor.parts import trail_of


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def scorecard_draft(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Show the draft with its sections and metrics. Looking makes no draft, the button on the scorecard's page does."""
    scorecard = get_object_or_404(Scorecard, public_id=scorecard_id)
    if request.method == "POST":
        try:
            scorecards.draft_of(scorecard=scorecard, by=request.user, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("vendor:scorecard-detail", scorecard.public_id)
        return redirect("vendor:scorecard-draft", scorecard.public_id)
    draft = versions.existing_draft_of(scorecard)
    if draft is None:
        messages.info(request, _("There is no draft."))
        return redirect("vendor:scorecard-detail", scorecard.public_id)
    context = {
        "scorecard": scorecard,
        "draft": draft,
        "sections": queries.sections_in_use(draft),
        "words": Words.now(),
        "trail": trail_of(scorecard),
    }
    return render(request, "scorecards/vendor/scorecards/draft.html", context)


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_POST
def scorecard_publish(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Publish the draft."""
    scorecard = get_object_or_404(Scorecard, public_id=scorecard_id)
    draft = versions.existing_draft_of(scorecard)
    if draft is None:
        messages.info(request, _("There is no draft to publish."))
        return redirect("vendor:scorecard-detail", scorecard.public_id)
    try:
        scorecards.publish(version=draft, by=request.user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("vendor:scorecard-draft", scorecard.public_id)
    messages.success(request, _("Published. Every partner is being measured; scores follow within a few minutes."))
    return redirect("vendor:scorecard-detail", scorecard.public_id)


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_POST
def scorecard_discard(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Throw the draft away."""
    scorecard = get_object_or_404(Scorecard, public_id=scorecard_id)
    if scorecards.discard_draft(scorecard=scorecard, by=request.user, at=timezone.now()):
        messages.success(request, _("The draft was discarded."))
    return redirect("vendor:scorecard-detail", scorecard.public_id)
