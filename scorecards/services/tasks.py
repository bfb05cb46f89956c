"""Tasks: given, changed, finished, taken up again, taken away; and whoever is to do one hears of it.

People of a partner write their own side's tasks; people of the vendor both sides'.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from core.audit import action
from core.models import Program
from core.periods import today
from core.refusals import Refusal
from core.services import outbox
from partners.models import Partner, Person
from scorecards.models import PartnerTask, TaskSide
from scorecards.signals import task_done

ASSIGNED = "scorecards.task_assigned"
LATE = "scorecards.task_late"
EDITABLE = frozenset({"title", "detail", "side", "is_shared", "assignee", "due_on"})


def add(
    *,
    partner: Partner,
    title: str,
    side: TaskSide | str,
    by: Any | None,
    at: datetime,
    detail: str = "",
    assignee: User | None = None,
    due_on: date | None = None,
    origin: models.Model | None = None,
    is_shared: bool = False,
    once_key: UUID | None = None,
) -> PartnerTask:
    """Give somebody a task. The same `once_key` again is the same task.

    `origin` is the record it comes from, such as a success plan. Without an assignee it is for the partner's admins, or
    for who looks after the partner.
    """
    known: PartnerTask | None = PartnerTask.objects.filter(once_key=once_key).first() if once_key else None
    if known:
        return known
    task = PartnerTask(
        partner=partner,
        title=title.strip(),
        detail=detail.strip(),
        side=side,
        assignee=assignee,
        due_on=due_on,
        is_shared=is_shared or side == TaskSide.PARTNER,
        added_by=_person(by),
        origin_kind=origin._meta.model_name or "" if origin else "",
        origin_id=origin.pk if origin else None,
        once_key=once_key,
    )
    _expect_may_write(task, by)
    _check(task)
    with action("task.add", by=by):
        task.save(force_insert=True)
        _put_assigned(task, by=by, at=at)
    return task


def update(
    *, task: PartnerTask, by: Any | None, at: datetime, changes: Mapping[str, Any], expected: int | None = None
) -> list[str]:
    """Change a task. Returns the names of what changed. `expected` is the version the writer has read."""
    if unknown := changes.keys() - EDITABLE:
        raise TypeError(f"Not a field of tasks: {', '.join(sorted(unknown))}")
    with action("task.update", by=by):
        locked = _locked(task)
        if expected is not None and locked.version != expected:
            raise Refusal(_("Somebody changed this task meanwhile. Look at it again."), code="version_conflict")
        _expect_may_write(locked, by)
        wanted = _cleaned(changes)
        changed = [name for name, value in wanted.items() if getattr(locked, name) != value]
        if not changed:
            return []
        for name in changed:
            setattr(locked, name, wanted[name])
        if locked.side == TaskSide.PARTNER:
            locked.is_shared = True
        if "due_on" in changed:
            locked.late_told_at = None
        _expect_may_write(locked, by)
        _check(locked)
        locked.save(update_fields=[*changed, "is_shared", "late_told_at"])
        if {"assignee", "side"} & set(changed):
            _put_assigned(locked, by=by, at=at)
    task.refresh_from_db()
    return changed


def finish(*, task: PartnerTask, by: Any | None, at: datetime) -> bool:
    """Tick a task off. Returns whether it was open."""
    _expect_may_write(task, by)
    with action("task.finish", by=by):
        rows = PartnerTask.objects.filter(pk=task.pk, done_at__isnull=True)
        done = bool(rows.update(done_at=at, done_by=_person(by)))
        task.refresh_from_db()
        if done:
            task_done.send(sender=PartnerTask, task=task, by=_person(by), at=at)
    return done


def reopen(*, task: PartnerTask, by: Any | None, at: datetime) -> bool:
    """Take a task up again that was done. Returns whether it was. Late by now, it is told of anew."""
    _expect_may_write(task, by)
    with action("task.reopen", by=by):
        rows = PartnerTask.objects.filter(pk=task.pk, done_at__isnull=False)
        reopened = bool(rows.update(done_at=None, done_by=None, late_told_at=None))
    task.refresh_from_db()
    return reopened


def remove(*, task: PartnerTask, by: Any | None, at: datetime) -> bool:
    """Take a task away that nobody needs. Returns whether it was there. What it was stays in the audit trail."""
    _expect_may_write(task, by)
    with action("task.remove", by=by):
        count, _rows = PartnerTask.objects.filter(pk=task.pk).delete()
    return bool(count)


def note_late(*, at: datetime) -> int:
    """Have those told whose tasks are late, each once for its day. Returns how many tasks."""
    day = today(at=at, zone=Program.current().zone)
    due = PartnerTask.objects.late(day).filter(late_told_at__isnull=True)
    return sum(_note_late(pk, due, at) for pk in list(due.order_by("pk").values_list("pk", flat=True)))


def _note_late(pk: int, due: Any, at: datetime) -> int:
    with action("task.note_late", by=None):
        claimed: int = due.filter(pk=pk).update(late_told_at=at)
        if claimed:
            outbox.put(topic=LATE, payload={"task": pk})
    return claimed


def may_write(task: PartnerTask, user: Any) -> bool:
    """Whether somebody who sees a task may change and finish it: both sides' at the vendor, their own at a partner."""
    return user is None or user.is_vendor or (task.side == TaskSide.PARTNER and task.is_shared)


def _expect_may_write(task: PartnerTask, by: Any | None) -> None:
    if not may_write(task, by):
        raise Refusal(_("This task is ours to do; we tell you when it is done."), code="not_yours")


def _locked(task: PartnerTask) -> PartnerTask:
    rows = PartnerTask.objects.select_for_update(no_key=True, of=("self",)).select_related("partner", "assignee")
    return rows.get(pk=task.pk)  # type: ignore[no-any-return]


def _cleaned(changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in changes.items()}


def _check(task: PartnerTask) -> None:
    if not task.title:
        raise ValidationError({"title": _("Say in a few words what is to be done.")})
    task.clean_fields(exclude=["public_id", "once_key", "partner", "assignee"])
    someone = task.assignee
    if someone is None:
        return
    if not someone.is_active:
        raise ValidationError({"assignee": _("%(name)s cannot sign in any more.") % {"name": someone}})
    if task.side == TaskSide.VENDOR:
        may = someone.has(Permission.EDIT_PLANS)
        if not may or not Partner.objects.visible_to(someone).filter(pk=task.partner_id).exists():
            told = _("%(name)s does not look after this partner. Choose somebody of ours who sees it.")
            raise ValidationError({"assignee": told % {"name": someone}})
    elif not Person.objects.filter(partner_id=task.partner_id, user=someone, left_at__isnull=True).exists():
        told = _("%(name)s does not work there. A task of the partner goes to one of its people.")
        raise ValidationError({"assignee": told % {"name": someone}})


def _person(by: Any | None) -> User | None:
    return by if isinstance(by, User) else None


def _put_assigned(task: PartnerTask, *, by: Any | None, at: datetime) -> None:
    if task.done_at is None:
        payload = {"task": task.pk, "by": getattr(_person(by), "pk", None), "at": at.isoformat()}
        outbox.put(topic=ASSIGNED, payload=payload)
