"""Goals of the vendor: written, divided among regions, segments and partners, told to partners, renewed."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.doorbell import ring_after_commit
from core.models import Program
from core.periods import add_months, today
from core.queues import Queue
from core.refusals import Refusal
from core.services import outbox
from partners.models import Partner, Region
from scorecards.attainment import from_start, starting
from scorecards.models import Goal, GoalDay, GoalTarget, TargetKind
from scorecards.services import operands
from segmentation.models import Segment

TOLD = "scorecards.goal_told"
ENDS_SOON = "scorecards.goals_end_soon"
TEXTS = frozenset({"name", "text", "unit", "adds_up", "shows_numbers", "starts_on", "ends_on", "expression"})
#: Changed, they make another figure: everybody is measured anew.
MEASURED = frozenset({"starts_on", "ends_on", "expression"})
LONGEST_DAYS = 1100
RENEW_DAYS_AHEAD = 30


def create(*, target: Decimal, by: User | None, at: datetime, follows: Goal | None = None, **texts: Any) -> Goal:
    """Write a goal with the program's target. Partners do not know of it until they are told."""
    goal = Goal(follows=follows, **_known(texts))
    _check(goal)
    _expect_positive(target)
    with action("goal.create", by=by):
        goal.save(force_insert=True)
        GoalTarget.objects.create(goal=goal, kind=TargetKind.PROGRAM, target=target)
        _measure_soon()
    return goal


def update(
    *, goal: Goal, by: User, at: datetime, changes: Mapping[str, Any], target: Decimal | None = None
) -> list[str]:
    """Change a goal, and the program's target with it. Returns the names of what changed."""
    _known(changes)
    with action("goal.update", by=by):
        locked = _locked(goal)
        changed = []
        for name, value in changes.items():
            before = getattr(locked, name)
            setattr(locked, name, value)
            if name == "expression":
                before = from_start(before, goal.starts_on)
                value = from_start(value, locked.starts_on)
            if before != value:
                changed.append(name)
        _check(locked)
        if changed:
            fields = {*changed, "expression"}
            if MEASURED & set(changed):
                locked.measured_on, locked.measured_up_to = None, 0
                locked.figures.all().delete()
                GoalDay.objects.filter(target__goal=locked).delete()
                fields |= {"measured_on", "measured_up_to"}
            locked.save(update_fields=fields)
            _measure_soon()
        if target is not None and locked.targets.filter(kind=TargetKind.PROGRAM).exclude(target=target).exists():
            _expect_positive(target)
            locked.targets.filter(kind=TargetKind.PROGRAM).update(target=target)
            changed.append("target")
    goal.refresh_from_db()
    return changed


def put_part(
    *,
    parent: GoalTarget,
    whose: Region | Segment | Partner,
    target: Decimal,
    by: User | None,
    at: datetime,
    text: str = "",
) -> GoalTarget:
    """Hand a part of a target down, or change it. Parts of one target are all regions, all segments or all partners.

    More may be handed out than there is, as many do on purpose; pages say so.
    """
    kind = _kind_of(whose)
    _expect_positive(target)
    with action("goal.put_part", by=by):
        goal = _locked(parent.goal)
        _expect_below(parent, kind, whose)
        one, is_new = GoalTarget.objects.get_or_create(
            goal=goal,
            parent=parent,
            region=whose if kind == TargetKind.REGION else None,
            segment=whose if kind == TargetKind.SEGMENT else None,
            partner=whose if kind == TargetKind.PARTNER else None,
            defaults={"kind": kind, "target": target, "text": text.strip()},
        )
        if not is_new and (one.target, one.text) != (target, text.strip()):
            one.target, one.text = target, text.strip()
            one.save(update_fields=["target", "text"])
        if is_new:
            _measure_soon()
    return one


def remove_part(*, part: GoalTarget, by: User, at: datetime) -> bool:
    """Take a part back, with all parts below it. Returns whether it was there."""
    if part.kind == TargetKind.PROGRAM:
        raise Refusal(_("The program's own target stays with its goal. Retire the goal instead."), code="root")
    with action("goal.remove_part", by=by):
        _locked(part.goal)
        count, _rows = GoalTarget.objects.filter(pk=part.pk).delete()
    return bool(count)


def tell(*, goal: Goal, by: User, at: datetime) -> bool:
    """Tell all partners of a goal. From now on whoever becomes a partner reads it on the first day. Once."""
    with action("goal.tell", by=by):
        locked = _locked(goal)
        if locked.told_at is not None:
            return False
        if not locked.text.strip():
            raise ValidationError({"text": _("Write what partners are to know, before they are told.")})
        locked.told_at, locked.told_by = at, by
        locked.save(update_fields=["told_at", "told_by"])
        outbox.put(topic=TOLD, payload={"goal": locked.pk, "after": 0})
    goal.refresh_from_db()
    return True


def retire(*, goal: Goal, by: User, at: datetime) -> bool:
    """Take a goal out of use. Its figures stay. Returns whether it was in use."""
    with action("goal.retire", by=by):
        retired = bool(Goal.objects.filter(pk=goal.pk, retired_at=None).update(retired_at=at))
    goal.refresh_from_db()
    return retired


def renew(*, goal: Goal, by: User, at: datetime) -> Goal:
    """Write the goal of the next period as a copy, parts included, to be changed before partners are told. Once."""
    with action("goal.renew", by=by):
        _locked(goal)
        known: Goal | None = Goal.objects.filter(follows=goal, retired_at=None).first()
        if known:
            return known
        first = goal.ends_on + timedelta(days=1)
        texts = {name: getattr(goal, name) for name in ("name", "text", "unit", "adds_up", "shows_numbers")}
        root = goal.targets.get(kind=TargetKind.PROGRAM)
        following = create(
            target=root.target,
            follows=goal,
            starts_on=first,
            ends_on=_same_length(goal, first),
            expression=from_start(goal.expression, goal.starts_on),
            by=by,
            at=at,
            **texts,
        )
        _copy_parts(root, following.targets.get())
    return following


def ask_for_renewal(*, at: datetime) -> int:
    """Remind program admins of goals that end within a month and have none to follow, each once."""
    day = today(at=at, zone=Program.current().zone)
    ending = Goal.objects.on(day).filter(
        ends_on__lte=day + timedelta(days=RENEW_DAYS_AHEAD), renewal_told_at=None, followed_by__isnull=True
    )
    return sum(_ask_for_renewal(pk, ending, at) for pk in list(ending.order_by("pk").values_list("pk", flat=True)))


def _ask_for_renewal(pk: int, ending: Any, at: datetime) -> int:
    with action("goal.ask_for_renewal", by=None):
        claimed: int = Goal.objects.filter(pk=pk, renewal_told_at=None).update(renewal_told_at=at)
        if claimed:
            outbox.put(topic=ENDS_SOON, payload={"goal": pk})
    return claimed


def _same_length(goal: Goal, first: date) -> date:
    """Return the last day of a period as long as the goal's: by months where it has whole ones."""
    for months in range(1, 37):
        if add_months(goal.starts_on, months) - timedelta(days=1) == goal.ends_on:
            return add_months(first, months) - timedelta(days=1)
    return first + (goal.ends_on - goal.starts_on)


def _copy_parts(source: GoalTarget, parent: GoalTarget) -> None:
    for part in source.parts.order_by("pk"):
        fields = {name: getattr(part, name) for name in ("kind", "region", "segment", "partner", "target", "text")}
        _copy_parts(part, GoalTarget.objects.create(goal=parent.goal, parent=parent, **fields))


def _kind_of(whose: Region | Segment | Partner) -> TargetKind:
    if isinstance(whose, Region):
        return TargetKind.REGION
    return TargetKind.SEGMENT if isinstance(whose, Segment) else TargetKind.PARTNER


def _expect_below(parent: GoalTarget, kind: TargetKind, whose: Any) -> None:
    if parent.kind == TargetKind.PARTNER:
        raise Refusal(_("A partner's part is not divided any further."), code="partner")
    other = parent.parts.exclude(kind=kind).first()
    if other is not None:
        told = _("This target is divided by %(kind)s already. Take those parts away to divide it otherwise.")
        raise ValidationError({"whose": told % {"kind": other.get_kind_display().lower()}})
    region = next((one.region for one in _upwards(parent) if one.region), None)
    if region is None:
        return
    inside = whose.path if kind == TargetKind.REGION else whose.region.path if getattr(whose, "region", None) else None
    if kind != TargetKind.SEGMENT and (inside is None or region.pk not in inside or whose == region):
        told = _("%(whose)s does not lie in %(region)s.")
        raise ValidationError({"whose": told % {"whose": whose, "region": region}})


def _upwards(target: GoalTarget | None) -> Any:
    while target is not None:
        yield target
        target = target.parent


def _known(texts: Mapping[str, Any]) -> Mapping[str, Any]:
    if unknown := texts.keys() - TEXTS:
        raise TypeError(f"Not a text of goals: {', '.join(sorted(unknown))}")
    return texts


def _check(goal: Goal) -> None:
    goal.clean_fields(exclude=["public_id", "expression", "follows"])
    if goal.ends_on <= goal.starts_on:
        raise ValidationError({"ends_on": _("The last day comes after the first.")})
    if (goal.ends_on - goal.starts_on).days > LONGEST_DAYS:
        raise ValidationError({"ends_on": _("A goal is for three years at most.")})
    operands.expect_measurable(goal.expression)
    goal.expression = starting(goal.expression, goal.starts_on)


def _expect_positive(target: Decimal) -> None:
    if target <= 0:
        raise ValidationError({"target": _("A target is more than nothing.")})


def _locked(goal: Goal) -> Goal:
    locked: Goal = Goal.objects.select_for_update(no_key=True).get(pk=goal.pk)
    if locked.retired_at is not None:
        raise Refusal(_("This goal is retired."), code="retired")
    return locked


def _measure_soon() -> None:
    ring_after_commit("scorecards.tasks.measure_goals", queue=Queue.REPORTS)
