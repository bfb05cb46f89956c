"""Tells people of tasks: that one is theirs, and that one is late."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import User
from partners.services.telling import Day, admins_of, manager_of, tell
from scorecards.models import PartnerTask, TaskSide


def task_assigned(payload: Mapping[str, Any]) -> None:
    """Tell who is to do a task, unless they gave it to themselves."""
    task = _task(payload)
    if task is None or task.is_done:
        return
    theirs = [user for user in whose(task) if user.pk != payload["by"]]
    giver = User.objects.filter(pk=payload["by"]).first()
    if giver is None:
        text = gettext_noop("A task for you: %(task)s")
    else:
        text = gettext_noop("%(giver)s has a task for you: %(task)s")
    _tell(theirs, task, text=text, giver=giver, key=f"task-{task.pk}-assigned-{payload['at']}")


def task_late(payload: Mapping[str, Any]) -> None:
    """Tell who is to do a task that its day is over."""
    task = _task(payload)
    if task is None or task.is_done or task.due_on is None:
        return
    text = gettext_noop("Late since %(day)s: %(task)s")
    _tell(whose(task), task, text=text, giver=None, key=f"task-{task.pk}-late-{task.late_told_at}")


def whose(task: PartnerTask) -> list[User]:
    """Return who is to do a task: who it is assigned to, else the partner's admins or its manager."""
    if task.assignee is not None and task.assignee.is_active:
        return [task.assignee]
    return admins_of(task.partner) if task.side == TaskSide.PARTNER else manager_of(task.partner)


def _tell(users: Iterable[User], task: PartnerTask, *, text: str, giver: User | None, key: str) -> None:
    day = Day(task.due_on)
    names = {"task": task.title, "giver": giver or "", "partner": task.partner, "detail": task.detail, "day": day}
    detail = gettext_noop("%(partner)s. %(detail)s")
    if task.due_on:
        detail = gettext_noop("%(partner)s. To be done by %(day)s. %(detail)s")
    for user in users:
        url = (
            reverse("vendor:partner-detail", args=[task.partner.public_id])
            if user.is_vendor
            else reverse("partner:home")
        )
        tell([user], kind="task", text=text, detail=detail, names=names, url=url, key=key, by_mail=True)


def _task(payload: Mapping[str, Any]) -> PartnerTask | None:
    rows = PartnerTask.objects.select_related("partner", "assignee")
    return rows.filter(pk=payload["task"]).first()
