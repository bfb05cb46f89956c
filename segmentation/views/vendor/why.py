"""Why a partner is (not) in something: the page, the records behind its numbers, and everything that holds for it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from criteria.fields import RuleKind
from partners.models import Partner
from segmentation import queries
from segmentation.forms.why import WhyForm
from segmentation.queries.bands import held_bands

FOLDER = "segmentation/vendor/why"


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def why(request: HttpRequest) -> HttpResponse:
    """Ask why any partner is (not) in anything; both named, the answer follows."""
    visible = Partner.objects.visible_to(request.user)
    if "ask" not in request.GET:
        form = WhyForm(initial=request.GET.dict(), data=None, visible=visible)
        return render(request, f"{FOLDER}/ask.html", {"form": form})
    form = WhyForm(request.GET, visible=visible)
    if form.is_valid() and form.found is not None:
        kind, definition = form.picked
        return redirect("vendor:why-panel", kind.value, definition.public_id, form.found.public_id)
    return render(request, f"{FOLDER}/ask.html", {"form": form}, status=422 if form.errors else 200)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def why_panel(request: HttpRequest, kind: str, public_id: str, partner_id: str) -> HttpResponse:
    """Show why a partner fulfils a rule or not: asked, has, missing; with `then`, why it entered or left it."""
    context = _named(request, kind, public_id, partner_id)
    partner, rule_kind, definition = context["partner"], context["rule_kind"], context["definition"]
    move = queries.move_at(partner=partner, kind=rule_kind, definition=definition, moment=request.GET.get("then", ""))
    context["records_url"] = reverse("vendor:why-records-panel", args=[kind, public_id, partner_id])
    if move is not None:
        context |= {"past": queries.why_then(move=move, definition=definition), "side": "vendor"}
        if request.headers.get("HX-Request"):
            return render(request, "segmentation/_past.html", context)
        return render(request, f"{FOLDER}/past.html", beside(context))
    found = queries.why(partner=partner, kind=rule_kind, definition=definition, at=timezone.now())
    context |= {
        "why": found,
        "heading": queries.heading(rule_kind, partner=partner, definition=definition, met=found.met),
        "what_if_url": f"{reverse('vendor:what-if', args=[partner_id])}?rule={kind}:{public_id}",
        "not_found": "then" in request.GET,
    }
    if request.headers.get("HX-Request"):
        return render(request, "segmentation/_why.html", context)
    return render(request, f"{FOLDER}/page.html", beside(context))


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def why_records_panel(request: HttpRequest, kind: str, public_id: str, partner_id: str) -> HttpResponse:
    """Show the records that count for one clause, named by its path in the criteria; with `then`, of a past moment."""
    context = _named(request, kind, public_id, partner_id)
    partner, definition, path = context["partner"], context["definition"], request.GET.get("path", "")
    move = queries.move_at(
        partner=partner, kind=context["rule_kind"], definition=definition, moment=request.GET.get("then", "")
    )
    asked = queries.asked_then(move, definition) if move is not None else queries.asked_of(definition, partner)
    at = move.at if move is not None else timezone.now()
    found = queries.records(partner=partner, criteria=asked.criteria, path=path, at=at) if asked else []
    context |= {"records": found, "then": move}
    if request.headers.get("HX-Request"):
        return render(request, "segmentation/_records.html", context)
    return render(request, f"{FOLDER}/records.html", context)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_classification_panel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the segments, life stage and qualifications of a partner, and what it entered and left."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    context = {
        "partner": partner,
        "standing": (standing := queries.standing(partner)),
        "bands": held_bands(standing.segments),
        "moves": queries.transitions(partner, limit=12),
    }
    template = "_classification.html" if request.headers.get("HX-Request") else "classification.html"
    return render(request, f"{FOLDER}/{template}", context)


def _named(request: HttpRequest, kind: str, public_id: str, partner_id: str) -> dict[str, Any]:
    """Return the partner and the rule that an address names, or a page that says there is none."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=partner_id)
    try:
        rule_kind = RuleKind(kind)
        model = queries.DEFINITIONS[rule_kind]
    except (ValueError, KeyError):
        raise Http404 from None
    definition: Any = get_object_or_404(model, public_id=public_id)
    return {"partner": partner, "kind": kind, "rule_kind": rule_kind, "definition": definition, "side": "vendor"}


def beside(context: dict[str, Any]) -> dict[str, Any]:
    """Add what stands beside an answer: the moves of this partner, who sees what by it, and where to go on."""
    partner, kind, definition = context["partner"], context["rule_kind"], context["definition"]
    here = reverse("vendor:why-panel", args=[kind.value, definition.public_id, partner.public_id])
    return context | {
        "moves": queries.moves_of(partner=partner, kind=kind, definition=definition),
        "decides": queries.decided_by(definition) if kind is RuleKind.SEGMENT else [],
        "kind_label": queries.kind_label(kind.value),
        "page_url": queries.page_of(kind.value, definition),
        "here": here,
        "ask_url": f"{reverse('vendor:why')}?rule={kind.value}:{definition.public_id}",
        "trail": [
            (_("All partners"), reverse("vendor:partner-list")),
            (str(partner), reverse("vendor:partner-detail", args=[partner.public_id])),
        ],
    }
