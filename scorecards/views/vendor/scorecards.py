"""Scorecards at the vendor: which there are, what is on them, and how one partner stands."""

from uuid import UUID

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.refusals import Refusal
from partners.models import Partner
from scorecards import queries
from scorecards.forms.scorecards import ScorecardForm
from scorecards.forms.versions import DuplicateForm
from scorecards.models import Scorecard
from scorecards.services import scorecards, starter
from scorecards.views.vendor.parts import trail_of
from scorecards.views.vendor.scorecard_pages import read, scorecard_of, shared


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def scorecard_list(request: HttpRequest) -> HttpResponse:
    """Show the scorecards."""
    context = {
        "scorecards": queries.scorecards_in_use(),
        "missing_of_starter": starter.missing(),
        "may_manage": allowed(request.user, Permission.MANAGE_SCORECARDS),
    }
    return render(request, "scorecards/vendor/scorecards/list.html", context)


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def scorecard_detail(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Show what is published: whom it measures, what each metric measures or asks, what earns points and is reached."""
    context = shared(request, scorecard_of(scorecard_id), "published")
    return render(request, "scorecards/vendor/scorecards/detail.html", context | read(context["published"]))


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def scorecard_create(request: HttpRequest) -> HttpResponse:
    """Make a scorecard."""
    form = ScorecardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        is_first = not Scorecard.objects.exists()
        made = scorecards.create(**form.cleaned_data, is_main=is_first, by=request.user, at=timezone.now())
        return redirect("vendor:scorecard-draft", made.public_id)
    return _form(request, form, scorecard=None)


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def scorecard_edit(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Change a scorecard's name and purpose."""
    scorecard = get_object_or_404(Scorecard, public_id=scorecard_id)
    form = ScorecardForm(request.POST or None, initial=model_to_dict(scorecard))
    if request.method == "POST" and form.is_valid():
        scorecards.update(scorecard=scorecard, by=request.user, at=timezone.now(), changes=form.cleaned_data)
        return redirect("vendor:scorecard-detail", scorecard.public_id)
    return _form(request, form, scorecard=scorecard)


def _form(request: HttpRequest, form: ScorecardForm, *, scorecard: Scorecard | None) -> HttpResponse:
    trail = [(_("Scorecards"), reverse("vendor:scorecard-list"))]
    if scorecard:
        trail.append((scorecard.name, reverse("vendor:scorecard-detail", args=[scorecard.public_id])))
    context = {"form": form, "scorecard": scorecard, "trail": trail}
    return render(
        request, "scorecards/vendor/scorecards/edit.html", context, status=422 if request.method == "POST" else 200
    )


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_POST
def scorecard_make_main(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Let a scorecard give the score on home pages and dashboards."""
    scorecard = get_object_or_404(Scorecard, public_id=scorecard_id)
    try:
        if scorecards.make_main(scorecard=scorecard, by=request.user, at=timezone.now()):
            messages.success(request, _("%(name)s gives the score now.") % {"name": scorecard})
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("vendor:scorecard-detail", scorecard.public_id)


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def scorecard_duplicate(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Make another scorecard whose draft says the same."""
    scorecard = scorecard_of(scorecard_id)
    initial = {"name": _("%(name)s (copy)") % {"name": scorecard.name}}
    form = DuplicateForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        copy = scorecards.duplicate(scorecard=scorecard, name=name, by=request.user, at=timezone.now())
        messages.success(
            request, _("%(name)s is a draft now. It measures nobody until you publish it.") % {"name": copy}
        )
        return redirect("vendor:scorecard-draft", copy.public_id)
    context = {"form": form, "scorecard": scorecard, "trail": trail_of(scorecard)}
    status = 422 if request.method == "POST" else 200
    return render(request, "scorecards/vendor/scorecards/duplicate.html", context, status=status)


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_POST
def scorecard_retire(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Take a scorecard out of use, or say what stands in the way."""
    scorecard = scorecard_of(scorecard_id)
    try:
        if scorecards.retire(scorecard=scorecard, by=request.user, at=timezone.now()):
            messages.success(request, _("%(name)s is retired. It measures nobody any more.") % {"name": scorecard})
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("vendor:scorecard-detail", scorecard.public_id)


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_POST
def scorecard_restore(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Take a retired scorecard back into use."""
    scorecard = scorecard_of(scorecard_id)
    if scorecards.restore(scorecard=scorecard, by=request.user, at=timezone.now()):
        messages.success(request, _("%(name)s is in use again.") % {"name": scorecard})
    return redirect("vendor:scorecard-detail", scorecard.public_id)


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def partner_score_panel(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Show how a partner stands, for its page."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=partner_id)
    context = {"partner": partner, "card": queries.score_card(partner, at=timezone.now())}
    return render(request, "scorecards/vendor/scorecards/_partner_panel.html", context)
