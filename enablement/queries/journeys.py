"""Journeys as pages show them: steps with what is done and due, partners with how far they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

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
    StepAnswers,
    StepKind,
    StepProgress,
    Survey,
    SurveyRound,
)
from enablement.queries import walk_steps
from enablement.queries.journey_versions import steps_in
from enablement.queries.step_surveys import open_rounds
from partners.models import Partner
from segmentation.models import Classification

IN_FORCE = Q(versions__state=VersionState.PUBLISHED)
FIRST_DRAFT = Q(versions__state=VersionState.DRAFT, published_at__isnull=True)


@dataclass(frozen=True)
class StepView:
    """A step as one partner sees it. `media` are the assets that the reader may see; any of them will do.

    `course`, `quiz` and `survey` are None when they are not for the reader; `waits_for` are titles of what comes first.
    `survey_round` is the one that somebody at the partner can answer now.
    """

    step: JourneyStep
    media: list[Asset]
    course: Course | None
    quiz: Quiz | None
    survey: Survey | None
    survey_round: SurveyRound | None
    done: StepProgress | None
    due_on: date | None
    is_late: bool
    is_next: bool
    waits_for: list[str]

    @property
    def can_be_worked_on(self) -> bool:
        """Whether it is to be done now, as far as the steps before it say."""
        return self.done is None and not self.waits_for

    @property
    def can_be_ticked(self) -> bool:
        """Whether somebody marks it done with nothing but their word."""
        return self.can_be_worked_on and self.step.is_ticked

    @property
    def can_be_skipped(self) -> bool:
        """Whether it asks a survey that nobody at the partner can answer now, so that they may go on without."""
        return self.can_be_worked_on and self.step.kind == StepKind.SURVEY and self.survey_round is None

    @property
    def opens_page(self) -> bool:
        """Whether it has a page of its own, to hand in, meet or answer."""
        return self.step.is_handed_in or self.step.kind in {StepKind.MEETING, StepKind.FORM}


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


def under_way(*, partner: Partner, user: Any, limit: int) -> list[JourneyView]:
    """Return the published journeys a partner is on, of those the reader sees, the newest first."""
    seen = Journey.objects.visible_to(user).published().order_by()
    on_it = Enrollment.objects.of(partner).filter(state=EnrollmentState.ACTIVE, journey__in=seen)
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
    """Return what is next on each walk under way: the first step that is not done, not ours, and waits for no other."""
    walked = walk_steps.of_walks(one for one in enrollments if one.state == EnrollmentState.ACTIVE)
    waiting = {one.step_id for steps in walked.values() for one in steps if not one.is_done and not one.is_blocked}
    theirs = JourneyStep.objects.filter(pk__in=waiting).exclude(kind=StepKind.OURS).in_bulk() if waiting else {}
    found: dict[int, JourneyStep] = {}
    for pk, steps in walked.items():
        first = next((one for one in steps if not one.is_done and not one.is_blocked and one.step_id in theirs), None)
        if first is not None:
            found[pk] = theirs[first.step_id]
    return found


def held_by(partner_ids: Iterable[int]) -> dict[int, list[int]]:
    """Return the segments that hold for partners."""
    rows = Classification.objects.filter(partner__in=partner_ids)
    return dict(rows.values_list("partner_id", "segment_ids"))


def steps_of(
    *, journey: Journey, enrollment: Enrollment | None, partner: Partner, user: Any, today: date
) -> list[StepView]:
    """Return the steps of the partner a person sees: of the version they are on, else of the published one."""
    version = enrollment.journey_version if enrollment else versions.published_of(journey)
    steps = steps_in(version)
    walked = {one.step_id: one for one in walk_steps.of_walks([enrollment])[enrollment.pk]} if enrollment else {}
    if enrollment is not None:
        steps = [step for step in steps if step.pk in walked]
    elif any(step.only_for_id for step in steps):
        held = held_by([partner.pk]).get(partner.pk, [])
        steps = [step for step in steps if step.only_for_id is None or step.only_for_id in held]
    media = _media(steps, user)
    seen = ((Course, "course"), (Quiz, "quiz"), (Survey, "survey"))
    courses, quizzes, surveys = (_seen(model, steps, name, user) for model, name in seen)
    done = {}
    if enrollment is not None:
        progress = StepProgress.objects.filter(enrollment=enrollment).select_related("person")
        done = {one.step_id: one for one in progress}
    asked = [step.survey_id for step in steps if step.survey_id and step.pk not in done]
    rounds = open_rounds(asked, partner=partner, at=timezone.now())
    titles = {step.key: step.title for step in steps if step.pk not in done}
    is_off = enrollment is None or enrollment.state != EnrollmentState.ACTIVE
    following = next((one.pk for one in steps if one.pk not in done and not _waits(one, walked)), None)
    return [
        StepView(
            step=step,
            media=media.get(step.pk, []),
            course=step.course if step.course_id in courses else None,
            quiz=step.quiz if step.quiz_id in quizzes else None,
            survey=step.survey if step.survey_id in surveys else None,
            survey_round=rounds.get(step.survey_id or 0),
            done=done.get(step.pk),
            due_on=(due := walked[step.pk].due_on if step.pk in walked else None),
            is_late=bool(due and due < today and step.pk not in done and not is_off),
            is_next=step.pk == following,
            waits_for=[titles[key] for key in step.needs if key in titles] if step.pk not in done else [],
        )
        for step in steps
    ]


def _waits(step: JourneyStep, walked: dict[int, walk_steps.WalkStep]) -> bool:
    """Whether it is not the partner's turn: something is to be done before, or the step is ours."""
    return step.kind == StepKind.OURS or (step.pk in walked and walked[step.pk].is_blocked)


def _media(steps: list[JourneyStep], user: Any) -> dict[int, list[Asset]]:
    """Return the assets a step offers that the person may see, the first one and those that do instead."""
    wanted = {step.pk: [pk for pk in (step.asset_id, *step.alternative_ids) if pk] for step in steps}
    ids = {pk for pks in wanted.values() for pk in pks}
    seen = Asset.objects.visible_to(user).filter(pk__in=ids).without_words().in_bulk() if ids else {}
    return {step_id: [seen[pk] for pk in pks if pk in seen] for step_id, pks in wanted.items()}


def _seen(model: Any, steps: list[JourneyStep], name: str, user: Any) -> set[int]:
    """Return which of the things that steps are about the person may see."""
    ids = {pk for step in steps if (pk := getattr(step, f"{name}_id"))}
    return set(model.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()


def told(step: JourneyStep, kept: StepAnswers | None) -> list[tuple[str, Any]]:
    """Return the questions of a form with what was answered."""
    if kept is None:
        return []
    words = {True: _("Yes"), False: _("No")}
    answered = [(one["text"], kept.answers.get(one["key"])) for one in step.questions]
    return [(text, words[given] if isinstance(given, bool) else given) for text, given in answered]


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


def walks(*, journey: Journey, user: Any) -> QuerySet[Enrollment]:
    """Return the partners on a journey whom the person may see, with their progress; the slowest first."""
    return (
        Enrollment.objects.visible_to(user)
        .filter(journey=journey)
        .with_progress()
        .select_related("partner", "journey_version")
        .order_by("state", "steps_done", "started_at", "pk")
    )
