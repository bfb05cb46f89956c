"""Goals as pages show them: the tree of parts with what each attained, and a partner's own part."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, F
from django.utils.formats import date_format

from core.models import Program
from core.periods import today
from partners.models import Partner, Region
from scorecards.attainment import FULL, share, whole
from scorecards.models import AddsUp, Goal, GoalDay, GoalFigure, GoalTarget, TargetKind
from segmentation.models import Classification, Segment

MOST_PARTNERS = 30


@dataclass(slots=True)
class GoalRow:
    """A part of a goal with the parts below it."""

    target: GoalTarget
    depth: int = 0
    parts: list["GoalRow"] = field(default_factory=list)
    elapsed: int = 0
    adds_up: bool = True

    @property
    def percent(self) -> int:
        """How much is attained, in whole percent, more than a hundred at times."""
        return int((self.target.attained or 0) / self.target.target * 100)

    @property
    def bar(self) -> int:
        """The same, a hundred at most."""
        return min(self.percent, 100)

    @property
    def is_behind(self) -> bool:
        """Whether less is attained than time has passed."""
        return self.percent < min(self.elapsed, 100)

    @property
    def allocated(self) -> Decimal:
        """What is handed down."""
        return sum((one.target.target for one in self.parts), Decimal(0))

    @property
    def rest(self) -> Decimal:
        """What belongs to nobody yet; below zero where more is handed out than there is."""
        return self.target.target - self.allocated

    @property
    def over(self) -> Decimal:
        """How much more is handed out than there is."""
        return -self.rest


@dataclass(frozen=True, slots=True)
class GoalPage:
    """A goal with all its parts, in the order in which they are shown."""

    goal: Goal
    root: GoalRow
    rows: Sequence[GoalRow]
    elapsed: int
    history: Sequence[tuple[date, Decimal]]

    @property
    def chart(self) -> list[tuple[str, Decimal]]:
        """What was attained, by the day's name."""
        return [(date_format(day, "j M"), attained) for day, attained in self.history]


def elapsed(goal: Goal, day: date) -> int:
    """Return how much of a goal's days is over, in whole percent."""
    days = (goal.ends_on - goal.starts_on).days + 1
    return max(0, min(100, ((day - goal.starts_on).days + 1) * 100 // days))


def tree(goal: Goal, *, user: Any, at: datetime) -> GoalPage:
    """Return a goal with the parts somebody may see."""
    gone = elapsed(goal, _today(at))
    adds = goal.adds_up == AddsUp.SUM
    targets = list(
        GoalTarget.objects.visible_to(user)
        .filter(goal=goal)
        .select_related("region", "segment", "partner", "goal")
        .order_by("-target", "pk")
    )
    below: dict[int | None, list[GoalTarget]] = defaultdict(list)
    for one in targets:
        below[one.parent_id].append(one)

    def grown(target: GoalTarget, depth: int) -> GoalRow:
        parts = [grown(one, depth + 1) for one in below[target.pk]]
        return GoalRow(target, depth, parts, gone, adds)

    root = grown(next(one for one in targets if one.kind == TargetKind.PROGRAM), 0)
    days = GoalDay.objects.filter(target=root.target).order_by("day").values_list("day", "attained")
    return GoalPage(goal, root, list(_flat(root)), gone, list(days))


def _flat(row: GoalRow) -> Any:
    yield row
    for part in row.parts:
        yield from _flat(part)


def roots(goals: Any, *, at: datetime) -> list[GoalRow]:
    """Return goals with the whole program's part of each, in two statements."""
    day, found = _today(at), list(goals)
    rows = GoalTarget.objects.filter(goal__in=found, kind=TargetKind.PROGRAM).select_related("goal")
    by_goal = {one.goal_id: one for one in rows}
    return [GoalRow(by_goal[goal.pk], elapsed=elapsed(goal, day)) for goal in found if goal.pk in by_goal]


# --- dividing a target


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody to whom a part may be handed: the part there is, and what is suggested."""

    whose: Any
    part: GoalTarget | None
    suggested: Decimal | None
    partners: int | None

    @property
    def key(self) -> str:
        """What the field of a form is called."""
        return str(self.whose.public_id)


def candidates(parent: GoalTarget, kind: str, *, user: Any, words: str, suggest: str) -> list[Candidate]:
    """Return to whom a target may be handed down, those that have a part first where there are many."""
    parts = {getattr(one, f"{kind}_id"): one for one in parent.parts.filter(kind=kind).order_by("pk")}
    if kind == TargetKind.PARTNER:
        return _partners(parent, parts, user=user, words=words)
    if kind == TargetKind.REGION:
        found: list[Any] = list(_regions(parent))
        counts = _partners_by_region(found)
    else:
        found = list(Segment.objects.filter(retired_at=None).order_by("name", "pk"))
        counts = _partners_by_segment(found)
    shares = _suggested(parent, found, counts, suggest)
    return [Candidate(one, parts.get(one.pk), shares.get(one.pk), counts.get(one.pk, 0)) for one in found]


def _regions(parent: GoalTarget) -> Any:
    """Return the regions right below that of a target, else the top ones; or those that have parts already."""
    above, one = None, parent
    while above is None and one is not None:
        above, one = one.region, one.parent  # type: ignore[assignment]
    depth = len(above.path) + 1 if above else 1
    rows = Region.objects.filter(path__len=depth)
    return (rows.filter(path__contains=[above.pk]) if above else rows).order_by("name", "pk")


def _partners(parent: GoalTarget, parts: dict[int, GoalTarget], *, user: Any, words: str) -> list[Candidate]:
    inside = within(Partner.objects.visible_to(user), parent)
    known = [parts[one.pk].partner_id for one in inside.filter(pk__in=list(parts))]
    found = inside.matching(words) if words else inside.none()
    rows = [*inside.filter(pk__in=known).order_by("name", "pk")]
    rows += [*found.exclude(pk__in=known).order_by("name", "pk")[:MOST_PARTNERS]]
    return [Candidate(one, parts.get(one.pk), None, None) for one in rows]


def within(partners: Any, target: GoalTarget | None) -> Any:
    """Return the partners of a part, within the parts above it."""
    while target is not None:
        if target.region_id:
            partners = partners.filter(region__path__contains=[target.region_id])
        if target.segment_id:
            partners = partners.filter(classification__segment_ids__contains=[target.segment_id])
        target = target.parent
    return partners


def _partners_by_region(regions: Sequence[Region]) -> dict[int, int]:
    counts: dict[int, int] = defaultdict(int)
    ids = {one.pk for one in regions}
    rows = Partner.objects.filter(region__path__overlap=list(ids)).values_list("region__path").annotate(n=Count("pk"))
    for path, n in rows:
        for pk in ids.intersection(path):
            counts[pk] += n
    return counts


def _partners_by_segment(segments: Sequence[Segment]) -> dict[int, int]:
    ids = [one.pk for one in segments]
    rows = Classification.objects.filter(segment_ids__overlap=ids).values_list("segment_ids", flat=True)
    counts: dict[int, int] = defaultdict(int)
    for held in rows.iterator():
        for pk in set(held).intersection(ids):
            counts[pk] += 1
    return counts


def _suggested(parent: GoalTarget, found: Sequence[Any], counts: dict[int, int], suggest: str) -> dict[int, Decimal]:
    """Return what each would have if the target was divided evenly, or by how many partners are there."""
    weights = {one.pk: counts.get(one.pk, 0) if suggest == "partners" else 1 for one in found}
    total = sum(weights.values())
    if suggest not in {"even", "partners"} or not total:
        return {}
    return {pk: round(parent.target * weight / total, 0) for pk, weight in weights.items() if weight}


# --- what partners read


@dataclass(frozen=True, slots=True)
class PartnerGoal:
    """A goal as one partner reads it: the program's figures where they are shown, and its own part."""

    goal: Goal
    root: GoalTarget
    region: GoalTarget | None
    own: GoalTarget | None
    brought: Decimal | None
    elapsed: int

    @property
    def own_percent(self) -> int | None:
        """How much of its own part the partner has brought."""
        if self.own is None:
            return None
        return whole(share(self.brought, floor=Decimal(0), target=self.own.target))

    @property
    def program_percent(self) -> int:
        """How much of the program's target is attained."""
        return whole(min(share(self.root.attained, floor=Decimal(0), target=self.root.target), FULL))


def for_partner(partner: Partner, *, at: datetime) -> list[PartnerGoal]:
    """Return what partners were told of and holds today, with this partner's part, in four statements."""
    day = _today(at)
    found = list(Goal.objects.told().filter(starts_on__lte=day, ends_on__gte=day).order_by("starts_on", "pk"))
    if not found:
        return []
    path = partner.region.path if partner.region else []
    targets = GoalTarget.objects.filter(goal__in=found).select_related("region")
    rows = targets.filter(kind=TargetKind.PROGRAM) | targets.filter(partner=partner) | targets.filter(region__in=path)
    by_goal: dict[int, list[GoalTarget]] = defaultdict(list)
    for one in rows:
        by_goal[one.goal_id].append(one)
    figures = GoalFigure.objects.filter(goal__in=found, partner=partner)
    brought = dict(figures.values_list("goal_id", "value"))
    return [_partner_goal(goal, by_goal[goal.pk], brought.get(goal.pk), day) for goal in found]


def _partner_goal(goal: Goal, targets: Sequence[GoalTarget], brought: Decimal | None, day: date) -> PartnerGoal:
    regions = sorted((one for one in targets if one.region), key=lambda one: len(one.region.path))  # type: ignore[union-attr]
    return PartnerGoal(
        goal,
        next(one for one in targets if one.kind == TargetKind.PROGRAM),
        regions[-1] if regions else None,
        next((one for one in targets if one.partner_id), None),
        brought,
        elapsed(goal, day),
    )


def coming(*, at: datetime) -> list[Goal]:
    """Return the goals partners were told of that begin later."""
    return list(Goal.objects.told().filter(starts_on__gt=_today(at)).order_by("starts_on", "pk"))


def top_partners(goal: Goal, *, user: Any, limit: int = 10) -> list[GoalFigure]:
    """Return who brought most, of the partners somebody may see."""
    rows = GoalFigure.objects.visible_to(user).filter(goal=goal, value__gt=0).select_related("partner")
    return list(rows.order_by(F("value").desc(), "partner__name")[:limit])


def _today(at: datetime) -> date:
    return today(at=at, zone=Program.current().zone)
