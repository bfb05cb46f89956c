"""What closes a partner's gaps: its page, its panel, and a play accepted or declined for it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from partners.forms.refusals import show_refusal
from partners.models import Partner
from scorecards.forms.prescriptions import GivenForm, ReasonForm
from scorecards.models import Play, PlayKind, TaskSide
from scorecards.queries import plays as library
from scorecards.queries import prescriptions as reads
from scorecards.services import prescriptions

FOLDER = "scorecards/vendor/prescriptions"
PANEL_ROWS = 3


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def partner_plays(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Show a partner's gaps with the plays that may close them, and what became of plays so far."""
    return render(request, f"{FOLDER}/of_partner.html", _standing(request, _partner(request, partner_id)))


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def partner_plays_panel(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Show what to do first for a partner, for its page."""
    context = _standing(request, _partner(request, partner_id))
    context["best"] = context["standing"].best[:PANEL_ROWS]
    return render(request, f"{FOLDER}/_partner_panel.html", context)


@vendor_view(Permission.EDIT_PARTNERS)
@require_safe
def prescription_choose(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Choose any play of the library for a partner."""
    search = library.Search(text=request.GET.get("q", "").strip().replace("\0", "")[:100], state="published")
    partner = _partner(request, partner_id)
    context = {
        "partner": partner,
        "plays": library.library(search)[:100],
        "search": search,
        "trail": _trail(partner),
    }
    return render(request, f"{FOLDER}/choose.html", context)


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def prescription_accept(request: HttpRequest, partner_id: UUID, play_id: UUID) -> HttpResponse:
    """Give a partner a play: in which words, by when, who does it."""
    partner, play, proposal = _asked(request, partner_id, play_id)
    initial = {
        "words": play.partner_does or play.objective,
        "doer": (TaskSide.VENDOR if play.kind == PlayKind.INCENTIVE else TaskSide.PARTNER).value,
    }
    form = GivenForm(request.POST or None, initial=initial, partner=partner, by=_me(request))
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        try:
            made = prescriptions.accept(
                partner=partner, play=play, by=_me(request), at=at, **form.changes, **_for_metric(proposal)
            )
        except ValidationError as refusal:
            show_refusal(form, refusal, {"assignee": "doer"})
        else:
            messages.success(request, _("Agreed. Whoever does it has a task now."))
            return redirect("vendor:prescription-detail", made.public_id)
    context = _context(request, partner, play, proposal, form)
    return render(request, f"{FOLDER}/accept.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def prescription_decline(request: HttpRequest, partner_id: UUID, play_id: UUID) -> HttpResponse:
    """Say why a play is not for a partner."""
    partner, play, proposal = _asked(request, partner_id, play_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        what = _for_metric(proposal)
        for name in ("estimate", "worth"):
            what.pop(name, None)
        try:
            prescriptions.decline(
                partner=partner, play=play, by=_me(request), at=timezone.now(), **form.cleaned_data, **what
            )
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("It is not proposed for this any more. The reason stands under Declined."))
            return redirect("vendor:partner-plays", partner.public_id)
    context = _context(request, partner, play, proposal, form)
    return render(request, f"{FOLDER}/decline.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest, partner_id: UUID, play_id: UUID) -> tuple[Partner, Any, reads.Proposal | None]:
    """Return the partner, the play, and the gap that the address names, if it names one."""
    partner = _partner(request, partner_id)
    rows = Play.objects.published().select_related("asset", "journey", "certification")
    play = get_object_or_404(rows, public_id=play_id)
    key = request.GET.get("metric", "")
    return partner, play, reads.proposal_for(partner, play, key, at=timezone.now()) if key else None


def _for_metric(proposal: reads.Proposal | None) -> dict[str, Any]:
    if proposal is None:
        return {}
    return {
        "scorecard": proposal.scorecard,
        "metric_key": proposal.row.metric.key,
        "metric_name": proposal.row.metric.name,
        "estimate": proposal.estimate if proposal.is_known else None,
        "worth": proposal.row.worth,
    }


def _context(
    request: HttpRequest, partner: Partner, play: Play, proposal: reads.Proposal | None, form: Any
) -> dict[str, Any]:
    return {"partner": partner, "play": play, "proposal": proposal, "form": form, "trail": _trail(partner)}


def _standing(request: HttpRequest, partner: Partner) -> dict[str, Any]:
    standing = reads.standing_of(partner, at=timezone.now())
    now = reads.points_now([*standing.open, *standing.done])
    return {
        "partner": partner,
        "standing": standing,
        "open": [(one, now.get(one.pk)) for one in standing.open],
        "done": [(one, now.get(one.pk)) for one in standing.done],
        "trail": _trail(partner)[:2],
        "may_edit": allowed(request.user, Permission.EDIT_PARTNERS),
    }


def _trail(partner: Partner) -> list[tuple[str, str]]:
    return [
        (_("Partners"), reverse("vendor:partner-list")),
        (partner.name, reverse("vendor:partner-detail", args=[partner.public_id])),
        (_("Plays"), reverse("vendor:partner-plays", args=[partner.public_id])),
    ]


def _partner(request: HttpRequest, public_id: UUID) -> Partner:
    return get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)


def _me(request: HttpRequest) -> Any:
    return request.user
