"""Certifications earned: given by what they ask, renewed in their window, valid to their end, revoked with a reason."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from core.models import OutboxMessage
from core.refusals import Refusal
from core.services import outbox
from enablement.models import (
    Badge,
    Certification,
    CertificationEnrollment,
    CertificationRequirement,
    HeldCertification,
    HeldOrigin,
)
from enablement.services import awards, certifications, expiry, requirements
from tests.factories.learning import (
    BadgeFactory,
    CertificationEnrollmentFactory,
    CertificationFactory,
    CertificationRequirementFactory,
    CourseFactory,
    CourseProgressFactory,
    HeldCertificationFactory,
    QuizFactory,
    QuizStandingFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def asking():
    """A certification of 24 months that asks a course and, again for renewal, a quiz."""
    certification = CertificationFactory(name="Cloud", valid_months=24, renewal_days=60)
    CertificationRequirementFactory(certification=certification, kind="course", quiz=None, course=CourseFactory())
    CertificationRequirementFactory(certification=certification, quiz=QuizFactory(), again=True)
    return certification


def complete(certification, person, at):
    """Do all that a certification asks."""
    for one in certification.requirements.all():
        if one.course:
            CourseProgressFactory(course=one.course, person=person, started_at=at, last_seen_at=at, completed_at=at)
        if one.quiz:
            QuizStandingFactory(quiz=one.quiz, person=person, passed_at=at, taken_on=at.date(), best_percent=100)


# --- for the first time


def test_it_is_given_with_the_last_thing_it_asks_and_once(asking, pete, now):
    assert awards.follow(person=pete.person, at=now) == []
    complete(asking, pete.person, now)

    for _ in range(2):
        awards.follow(person=pete.person, at=now)

    held = HeldCertification.objects.get()
    assert (held.person, held.partner, held.origin) == (pete.person, pete.person.partner, HeldOrigin.EARNED)
    assert (held.earned_on, held.expires_on) == (date(2030, 3, 18), date(2032, 3, 18))
    assert len(held.badge.token) >= 32
    assert OutboxMessage.objects.filter(topic=awards.EARNED).count() == 1


def test_one_that_asks_for_another_follows_it_at_once(asking, pete, now):
    deeper = CertificationFactory(name="Deeper")
    CertificationRequirementFactory(certification=deeper, kind="certification", quiz=None, required=asking)
    complete(asking, pete.person, now)

    awards.follow(person=pete.person, at=now)

    assert {one.certification for one in HeldCertification.objects.all()} == {asking, deeper}


def test_a_retired_one_and_one_that_asks_nothing_are_given_to_nobody(asking, pete, victor, now):
    CertificationFactory(name="Recorded by hand")
    certifications.retire(certification=asking, by=victor, at=now)
    complete(asking, pete.person, now)

    assert awards.follow(person=pete.person, at=now) == []


def test_one_that_companies_hold_is_earned_once_for_all(pete, paula, now):
    certification = CertificationFactory(for_company=True)
    requirement = CertificationRequirementFactory(certification=certification)
    for user in (pete, paula):
        QuizStandingFactory(quiz=requirement.quiz, person=user.person, passed_at=now)
        awards.follow(person=user.person, at=now)

    assert [one.for_company for one in HeldCertification.objects.all()] == [True]


def test_setting_out_twice_is_setting_out_once(asking, pete, now):
    for _ in range(2):
        awards.enroll(certification=asking, person=pete.person, by=pete, at=now)

    assert not CertificationEnrollment.objects.get().is_renewal


def test_one_that_is_recorded_cannot_be_set_out_for(pete, now):
    with pytest.raises(Refusal):
        awards.enroll(certification=CertificationFactory(), person=pete.person, by=pete, at=now)


# --- renewal


@pytest.fixture
def held(asking, pete, now):
    """A certificate of Pete's that ends in thirty days, within its window of sixty."""
    complete(asking, pete.person, now - timedelta(days=700))
    return HeldCertificationFactory(
        person=pete.person, certification=asking,
        earned_on=now.date() - timedelta(days=700), expires_on=now.date() + timedelta(days=30),
    )  # fmt: skip


def pass_again(asking, pete, at):
    standing = pete.person.quiz_standings.get(quiz=asking.requirements.get(kind="quiz").quiz)
    standing.passed_at = at
    standing.save()
    return awards.follow(person=pete.person, at=at)


def test_renewed_it_goes_on_from_where_it_ends_and_the_old_one_stays(asking, held, pete, now):
    awards.enroll(certification=asking, person=pete.person, by=pete, at=now)
    assert HeldCertification.objects.count() == 1

    pass_again(asking, pete, now)

    old, new = HeldCertification.objects.order_by("earned_on")
    assert old.expires_on == held.expires_on
    assert new.expires_on == date(2032, 4, 17)
    assert CertificationEnrollment.objects.get().completed_at == now


def test_without_being_asked_for_nothing_is_renewed(asking, held, pete, now):
    assert pass_again(asking, pete, now) == []


def test_before_its_window_it_is_not_renewed(asking, held, pete, now):
    HeldCertification.objects.update(expires_on=now.date() + timedelta(days=61))

    with pytest.raises(Refusal):
        awards.enroll(certification=asking, person=pete.person, by=pete, at=now)


def test_on_the_first_day_of_its_window_it_is(asking, held, pete, now):
    HeldCertification.objects.update(expires_on=now.date() + timedelta(days=60))

    assert awards.enroll(certification=asking, person=pete.person, by=pete, at=now).is_renewal


def test_a_lapsed_one_is_earned_anew_from_today(asking, held, pete, now):
    HeldCertification.objects.update(expires_on=now.date())
    awards.enroll(certification=asking, person=pete.person, by=pete, at=now)

    given = pass_again(asking, pete, now)

    assert [one.expires_on for one in given] == [date(2032, 3, 18)]


# --- what it asks


def test_requirements_never_go_in_circles(victor, now):
    first, second, third = CertificationFactory.create_batch(3)
    requirements.add(certification=first, required=second, by=victor, at=now)
    requirements.add(certification=second, required=third, by=victor, at=now)

    for asking in (third, first):
        with pytest.raises(Refusal):
            requirements.add(certification=asking, required=first, by=victor, at=now)


def test_the_same_is_asked_once(victor, now):
    certification, quiz = CertificationFactory(), QuizFactory()
    for again in (False, True):
        requirements.add(certification=certification, quiz=quiz, again=again, by=victor, at=now)

    assert CertificationRequirement.objects.get().again


def test_what_is_not_published_is_not_asked(victor, now):
    with pytest.raises(Refusal):
        requirements.add(certification=CertificationFactory(), quiz=QuizFactory(published_at=None), by=victor, at=now)


def test_the_database_refuses_requirements_of_no_kind_and_of_oneself():
    asked = CertificationRequirementFactory()
    for change in ({"kind": "course"}, {"quiz": None}, {"course": CourseFactory()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CertificationRequirement.objects.filter(pk=asked.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificationRequirementFactory(
            certification=asked.certification, kind="certification", quiz=None, required=asked.certification
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificationRequirementFactory(certification=asked.certification, quiz=asked.quiz)
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificationRequirementFactory(kind="course", quiz=None, course=CourseFactory(), again=True)


# --- held, counted, revoked


def test_a_certificate_of_a_company_counts_without_anybody(pinewood, now):
    certification = CertificationFactory(for_company=True)
    for _ in range(2):
        certifications.record(certification=certification, partner=pinewood, earned_on=now.date(), by=None, at=now)

    assert HeldCertification.objects.of_people_here().valid_on(now.date()).get().holder == pinewood


def test_a_persons_certificate_needs_a_person(pinewood, now):
    with pytest.raises(Refusal):
        certifications.record(
            certification=CertificationFactory(), partner=pinewood, earned_on=now.date(), by=None, at=now
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        HeldCertificationFactory(person=None, partner=pinewood)


def test_the_database_fills_in_whose_it_is(pete):
    held = HeldCertificationFactory(person=pete.person, partner=None)

    assert HeldCertification.objects.get(pk=held.pk).partner == pete.person.partner


def test_the_credit_of_a_retired_one_ends_on_its_day(pete, victor, now):
    held = HeldCertificationFactory(person=pete.person, expires_on=None)
    certifications.retire(certification=held.certification, by=victor, at=now, credit_until_on=date(2030, 6, 1))

    assert HeldCertification.objects.valid_on(date(2030, 5, 31)).exists()
    assert not HeldCertification.objects.valid_on(date(2030, 6, 1)).exists()

    certifications.restore(certification=held.certification, by=victor, at=now)
    assert HeldCertification.objects.valid_on(date(2030, 6, 1)).exists()


def test_only_a_retired_one_has_an_end_of_credit():
    CertificationFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Certification.objects.update(credit_until_on=date(2030, 6, 1))


def test_revoking_needs_a_reason_and_happens_once(pete, victor, now):
    held = HeldCertificationFactory(person=pete.person)
    with pytest.raises(Refusal):
        certifications.revoke(held=held, by=victor, at=now, reason=" ")

    assert certifications.revoke(held=held, by=victor, at=now, reason="A mistake.")
    assert not certifications.revoke(held=held, by=victor, at=now, reason="A mistake.")
    assert not HeldCertification.objects.valid_on(now.date()).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        HeldCertification.objects.update(revoked_reason="")


def test_recorded_again_it_counts_again(pete, victor, now):
    held = HeldCertificationFactory(person=pete.person)
    certifications.revoke(held=held, by=victor, at=now, reason="A mistake.")

    certifications.record(
        certification=held.certification, person=pete.person, earned_on=held.earned_on, by=victor, at=now
    )

    assert HeldCertification.objects.valid_on(now.date()).get() == held


def test_badges_are_of_people_and_of_ours_and_cannot_be_guessed(pete, pinewood, now):
    for certification in (CertificationFactory(issued_by="Somebody else"), CertificationFactory()):
        certifications.record(certification=certification, person=pete.person, earned_on=now.date(), by=None, at=now)
    certifications.record(
        certification=CertificationFactory(for_company=True), partner=pinewood, earned_on=now.date(), by=None, at=now
    )

    assert Badge.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        BadgeFactory(token="short")


def test_one_is_on_the_way_to_a_certification_once():
    enrollment = CertificationEnrollmentFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificationEnrollmentFactory(certification=enrollment.certification, person=enrollment.person)
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificationEnrollment.objects.update(completed_at=enrollment.started_at - timedelta(days=1))


# --- running out


@pytest.mark.parametrize(("left", "mark"), [(61, None), (60, 60), (31, 60), (30, 30), (7, 7), (1, 7), (0, 0), (-2, 0)])
def test_people_are_told_at_sixty_thirty_seven_days_and_on_the_day(pete, now, left, mark):
    held = HeldCertificationFactory(
        person=pete.person, earned_on=date(2029, 1, 1), expires_on=now.date() + timedelta(days=left)
    )
    for _ in range(2):
        expiry.watch(at=now)

    held.refresh_from_db()
    assert held.noticed_days == mark
    assert OutboxMessage.objects.filter(topic=expiry.EXPIRES).count() == (0 if mark is None else 1)


def test_who_has_renewed_left_or_lost_it_is_not_told(pete, olga, now):
    ends = {"earned_on": date(2029, 1, 1), "expires_on": now.date() + timedelta(days=5)}
    renewed = HeldCertificationFactory(person=pete.person, **ends)
    HeldCertificationFactory(person=pete.person, certification=renewed.certification, earned_on=date(2030, 3, 1))
    HeldCertificationFactory(person=olga.person, revoked_at=now, revoked_reason="x", **ends)

    assert expiry.watch(at=now) == 0


def test_the_holder_their_admins_and_in_the_end_the_manager_hear_of_it(pete, paula, vera, now):
    HeldCertificationFactory(person=pete.person, earned_on=date(2029, 1, 1), expires_on=now.date() + timedelta(days=30))
    told = {}
    for day in (0, 24, 30):
        at = now + timedelta(days=day)
        expiry.watch(at=at)
        outbox.deliver_due(at=at + timedelta(minutes=1))
        told[day] = [user.notifications.count() for user in (pete, paula, vera)]

    assert told == {0: [1, 1, 0], 24: [2, 2, 1], 30: [3, 3, 2]}
