"""Why we are (not) in a category or tier: the partner's own view of criteria."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from criteria.fields import RuleKind, registry
from segmentation import queries

#: Segments are the vendor's own working view; partners see categories, tiers and stages.
SHOWN_TO_PARTNERS = (RuleKind.TIER, RuleKind.CATEGORY, RuleKind.STAGE)
FOLDER = "segmentation/partner/why"


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def why_panel(request: HttpRequest, kind: str, public_id: str) -> HttpResponse:
    """Show which criteria we fulfil: asked, what you have, what is missing; with `then`, how it was at that moment."""
    context = _named(request, kind, public_id)
    partner, rule_kind, definition = context["partner"], context["rule_kind"], context["definition"]
    context |= {
        "moves": queries.moves_of(partner=partner, kind=rule_kind, definition=definition),
        "here": reverse("partner:why-panel", args=[kind, public_id]),
        "records_url": reverse("partner:why-records-panel", args=[kind, public_id]),
    }
    then = request.GET.get("then", "")
    move = queries.move_at(partner=partner, kind=rule_kind, definition=definition, moment=then)
    if move is not None:
        past = queries.why_then(move=move, definition=definition)
        context["past"] = replace(past, explanation=past.explanation and queries.for_partner(past.explanation))
        if request.headers.get("HX-Request"):
            return render(request, "segmentation/_past.html", context)
        return render(request, f"{FOLDER}/past.html", context)
    why = queries.why(partner=partner, kind=rule_kind, definition=definition, at=timezone.now())
    context |= {
        "why": replace(why, explanation=why.explanation and queries.for_partner(why.explanation)),
        "what_if_url": f"{reverse('partner:what-if')}?rule={kind}:{public_id}",
        "not_found": bool(then),
    }
    template = "segmentation/_why.html" if request.headers.get("HX-Request") else f"{FOLDER}/page.html"
    return render(request, template, context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def why_records_panel(request: HttpRequest, kind: str, public_id: str) -> HttpResponse:
    """Show our records that count for one clause, where we may see everything it asks about; with `then`, of then."""
    context = _named(request, kind, public_id)
    partner, definition, path = context["partner"], context["definition"], request.GET.get("path", "")
    move = queries.move_at(
        partner=partner, kind=context["rule_kind"], definition=definition, moment=request.GET.get("then", "")
    )
    asked = queries.asked_then(move, definition) if move is not None else queries.asked_of(definition, partner)
    at = move.at if move is not None else timezone.now()
    clause = queries.clause_at(asked.criteria, path) if asked else None
    context["then"] = move
    if asked and clause is not None and queries.partner_sees_records(clause, registry.catalog()):
        context["records"] = queries.records(partner=partner, criteria=asked.criteria, path=path, at=at)
    template = "segmentation/_records.html" if request.headers.get("HX-Request") else f"{FOLDER}/records.html"
    return render(request, template, context)


def _named(request: HttpRequest, kind: str, public_id: str) -> dict[str, Any]:
    """Return the rule that an address names, of those that partners see, or a page that says there is none."""
    if kind not in {each.value for each in SHOWN_TO_PARTNERS}:
        raise Http404
    rule_kind = RuleKind(kind)
    definition: Any = get_object_or_404(queries.DEFINITIONS[rule_kind], public_id=public_id)
    return {
        "partner": request.partner,  # type: ignore[attr-defined]
        "kind": kind,
        "rule_kind": rule_kind,
        "definition": definition,
        "side": "partner",
    }
