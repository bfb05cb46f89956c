"""Success plans as pages and workers read them: how objectives stand, what versions say, what differs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, Subquery, TextField
from django.db.models.functions import Cast, JSONObject
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from core.bars import Bar
from core.models import Program
from core.periods import today
from scorecards import attainment
from scorecards.attainment import Standing, Term
from scorecards.models import (
    MilestoneReached,
    ObjectiveFigure,
    ObjectiveTarget,
    PartnerTask,
    PlanMilestone,
    PlanObjective,
    PlanVersion,
    PlanVersionState,
    QuarterlyReview,
    SuccessPlan,
)
from scorecards.quarters import Quarter, quarter_of, quarters_between

ORIGIN = "successplan"
HISTORY_POINTS = 24
#: key of an objective → its figures by day
History = dict[str, list[tuple[date, Decimal | None]]]


def with_parts(versions: Any) -> Any:
    """Return versions with everything they hold, in as many statements for many as for one."""
    objectives = PlanObjective.objects.order_by("position", "pk").prefetch_related(
        Prefetch("targets", ObjectiveTarget.objects.order_by("quarter_starts_on"))
    )
    milestones = PlanMilestone.objects.order_by("due_on", "pk")
    return versions.prefetch_related(
        Prefetch("objectives", objectives), Prefetch("milestones", milestones), "planned_tasks"
    )


def with_figures_to_come(versions: Any) -> Any:
    """Return versions with what a page shows of their progress, in two statements: objectives and milestones."""
    asked = ObjectiveTarget.objects.filter(objective=OuterRef("pk")).order_by("quarter_starts_on")
    pairs = asked.values_list(JSONObject(day="quarter_starts_on", target=Cast("target", TextField())))
    reached = MilestoneReached.objects.filter(
        plan=OuterRef("plan_version__plan"), milestone_key=OuterRef("key")
    ).values("reached_at")[:1]
    who = MilestoneReached.objects.filter(plan=OuterRef("plan_version__plan"), milestone_key=OuterRef("key")).values(
        "reached_by__name"
    )[:1]
    objectives = PlanObjective.objects.order_by("position", "pk").annotate(asked=ArraySubquery(pairs))
    milestones = PlanMilestone.objects.order_by("due_on", "pk").annotate(
        reached_at=Subquery(reached), reached_by_name=Subquery(who)
    )
    return versions.prefetch_related(Prefetch("objectives", objectives), Prefetch("milestones", milestones))


def targets_of(objective: PlanObjective) -> dict[date, Decimal]:
    """Return what an objective asks by quarter, as it was read with its version."""
    asked: list[dict[str, str]] | None = getattr(objective, "asked", None)
    if asked is None:
        return {one.quarter_starts_on: one.target for one in objective.targets.all()}
    return {date.fromisoformat(one["day"]): Decimal(one["target"]) for one in asked}


def stand(
    plan: SuccessPlan, version: PlanVersion, *, day: date, figures: Iterable[ObjectiveFigure] | None = None
) -> list[Standing]:
    """Return how the objectives of a version stand on a day, by the figures that are kept, oldest first."""
    term = Term(plan.starts_on, version.ends_on, day)
    known = ObjectiveFigure.objects.filter(plan=plan).order_by("day") if figures is None else figures
    return _standings(version, quarters_between(plan.starts_on, version.ends_on), _by_objective(known), term)


def _by_objective(figures: Iterable[ObjectiveFigure]) -> History:
    history: History = defaultdict(list)
    for one in figures:
        history[one.objective_key].append((one.day, one.value))
    return history


def _standings(version: PlanVersion, quarters: Sequence[Quarter], history: History, term: Term) -> list[Standing]:
    return [
        attainment.stand(
            one,
            targets=targets_of(one),
            quarters=quarters,
            figures=history.get(one.key, []),
            term=term,
        )
        for one in sorted(version.objectives.all(), key=lambda one: (one.position, one.pk))
    ]


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A milestone, and when it was reached."""

    milestone: PlanMilestone
    reached_at: datetime | None
    reached_by: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class QuarterRow:
    """A quarter of a plan, and what was noted of it."""

    quarter: Quarter
    review: QuarterlyReview | None
    is_over: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A plan as its page shows it. `version` is what holds, else what is proposed, else the vendor's draft."""

    plan: SuccessPlan
    version: PlanVersion
    in_work: PlanVersion | None
    standings: Sequence[Standing]
    overall: attainment.Overall
    milestones: Sequence[MilestoneRow]
    tasks: Sequence[PartnerTask]
    quarters: Sequence[QuarterRow]
    today: date

    @property
    def is_agreed(self) -> bool:
        """Whether both sides have agreed to what is shown."""
        return self.version.state == PlanVersionState.AGREED

    @property
    def proposal(self) -> PlanVersion | None:
        """What is proposed now."""
        one = self.in_work
        return one if one is not None and one.state == PlanVersionState.PROPOSED else None

    @property
    def draft(self) -> PlanVersion | None:
        """What is being written now."""
        return self.in_work if self.in_work is not None and self.in_work.is_draft else None


def page(plan: SuccessPlan, *, user: Any, at: datetime) -> PlanPage | None:
    """Return a plan for somebody who may see it; None while its only version is written again by the vendor."""
    day = _today(at)
    readable = with_figures_to_come(PlanVersion.objects.filter(plan=plan).readable_by(user).live().newest_first())
    versions = list(readable.select_related("proposed_by", "vendor_agreed_by", "partner_agreed_by"))
    agreed = next((one for one in versions if one.state == PlanVersionState.AGREED), None)
    in_work = next((one for one in versions if one.state != PlanVersionState.AGREED), None)
    version = agreed or in_work
    if version is None:
        return None
    standings = stand(plan, version, day=min(day, _last_day(plan, day)))
    seen = PartnerTask.objects.visible_to(user).filter(partner=plan.partner).from_origin(ORIGIN, plan.pk)
    return PlanPage(
        plan,
        version,
        in_work,
        standings,
        attainment.overall(standings),
        _milestone_rows(version, day),
        list(seen.select_related("assignee", "done_by").in_order_of_need()),
        quarter_rows(plan, version, day),
        day,
    )


def _milestone_rows(version: PlanVersion, day: date) -> list[MilestoneRow]:
    milestones: Iterable[Any] = version.milestones.all()  # with when and by whom they were reached
    return [
        MilestoneRow(one, one.reached_at, one.reached_by_name or "", one.due_on < day and one.reached_at is None)
        for one in milestones
    ]


def quarter_rows(plan: SuccessPlan, version: PlanVersion, day: date) -> list[QuarterRow]:
    """Return the quarters of a plan with what was noted of them."""
    reviews = {one.quarter_starts_on: one for one in plan.reviews.all()}
    return [
        QuarterRow(one, reviews.get(one.starts_on), one.ends_on < day, one.starts_on <= day <= one.ends_on)
        for one in quarters_between(plan.starts_on, version.ends_on)
    ]


def _last_day(plan: SuccessPlan, day: date) -> date:
    """Return the day to look at: a plan that is over is looked at as of the day on which it was closed."""
    return day if plan.closed_at is None else _today(plan.closed_at)


# --- reviews


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One objective in a review: what the quarter asked, what was there, and how it came there."""

    objective: PlanObjective
    target: Decimal | None
    value: Decimal | None
    attained: int | None
    quarter: Quarter
    quarters: Sequence[attainment.QuarterResult]

    @property
    def bars(self) -> list[Bar]:
        """Every quarter of the plan for a chart: those after this one with what they ask, this one as it is kept."""
        return [
            Bar(str(one.quarter), value, target, is_met=attained == attainment.FULL)
            for one, value, target, attained in (
                (one, self.value, self.target, self.attained)
                if one.quarter == self.quarter
                else (one, one.value, one.target, one.attained)
                for one in self.quarters
            )
        ]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """The review of a quarter."""

    plan: SuccessPlan
    version: PlanVersion
    quarter: Quarter
    review: QuarterlyReview
    rows: Sequence[ReviewRow]
    attained: int | None
    history: Sequence[tuple[str, int]]
    milestones: Sequence[MilestoneRow]
    tasks: Sequence[PartnerTask]
    others: Sequence[QuarterRow]
    today: date

    @property
    def is_finished(self) -> bool:
        """Whether it is finished, so that nothing in it changes any more."""
        return self.review.finished_at is not None

    @property
    def has_begun(self) -> bool:
        """Whether there is anything to look at yet."""
        return self.quarter.starts_on <= self.today


def review_page(plan: SuccessPlan, starts_on: date, *, user: Any, at: datetime) -> ReviewPage | None:
    """Return the review of the quarter that starts on a day; None where the plan has no such quarter."""
    day = _today(at)
    versions = with_figures_to_come(PlanVersion.objects.filter(plan=plan).readable_by(user).live().newest_first())
    by_state = {one.state: one for one in versions}
    version = by_state.get(PlanVersionState.AGREED) or next(iter(by_state.values()), None)
    if version is None:
        return None
    others = quarter_rows(plan, version, day)
    row = next((one for one in others if one.quarter.starts_on == starts_on), None)
    if row is None:
        return None
    quarter = row.quarter
    review = row.review or QuarterlyReview(plan=plan, quarter_starts_on=starts_on)
    standings = stand(plan, version, day=min(day, quarter.ends_on))
    rows = [_review_row(one, quarter, review) for one in standings]
    measured = [one for one in rows if one.attained is not None]
    weights = sum(one.objective.weight for one in measured)
    attained = sum((one.attained or 0) * one.objective.weight for one in measured) // weights if weights else None
    last = min(quarter.ends_on, version.ends_on)
    seen = PartnerTask.objects.visible_to(user).filter(partner=plan.partner).from_origin(ORIGIN, plan.pk)
    tasks = seen.filter(due_on__lte=last).select_related("assignee", "done_by").in_order_of_need()
    return ReviewPage(
        plan,
        version,
        quarter,
        review,
        rows,
        attained,
        progress_over_time(plan, version, until=min(day, quarter.ends_on)),
        [row for row in _milestone_rows(version, day) if quarter.starts_on <= row.milestone.due_on <= quarter.ends_on],
        [one for one in tasks if one.done_at is None or _today(one.done_at) >= quarter.starts_on],
        others,
        day,
    )


def _review_row(standing: Standing, quarter: Quarter, review: QuarterlyReview) -> ReviewRow:
    kept = next((one for one in review.figures or [] if one["key"] == standing.objective.key), None)
    here = next(one for one in standing.quarters if one.quarter == quarter)
    if kept is None:
        return ReviewRow(standing.objective, here.target, here.value, here.attained, quarter, standing.quarters)
    target, value = (Decimal(kept[name]) if kept[name] is not None else None for name in ("target", "value"))
    return ReviewRow(standing.objective, target, value, kept["attained"], quarter, standing.quarters)


def progress_over_time(plan: SuccessPlan, version: PlanVersion, *, until: date) -> list[tuple[str, int]]:
    """Return the plan's progress at even distances from its first day to another one, by the day's name."""
    span = (until - plan.starts_on).days
    if span < 1:
        return []
    points = min(span, HISTORY_POINTS)
    quarters = quarters_between(plan.starts_on, version.ends_on)
    history = _by_objective(ObjectiveFigure.objects.filter(plan=plan).order_by("day"))
    found = []
    for n in range(points + 1):
        day = plan.starts_on + timedelta(days=span * n // points)
        term = Term(plan.starts_on, version.ends_on, day)
        progress = attainment.overall(_standings(version, quarters, history, term)).progress
        found.append((date_format(day, "j M"), progress or 0))
    return found


# --- versions


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a version says otherwise than the one before."""

    what: str
    before: str
    after: str


def differences(before: PlanVersion, after: PlanVersion) -> list[Difference]:
    """Return what a version says otherwise than another one, part by part."""
    found = [
        Difference(str(after._meta.get_field(name).verbose_name).capitalize(), _said(old), _said(new))  # type: ignore[union-attr]
        for name in ("summary", "ends_on")
        if (old := getattr(before, name)) != (new := getattr(after, name))
    ]
    for label, parts in (
        (_("Objective"), "objectives"),
        (_("Milestone"), "milestones"),
        (_("Task"), "planned_tasks"),
    ):
        found += _different_parts(label, getattr(before, parts).all(), getattr(after, parts).all())
    return found


def _different_parts(label: str, before: Iterable[Any], after: Iterable[Any]) -> list[Difference]:
    old, new = ({one.key: one for one in parts} for parts in (before, after))
    found = []
    for key in [*new, *(key for key in old if key not in new)]:
        was, now = old.get(key), new.get(key)
        what = _("%(kind)s “%(name)s”") % {"kind": label, "name": now or was}
        was_said, now_said = _part(was), _part(now)
        if was_said != now_said:
            found.append(Difference(what, was_said, now_said))
    return found


def _part(part: Any) -> str:
    """Return what a part says in one line; nothing where there is none."""
    if part is None:
        return ""
    if isinstance(part, PlanObjective):
        targets = ", ".join(f"{quarter_of(one.quarter_starts_on)}: {_number(one.target)}" for one in part.targets.all())
        said = [str(part), part.why, targets, part.unit]
        said += [_("from %(floor)s") % {"floor": _number(part.floor)}] if part.floor else []
        return " · ".join([*filter(None, said), _("weight %(weight)d") % {"weight": part.weight}])
    said = [str(part), getattr(part, "detail", "")]
    side = part.get_side_display() if hasattr(part, "side") else ""
    return " · ".join(filter(None, [*said, side, date_format(part.due_on)]))


def _said(value: Any) -> str:
    return date_format(value) if isinstance(value, date) else str(value)


def _number(value: Decimal) -> str:
    places = 0 if value == value.to_integral_value() else 2
    return number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)


# --- lists


def listed(user: Any) -> Any:
    """Return the plans somebody may see, with what a row shows."""
    return SuccessPlan.objects.visible_to(user).select_related("partner", "template")


def _today(at: datetime) -> date:
    return today(at=at, zone=Program.current().zone)
