"""Success plans at work and on the table, tasks beside them, and the goals of the year divided among the regions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from accounts.models import User
from core.models import OutboxMessage, Program
from core.periods import add_months, today
from partners.models import Partner, Region
from partners.services import conversations
from partners.services.telling import admins_of, manager_of
from portal.seed.rules import WON, certified_people, figure
from scorecards.attainment import Term, begins_anew, even_targets
from scorecards.models import (
    Goal,
    PartnerTask,
    PlanObjective,
    PlanTemplate,
    PlanVersion,
    SuccessPlan,
    TargetKind,
    TaskSide,
)
from scorecards.quarters import quarter_of, quarters_between
from scorecards.services import (
    goal_figures,
    goals,
    plan_agreement,
    plan_drafts,
    plan_figures,
    plan_parts,
    plan_reviews,
    plan_templates,
    tasks,
)

#: Whose plans are told a story about, where the programme has them; else whoever signs in.
AGREED_WITH, PROPOSED_TO = "MobileInfinity Solutions", "BrandTech"
FIRST_QUARTER = {
    "went_well": "Two new customers, one of them a clinic group that nobody had on the list. The joint call on the open deals every second Friday works: **nothing slips unnoticed any more.**",
    "went_badly": "Certification waits. Both engineers were needed on a project, and the course dates were the wrong weeks.",
    "decisions": "- The courses are booked for next quarter now, before projects are.\n- We bring a security specialist to the second meeting at the clinic group.\n- The campaign goes to 200 names, not to 50.",
}
COMMENTS = (
    (150, "cam", "Welcome to the plan. The account list of the first month is in the content library; tell me which three names we call first."),
    (140, "partner", "Harbour Bank, the clinic group and the city works. For the bank we need somebody from your side who knows their auditors."),
    (26, "cam", "Half of the year is over, and we are about where we wanted to be. What would help you most before summer?"),
    (24, "partner", "Dates for the professional course that do not collide with the rollout. And a second demo system."),
)  # fmt: skip
#: Tasks beside plans; partners in turn get one row each.
OWN_TASKS = (
    (
        (TaskSide.VENDOR, False, -2, "Ask pricing about the bundle for clinics", "They compare with a vendor that sells it as one line."),
        (TaskSide.VENDOR, True, 6, "Send the slides of the roadmap session", ""),
        (TaskSide.PARTNER, True, -1, "Confirm who comes to the product day", "Two seats are kept until the end of the week."),
        (TaskSide.PARTNER, True, 12, "Update the customer list for account mapping", ""),
    ),
    (
        (TaskSide.VENDOR, True, 1, "Find a date for a second kick-off with Sophie", "She was at a fair when we had the first one."),
        (TaskSide.PARTNER, True, -1, "Tell us who sells what in the shops", "So that the right people are invited."),
        (TaskSide.PARTNER, True, 10, "Name a technical contact", ""),
    ),
    (
        (TaskSide.VENDOR, True, 0, "Send the offer for the demo system", "They need it before their house fair."),
        (TaskSide.PARTNER, True, 4, "Send the list of guests for the house fair", "We bring two speakers."),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """The two people who agree on a plan."""

    partner: Partner
    cam: User
    admin: User


def write(*, by: User, at: datetime) -> None:
    """Write it all, as of a moment, for the partners where somebody signs in and somebody looks after them."""
    plan_templates.add_starters(by=by, at=at)
    pairs = _pairs()
    if not pairs:
        return
    told = _Told()
    agreed = next((one for one in pairs if one.partner.name == AGREED_WITH), pairs[0])
    proposed = next((one for one in pairs if one.partner.name == PROPOSED_TO and one != agreed), pairs[-1])
    plan = _write_agreed(agreed, at=at)
    told.forget()
    if proposed != agreed:
        _write_proposed(proposed, at=at)
    for number, pair in enumerate(pairs[:6]):
        _write_tasks(pair, OWN_TASKS[number % len(OWN_TASKS)], at=at)
    _write_comments(plan, agreed, at=at)
    _write_goals(agreed.partner, by=by, at=at)


class _Told:
    """What was told before somebody signed in for the first time is not told now."""

    def __init__(self) -> None:
        self.last = OutboxMessage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def forget(self) -> None:
        """Forget what plans and tasks had to say since."""
        new = OutboxMessage.objects.filter(pk__gt=self.last, topic__startswith="scorecards.")
        new.delete()


def _pairs() -> list[Pair]:
    rows = Partner.objects.filter(people__user__isnull=False, assignments__ends_at__isnull=True, status="active")
    found = []
    for partner in rows.filter(assignments__isnull=False).distinct().order_by("pk"):
        admins = [user for user in admins_of(partner) if user.person.is_admin]
        cams = manager_of(partner)
        if admins and cams:
            found.append(Pair(partner, cams[0], admins[0]))
    return found


# --- a plan half way


def _write_agreed(pair: Pair, *, at: datetime) -> SuccessPlan:
    """Write a plan of a year that began two quarters ago, with its figures week by week and a quarter reviewed."""
    day = _day(at)
    first = add_months(quarter_of(day).starts_on, -6)
    began = _noon(first) + timedelta(days=2)
    template = PlanTemplate.objects.get(key="growth-year")
    plan = plan_drafts.begin(
        partner=pair.partner, name="Growing together", starts_on=first, template=template, by=pair.cam, at=began
    )
    draft = plan.versions.get()
    _fit(draft, pair, at=at, began=began)
    plan_agreement.propose(version=draft, by=pair.cam, at=began + timedelta(days=2))
    plan_agreement.agree(version=draft, by=pair.admin, at=began + timedelta(days=5))
    _live(plan, pair, first, at=at)
    return plan


def _fit(draft: PlanVersion, pair: Pair, *, at: datetime, began: datetime) -> None:
    """Ask for what this partner can reach: a little more than its own pace of the last two quarters."""
    plan_figures.measure([draft.plan_id], at=at)
    now = dict(draft.plan.figures.filter(is_current=True).values_list("objective_key", "value"))
    draft.plan.figures.all().delete()
    plan_figures.measure([draft.plan_id], at=began)
    term = Term(draft.plan.starts_on, draft.ends_on, draft.plan.starts_on)
    quarters = quarters_between(draft.plan.starts_on, draft.ends_on)
    for number, one in enumerate(draft.objectives.order_by("position")):
        reached = now.get(one.key) or Decimal(0)
        target = _rounded(one, reached, number)
        wanted = even_targets(quarters, floor=one.floor, target=target, term=term, anew=begins_anew(one.expression))
        fields = {name: getattr(one, name) for name in plan_parts.OBJECTIVE_FIELDS}
        plan_parts.put_objective(version=draft, objective=one, targets=wanted, by=pair.cam, at=began, **fields)


def _rounded(objective: PlanObjective, reached: Decimal, number: int) -> Decimal:
    """Return a round figure that is about half done, one objective ahead and the next behind."""
    wanted = (reached - objective.floor) * (Decimal("1.8") if number % 2 == 0 else Decimal("2.4"))
    step = 10_000 if wanted > 20_000 else 1
    return objective.floor + max(Decimal(round(wanted / step) * step), Decimal(2 * step if step == 1 else step))


def _live(plan: SuccessPlan, pair: Pair, first: date, *, at: datetime) -> None:
    """Let weeks go by: figures, tasks done in time or late, milestones, and the review of the first quarter."""
    moment = _noon(first) + timedelta(days=8)
    while moment < at:
        plan_figures.measure([plan.pk], at=moment)
        moment += timedelta(days=7)
    day = _day(at)
    given = list(PartnerTask.objects.from_origin("successplan", plan.pk).order_by("due_on", "pk"))
    for number, task in enumerate(given):
        doer = pair.cam if task.side == TaskSide.VENDOR else pair.admin
        if task.due_on and task.due_on < day - timedelta(days=20):
            done = _noon(task.due_on) + timedelta(days=3 if number % 3 == 0 else -2)
            tasks.finish(task=task, by=doer, at=done)
    for milestone in plan.versions.get(state="agreed").milestones.order_by("due_on"):
        if milestone.due_on < day - timedelta(days=15):
            reached = _noon(milestone.due_on) - timedelta(days=1)
            plan_reviews.reach(plan=plan, milestone_key=milestone.key, by=pair.cam, at=reached)
    quarter = quarter_of(first)
    held = _noon(quarter.ends_on) + timedelta(days=9)
    plan_reviews.note(plan=plan, quarter=quarter, by=pair.cam, at=held, notes=FIRST_QUARTER)
    plan_reviews.finish(plan=plan, quarter=quarter, by=pair.cam, at=held)
    plan_figures.measure([plan.pk], at=at)


def _write_comments(plan: SuccessPlan, pair: Pair, *, at: datetime) -> None:
    thread = conversations.thread_of(subject=plan, by=pair.cam, at=at)
    for number, (days, side, text) in enumerate(COMMENTS):
        user = pair.cam if side == "cam" else pair.admin
        moment = at - timedelta(days=days)
        conversations.post(thread=thread, by=user, at=moment, text=text, once_key=f"seed:{number}")


# --- a plan on the table, and tasks beside plans


def _write_proposed(pair: Pair, *, at: datetime) -> None:
    template = PlanTemplate.objects.get(key="reactivation")
    proposed_at = at - timedelta(days=3)
    plan = plan_drafts.begin(
        partner=pair.partner,
        name="Beginning again",
        starts_on=_day(at),
        template=template,
        by=pair.cam,
        at=proposed_at,
    )
    plan_agreement.propose(version=plan.versions.get(), by=pair.cam, at=proposed_at)


def _write_tasks(pair: Pair, wanted: Sequence[tuple[TaskSide, bool, int, str, str]], *, at: datetime) -> None:
    for side, is_shared, days, title, detail in wanted:
        tasks.add(
            partner=pair.partner,
            title=title,
            detail=detail,
            side=side,
            is_shared=is_shared,
            assignee=pair.cam if side == TaskSide.VENDOR else pair.admin,
            due_on=_day(at) + timedelta(days=days),
            by=pair.cam,
            at=at - timedelta(days=9),
        )


# --- the goals of the year


def _write_goals(partner: Partner, *, by: User, at: datetime) -> None:
    """Write what the year is to bring, divided among regions, with a part for one partner; and tell everybody."""
    year = _year(_day(at))
    revenue = goals.create(
        name="Revenue won together",
        text="We want to grow with those who grow with us. What counts is what you and we **win together this year**, in whatever category you do it. Half of the marketing budget goes where the goal is ahead; help goes where it is behind.",
        expression=figure("deals", "sum", "amount", WON) | {"window": {"since": "start"}},
        unit=Program.current().currency,
        target=Decimal(1),
        starts_on=year[0],
        ends_on=year[1],
        by=by,
        at=at,
    )
    skills = goals.create(
        name="Certified people",
        text="Customers buy from people who have done it before. Every certified colleague of yours shortens a project by weeks: so we pay the first exam of everybody this year.",
        expression=certified_people(),
        unit="people",
        target=Decimal(1),
        starts_on=year[0],
        ends_on=year[1],
        by=by,
        at=at,
    )
    while goal_figures.measure_some_due(at=at):
        pass
    for goal, ease in ((revenue, Decimal("0.94")), (skills, Decimal("1.12"))):
        _set_targets(goal, year, ease, by=by, at=at)
    _divide(revenue, partner, by=by, at=at)
    _divide(skills, None, by=by, at=at)
    for goal in (revenue, skills):
        goals.tell(goal=goal, by=by, at=at)
    goal_figures.add_up(at=at)


def _set_targets(goal: Goal, year: tuple[date, date], ease: Decimal, *, by: User, at: datetime) -> None:
    """Ask for a round figure of which about as much is attained as of the year is over."""
    total = sum((one.value or Decimal(0) for one in goal.figures.all()), Decimal(0))
    counts_up = "window" in goal.expression
    gone = Decimal((_day(at) - year[0]).days + 1) / ((year[1] - year[0]).days + 1)
    wanted = total / (gone if counts_up else Decimal("0.8")) / ease
    step = 100_000 if wanted > 1_000_000 else 10_000 if wanted > 100_000 else 10
    target = max(Decimal(round(wanted / step) * step), Decimal(step))
    goals.update(goal=goal, changes={}, target=target, by=by, at=at)


def _divide(goal: Goal, partner: Partner | None, *, by: User, at: datetime) -> None:
    """Hand the target down by what each region brings, a tenth of it kept back; below that once more."""
    root = goal.targets.get(kind=TargetKind.PROGRAM)
    tops = list(Region.objects.filter(path__len=1).order_by("pk"))
    parts = _shares(goal, tops)
    for region, share in parts:
        target = _round(root.target * share * Decimal("0.95"))
        part = goals.put_part(parent=root, whose=region, target=target, by=by, at=at)
        below = _shares(goal, list(Region.objects.filter(path__len=2, path__contains=[region.pk]).order_by("pk")))
        for inner, inner_share in below:
            inner_target = _round(target * inner_share)
            inner_part = goals.put_part(parent=part, whose=inner, target=inner_target, by=by, at=at)
            if partner is not None and partner.region_id == inner.pk:
                own = goal.figures.filter(partner=partner).values_list("value", flat=True).first() or Decimal(0)
                text = "As agreed in our plan: two new customers, and the framework contract of the second half-year."
                wanted = max(_round(own * Decimal("1.7")), Decimal(20_000))
                goals.put_part(parent=inner_part, whose=partner, target=wanted, text=text, by=by, at=at)


def _shares(goal: Goal, regions: Sequence[Region]) -> list[tuple[Region, Decimal]]:
    brought = [
        sum(
            (one.value or Decimal(0) for one in goal.figures.filter(partner__region__path__contains=[region.pk])),
            Decimal(0),
        )
        for region in regions
    ]
    total = sum(brought, Decimal(0))
    return [(region, part / total) for region, part in zip(regions, brought, strict=True) if part] if total else []


def _round(number: Decimal) -> Decimal:
    step = 10_000 if number > 100_000 else 1_000 if number > 10_000 else 5 if number > 20 else 1
    return max(Decimal(round(number / step) * step), Decimal(step))


def _year(day: date) -> tuple[date, date]:
    """Return the fiscal year of a day."""
    quarter = quarter_of(day)
    first = add_months(quarter.starts_on, -3 * (quarter.number - 1))
    return first, add_months(first, 12) - timedelta(days=1)


def _day(at: datetime) -> date:
    return today(at=at, zone=Program.current().zone)


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
