"""Tells partners what the vendor is after, some at a time, and program admins that a goal wants a successor."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from core.services import outbox
from partners.models import Partner, PartnerStatus
from partners.services.telling import Day, admins_of, program_admins, tell
from scorecards.models import Goal
from scorecards.services import goals

BATCH_PARTNERS = 200


def goal_told(payload: Mapping[str, Any]) -> None:
    """Tell the admins of some partners, and put the rest for later. Nobody is told twice."""
    goal = Goal.objects.filter(pk=payload["goal"], retired_at=None).first()
    if goal is None:
        return
    active = Partner.objects.filter(status=PartnerStatus.ACTIVE, pk__gt=payload["after"]).order_by("pk")
    batch = list(active[:BATCH_PARTNERS])
    for partner in batch:
        tell(
            admins_of(partner),
            kind="goal",
            text=gettext_noop("What we are after until %(last)s: %(goal)s"),
            detail=gettext_noop("%(text)s"),
            names={"goal": goal, "last": Day(goal.ends_on), "text": goal.text},
            url=reverse("partner:goal-list"),
            key=f"goal-{goal.pk}",
            by_mail=True,
        )
    if len(batch) == BATCH_PARTNERS:
        outbox.put(topic=goals.TOLD, payload={"goal": goal.pk, "after": batch[-1].pk})


def goal_ends_soon(payload: Mapping[str, Any]) -> None:
    """Remind program admins that a goal ends and none follows it."""
    goal = Goal.objects.filter(pk=payload["goal"], retired_at=None).first()
    if goal is None:
        return
    tell(
        program_admins(),
        kind="goal",
        text=gettext_noop("%(goal)s ends on %(last)s, and no goal follows it yet."),
        detail=gettext_noop("Renew it for the next period, change its targets, and tell partners on the first day."),
        names={"goal": goal, "last": Day(goal.ends_on)},
        url=reverse("vendor:goal-detail", args=[goal.public_id]),
        key=f"goal-{goal.pk}-ends",
        by_mail=True,
    )
