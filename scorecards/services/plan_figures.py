"""What success plans are worth: measured by workers, compared with what is kept, written where it differs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from json import dumps
from typing import Any

from django.db import transaction

from core.models import Program
from core.periods import today
from core.services import outbox
from scorecards import attainment
from scorecards.attainment import FULL, Standing
from scorecards.models import ObjectiveFigure, PlanVersion, PlanVersionState, SuccessPlan
from scorecards.queries.success_plans import stand
from scorecards.services import operands

REACHED = "scorecards.objective_reached"
BATCH_PLANS = 50
#: plan → key of an objective → its value
Values = dict[int, dict[str, Decimal | None]]
#: (plan, key of an objective) → what its figure was
Before = dict[tuple[int, str], Decimal | None]


def measure_partners(*, partner_ids: Sequence[int], at: datetime) -> int:
    """Measure the running plans of some partners. Returns how many figures changed."""
    ids = SuccessPlan.objects.running().filter(partner__in=partner_ids).order_by("pk").values_list("pk", flat=True)
    return measure(list(ids), at=at)


def measure_some_due(*, at: datetime) -> int:
    """Measure some plans that were not measured on this day of the program. Returns how many plans.

    Windows move with the calendar, and what an even pace asks moves with them.
    """
    with transaction.atomic():
        due = SuccessPlan.objects.to_measure(_today(at)).select_for_update(no_key=True, skip_locked=True)
        ids = sorted(due.order_by("pk").values_list("pk", flat=True)[:BATCH_PLANS])
        measure(ids, at=at)
    return len(ids)


def measure(plan_ids: Sequence[int], *, at: datetime) -> int:
    """Measure plans and write what differs. Returns how many figures changed; a second time none does.

    Two that meet in a plan take turns, so that the later look always wins.
    """
    if not plan_ids:
        return 0
    day = _today(at)
    with transaction.atomic():
        locked = SuccessPlan.objects.select_for_update(no_key=True).filter(pk__in=plan_ids)
        plans = list(locked.order_by("pk"))
        versions = list(
            PlanVersion.objects.live().filter(plan__in=plans).prefetch_related("objectives__targets").order_by("plan")
        )
        values = _values(plans, versions, at=at)
        before = _write(values, day=day, at=at)
        agreed = {one.plan_id: one for one in versions if one.state == PlanVersionState.AGREED}
        for plan in plans:
            _write_overall(plan, agreed.get(plan.pk), before, day=day)
    return len(before)


def _values(plans: Iterable[SuccessPlan], versions: Iterable[PlanVersion], *, at: datetime) -> Values:
    """Return what the objectives of plans are worth. Partners of whom the same is asked are measured together."""
    asked: dict[int, dict[str, Any]] = defaultdict(dict)
    for version in versions:
        asked[version.plan_id].update({one.key: one.expression for one in version.objectives.all()})
    alike: dict[str, list[SuccessPlan]] = defaultdict(list)
    for plan in plans:
        alike[dumps(sorted({dumps(one, sort_keys=True) for one in asked[plan.pk].values()}))].append(plan)
    found: Values = {}
    for group in alike.values():
        documents = {dumps(one, sort_keys=True): one for plan in group for one in asked[plan.pk].values()}
        measured = operands.measure(documents, partner_ids=sorted({plan.partner_id for plan in group}), at=at)
        for plan in group:
            worth = measured.get(plan.partner_id, {})
            names = {key: dumps(one, sort_keys=True) for key, one in asked[plan.pk].items()}
            found[plan.pk] = {key: worth[name] for key, name in names.items() if name in worth}
    return found


def _write(values: Values, *, day: date, at: datetime) -> Before:
    """Write figures that differ: one row per day on which a figure changed, the newest being current.

    Returns what those that changed were before.
    """
    current = ObjectiveFigure.objects.filter(plan__in=list(values), is_current=True)
    kept = {(one.plan_id, one.objective_key): one for one in current}
    changed: Before = {}
    again, past, new = [], [], []
    for plan_id, worth in values.items():
        for key, value in worth.items():
            before = kept.get((plan_id, key))
            if before is not None and before.value == value:
                continue
            changed[plan_id, key] = before.value if before else None
            if before is not None and before.day >= day:
                before.value, before.measured_at = value, at
                again.append(before)
                continue
            past += [before.pk] if before else []
            new.append(ObjectiveFigure(plan_id=plan_id, objective_key=key, day=day, value=value, measured_at=at))
    ObjectiveFigure.objects.bulk_update(again, ["value", "measured_at"])
    ObjectiveFigure.objects.filter(pk__in=past).update(is_current=False)
    ObjectiveFigure.objects.bulk_create(new)
    return changed


def _write_overall(plan: SuccessPlan, agreed: PlanVersion | None, before: Before, *, day: date) -> None:
    """Write how a plan stands, and have both sides told of objectives that have just been reached."""
    standings = stand(plan, agreed, day=day) if agreed else []
    found = attainment.overall(standings)
    now = (found.progress, str(found.pace), day)
    if now != (plan.progress, plan.pace, plan.measured_on):
        plan.progress, plan.pace, plan.measured_on = now
        plan.save(update_fields=["progress", "pace", "measured_on"])
    for one in standings:
        if (plan.pk, one.objective.key) in before and _has_just_arrived(one, before[plan.pk, one.objective.key]):
            outbox.put(topic=REACHED, payload={"objective": one.objective.pk})


def _has_just_arrived(standing: Standing, before: Decimal | None) -> bool:
    if standing.target is None or standing.progress < FULL or attainment.begins_anew(standing.objective.expression):
        return False
    return attainment.share(before, floor=standing.objective.floor, target=standing.target) < FULL


def _today(at: datetime) -> date:
    return today(at=at, zone=Program.current().zone)
