"""Who is enrolled by themselves, what happens when they leave and come back, and walks moved to another version."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core.refusals import Refusal
from core.services import outbox
from enablement.models import Enrollment, EnrollmentState, JourneyVersion, StepProgress
from enablement.queries import walk_steps
from enablement.services import enrollments, entering, journey_versions, journeys, moving, step_branches
from partners.models import Category, CategoryMembership, LifeStage
from segmentation.models import Classification
from tests.factories.journeys import EnrollmentFactory, JourneyFactory, JourneyStepFactory, version_of
from tests.factories.partners import CategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def begins_on(victor, now):
    """Return a function that publishes a journey that enrolls on something."""

    def publish(entry, entered=None, on_leaving="stay"):
        journey = JourneyFactory(published_at=None, name="Welcome")
        JourneyStepFactory(journey=journey, title="A", due_days=10)
        how = {"entry": entry, "entered": entered, "on_leaving": on_leaving}
        journeys.change_entry(journey=journey, by=victor, at=now, **how)
        journeys.publish(journey=journey, by=victor, at=now)
        return journey

    return publish


def follow(partner, now):
    return entering.follow(partner_ids=[partner.pk], at=now)


def state(journey):
    return Enrollment.objects.get(journey=journey).state


def test_entering_a_segment_enrolls_once(begins_on, gold, classify, pinewood, oakhurst, now):
    journey = begins_on("segment", gold)
    classify(pinewood, gold)
    classify(oakhurst)

    assert [follow(one, now) for one in (pinewood, pinewood, oakhurst)] == [1, 0, 0]
    walk = Enrollment.objects.get(journey=journey)
    assert (walk.partner, walk.reason, walk.is_automatic) == (pinewood, "Gold partners", True)


def test_entering_a_life_stage_enrolls(begins_on, classify, pinewood, now):
    stage = LifeStage.objects.create(key="new", name="New")
    journey = begins_on("stage", stage)
    classify(pinewood)
    assert follow(pinewood, now) == 0

    Classification.objects.filter(partner=pinewood).update(stage=stage)

    assert follow(pinewood, now) == 1
    assert Enrollment.objects.get(journey=journey).reason == "New"


@pytest.mark.parametrize(("held", "enrolled"), [("active", 1), ("grace", 1), ("pending", 0), ("suggested", 0)])
def test_holding_a_category_enrolls_and_nothing_less(begins_on, pinewood, now, held, enrolled):
    category: Category = CategoryFactory()
    begins_on("category", category)
    more = {"grace_ends_on": now.date() + timedelta(days=9)} if held == "grace" else {}
    CategoryMembership.objects.create(
        partner=pinewood, category=category, state=held, source="assigned", starts_at=now, **more
    )

    assert follow(pinewood, now) == enrolled


def test_where_nobody_is_enrolled_partners_start_themselves(begins_on, pinewood, now):
    journey = begins_on("nobody")
    assert follow(pinewood, now) == 0

    assert not enrollments.enroll(journey=journey, partner=pinewood, at=now).is_automatic


def test_what_is_entered_has_to_be_said(victor, now):
    journey = JourneyFactory(published_at=None)
    with pytest.raises(Refusal):
        journeys.change_entry(journey=journey, by=victor, at=now, entry="segment")


def test_the_database_keeps_one_thing_to_enter(gold):
    version = version_of(JourneyFactory(published_at=None))
    for wrong in ({"entry": "segment"}, {"entry_segment": gold}, {"entry": "stage", "entry_segment": gold}):
        with pytest.raises(IntegrityError), transaction.atomic():
            JourneyVersion.objects.filter(pk=version.pk).update(**wrong)


@pytest.mark.parametrize(
    ("on_leaving", "left", "told"),
    [
        ("stay", EnrollmentState.ACTIVE, []),
        ("pause", EnrollmentState.PAUSED, ["The journey Welcome is paused."]),
        ("end", EnrollmentState.STOPPED, ["The journey Welcome has ended."]),
    ],
)
def test_leaving_does_what_the_version_says_and_tells_once(
    begins_on, gold, classify, pinewood, pete, now, on_leaving, left, told
):
    journey = begins_on("segment", gold, on_leaving)
    classify(pinewood, gold)
    follow(pinewood, now)

    classify(pinewood)
    for _ in range(2):
        follow(pinewood, now)
    outbox.deliver_due(at=now + timedelta(minutes=1))

    assert state(journey) == left
    assert [one.text for one in pete.notifications.all()] == told


@pytest.mark.parametrize("on_leaving", ["pause", "end"])
def test_coming_back_goes_on_where_it_was_and_days_move(begins_on, gold, classify, pinewood, now, on_leaving):
    journey = begins_on("segment", gold, on_leaving)
    classify(pinewood, gold)
    follow(pinewood, now)
    classify(pinewood)
    follow(pinewood, now + timedelta(days=2))
    classify(pinewood, gold)

    for _ in range(2):
        follow(pinewood, now + timedelta(days=9))

    walk = Enrollment.objects.get(journey=journey)
    due = walk_steps.of_walks([walk])[walk.pk][0].due_on
    assert (walk.state, walk.left_at, walk.idle_days) == (EnrollmentState.ACTIVE, None, 7)
    assert due == (now + timedelta(days=17)).date()


def test_who_began_by_hand_is_neither_paused_nor_ended(begins_on, gold, classify, pinewood, now):
    journey = begins_on("segment", gold, "end")
    classify(pinewood)
    enrollments.enroll(journey=journey, partner=pinewood, at=now)

    follow(pinewood, now)

    assert state(journey) == EnrollmentState.ACTIVE


def test_what_somebody_ended_is_not_taken_up_by_itself(begins_on, gold, classify, pinewood, vera, now):
    journey = begins_on("segment", gold, "pause")
    classify(pinewood, gold)
    follow(pinewood, now)
    enrollments.stop(enrollment=Enrollment.objects.get(), by=vera, at=now)

    follow(pinewood, now)

    assert state(journey) == EnrollmentState.STOPPED


def test_nothing_is_done_on_a_paused_journey(begins_on, gold, classify, pinewood, pete, now):
    journey = begins_on("segment", gold, "pause")
    classify(pinewood, gold)
    follow(pinewood, now)
    classify(pinewood)
    follow(pinewood, now)
    walk, step = Enrollment.objects.get(), version_of(journey).steps.get()

    with pytest.raises(Refusal):
        enrollments.complete_step(enrollment=walk, step=step, person=pete.person, by=pete, at=now)


def test_the_database_keeps_paused_walks_that_left(pinewood, now):
    walk = EnrollmentFactory(partner=pinewood)
    for wrong in ({"state": "paused"}, {"left_at": now}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Enrollment.objects.filter(pk=walk.pk).update(**wrong)


def test_definitions_that_a_journey_needs_name_it(begins_on, gold):
    begins_on("segment", gold)

    assert journey_versions.users_of("segment", "gold") == ["Welcome"]
    assert journey_versions.users_of("segment", "other") == []


# --- branches


def test_a_branch_left_keeps_what_is_done_and_a_walk_may_end_by_it(gold, classify, pinewood, pete, now):
    trunk = JourneyStepFactory(title="Main")
    journey = trunk.journey_version.definition
    done, still = (JourneyStepFactory(journey=journey, title=title, only_for=gold) for title in ("Done", "Open"))
    classify(pinewood, gold)
    walk = EnrollmentFactory(journey=journey, partner=pinewood, started_at=now)
    for one in (trunk, done):
        enrollments.complete_step(enrollment=walk, step=one, person=pete.person, by=pete, at=now)

    classify(pinewood)
    follow(pinewood, now)

    walk = Enrollment.objects.with_progress().get(pk=walk.pk)
    assert [one.step_id for one in walk_steps.of_walks([walk])[walk.pk]] == [trunk.pk, done.pk]
    assert (walk.state, walk.steps_done, walk.steps_total) == (EnrollmentState.COMPLETED, 2, 2)
    assert not StepProgress.objects.filter(step=still).exists()


def test_a_branch_for_the_less_savvy_is_one_segment_however_often_it_is_asked(victor, now):
    made = [step_branches.low_readiness(measure="tech_savviness", below=50, by=victor, at=now) for _ in range(2)]

    assert made[0] == made[1]
    assert made[0].is_audience
    assert journey_versions.versions.published_of(made[0]) is not None


def test_a_branch_without_published_criteria_is_not_published(victor, now):
    journey = JourneyFactory(published_at=None)
    segment = step_branches.own_criteria(name="Newcomers", by=victor, at=now)
    JourneyStepFactory(journey=journey)
    JourneyStepFactory(journey=journey, only_for=segment)

    with pytest.raises(Refusal, match="Newcomers"):
        journeys.publish(journey=journey, by=victor, at=now)


# --- moving


@pytest.fixture
def renewed(pinewood, pete, victor, now):
    """Pinewood on the first version of a journey, whose second has another first step and one more."""
    journey = JourneyFactory(name="Welcome")
    steps = [JourneyStepFactory(journey=journey, title=title) for title in "AB"]
    walk = EnrollmentFactory(journey=journey, partner=pinewood, started_at=now)
    for step in steps:
        if step.title == "A":
            enrollments.complete_step(enrollment=walk, step=step, person=pete.person, by=pete, at=now)
    draft = journeys.draft_of(journey=journey, by=victor, at=now)
    journeys.change_step(step=draft.steps.get(title="A"), by=victor, at=now, changes={"title": "A, said better"})
    journeys.remove_step(step=draft.steps.get(title="B"), by=victor, at=now)
    journeys.add_step(journey=journey, by=victor, at=now, kind="task", title="C")
    journeys.publish(journey=journey, by=victor, at=now)
    return journey


def test_moving_keeps_what_is_done_by_the_keys_of_steps(renewed, pete, victor, now):
    moved = [moving.move(journey=renewed, by=victor, at=now) for _ in range(2)]
    outbox.deliver_due(at=now + timedelta(minutes=1))

    walk = Enrollment.objects.select_related("journey_version").with_progress().get()
    assert moved == [1, 0]
    assert (walk.journey_version.number, walk.steps_done, walk.steps_total) == (2, 1, 2)
    assert StepProgress.objects.get().step.title == "A, said better"
    assert [one.text for one in pete.notifications.all()] == ["The journey Welcome has new steps."]


def test_what_was_done_in_a_step_that_is_gone_is_kept(renewed, pinewood, pete, victor, now):
    walk = Enrollment.objects.get()
    step = walk.journey_version.steps.get(title="B")
    StepProgress.objects.create(enrollment=walk, step=step, person=pete.person, completed_at=now)

    moving.move(journey=renewed, by=victor, at=now)

    walk = Enrollment.objects.with_progress().get()
    assert StepProgress.objects.filter(step=step).exists()
    assert (walk.steps_done, walk.steps_total) == (1, 2)


def test_only_those_named_are_moved(renewed, oakhurst, victor, now):
    first = renewed.versions.get(number=1)
    other = EnrollmentFactory(journey=renewed, partner=oakhurst, journey_version=first)

    assert moving.move(journey=renewed, by=victor, at=now, among=[other.pk]) == 1
    assert moving.behind(renewed).count() == 1
