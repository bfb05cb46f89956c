"""Success plans while they are written: begun from a template, changed part by part, thrown away."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.refusals import Refusal
from partners.models import Partner
from scorecards.attainment import Term, begins_anew, even_targets, starting
from scorecards.models import (
    PlanMilestone,
    PlannedTask,
    PlanObjective,
    PlanState,
    PlanTemplate,
    PlanVersion,
    PlanVersionState,
    SuccessPlan,
)
from scorecards.quarters import quarters_between
from scorecards.services import operands, plan_figures, plan_parts

LONGEST_DAYS = 1100
VERSION_TEXTS = frozenset({"summary", "ends_on", "note"})


def begin(
    *,
    partner: Partner,
    name: str,
    starts_on: date,
    by: User | None,
    at: datetime,
    template: PlanTemplate | None = None,
    ends_on: date | None = None,
    summary: str = "",
) -> SuccessPlan:
    """Draft a plan with a partner, from a template or from nothing. What it measures is measured at once."""
    length = timedelta(days=template.length_days - 1 if template else 364)
    last = ends_on or starts_on + length
    _expect_period(starts_on, last)
    if not name.strip():
        raise ValidationError({"name": _("Give the plan a name that both sides recognise.")})
    with action("success_plan.begin", by=by):
        plan = SuccessPlan.objects.create(partner=partner, template=template, name=name.strip(), starts_on=starts_on)
        text = summary or (template.summary if template else "")
        version = PlanVersion.objects.create(plan=plan, number=1, ends_on=last, summary=text)
        if template:
            _fill(version, template, at=at)
        plan_figures.measure([plan.pk], at=at)
    return plan


def rename(*, plan: SuccessPlan, name: str, by: User, at: datetime) -> bool:
    """Call a plan something else. Returns whether that is new."""
    if not name.strip():
        raise ValidationError({"name": _("Give the plan a name that both sides recognise.")})
    with action("success_plan.rename", by=by):
        renamed = bool(SuccessPlan.objects.filter(pk=plan.pk).exclude(name=name.strip()).update(name=name.strip()))
    plan.refresh_from_db()
    return renamed


def next_draft(*, plan: SuccessPlan, by: User, at: datetime) -> PlanVersion:
    """Return the version that is being written: a copy of what is agreed, made when there is none yet."""
    with action("success_plan.draft", by=by):
        _locked(plan)
        found: PlanVersion | None = plan.versions.filter(state=PlanVersionState.DRAFT).first()
        if found:
            return found
        if plan.versions.filter(state=PlanVersionState.PROPOSED).exists():
            raise Refusal(_("A version is proposed. Take it back to change it."), code="proposed")
        agreed = plan.versions.get(state=PlanVersionState.AGREED)
        last = plan.versions.aggregate(last=Max("number"))["last"]
        draft = PlanVersion.objects.create(plan=plan, number=last + 1, ends_on=agreed.ends_on, summary=agreed.summary)
        _copy(agreed, draft)
    return draft


def discard(*, version: PlanVersion, by: User, at: datetime) -> bool:
    """Throw a draft away, and with the first one its whole plan. Returns whether the plan is gone."""
    with action("success_plan.discard", by=by):
        draft = plan_parts.locked_draft(version)
        is_only = not draft.plan.versions.exclude(pk=draft.pk).exists()
        if is_only:
            draft.plan.delete()
        else:
            draft.delete()
    return is_only


def edit(
    *, version: PlanVersion, by: User, at: datetime, changes: Mapping[str, Any], expected: int | None = None
) -> list[str]:
    """Write texts and the last day. Quarters that come new get targets on the way, those beyond the end lose theirs."""
    if unknown := changes.keys() - VERSION_TEXTS:
        raise TypeError(f"Not a text of a plan: {', '.join(sorted(unknown))}")
    with action("success_plan.edit", by=by):
        draft = plan_parts.locked_draft(version)
        if expected is not None and draft.version != expected:
            raise Refusal(_("Somebody changed this draft meanwhile. Look at it again."), code="version_conflict")
        changed = [name for name, value in changes.items() if getattr(draft, name) != value]
        if not changed:
            return []
        for name in changed:
            setattr(draft, name, changes[name])
        _expect_period(draft.plan.starts_on, draft.ends_on)
        draft.save(update_fields=changed)
        if "ends_on" in changed:
            for objective in draft.objectives.all():
                plan_parts.fit_targets(objective, draft)
    version.refresh_from_db()
    return changed


def _fill(version: PlanVersion, template: PlanTemplate, *, at: datetime) -> None:
    """Copy what a template holds into a plan's first draft."""
    plan = version.plan
    term = Term(plan.starts_on, version.ends_on, plan.starts_on)
    quarters = quarters_between(plan.starts_on, version.ends_on)
    objectives = list(template.objectives.order_by("position", "pk"))
    asked = {str(one.pk): starting(one.expression, plan.starts_on) for one in objectives}
    today = operands.measure(asked, partner_ids=[plan.partner_id], at=at).get(plan.partner_id, {})
    for position, one in enumerate(objectives):
        floor = (today.get(str(one.pk)) or Decimal(0)) if one.adds_to_today else Decimal(0)
        made = PlanObjective.objects.create(
            plan_version=version,
            key=plan_parts.new_key(),
            name=one.name,
            why=one.why,
            expression=asked[str(one.pk)],
            unit=one.unit,
            direction=one.direction,
            floor=floor,
            weight=one.weight,
            position=position,
        )
        anew = begins_anew(one.expression)
        plan_parts.write_targets(
            made, even_targets(quarters, floor=floor, target=floor + one.target, term=term, anew=anew)
        )
    last = version.ends_on
    for milestone in template.milestones.order_by("after_days", "pk"):
        day = min(plan.starts_on + timedelta(days=milestone.after_days), last)
        PlanMilestone.objects.create(plan_version=version, key=plan_parts.new_key(), name=milestone.name, due_on=day)
    for task in template.planned_tasks.order_by("after_days", "pk"):
        day = min(plan.starts_on + timedelta(days=task.after_days), last)
        said = {"title": task.title, "detail": task.detail, "side": task.side}
        PlannedTask.objects.create(plan_version=version, key=plan_parts.new_key(), due_on=day, **said)


def _copy(source: PlanVersion, draft: PlanVersion) -> None:
    for objective in source.objectives.prefetch_related("targets").order_by("position", "pk"):
        said = {name: getattr(objective, name) for name in (*plan_parts.OBJECTIVE_FIELDS, "key", "position")}
        made = PlanObjective.objects.create(plan_version=draft, **said)
        plan_parts.write_targets(made, {one.quarter_starts_on: one.target for one in objective.targets.all()})
    for milestone in source.milestones.order_by("due_on", "pk"):
        said = {"key": milestone.key, "name": milestone.name, "due_on": milestone.due_on}
        PlanMilestone.objects.create(plan_version=draft, **said)
    for task in source.planned_tasks.order_by("due_on", "pk"):
        said = {name: getattr(task, name) for name in ("key", "title", "detail", "side", "due_on")}
        PlannedTask.objects.create(plan_version=draft, **said)


def _expect_period(first: date, last: date) -> None:
    if last <= first:
        raise ValidationError({"ends_on": _("The last day comes after the first.")})
    if (last - first).days > LONGEST_DAYS:
        raise ValidationError({"ends_on": _("A plan runs for three years at most.")})


def _locked(plan: SuccessPlan) -> SuccessPlan:
    locked: SuccessPlan = SuccessPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    if locked.state in {PlanState.CLOSED, PlanState.ENDED}:
        raise Refusal(_("This plan is over."), code="over")
    return locked
