"""The scorecards of one partner at the vendor: in use, proposed, switched on and off, compared with what it says."""

from datetime import timedelta
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
from core.templatetags.formats import day
from partners.forms.refusals import show_refusal
from partners.models import Partner
from partners.services.stays import today_of
from scorecards.forms.use import AskForm, ReasonForm
from scorecards.models import AssessmentRequest, AssessmentSide, PartnerScorecard
from scorecards.queries import assessments as reads
from scorecards.queries import cards as scores
from scorecards.queries import partner_cards
from scorecards.queries import use as uses
from scorecards.services import assessment_requests, use
from scorecards.views.assessing import Place
from scorecards.views.vendor.assessments import place_of


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def partner_scorecards_panel(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Show a partner's scorecards, what would fit it, and what was used before, for its page."""
    at = timezone.now()
    rows = Partner.objects.visible_to(request.user).select_related("classification__stage")
    partner = get_object_or_404(rows, public_id=partner_id)
    standing = uses.standing(partner, at=at, classification=getattr(partner, "classification", None))
    context = {
        "partner": partner,
        "cards": partner_cards.cards(partner, standing.in_use, at=at),
        "standing": standing,
        "may_assess": allowed(request.user, Permission.ASSESS),
    }
    return render(request, "scorecards/vendor/partner_scorecards/_panel.html", context)


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def partner_scorecard_detail(request: HttpRequest, partner_id: UUID, scorecard_id: UUID) -> HttpResponse:
    """Show one scorecard of a partner: what both sides say, the biggest differences first."""
    at, place = timezone.now(), place_of(request, partner_id, scorecard_id)
    partner, scorecard = place.partner, place.scorecard
    context = {
        "partner": partner,
        "scorecard": scorecard,
        "place": place,
        "is_in_use": uses.is_in_use(partner, place.version, at=at),
        "sheet": reads.sheet(partner_id=partner.pk, version=place.version, side=AssessmentSide.CAM, at=at, paced=False),
        "trail": _trail(partner),
        "may_assess": allowed(request.user, Permission.ASSESS),
    }
    return render(request, "scorecards/vendor/partner_scorecards/detail.html", context)


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def partner_scorecard_panel(request: HttpRequest, partner_id: UUID, scorecard_id: UUID) -> HttpResponse:
    """Show the score of a partner on a scorecard, and its way there."""
    place = place_of(request, partner_id, scorecard_id)
    card = scores.score_card(place.partner, at=timezone.now(), scorecard=place.scorecard)
    points = [(day(on), value) for on, value in card.history] if card else []
    return render(
        request, "scorecards/vendor/partner_scorecards/_score.html", {"card": card, "points": points, "place": place}
    )


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def partner_assessments_panel(request: HttpRequest, partner_id: UUID, scorecard_id: UUID) -> HttpResponse:
    """Show the past assessments of a partner on a scorecard, and when this was switched on and off."""
    place = place_of(request, partner_id, scorecard_id)
    rows = PartnerScorecard.objects.filter(partner=place.partner, scorecard=place.scorecard)
    context = {
        "place": place,
        "history": reads.history(place.partner.pk, place.scorecard),
        "times": rows.select_related("switched_on_by", "switched_off_by").order_by("-starts_at", "-pk"),
    }
    return render(request, "scorecards/vendor/partner_scorecards/_history.html", context)


@vendor_view(Permission.ASSESS)
@require_http_methods(["GET", "HEAD", "POST"])
def partner_scorecard_switch_on(request: HttpRequest, partner_id: UUID, scorecard_id: UUID) -> HttpResponse:
    """Use a scorecard for a partner from now on."""
    place = place_of(request, partner_id, scorecard_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            use.switch_on(
                partner=place.partner,
                scorecard=place.scorecard,
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("%(name)s is on. Answer it when it suits you.") % {"name": place.scorecard})
            return redirect(_tab(place.partner))
    title = _("Switch on %(name)s") % {"name": place.scorecard}
    return _form(request, place, form, title=title, verb=_("Switch on"), text=place.scorecard.purpose)


@vendor_view(Permission.ASSESS)
@require_http_methods(["GET", "HEAD", "POST"])
def partner_scorecard_switch_off(request: HttpRequest, partner_id: UUID, scorecard_id: UUID) -> HttpResponse:
    """Use a scorecard for a partner no longer."""
    place = place_of(request, partner_id, scorecard_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        off = use.switch_off(
            partner=place.partner, scorecard=place.scorecard, by=request.user, at=timezone.now(), **form.cleaned_data
        )
        if off:
            messages.success(
                request, _("%(name)s is off. Its answers stay and can be read.") % {"name": place.scorecard}
            )
        return redirect(_tab(place.partner))
    title = _("Switch off %(name)s") % {"name": place.scorecard}
    text = _("The partner is not measured by it any more. Answers and scores so far stay in the history.")
    return _form(request, place, form, title=title, verb=_("Switch off"), text=text)


@vendor_view(Permission.ASSESS)
@require_http_methods(["GET", "HEAD", "POST"])
def self_assessment_ask(request: HttpRequest, partner_id: UUID, scorecard_id: UUID) -> HttpResponse:
    """Ask the partner to assess itself."""
    at, place = timezone.now(), place_of(request, partner_id, scorecard_id)
    before = AssessmentRequest.objects.filter(partner=place.partner, scorecard=place.scorecard).order_by("-asked_at")
    known = before.first()
    usual = today_of(at) + timedelta(days=assessment_requests.USUAL_DAYS)
    initial = {"due_on": max(known.due_on, today_of(at)) if known else usual, "message": known.message if known else ""}
    form = AskForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            assessment_requests.ask(
                partner=place.partner, scorecard=place.scorecard, by=request.user, at=at, **form.cleaned_data
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("%(name)s is asked, in the portal and by e-mail.") % {"name": place.partner})
            return redirect(_tab(place.partner))
    title = _("Ask %(partner)s to assess itself: %(name)s") % {"partner": place.partner, "name": place.scorecard}
    text = _("Its people answer the questions that concern them; you see their answers beside yours.")
    return _form(request, place, form, title=title, verb=_("Ask"), text=text)


def _tab(partner: Partner) -> str:
    return reverse("vendor:partner-scorecards", args=[partner.public_id])


def _trail(partner: Partner) -> list[tuple[Any, str]]:
    return [
        (_("Partners"), reverse("vendor:partner-list")),
        (partner.name, reverse("vendor:partner-detail", args=[partner.public_id])),
        (_("Scorecards"), _tab(partner)),
    ]


def _form(request: HttpRequest, place: Place, form: Any, *, title: str, verb: str, text: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "verb": verb,
        "text": text,
        "trail": _trail(place.partner),
        "back": _tab(place.partner),
    }
    return render(request, "scorecards/vendor/partner_scorecards/act.html", context, status=422 if form.errors else 200)
