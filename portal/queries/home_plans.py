"""What success plans and tasks ask of a partner next, for its home page: in one statement."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import CharField, DateField, F, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from partners.models import Partner
from portal.queries.steps import NextStep
from scorecards.models import PartnerTask, PlanVersion, PlanVersionState, TaskSide

SOON_DAYS = 7
TASKS_SHOWN = 2


class _Asked(NamedTuple):
    """A plan that waits for the partner's word, with who proposes it; or a task, with its day."""

    public_id: UUID
    name: str
    proposed_by: str | None
    due_on: date | None


def plan_and_task_steps(user: Any, partner: Partner, *, today: date) -> Iterator[NextStep]:
    """Yield the plan that waits for the partner's word, and its tasks that are late or due within a week.

    Of tasks those of the reader, or of nobody in particular.
    """
    found = [_Asked(*row) for row in _plans(partner).union(_tasks(user, partner, today=today), all=True)]
    yield from (_plan_step(one) for one in found if one.due_on is None)
    due = [(one.due_on, one) for one in found if one.due_on is not None]
    yield from (_task_step(one, due_on, today=today) for due_on, one in sorted(due))


def _plans(partner: Partner) -> Any:
    waiting = PlanVersion.objects.filter(
        plan__partner=partner,
        plan__closed_at__isnull=True,
        state=PlanVersionState.PROPOSED,
        partner_agreed_at__isnull=True,
    )
    who = Coalesce(NullIf("proposed_by__name", Value("")), "proposed_by__email", output_field=CharField())
    never = Cast(Value(None), DateField())
    return waiting.order_by("proposed_at").values_list("plan__public_id", "plan__name", who, never)[:1]


def _tasks(user: Any, partner: Partner, *, today: date) -> Any:
    rows = PartnerTask.objects.visible_to(user).of(partner).open().filter(side=TaskSide.PARTNER)
    soon = rows.filter(due_on__lte=today + timedelta(days=SOON_DAYS))
    mine = soon.filter(assignee__isnull=True) | soon.filter(assignee=user)
    nobody = Cast(Value(None), CharField())
    return mine.in_order_of_need().values_list("public_id", "title", nobody, F("due_on"))[:TASKS_SHOWN]


def _plan_step(plan: _Asked) -> NextStep:
    return NextStep(
        rank=0,
        title=_("Read the plan “%(plan)s”") % {"plan": plan.name},
        why=_("%(who)s proposes it to you. Agree to it, or say what should be different.") % {"who": plan.proposed_by},
        icon="target",
        kind=_("Success plan"),
        action=_("Read it"),
        url=reverse("partner:success-plan-detail", args=[plan.public_id]),
        time=_("5 min"),
    )


def _task_step(task: _Asked, due_on: date, *, today: date) -> NextStep:
    late = due_on < today
    day = {"day": date_format(due_on)}
    return NextStep(
        rank=0 if late else 1,
        title=task.name,
        why=_("It was to be done by %(day)s.") % day if late else _("To be done by %(day)s.") % day,
        icon="list-checks",
        kind=_("Task"),
        action=_("Open the task"),
        url=reverse("partner:task-edit", args=[task.public_id]),
    )
