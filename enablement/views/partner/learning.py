"""What there is to learn: one's own page, and the team's for those who manage it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import allowed, partner_view
from accounts.permissions import Permission
from core.models import Program
from core.periods import today
from enablement.models import Readiness
from enablement.queries import certifying, learning, packages, training


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def own_learning(request: Any) -> HttpResponse:
    """Show where the reader was, their courses, and what assesses them."""
    person = request.partner_person
    courses = learning.courses_of(user=request.user, person=person)
    under_way = [one for one in courses if one.progress and not one.is_completed]
    context = {
        "last": under_way[0] if under_way else None,
        "courses": courses,
        "assessments": learning.assessments_of(user=request.user, person=person),
        "paths_panel": {"title": _("Certifications you can earn"), "url": reverse("partner:learning-paths-panel")},
        "manages_team": allowed(request.user, Permission.MANAGE_OWN_PEOPLE),
    }
    return render(request, "enablement/partner/learning/own.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def learning_paths_panel(request: Any) -> HttpResponse:
    """Show what the reader can be certified for, as a part of their learning page."""
    day = today(at=timezone.now(), zone=Program.current().zone)
    paths = certifying.paths_of(user=request.user, person=request.partner_person, today=day)
    return render(request, "enablement/partner/learning/_paths.html", {"paths": paths})


@partner_view(Permission.MANAGE_OWN_PEOPLE)
@require_safe
def team_learning(request: Any) -> HttpResponse:
    """Show what each person of the partner has learned."""
    day = today(at=timezone.now(), zone=Program.current().zone)
    learners = training.learners(partner=request.partner, today=day)
    context = {
        "learners": learners,
        "measures": [one.label for one in Readiness],
        "in_packages": list(packages.of_team(request.partner)),
    }
    return render(request, "enablement/partner/learning/team.html", context)
