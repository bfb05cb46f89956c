"""How a partner measures up, for the partner itself: as far as each scorecard is shared with it."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import allowed, partner_view
from accounts.permissions import Permission
from core.templatetags.formats import day
from scorecards.models import AssessmentSide
from scorecards.queries import assessments as reads
from scorecards.queries import cards as scores
from scorecards.queries import measure_up, partner_cards
from scorecards.queries import use as uses
from scorecards.views.partner.assessments import place_of

#: Scorecards and, where there are fewer, the weightiest metrics of the main one.
GAUGES_SHOWN = 4


def _cards(request: Any) -> list[partner_cards.Card]:
    at = timezone.now()
    found = partner_cards.cards(request.partner, uses.in_use(request.partner, at=at), at=at)
    return [card for card in found if card.scorecard.shows_score or card.partner.asked]


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def scorecard(request: Any) -> HttpResponse:
    """Show the partner where it stands, and what it is asked to answer about itself."""
    cards = _cards(request)
    context = {
        "cards": [card for card in cards if card.scorecard.shows_score],
        "asked": [card for card in cards if card.partner.asked],
        "may_assess": allowed(request.user, Permission.SELF_ASSESS),
    }
    return render(request, "scorecards/partner/scorecards/list.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def scorecard_detail(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Show one scorecard: score, sections, each metric beside partners like it, and what each gap is worth."""
    at, place = timezone.now(), place_of(request, scorecard_id)
    asks = place.version.metrics.filter(asked_of__in=("partner", "both")).exists()
    if not (place.scorecard.shows_score or asks) or not uses.is_in_use(place.partner, place.version, at=at):
        raise Http404
    card = scores.score_card(place.partner, at=at, scorecard=place.scorecard) if place.scorecard.shows_score else None
    context = {
        "place": place,
        "scorecard": place.scorecard,
        "card": card,
        "points": [(day(on), value) for on, value in card.history] if card else [],
        "measured": measure_up.measured(card) if card else None,
        "asks": asks,
        "may_assess": allowed(request.user, Permission.SELF_ASSESS),
        "trail": [(_("How you measure up"), reverse("partner:scorecard"))],
    }
    return render(request, "scorecards/partner/scorecards/detail.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def measure_panel(request: Any) -> HttpResponse:
    """Show in a few gauges where the partner stands, and what it is asked, for its home page."""
    cards = _cards(request)
    shown = [card for card in cards if card.scorecard.shows_score and card.value is not None]
    more = scores.gauges(request.partner, limit=GAUGES_SHOWN - len(shown)) if len(shown) < GAUGES_SHOWN else []
    context = {
        "gauges": [
            *((card.scorecard.name, card.value, card.benchmark) for card in shown[:GAUGES_SHOWN]),
            *((one.name, one.points, one.benchmark) for one in more),
        ],
        "asked": [card for card in cards if card.request and not card.partner.is_finished],
        "may_assess": allowed(request.user, Permission.SELF_ASSESS),
    }
    return render(request, "scorecards/partner/scorecards/_panel.html", context)


@partner_view(Permission.SELF_ASSESS)
@require_safe
def assessments_panel(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Show what the partner answered in past periods."""
    place = place_of(request, scorecard_id)
    past = reads.history(place.partner.pk, place.scorecard).filter(side=AssessmentSide.PARTNER)
    return render(request, "scorecards/partner/scorecards/_history.html", {"history": past})
