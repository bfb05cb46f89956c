"""Milestones of plans ticked off, and quarters reviewed: notes of both sides, and the figures as they stood."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.models import Program
from core.periods import today
from core.refusals import Refusal
from core.services import outbox
from scorecards.attainment import Standing
from scorecards.models import (
    MilestoneReached,
    PlanVersion,
    PlanVersionState,
    QuarterlyReview,
    SuccessPlan,
)
from scorecards.quarters import Quarter, quarter_of, quarters_between
from scorecards.queries.success_plans import stand

FINISHED = "scorecards.review_finished"
DUE = "scorecards.review_due"
NOTES = frozenset({"went_well", "went_badly", "decisions"})


def reach(*, plan: SuccessPlan, milestone_key: str, by: User, at: datetime) -> bool:
    """Tick a milestone off. Returns whether it was open."""
    _expect_running(plan)
    with action("success_plan.reach", by=by):
        _row, is_new = MilestoneReached.objects.get_or_create(
            plan=plan, milestone_key=milestone_key, defaults={"reached_at": at, "reached_by": by}
        )
    return is_new


def unreach(*, plan: SuccessPlan, milestone_key: str, by: User, at: datetime) -> bool:
    """Say that a milestone is not reached after all. Returns whether it was."""
    _expect_running(plan)
    with action("success_plan.unreach", by=by):
        count, _rows = MilestoneReached.objects.filter(plan=plan, milestone_key=milestone_key).delete()
    return bool(count)


def note(
    *,
    plan: SuccessPlan,
    quarter: Quarter,
    by: User,
    at: datetime,
    notes: Mapping[str, str],
    expected: int | None = None,
) -> list[str]:
    """Write notes of a quarter. Returns the names of those that changed. `expected` is the version one has read."""
    if unknown := notes.keys() - NOTES:
        raise TypeError(f"Not a note of a review: {', '.join(sorted(unknown))}")
    with action("success_plan.note", by=by):
        review = _locked(plan, quarter)
        if expected is not None and review.version != expected:
            raise Refusal(
                _("Somebody else has written here since you opened it. Look at theirs, then save yours again."),
                code="version_conflict",
            )
        if review.finished_at is not None:
            raise Refusal(_("This review is finished. Open it again to write."), code="finished")
        said = {name: text.replace("\r\n", "\n").strip() for name, text in notes.items()}
        changed = [name for name, text in said.items() if getattr(review, name) != text]
        for name in changed:
            setattr(review, name, said[name])
        if changed:
            review.save(update_fields=changed)
    return changed


def finish(*, plan: SuccessPlan, quarter: Quarter, by: User, at: datetime) -> bool:
    """Finish a review: its notes and figures stay as they are now, and both sides hear of it. Once is enough."""
    _expect_vendor(by)
    with action("success_plan.finish_review", by=by):
        review = _locked(plan, quarter)
        if review.finished_at is not None:
            return False
        review.finished_at, review.finished_by = at, by
        review.figures = figures_of(plan, quarter, at=at)
        review.save(update_fields=["finished_at", "finished_by", "figures"])
        outbox.put(topic=FINISHED, payload={"review": review.pk, "by": by.pk, "at": at.isoformat()})
    return True


def reopen(*, plan: SuccessPlan, quarter: Quarter, by: User, at: datetime) -> bool:
    """Open a review again to write in it. Returns whether it was finished."""
    _expect_vendor(by)
    with action("success_plan.reopen_review", by=by):
        review = _locked(plan, quarter)
        if review.finished_at is None:
            return False
        review.finished_at = review.finished_by = review.figures = None
        review.save(update_fields=["finished_at", "finished_by", "figures"])
    return True


def ask_due(*, at: datetime) -> int:
    """Ask for the reviews of quarters that are over, each once. Returns how many were asked for now."""
    day = today(at=at, zone=Program.current().zone)
    begun = quarter_of(day).starts_on
    agreed = PlanVersion.objects.filter(state=PlanVersionState.AGREED, plan__state="agreed", plan__starts_on__lt=begun)
    asked = 0
    for version in agreed.select_related("plan").order_by("plan"):
        over = [one for one in quarters_between(version.plan.starts_on, version.ends_on) if one.ends_on < day]
        if over:
            asked += _ask(version.plan, over[-1])
    return asked


def figures_of(plan: SuccessPlan, quarter: Quarter, *, at: datetime) -> list[dict[str, Any]]:
    """Return what the agreed objectives asked and had in a quarter, as a review keeps it."""
    version = plan.versions.filter(state=PlanVersionState.AGREED).prefetch_related("objectives__targets").first()
    if version is None:
        return []
    day = min(today(at=at, zone=Program.current().zone), quarter.ends_on)
    return [_kept(one, quarter) for one in stand(plan, version, day=day)]


def _kept(standing: Standing, quarter: Quarter) -> dict[str, Any]:
    one = next((each for each in standing.quarters if each.quarter == quarter), None)
    return {
        "key": standing.objective.key,
        "target": None if one is None or one.target is None else str(one.target),
        "value": None if one is None or one.value is None else str(one.value),
        "attained": None if one is None else one.attained,
    }


def _ask(plan: SuccessPlan, quarter: Quarter) -> int:
    with action("success_plan.ask_review", by=None):
        review, is_new = QuarterlyReview.objects.get_or_create(plan=plan, quarter_starts_on=quarter.starts_on)
        if is_new:
            outbox.put(topic=DUE, payload={"review": review.pk})
    return int(is_new)


def _locked(plan: SuccessPlan, quarter: Quarter) -> QuarterlyReview:
    QuarterlyReview.objects.get_or_create(plan=plan, quarter_starts_on=quarter.starts_on)
    rows = QuarterlyReview.objects.select_for_update(no_key=True)
    review: QuarterlyReview = rows.get(plan=plan, quarter_starts_on=quarter.starts_on)
    return review


def _expect_running(plan: SuccessPlan) -> None:
    if plan.is_over:
        raise Refusal(_("This plan is over."), code="over")


def _expect_vendor(by: User) -> None:
    if not by.is_vendor:
        raise Refusal(_("We finish reviews once both sides have said what they want to."), code="not_yours")
