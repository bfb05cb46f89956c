"""Journeys as pages show them: steps with what is done and due, partners with how far they are."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from core.models import VersionState
from core.services import versions
from enablement.models import (
    Asset,
    Course,
    Enrollment,
    EnrollmentState,
    Journey,
    JourneyStep,
    Quiz,
    StepProgress,
)
from enablement.queries.journey_versions import steps_in
from partners.models import Partner
from segmentation.models import Classification

ABOUT = ((Asset, "asset"), (Course, "course"), (Quiz, "quiz"))
IN_FORCE = Q(versions__state=VersionState.PUBLISHED)
FIRST_DRAFT = Q(versions__state=VersionState.DRAFT, published_at__isnull=True)


@dataclass(frozen=True)
class StepView:
    """A step as one partner sees it. `asset`, `course` and `quiz` are None when they are not for the reader."""

    step: JourneyStep
    asset: Asset | None
    course: Course | None
    quiz: Quiz | None
    done: StepProgress | None
    due_on: date | None
    is_late: bool
    is_next: bool = False

    @property
    def can_be_ticked(self) -> bool:
        """Whether somebody marks it done by hand."""
        return self.done is None and not self.step.completes_itself


@dataclass(frozen=True)
class JourneyView:
    """A journey as one partner sees it."""

    journey: Journey
    enrollment: Enrollment | None
    done: int
    total: int
    next_step: JourneyStep | None = None

    @property
    def is_completed(self) -> bool:
        """Whether every step was done."""
        return self.enrollment is not None and self.enrollment.state == EnrollmentState.COMPLETED


def journeys_of(*, user: Any, partner: Partner) -> list[JourneyView]:
    """Return the journeys a person sees, with their partner's progress: under way, then new, then completed ones."""
    in_force = Count("versions__steps", filter=IN_FORCE)
    journeys = list(Journey.objects.visible_to(user).annotate(steps_total=in_force).order_by("name"))
    enrollments = {one.journey_id: one for one in Enrollment.objects.of(partner).with_progress()}
    first_open = _first_open_steps(enrollments.values())
    shown = [_journey_view(journey, enrollments.get(journey.pk), first_open) for journey in journeys]
    return sorted(shown, key=lambda one: (one.is_completed, one.enrollment is None))


def under_way(*, partner: Partner, limit: int) -> list[JourneyView]:
    """Return the published journeys a partner is on, the newest first."""
    on_it = Enrollment.objects.of(partner).filter(
        state=EnrollmentState.ACTIVE, journey__published_at__isnull=False, journey__retired_at__isnull=True
    )
    enrollments = list(on_it.with_progress().select_related("journey").order_by("-started_at", "pk")[:limit])
    first_open = _first_open_steps(enrollments)
    return [
        JourneyView(one.journey, one, one.steps_done, one.steps_total, first_open.get(one.pk)) for one in enrollments
    ]


def _journey_view(journey: Any, enrollment: Any | None, first_open: dict[int, JourneyStep]) -> JourneyView:
    if enrollment is None:
        return JourneyView(journey, None, 0, journey.steps_total)
    done = enrollment.steps_done
    return JourneyView(journey, enrollment, done, enrollment.steps_total, first_open.get(enrollment.pk))


def _first_open_steps(enrollments: Iterable[Enrollment]) -> dict[int, JourneyStep]:
    """Return the first step not yet done of each walk under way."""
    active = [one for one in enrollments if one.state == EnrollmentState.ACTIVE]
    if not active:
        return {}
    done = set(StepProgress.objects.filter(enrollment__in=active).values_list("enrollment_id", "step_id"))
    walked = {one.journey_version_id for one in active}
    steps = list(JourneyStep.objects.filter(journey_version__in=walked).order_by("journey_version", "position"))
    held = held_by({one.partner_id for one in active}) if any(step.only_for_id for step in steps) else {}
    found: dict[int, JourneyStep] = {}
    for one in active:
        for step in steps:
            applies = step.only_for_id is None or step.only_for_id in held.get(one.partner_id, ())
            if applies and step.journey_version_id == one.journey_version_id and (one.pk, step.pk) not in done:
                found[one.pk] = step
                break
    return found


def held_by(partner_ids: Iterable[int]) -> dict[int, list[int]]:
    """Return the segments that hold for partners."""
    rows = Classification.objects.filter(partner__in=partner_ids)
    return dict(rows.values_list("partner_id", "segment_ids"))


def steps_of(
    *, journey: Journey, enrollment: Enrollment | None, partner: Partner, user: Any, today: date
) -> list[StepView]:
    """Return the steps a person of the partner sees: of the version they are on, else of the published one."""
    version = enrollment.journey_version if enrollment else versions.published_of(journey)
    steps = steps_in(version)
    if any(step.only_for_id for step in steps):
        held = held_by([partner.pk]).get(partner.pk, [])
        steps = [step for step in steps if step.only_for_id is None or step.only_for_id in held]
    assets, courses, quizzes = (_seen(model, steps, name, user) for model, name in ABOUT)
    done = {}
    if enrollment is not None:
        progress = StepProgress.objects.filter(enrollment=enrollment).select_related("person")
        done = {one.step_id: one for one in progress}
    following = next((step.pk for step in steps if step.pk not in done), None)
    return [
        StepView(
            step=step,
            asset=step.asset if step.asset_id in assets else None,
            course=step.course if step.course_id in courses else None,
            quiz=step.quiz if step.quiz_id in quizzes else None,
            done=done.get(step.pk),
            due_on=(due := _due_on(step, enrollment)),
            is_late=bool(due and due < today and step.pk not in done),
            is_next=step.pk == following,
        )
        for step in steps
    ]


def _seen(model: Any, steps: list[JourneyStep], name: str, user: Any) -> set[int]:
    """Return which of the things that steps are about the person may see."""
    ids = {pk for step in steps if (pk := getattr(step, f"{name}_id"))}
    return set(model.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()


def _due_on(step: JourneyStep, enrollment: Enrollment | None) -> date | None:
    if enrollment is None or step.due_days is None:
        return None
    started: datetime = enrollment.started_at
    return (started + timedelta(days=step.due_days)).date()


def catalogue(*, user: Any) -> QuerySet[Journey]:
    """Return the vendor's journeys with `steps_total` and `drafts`; how partners fare is `partner_counts`."""
    return (
        Journey.objects.visible_to(user)
        .select_related("audience", "owner")
        .annotate(
            steps_total=Count("versions__steps", filter=IN_FORCE | FIRST_DRAFT),
            drafts=Count("versions", filter=Q(versions__state=VersionState.DRAFT), distinct=True),
        )
        .order_by(F("retired_at").asc(nulls_first=True), "name", "pk")
    )


def partner_counts(journeys: Iterable[Journey], *, user: Any) -> dict[int, dict[str, int]]:
    """Return how many partners the person may see began and completed each journey."""
    rows = Enrollment.objects.visible_to(user).filter(journey__in=[one.pk for one in journeys]).order_by()
    counted = rows.values("journey").annotate(
        began=Count("pk"), completed=Count("pk", filter=Q(state=EnrollmentState.COMPLETED))
    )
    return {row["journey"]: row for row in counted}


@dataclass(frozen=True)
class Stage:
    """A step of a version with how many walked it: how many it `asked`, how many did it, how many wait at it now."""

    step: JourneyStep
    asked: int
    done: int
    waiting: int
    is_where_most_wait: bool

    @property
    def percent(self) -> int:
        """How many of a hundred whom it asks did it."""
        return 100 * self.done // self.asked if self.asked else 0


def drop_off(*, steps: list[JourneyStep], user: Any) -> list[Stage]:
    """Return where the partners whom the reader may see are lost on a version: step by step, in their order."""
    if not steps:
        return []
    walks = Enrollment.objects.visible_to(user).filter(journey_version=steps[0].journey_version_id)
    on_it = list(walks.only("pk", "partner_id", "state"))
    if not on_it:
        return []
    held = held_by({one.partner_id for one in on_it}) if any(step.only_for_id for step in steps) else {}
    done = set(StepProgress.objects.filter(enrollment__in=on_it).values_list("enrollment_id", "step_id"))
    asked: Counter[int] = Counter()
    waiting: Counter[int] = Counter()
    for walk in on_it:
        theirs = [one for one in steps if one.only_for_id is None or one.only_for_id in held.get(walk.partner_id, ())]
        asked.update(one.pk for one in theirs)
        first_open = next((one.pk for one in theirs if (walk.pk, one.pk) not in done), None)
        if first_open is not None and walk.state == EnrollmentState.ACTIVE:
            waiting[first_open] += 1
    did, most = Counter(step_id for _walk, step_id in done), max(waiting.values(), default=0)
    return [Stage(step, asked[step.pk], did[step.pk], waiting[step.pk], waiting[step.pk] == most > 1) for step in steps]


def walks(*, journey: Journey, user: Any) -> QuerySet[Enrollment]:
    """Return the partners on a journey whom the person may see, with their progress; the slowest first."""
    return (
        Enrollment.objects.visible_to(user)
        .filter(journey=journey)
        .with_progress()
        .select_related("partner", "journey_version")
        .order_by("state", "steps_done", "started_at", "pk")
    )
