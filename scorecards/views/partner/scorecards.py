"""How a partner measures up, for the partner itself."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from core.templatetags.formats import day
from scorecards import queries
from scorecards.queries import Words

#: Gaps that are worth a word of advice on top of the page.
ADVICE_SHOWN = 3


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def scorecard(request: Any) -> HttpResponse:
    """Show the partner its figures against partners like it, and what closing each gap would be worth."""
    card = queries.score_card(request.partner, at=timezone.now())
    words = Words.now()
    rows = (
        [(row, words.of(row.metric.expression)) for row in card.rows if words.for_partners(row.metric.expression)]
        if card
        else []
    )
    context = {
        "card": card,
        "points": [(day(on), value) for on, value in card.history] if card else [],
        "rows": rows,
        "advice": [row for row, _measured in rows if row.worth > 0][:ADVICE_SHOWN],
    }
    return render(request, "scorecards/partner/scorecards/detail.html", context)
