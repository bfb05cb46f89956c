"""Tasks at the vendor: one's own over all partners, and those about one partner."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.models import Program
from core.periods import today
from partners.models import Partner
from scorecards.queries import tasks as reads
from scorecards.services import tasks as services
from scorecards.views import tasks

FORM = "scorecards/vendor/tasks/form.html"


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def task_list(request: HttpRequest) -> HttpResponse:
    """List what is on the reader's desk, or all tasks about the partners they see."""
    may_edit = allowed(request.user, Permission.EDIT_PLANS)
    return tasks.task_list(request, "scorecards/vendor/tasks/list.html", may_edit=may_edit)


@vendor_view(Permission.EDIT_PLANS)
@require_http_methods(["GET", "HEAD", "POST"])
def task_create(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Give somebody a task about a partner."""
    partner = _partner(request, partner_id)
    page = reverse("vendor:partner-detail", args=[partner.public_id])
    return tasks.create(request, partner, template=FORM, back=page, trail=_trail(partner))


@vendor_view(Permission.VIEW_SCORECARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def task_edit(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Look at a task, and change it with the right to."""
    task = tasks.load(request, task_id)
    if not allowed(request.user, Permission.EDIT_PLANS):
        context = {"task": task, "trail": _trail(task.partner)}
        return render(request, "scorecards/vendor/tasks/detail.html", context)
    return tasks.edit(request, task, template=FORM, back=reverse("vendor:task-list"), trail=_trail(task.partner))


@vendor_view(Permission.EDIT_PLANS)
@require_POST
def task_finish(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Tick a task off."""
    return tasks.act(request, tasks.load(request, task_id), services.finish, reverse("vendor:task-list"))


@vendor_view(Permission.EDIT_PLANS)
@require_POST
def task_reopen(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Take a task up again."""
    return tasks.act(request, tasks.load(request, task_id), services.reopen, reverse("vendor:task-list"))


@vendor_view(Permission.EDIT_PLANS)
@require_POST
def task_remove(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Take a task away that nobody needs."""
    return tasks.act(request, tasks.load(request, task_id), services.remove, reverse("vendor:task-list"))


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def partner_tasks_panel(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Show what is to be done about a partner, for its page."""
    partner = _partner(request, partner_id)
    context = {
        "partner": partner,
        "tasks": reads.of_partner(request.user, partner),
        "today": today(at=timezone.now(), zone=Program.current().zone),
        "may_edit": allowed(request.user, Permission.EDIT_PLANS),
        "back": reverse("vendor:partner-detail", args=[partner.public_id]),
    }
    return render(request, "scorecards/vendor/tasks/_panel.html", context)


def _partner(request: HttpRequest, public_id: UUID) -> Partner:
    return get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)


def _trail(partner: Partner) -> list[tuple[str, Any]]:
    return [
        (_("Tasks"), reverse("vendor:task-list")),
        (partner.name, reverse("vendor:partner-detail", args=[partner.public_id])),
    ]
