"""Tasks of a partner: what it is to do, and what it may know that the vendor does."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from scorecards.services import tasks as services
from scorecards.views import tasks

FORM = "scorecards/partner/tasks/form.html"


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def task_list(request: Any) -> HttpResponse:
    """List the partner's tasks, late ones first, or those the vendor does for it."""
    return tasks.task_list(request, "scorecards/partner/tasks/list.html")


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def task_create(request: Any) -> HttpResponse:
    """Write a task down for one's own organisation."""
    return tasks.create(request, request.partner, template=FORM, back=reverse("partner:task-list"), trail=_trail())


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def task_edit(request: Any, task_id: UUID) -> HttpResponse:
    """Look at a task; change it where it is the partner's own."""
    task = tasks.load(request, task_id)
    return tasks.edit(request, task, template=FORM, back=reverse("partner:task-list"), trail=_trail())


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def task_finish(request: Any, task_id: UUID) -> HttpResponse:
    """Tick a task off."""
    return tasks.act(request, tasks.load(request, task_id), services.finish, reverse("partner:task-list"))


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def task_reopen(request: Any, task_id: UUID) -> HttpResponse:
    """Take a task up again."""
    return tasks.act(request, tasks.load(request, task_id), services.reopen, reverse("partner:task-list"))


def _trail() -> list[tuple[str, str]]:
    return [(_("Tasks"), reverse("partner:task-list"))]
