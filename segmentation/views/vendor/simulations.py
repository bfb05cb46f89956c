"""Trying other numbers of a tier or category on the real base, without saving."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from criteria.tree import dump
from partners.models import Category, Partner, Tier
from segmentation.queries import simulations as reads
from segmentation.queries.trials import Trial, trial
from segmentation.services import drafts

FOLDER = "segmentation/vendor/simulations"


PERMISSIONS = {"tier": Permission.MANAGE_TIERS, "category": Permission.MANAGE_CATEGORIES}


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def tier_simulation(request: HttpRequest, public_id: str) -> HttpResponse:
    """Try the draft of a tier, with other numbers where they are typed."""
    return _page(request, _tier(public_id), kind="tier")


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def category_simulation(request: HttpRequest, public_id: str) -> HttpResponse:
    """Try the draft of a category."""
    return _page(request, get_object_or_404(Category, public_id=public_id), kind="category")


@vendor_view(Permission.MANAGE_TIERS)
@require_POST
def tier_simulation_keep(request: HttpRequest, public_id: str) -> HttpResponse:
    """Write the numbers tried into the draft of a tier."""
    return _keep(request, _tier(public_id), kind="tier")


@vendor_view(Permission.MANAGE_CATEGORIES)
@require_POST
def category_simulation_keep(request: HttpRequest, public_id: str) -> HttpResponse:
    """Write the numbers tried into the draft of a category."""
    return _keep(request, get_object_or_404(Category, public_id=public_id), kind="category")


def _tier(public_id: str) -> Tier:
    tier: Tier = get_object_or_404(Tier.objects.select_related("track__category"), public_id=public_id)
    return tier


def _keep(request: HttpRequest, definition: Any, *, kind: str) -> HttpResponse:
    typed = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    tried = trial(definition, typed=typed)
    if not tried.problems and _kept(request, definition, tried):
        return redirect(f"vendor:{kind}-simulation", definition.public_id)
    return _page(request, definition, kind=kind, tried=tried)


def _page(request: Any, definition: Any, *, kind: str, tried: Trial | None = None) -> HttpResponse:
    status = 200 if tried is None else 422
    typed = {name: value for name, value in request.GET.items() if isinstance(value, str)}
    tried = tried or trial(definition, typed=typed)
    at = timezone.now()
    visible = Partner.objects.visible_to(request.user)
    if "past" in typed:
        return _past(request, definition, kind, tried, at)
    context = {
        "definition": definition,
        "kind": kind,
        "tried": tried,
        "simulation": reads.simulate(tried, at=at, visible=visible),
        "chart": None if tried.error else reads.chart_of(tried, typed.get("chart", ""), at=at, visible=visible),
        "may_edit": allowed(request.user, PERMISSIONS[kind]) and definition.retired_at is None,
        "here": reverse(f"vendor:{kind}-simulation", args=[definition.public_id]),
        "keep_url": reverse(f"vendor:{kind}-simulation-keep", args=[definition.public_id]),
        "past_query": urlencode({**{one.name: one.shown for one in tried.changed}, "past": "1"}),
        "tried_query": urlencode({one.name: one.shown for one in tried.changed}),
        "trail": _trail(definition, kind),
    }
    template = "_results.html" if request.htmx and status == 200 else "page.html"
    return render(request, f"{FOLDER}/{template}", context, status=status)


def _past(request: Any, definition: Any, kind: str, tried: Trial, at: Any) -> HttpResponse:
    """Show what the same numbers would have done at the ends of the last quarters."""
    context = {
        "definition": definition,
        "kind": kind,
        "tried": tried,
        "quarters": reads.over_quarters(tried, at=at, visible=Partner.objects.visible_to(request.user)),
        "trail": [
            *_trail(definition, kind),
            (_("Simulation"), reverse(f"vendor:{kind}-simulation", args=[definition.public_id])),
        ],
    }
    return render(request, f"{FOLDER}/{'_past.html' if request.htmx else 'past.html'}", context)


def _kept(request: HttpRequest, definition: Any, tried: Trial) -> bool:
    """Write the numbers tried into the draft, as if they were typed in the editor."""
    if tried.tried is None or not tried.changed:
        messages.info(request, _("Nothing was different."))
        return True
    seen = drafts.stamp(drafts.current(definition))
    try:
        drafts.save(definition=definition, criteria=dump(tried.tried), seen=seen, by=request.user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return False
    messages.success(request, _("The numbers stand in the draft now. Nothing changes until it is published."))
    return True


def _trail(definition: Any, kind: str) -> list[tuple[str, str]]:
    above = (
        (_("Tiers"), reverse("vendor:track-list"))
        if kind == "tier"
        else (_("Categories"), reverse("vendor:category-list"))
    )
    return [above, (str(definition), reverse(f"vendor:{kind}-detail", args=[definition.public_id]))]
