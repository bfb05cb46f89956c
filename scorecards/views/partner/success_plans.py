"""Success plans of a partner: read, agreed to or sent back, and their quarters reviewed."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from scorecards.queries import success_plans as reads
from scorecards.views import success_plans as plans


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def success_plan_list(request: Any) -> HttpResponse:
    """List the partner's plans, those that run first."""
    rows = reads.listed(request.user).filter(partner=request.partner).order_by("closed_at", "-starts_on", "-pk")
    found = list(rows)
    context = {
        "running": [one for one in found if not one.is_over],
        "over": [one for one in found if one.is_over],
    }
    return render(request, "scorecards/partner/success_plans/list.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def success_plan_detail(request: Any, success_plan_id: UUID) -> HttpResponse:
    """Show a plan."""
    return plans.detail(request, plans.load(request, success_plan_id))


@partner_view(Permission.EDIT_OWN_PROFILE)
@require_POST
def success_plan_agree(request: Any, success_plan_id: UUID) -> HttpResponse:
    """Agree to what is proposed, for the partner."""
    return plans.agree(request, plans.load(request, success_plan_id))


@partner_view(Permission.EDIT_OWN_PROFILE)
@require_POST
def success_plan_changes(request: Any, success_plan_id: UUID) -> HttpResponse:
    """Ask for something else than what is proposed."""
    return plans.ask_for_changes(request, plans.load(request, success_plan_id))


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def success_plan_milestone(request: Any, success_plan_id: UUID) -> HttpResponse:
    """Tick a milestone off."""
    return plans.milestone(request, plans.load(request, success_plan_id))


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def success_plan_versions(request: Any, success_plan_id: UUID) -> HttpResponse:
    """Show what was proposed and agreed, version by version."""
    return plans.version_list(request, plans.load(request, success_plan_id))


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def success_plan_version(request: Any, success_plan_id: UUID, number: int) -> HttpResponse:
    """Show one version."""
    return plans.version_detail(request, plans.load(request, success_plan_id), number)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def success_plan_review(request: Any, success_plan_id: UUID, quarter: str) -> HttpResponse:
    """Show the review of a quarter, and write notes in it."""
    return plans.review(request, plans.load(request, success_plan_id), quarter)
