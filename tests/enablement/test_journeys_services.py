"""Journeys: steps in order, partners enrolled by their audience, steps done once."""

from datetime import date

import pytest

from core.refusals import Refusal
from core.services import outbox
from enablement.models import (
    Activity,
    ActivityKind,
    Enrollment,
    EnrollmentState,
    HeldCertification,
    Journey,
    StepKind,
    StepProgress,
)
from enablement.services import certifications, enrollments, entering, journeys
from partners.models import PartnerStatus
from segmentation.signals import partners_classified
from tests.factories.enablement import AssetFactory
from tests.factories.journeys import JourneyFactory, JourneyStepFactory, version_of
from tests.factories.learning import CertificationFactory, HeldCertificationFactory

pytestmark = pytest.mark.django_db


def titles(journey: Journey) -> list[str]:
    return list(version_of(journey).steps.order_by("position").values_list("title", flat=True))


@pytest.fixture
def journey():
    journey = JourneyFactory()
    for title in "ABC":
        JourneyStepFactory(journey=journey, title=title)
    return journey


@pytest.fixture
def draft():
    """A journey that was never published, with three steps."""
    draft = JourneyFactory(published_at=None)
    for title in "ABC":
        JourneyStepFactory(journey=draft, title=title)
    return draft


# --- defining


def test_two_journeys_of_one_name_have_keys_of_their_own(victor, now):
    first = journeys.create(by=victor, at=now, name="First steps")
    second = journeys.create(by=victor, at=now, name="First steps")

    assert (first.key, second.key) == ("first-steps", "first-steps-2")


def test_a_new_step_comes_last(victor, now, draft):
    journeys.add_step(journey=draft, by=victor, at=now, kind=StepKind.TASK, title="D")

    assert titles(draft) == ["A", "B", "C", "D"]


@pytest.mark.parametrize(
    ("title", "places", "order"),
    [("C", -1, "ACB"), ("A", 1, "BAC"), ("A", -1, "ABC"), ("C", 1, "ABC"), ("A", 9, "BCA")],
)
def test_a_step_moves_and_stops_at_the_ends(victor, now, draft, title, places, order):
    journeys.move_step(step=version_of(draft).steps.get(title=title), by=victor, at=now, places=places)

    assert titles(draft) == list(order)


def test_steps_not_named_in_a_new_order_come_last(victor, now, draft):
    third = version_of(draft).steps.get(title="C")

    journeys.reorder(version=version_of(draft), by=victor, at=now, order=[str(third.public_id), "unknown"])

    assert titles(draft) == ["C", "A", "B"]


def test_removing_a_step_closes_the_gap(victor, now, draft):
    journeys.remove_step(step=version_of(draft).steps.get(title="B"), by=victor, at=now)

    assert list(version_of(draft).steps.order_by("position").values_list("title", "position")) == [("A", 1), ("C", 2)]


def test_a_reading_step_needs_an_asset(victor, now, draft):
    with pytest.raises(Refusal):
        journeys.add_step(journey=draft, by=victor, at=now, kind=StepKind.CONTENT, title="Read")


def test_a_journey_without_steps_is_not_published(victor, now):
    with pytest.raises(Refusal):
        journeys.publish(journey=journeys.create(name="Empty", by=victor, at=now), by=victor, at=now)


def test_a_journey_is_not_published_before_its_assets(victor, now):
    draft = JourneyFactory(published_at=None)
    JourneyStepFactory(journey=draft, kind=StepKind.CONTENT, asset=AssetFactory(published_at=None, title="Pitch"))

    with pytest.raises(Refusal, match="Pitch"):
        journeys.publish(journey=draft, by=victor, at=now)


# --- enrolling


def test_publishing_enrolls_the_audience_and_nobody_else(victor, now, gold, classify, pinewood, oakhurst):
    journey = JourneyFactory(published_at=None, audience=gold)
    JourneyStepFactory(journey=journey)
    classify(pinewood, gold)
    classify(oakhurst)

    journeys.publish(journey=journey, by=victor, at=now)
    outbox.deliver_due(at=now)

    assert [one.partner for one in Enrollment.objects.filter(journey=journey)] == [pinewood]


def test_a_journey_for_everybody_enrolls_partners_without_a_classification(victor, now, pinewood, oakhurst):
    journey = JourneyFactory(published_at=None)
    JourneyStepFactory(journey=journey)
    oakhurst.status = PartnerStatus.ENDED
    oakhurst.save()

    journeys.publish(journey=journey, by=victor, at=now)
    outbox.deliver_due(at=now)

    assert [one.partner for one in Enrollment.objects.all()] == [pinewood]


def test_entering_the_audience_enrolls_once(now, gold, classify, pinewood, journey):
    journey.audience = gold
    journey.save()
    classify(pinewood, gold)

    for _ in range(2):
        partners_classified.send(sender=None, partner_ids=[pinewood.pk], at=now)

    assert Enrollment.objects.get().reason == "Gold partners"


def test_leaving_the_audience_carries_on(now, gold, classify, pinewood, paula, journey):
    journey.audience = gold
    journey.save()
    classify(pinewood, gold)
    partners_classified.send(sender=None, partner_ids=[pinewood.pk], at=now)

    classify(pinewood)
    partners_classified.send(sender=None, partner_ids=[pinewood.pk], at=now)

    assert Enrollment.objects.get().state == EnrollmentState.ACTIVE
    assert Journey.objects.visible_to(paula).get() == journey


def test_nobody_is_enrolled_in_a_draft(now, pinewood):
    JourneyFactory(published_at=None)

    assert entering.follow(partner_ids=[pinewood.pk], at=now) == 0


def test_a_large_audience_is_enrolled_range_by_range(victor, now, pinewood, oakhurst, monkeypatch):
    monkeypatch.setattr("enablement.receivers.BATCH", 1)
    journey = JourneyFactory(published_at=None)
    JourneyStepFactory(journey=journey)

    journeys.publish(journey=journey, by=victor, at=now)
    delivered = outbox.deliver_due(at=now)

    assert Enrollment.objects.count() == 2
    assert delivered >= 3


def test_retiring_stops_walks_under_way(victor, now, journey, pinewood):
    enrollments.enroll(journey=journey, partner=pinewood, at=now)

    journeys.retire(journey=journey, by=victor, at=now)

    assert Enrollment.objects.get().state == EnrollmentState.STOPPED


# --- walking


def test_a_step_done_twice_counts_once(now, journey, pinewood, paula):
    enrollment = enrollments.enroll(journey=journey, partner=pinewood, at=now)
    step = version_of(journey).steps.get(title="A")

    for _ in range(2):
        journeys.complete_step(enrollment=enrollment, step=step, person=paula.person, by=paula, at=now)

    assert StepProgress.objects.count() == 1
    assert Activity.objects.get(kind=ActivityKind.STEP).times == 1


def test_the_last_step_completes_the_journey(now, journey, pinewood, paula):
    enrollment = enrollments.enroll(journey=journey, partner=pinewood, at=now)

    for step in version_of(journey).steps.all():
        journeys.complete_step(enrollment=enrollment, step=step, person=paula.person, by=paula, at=now)

    enrollment.refresh_from_db()
    assert (enrollment.state, enrollment.completed_at) == (EnrollmentState.COMPLETED, now)
    counted = Enrollment.objects.with_progress().get()
    assert (counted.steps_done, counted.steps_total) == (3, 3)


def test_a_step_of_another_journey_is_refused(now, journey, pinewood):
    enrollment = enrollments.enroll(journey=journey, partner=pinewood, at=now)

    with pytest.raises(Refusal):
        journeys.complete_step(enrollment=enrollment, step=JourneyStepFactory(), person=None, by=None, at=now)


def test_a_certification_step_is_not_ticked_by_hand(now, pinewood):
    step = JourneyStepFactory(kind=StepKind.CERTIFICATION, certification=CertificationFactory())
    enrollment = enrollments.enroll(journey=step.journey_version.definition, partner=pinewood, at=now)

    with pytest.raises(Refusal):
        journeys.complete_step(enrollment=enrollment, step=step, person=None, by=None, at=now)


def test_a_certification_step_completes_itself_when_somebody_gets_certified(now, pinewood, pete):
    step = JourneyStepFactory(kind=StepKind.CERTIFICATION, certification=CertificationFactory())
    enrollment = enrollments.enroll(journey=step.journey_version.definition, partner=pinewood, at=now)

    certifications.record(
        person=pete.person, certification=step.certification, earned_on=date(2030, 3, 1), by=None, at=now
    )

    assert StepProgress.objects.get(enrollment=enrollment).person == pete.person
    enrollment.refresh_from_db()
    assert enrollment.state == EnrollmentState.COMPLETED


def test_a_certification_held_before_counts_at_enrollment(now, pinewood, pete):
    step = JourneyStepFactory(kind=StepKind.CERTIFICATION, certification=CertificationFactory())
    HeldCertificationFactory(person=pete.person, certification=step.certification)

    enrollment = enrollments.enroll(journey=step.journey_version.definition, partner=pinewood, at=now)

    assert enrollment.state == EnrollmentState.COMPLETED


@pytest.mark.parametrize("reason", ["expired today", "left the partner", "of another partner"])
def test_a_certification_that_does_not_count_completes_nothing(now, pinewood, pete, olga, reason):
    step = JourneyStepFactory(kind=StepKind.CERTIFICATION, certification=CertificationFactory())
    person = olga.person if reason == "of another partner" else pete.person
    held = HeldCertificationFactory(person=person, certification=step.certification)
    if reason == "expired today":
        HeldCertification.objects.filter(pk=held.pk).update(expires_on=now.date())
    if reason == "left the partner":
        person.left_at = now
        person.save()

    enrollment = enrollments.enroll(journey=step.journey_version.definition, partner=pinewood, at=now)

    assert enrollment.state == EnrollmentState.ACTIVE


def test_a_stopped_walk_is_not_completed_later(now, pinewood, pete, victor):
    step = JourneyStepFactory(kind=StepKind.CERTIFICATION, certification=CertificationFactory())
    enrollment = enrollments.enroll(journey=step.journey_version.definition, partner=pinewood, at=now)
    enrollments.stop(enrollment=enrollment, by=victor, at=now)

    certifications.record(
        person=pete.person, certification=step.certification, earned_on=date(2030, 3, 1), by=None, at=now
    )

    enrollment.refresh_from_db()
    assert enrollment.state == EnrollmentState.STOPPED
