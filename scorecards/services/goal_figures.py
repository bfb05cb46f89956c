"""What partners bring towards goals: measured by workers, added up for every part, written where it differs."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Avg, Q, QuerySet, Sum

from core.doorbell import ring_after_commit
from core.models import Program
from core.periods import today
from core.queues import Queue
from partners.models import Partner
from scorecards.models import AddsUp, Goal, GoalDay, GoalFigure, GoalTarget, TargetKind
from scorecards.services import operands

BATCH_PARTNERS = 2000
#: Who adds up holds it; another one waits for it, as it may know of figures that the first did not find yet.
_ADDING_UP = 0x60A1


def measure_partners(*, partner_ids: Sequence[int], at: datetime) -> int:
    """Measure what some partners bring towards the goals of today. Returns how many figures changed."""
    goals = list(Goal.objects.on(_today(at)).order_by("pk"))
    changed = _measure(goals, partner_ids, at=at) if goals and partner_ids else 0
    if goals:
        ring_after_commit("scorecards.tasks.add_up_goals", queue=Queue.REPORTS)
    return changed


def measure_some_due(*, at: datetime) -> int:
    """Measure some more partners for a goal of which not everybody was measured today. Returns how many partners.

    How far it has come is kept with the work, so that a killed worker neither skips nor repeats anybody.
    """
    day = _today(at)
    with transaction.atomic():
        due = Goal.objects.to_measure(day).select_for_update(skip_locked=True, no_key=True).order_by("pk").first()
        if due is None:
            return 0
        following = Partner.objects.filter(pk__gt=due.measured_up_to).order_by("pk")
        ids = list(following.values_list("pk", flat=True)[:BATCH_PARTNERS])
        _measure([due], ids, at=at)
        is_through = len(ids) < BATCH_PARTNERS
        due.measured_up_to = 0 if is_through else ids[-1]
        due.measured_on = day if is_through else due.measured_on
        due.save(update_fields=["measured_up_to", "measured_on"])
    return max(len(ids), 1)


def add_up(*, at: datetime) -> int:
    """Add up what every part of today's goals has attained. Returns how many parts changed.

    Partners move between regions and segments too, so everything is added up each time and differences are written.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADDING_UP])
        return sum(_add_up(goal, at=at) for goal in Goal.objects.on(_today(at)).order_by("pk"))


def _measure(goals: Sequence[Goal], partner_ids: Sequence[int], *, at: datetime) -> int:
    """Write figures that differ. Partners are taken in order of id, so that two workers wait and never block."""
    ids = sorted(partner_ids)
    found = operands.measure({str(goal.pk): goal.expression for goal in goals}, partner_ids=ids, at=at)
    stored = GoalFigure.objects.filter(goal__in=goals, partner__in=ids)
    kept = {(one.goal_id, one.partner_id): one.value for one in stored}
    differing = [
        GoalFigure(goal_id=int(key), partner_id=pk, value=value, measured_at=at)
        for pk in sorted(found)
        for key, value in found[pk].items()
        if (int(key), pk) not in kept or kept[int(key), pk] != value
    ]
    GoalFigure.objects.bulk_create(
        differing,
        update_conflicts=True,
        unique_fields=["goal", "partner"],
        update_fields=["value", "measured_at"],
    )
    return len(differing)


def _add_up(goal: Goal, *, at: datetime) -> int:
    targets = list(goal.targets.select_related("region", "segment").order_by("pk"))
    attained = _attained(goal, targets)
    changed = [one for one in targets if attained.get(one.pk) != one.attained]
    for one in changed:
        one.attained, one.attained_at = attained.get(one.pk), at
    GoalTarget.objects.bulk_update(changed, ["attained", "attained_at"])
    _keep_day(changed, day=_today(at))
    return len(changed)


def _attained(goal: Goal, targets: Iterable[GoalTarget]) -> dict[int, Decimal | None]:
    """Return what each part has attained: of its own partners, within the parts above it."""
    by_id = {one.pk: one for one in targets}
    theirs = [one for one in by_id.values() if one.kind == TargetKind.PARTNER]
    figures = GoalFigure.objects.filter(goal=goal)
    brought = dict(figures.filter(partner__in=[one.partner_id for one in theirs]).values_list("partner_id", "value"))
    found: dict[int, Decimal | None] = {one.pk: brought.get(one.partner_id) for one in theirs if one.partner_id}
    way = Avg("value") if goal.adds_up == AddsUp.AVERAGE else Sum("value")
    for one in by_id.values():
        if one.kind != TargetKind.PARTNER:
            found[one.pk] = operands.stored(_within(figures, one, by_id).aggregate(all=way)["all"])
    return found


def _within(figures: "QuerySet[Any]", target: GoalTarget, by_id: dict[int, GoalTarget]) -> "QuerySet[Any]":
    limit, one = Q(), target
    while one is not None:
        if one.region_id:
            limit &= Q(partner__region__path__contains=[one.region_id])
        if one.segment_id:
            limit &= Q(partner__classification__segment_ids__contains=[one.segment_id])
        one = by_id.get(one.parent_id) if one.parent_id else None  # type: ignore[assignment]
    return figures.filter(limit)


def _keep_day(changed: Sequence[GoalTarget], *, day: date) -> None:
    GoalDay.objects.bulk_create(
        [GoalDay(target=one, day=day, attained=one.attained) for one in changed if one.attained is not None],
        update_conflicts=True,
        unique_fields=["target", "day"],
        update_fields=["attained"],
    )


def _today(at: datetime) -> date:
    return today(at=at, zone=Program.current().zone)
