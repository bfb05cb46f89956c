"""What success plans and tasks ask of a partner next, for its home page."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from partners.models import Partner
from portal.queries.steps import NextStep
from scorecards.models import PartnerTask, PlanVersion, PlanVersionState, TaskSide

SOON_DAYS = 7
TASKS_SHOWN = 2


def plan_steps(partner: Partner) -> Iterator[NextStep]:
    """Yield the plan that waits for the partner's word."""
    waiting = PlanVersion.objects.filter(
        plan__partner=partner,
        plan__closed_at__isnull=True,
        state=PlanVersionState.PROPOSED,
        partner_agreed_at__isnull=True,
    )
    for version in waiting.select_related("plan", "proposed_by").order_by("proposed_at")[:1]:
        yield NextStep(
            rank=0,
            title=_("Read the plan “%(plan)s”") % {"plan": version.plan},
            why=_("%(who)s proposes it to you. Agree to it, or say what should be different.")
            % {"who": version.proposed_by},
            icon="target",
            kind=_("Success plan"),
            action=_("Read it"),
            url=reverse("partner:success-plan-detail", args=[version.plan.public_id]),
            time=_("5 min"),
        )


def task_steps(user: Any, partner: Partner, *, today: date) -> Iterator[NextStep]:
    """Yield the partner's tasks that are late or due within a week: those of the reader, or of nobody in particular."""
    rows = PartnerTask.objects.visible_to(user).of(partner).open().filter(side=TaskSide.PARTNER)
    soon = rows.filter(due_on__lte=today + timedelta(days=SOON_DAYS))
    mine = soon.filter(assignee__isnull=True) | soon.filter(assignee=user)
    for task in mine.in_order_of_need()[:TASKS_SHOWN]:
        assert task.due_on is not None
        late = task.is_late(today)
        day = {"day": date_format(task.due_on)}
        yield NextStep(
            rank=0 if late else 1,
            title=task.title,
            why=_("It was to be done by %(day)s.") % day if late else _("To be done by %(day)s.") % day,
            icon="list-checks",
            kind=_("Task"),
            action=_("Open the task"),
            url=reverse("partner:task-edit", args=[task.public_id]),
        )
