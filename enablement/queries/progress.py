"""Who is where on journeys, for those who look after them: what is next, late, stuck, and what waits for us."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet

from enablement.models import (
    Enrollment,
    EnrollmentState,
    Journey,
    JourneyStep,
    ProofState,
    StepKind,
    StepProgress,
    StepProof,
)
from enablement.queries import walk_steps
from partners.models import Partner, Person
from partners.querysets import looked_after_ids

#: Days without a step done after which a walk counts as stuck.
STUCK_AFTER_DAYS = 21
SHOWS = ("active", "stuck", "ours", "paused", "completed", "stopped")
_NEXT = """
    SELECT DISTINCT ON (enrollment_id) enrollment_id, step_id, due_on, last_at, kind = 'ours'
    FROM (SELECT *, COALESCE(max(done_at) OVER (PARTITION BY enrollment_id), started_at) AS last_at
          FROM ({walk_steps}) walk_steps) moved
    WHERE done_at IS NULL AND COALESCE(is_blocked, FALSE) = FALSE
    ORDER BY enrollment_id, position
"""


@dataclass(frozen=True)
class Standing:
    """Where a walk under way stands: its next step, that step's day, and since when nothing was done."""

    step_id: int
    due_on: date | None
    last_at: datetime
    is_ours: bool

    def is_late(self, today: date) -> bool:
        """Whether the day of the next step is over."""
        return self.due_on is not None and self.due_on < today

    def is_stuck(self, *, at: datetime, today: date) -> bool:
        """Whether somebody should ask: the next step is late, or nothing has been done for long."""
        return self.is_late(today) or self.last_at < at - timedelta(days=STUCK_AFTER_DAYS)


@dataclass(frozen=True)
class Row:
    """A walk in a list."""

    walk: Any
    next: JourneyStep | None
    standing: Standing | None
    is_late: bool
    is_stuck: bool


def standings(walks: "QuerySet[Enrollment]") -> dict[int, Standing]:
    """Return where walks under way stand, by their ids; those with nothing to do now are left out."""
    picked = walk_steps.picked(walks.filter(state=EnrollmentState.ACTIVE))
    if picked is None:
        return {}
    which, named = picked
    with connection.cursor() as cursor:
        cursor.execute(_NEXT.format(walk_steps=walk_steps.statement(which)), walk_steps.parameters() | named)
        return {row[0]: Standing(*row[1:]) for row in cursor.fetchall()}


def walks(*, user: Any, whose: str = "mine", journey: Journey | None = None, words: str = "") -> "QuerySet[Enrollment]":
    """Return the walks of partners a person sees, of those they look after (`mine`) or of all."""
    rows = Enrollment.objects.visible_to(user).filter(journey__published_at__isnull=False)
    if whose == "mine":
        rows = rows.filter(partner__in=looked_after_ids(user))
    if journey is not None:
        rows = rows.filter(journey=journey)
    return rows.filter(partner__name__icontains=words) if words else rows


def shown(rows: Any, *, show: str, at: datetime, today: date) -> "QuerySet[Enrollment]":
    """Return the walks of one view, the longest under way first."""
    if show in {"stuck", "ours"}:
        found = standings(rows)
        fits = (lambda one: one.is_ours) if show == "ours" else (lambda one: one.is_stuck(at=at, today=today))
        rows = rows.filter(pk__in=[pk for pk, one in found.items() if fits(one)])
    else:
        rows = rows.filter(state=show)
    return rows.with_progress().select_related("partner", "journey", "journey_version").order_by("started_at", "pk")


def as_rows(page: Iterable[Any], *, at: datetime, today: date) -> list[Row]:
    """Return walks with what is next on each."""
    listed = list(page)
    found = standings(Enrollment.objects.filter(pk__in=[one.pk for one in listed]))
    steps = JourneyStep.objects.in_bulk([one.step_id for one in found.values()])
    rows = []
    for walk in listed:
        standing = found.get(walk.pk)
        late = standing is not None and standing.is_late(today)
        stuck = standing is not None and standing.is_stuck(at=at, today=today)
        rows.append(Row(walk, steps.get(standing.step_id) if standing else None, standing, late, stuck))
    return rows


def counts(rows: "QuerySet[Enrollment]", *, at: datetime, today: date) -> dict[str, int]:
    """Return how many walks are in each state, stuck, and waiting for us."""
    by_state = dict(rows.order_by().values("state").annotate(rows=Count("pk")).values_list("state", "rows"))
    found = standings(rows).values()
    stuck = sum(one.is_stuck(at=at, today=today) for one in found)
    return by_state | {"stuck": stuck, "ours": sum(one.is_ours for one in found)}


def waiting_proofs(user: Any, *, whose: str = "mine") -> "QuerySet[StepProof]":
    """Return what partners handed in and nobody has looked at yet, the oldest first."""
    rows = StepProof.objects.visible_to(user).filter(state=ProofState.WAITING)
    if whose == "mine":
        rows = rows.filter(enrollment__partner__in=looked_after_ids(user))
    return rows.select_related("enrollment__partner", "enrollment__journey", "step", "person").order_by(
        "handed_in_at", "pk"
    )


@dataclass(frozen=True)
class Colleague:
    """What one of a partner's people did on its journeys."""

    person: Person
    done: int
    last_at: datetime | None


def team(*, partner: Partner, user: Any) -> list[Colleague]:
    """Return a partner's people with how many steps each did on the journeys the reader sees; the most active first."""
    seen = Journey.objects.visible_to(user)
    done = (
        StepProgress.objects.filter(enrollment__partner=partner, enrollment__journey__in=seen, person__isnull=False)
        .exclude(step__kind=StepKind.OURS)
        .order_by()
        .values("person")
        .annotate(done=Count("pk"), last_at=Max("completed_at"))
    )
    by_person = {row["person"]: row for row in done}
    people = Person.objects.filter(Q(left_at__isnull=True) | Q(pk__in=by_person), partner=partner)
    found = [
        Colleague(one, by_person.get(one.pk, {}).get("done", 0), by_person.get(one.pk, {}).get("last_at"))
        for one in people.order_by("name", "pk")
    ]
    return sorted(found, key=lambda one: -one.done)
