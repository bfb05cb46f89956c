"""Self-assessments asked of partners: asked, asked anew, reminded of once, told when they are there."""

from datetime import date, timedelta

import pytest
from django.core import mail

from accounts.models import Notification
from core.models import OutboxMessage, Program
from core.refusals import Refusal
from core.services import outbox
from partners.models import Person
from scorecards.models import Assessment, AssessmentRequest
from scorecards.services import assessment_requests, assessments, use
from tests.factories.assessments import assessed_scorecard, question

pytestmark = pytest.mark.django_db


@pytest.fixture
def basics(pinewood, vera, now):
    scorecard, _metrics = assessed_scorecard(question(), name="Basics")
    use.switch_on(partner=pinewood, scorecard=scorecard, by=vera, at=now)
    return scorecard


@pytest.fixture
def asked(pinewood, basics, vera, now):
    return assessment_requests.ask(
        partner=pinewood, scorecard=basics, by=vera, at=now, due_on=date(2030, 3, 28), message="Before we meet"
    )


def deliver(now):
    while outbox.deliver_one(at=now + timedelta(days=3650)):
        pass


def told(user):
    return list(Notification.objects.filter(user=user, kind="assessment").values_list("text", flat=True))


def test_the_partners_admins_and_whom_they_chose_are_asked(asked, paula, pete, now):
    deliver(now)
    assert told(paula) == ["How do you see it yourselves? Basics: please answer by 28 March 2030."]
    assert told(pete) == []
    assert any("Before we meet" in one.body for one in mail.outbox)

    Person.objects.filter(user=pete).update(may_assess=True)
    assessment_requests.ask(
        partner=asked.partner, scorecard=asked.scorecard, by=None, at=now + timedelta(days=1), message="Still open"
    )
    deliver(now)

    assert len(told(pete)) == 1
    assert len(told(paula)) == 2


def test_the_same_request_again_tells_nobody_twice(asked, pinewood, basics, vera, now):
    again = assessment_requests.ask(
        partner=pinewood, scorecard=basics, by=vera, at=now, due_on=asked.due_on, message="Before we meet"
    )

    assert again == asked
    assert AssessmentRequest.objects.count() == 1
    assert OutboxMessage.objects.filter(topic=assessment_requests.SELF_ASSESSMENT_ASKED).count() == 1


def test_a_day_that_is_over_is_refused(pinewood, basics, vera, now):
    with pytest.raises(Refusal) as refusal:
        assessment_requests.ask(partner=pinewood, scorecard=basics, by=vera, at=now, due_on=date(2030, 3, 17))

    assert "due_on" in refusal.value.message_dict


def test_what_asks_nothing_of_partners_or_is_not_in_use_is_refused(pinewood, oakhurst, basics, vera, now):
    only_cam, _metrics = assessed_scorecard(question(asked_of="cam"))
    use.switch_on(partner=pinewood, scorecard=only_cam, by=vera, at=now)

    for partner, scorecard in ((pinewood, only_cam), (oakhurst, basics)):
        with pytest.raises(Refusal):
            assessment_requests.ask(partner=partner, scorecard=scorecard, by=vera, at=now)


@pytest.mark.parametrize(
    ("days_before", "zone", "reminded"),
    [
        (4, "UTC", 0),
        (3, "UTC", 1),
        (0, "UTC", 1),
        (-1, "UTC", 0),
        (4, "Pacific/Auckland", 1),
        (3, "Pacific/Honolulu", 0),
    ],
)
def test_it_is_reminded_of_in_the_last_days(asked, now, days_before, zone, reminded):
    Program.objects.update(timezone=zone)
    Program.forget()
    midday = now.replace(month=3, day=28, hour=9 if zone == "Pacific/Honolulu" else 12) - timedelta(days=days_before)

    assert assessment_requests.remind_due(at=midday) == reminded
    assert assessment_requests.remind_due(at=midday) == 0


def test_what_is_finished_is_not_reminded_of(asked, basics, pinewood, paula, now):
    story = basics.versions.get().metrics.get()
    assessments.answer(partner=pinewood, metric=story, side="partner", by=paula, at=now, level=3)
    soon = now + timedelta(days=8)
    assessments.finish(assessment=Assessment.objects.get(), by=paula, at=now)

    assert assessment_requests.remind_due(at=soon) == 0


def test_the_reminder_says_that_nothing_is_lost(asked, paula, now):
    assessment_requests.remind_due(at=now + timedelta(days=8))
    deliver(now)

    assert "Basics: your own view is due on 28 March 2030." in told(paula)


def test_the_manager_hears_when_it_is_finished_and_of_their_own_work_nothing(asked, basics, pinewood, vera, paula, now):
    story = basics.versions.get().metrics.get()
    for side, by in (("partner", paula), ("cam", vera)):
        assessments.answer(partner=pinewood, metric=story, side=side, by=by, at=now, level=3)
    for assessment in Assessment.objects.all():
        assessments.finish(assessment=assessment, by=paula, at=now)
    deliver(now)
    deliver(now)

    assert told(vera) == ["Pinewood has finished its self-assessment: Basics."]
