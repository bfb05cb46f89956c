"""How partners of the demo walk journeys: to the end, some way and then no further, or not at all.

Each step is done some days before or after its own day, so that walks under way are where they would be, and what waits
is due about now. Walks that came to nothing are ended by the manager after a while.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from core.models import Source
from enablement.models import Enrollment, EnrollmentState, JourneyStep, StepKind
from enablement.services import certifications, enrollments
from partners.models import Person
from partners.services.telling import manager_of
from portal.seed import journey_work
from portal.seed.lot import Lot
from portal.seed.population import Course, InventedPartner
from portal.seed.shapes import Programme

#: After so many days a walk that was given up, or whose partner is gone, is ended.
ENDED_AFTER = timedelta(days=45)
#: Who is growing sees more through than who fades away.
ZEAL = {Course.GROWING: 1.15, Course.STEADY: 1.05, Course.FADING: 0.8, Course.DORMANT: 0.6, Course.ENDED: 0.6}
#: Days by which a step is done before its day; now and then it takes longer.
EARLY, LATE, LATE_SHARE = (1, 4), (1, 3), 0.12
USUAL_DAYS = 14


def carry_on(
    programme: Programme,
    partners: Sequence[InventedPartner],
    *,
    source: Source,
    by: Any,
    at: datetime,
    now: datetime,
) -> None:
    """Do what was done on walks under way until a moment, and end those that came to nothing. `now` is that of loading."""
    by_id = {one.id: one for one in partners}
    share = {journey.key: journey.pace for journey in programme.journeys}
    under_way = Enrollment.objects.filter(state=EnrollmentState.ACTIVE).select_related(
        "partner", "journey", "journey_version"
    )
    for walk in under_way.prefetch_related("journey_version__steps__certification", "progress").order_by("id"):
        one = by_id[walk.partner_id]
        lot = Lot(programme.key, "walk", one.domain, walk.journey.key)
        is_through = lot.happens(share[walk.journey.key] * ZEAL.get(one.course, 1.0))
        gave_up_on = None if is_through else walk.started_at.date() + timedelta(days=lot.randint(0, 25))
        wanted = one.story.steps_done.get(walk.journey.key) if one.story else None
        for step, day in list(_due(walk, one, lot, gave_up_on=gave_up_on, wanted=wanted, until=at.date())):
            moment = datetime(day.year, day.month, day.day, 14, lot.randrange(60), tzinfo=at.tzinfo)
            _do(walk, step, one, source=source, by=by, at=min(at, max(moment, walk.started_at)), now=now)
        is_over = gave_up_on is not None or (one.active_until or date.min) < (at - ENDED_AFTER).date()
        if is_over and wanted is None and at - walk.started_at >= ENDED_AFTER:
            enrollments.stop(enrollment=walk, by=_manager(walk), at=at)


def _due(
    walk: Enrollment, one: InventedPartner, lot: Lot, *, gave_up_on: date | None, wanted: int | None, until: date
) -> Iterator[tuple[JourneyStep, date]]:
    """Yield what is done until a day and was not before, each with its day, in the order of those days."""
    done = {progress.step_id for progress in walk.progress.all()}
    began = walk.started_at.date()
    last = min(one.active_until or date.min, gave_up_on or date.max, until)
    planned: list[tuple[date, int, JourneyStep]] = []
    for step in sorted(walk.journey_version.steps.all(), key=lambda step: step.position):
        shift = lot.randint(*LATE) if lot.happens(LATE_SHARE) else -lot.randint(*EARLY)
        day = began + timedelta(days=max(1, (step.due_days or USUAL_DAYS) + shift))
        if wanted and step.kind != StepKind.OURS:  # a story says how much is done: spread over the time there was
            day = began + timedelta(days=max(1, (until - began).days * (len(planned) + 1) // (wanted + 1)))
        planned.append((day, step.position, step))
    theirs = sorted(one for one in planned if one[2].kind != StepKind.OURS)[:wanted]
    ours = [one for one in planned if one[2].kind == StepKind.OURS and one[0] <= until]
    for day, _position, step in sorted([*ours, *(one for one in theirs if one[0] <= last)]):
        if step.pk not in done:
            yield step, day


def _do(
    walk: Enrollment,
    step: JourneyStep,
    one: InventedPartner,
    *,
    source: Source,
    by: Any,
    at: datetime,
    now: datetime,
) -> None:
    if step.kind == StepKind.OURS:
        enrollments.complete_ours(enrollment=walk, step=step, by=_manager(walk), at=at)
    elif step.kind == StepKind.CERTIFICATION and step.certification is not None:
        who = next((person for person in one.people if person.job_function == "technical"), one.people[0])
        row = {"person_id": who.id, "certification": step.certification.key, "earned_on": at.date()}
        certifications.upsert_many(rows=[row], source=source, by=by, at=at)
        enrollments.catch_up(partner_ids=[walk.partner_id], at=at)
    else:
        person = Person.objects.filter(pk=one.people[step.position % len(one.people)].id).first()
        journey_work.do(walk, step, person=person, at=at, now=now)


def _manager(walk: Enrollment) -> Any:
    return next(iter(manager_of(walk.partner)), None)
