"""Applications on the vendor's side: reviewed, answered, declined, escalated."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from core.services import outbox
from partners.models import ApplicationState, PartnerApplication
from partners.queries.applications import likely_region, likely_reviewer
from partners.services import application_questions, application_reviews, applications
from tests.factories.partners import AssignmentFactory, PartnerApplicationFactory, PartnerFactory, RegionFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def waiting(now):
    return PartnerApplicationFactory(name="Quarry Systems", handed_in=True, due_at=now + timedelta(hours=48))


def deliver(now):
    mail.outbox.clear()
    outbox.deliver_due(at=now + MINUTE)
    return [(one.to[0], one.subject) for one in mail.outbox]


def test_whoever_begins_the_review_reviews_it(waiting, vera, victor, now):
    assert application_reviews.take(application=waiting, by=vera, at=now)
    assert not application_reviews.take(application=waiting, by=victor, at=now)

    assert (waiting.state, waiting.reviewer) == (ApplicationState.IN_REVIEW, vera)


def test_it_is_given_to_somebody_who_may_review_and_who_is_told(waiting, vera, victor, erin, now):
    with pytest.raises(ValidationError):
        application_reviews.assign(application=waiting, reviewer=erin, by=victor, at=now)

    assert application_reviews.assign(application=waiting, reviewer=vera, by=victor, at=now)
    assert not application_reviews.assign(application=waiting, reviewer=vera, by=victor, at=now)

    deliver(now)
    assert [one.text for one in vera.notifications.all()] == ["The application of Quarry Systems is yours to review."]


def test_asking_for_more_stops_the_clock_and_tells_the_applicant(waiting, vera, now):
    assert application_reviews.ask(application=waiting, by=vera, at=now, text="Whom do you serve?")
    assert not application_reviews.ask(application=waiting, by=vera, at=now, text="Whom do you serve?")

    assert (waiting.state, waiting.due_at, waiting.answered_at) == (ApplicationState.ASKED, None, now)
    assert deliver(now) == [(waiting.contact_email, "A question about the application of Quarry Systems")]
    assert "Whom do you serve?" in mail.outbox[0].body


def test_what_was_asked_can_be_answered_and_comes_back_with_a_new_clock(waiting, vera, now):
    application_reviews.take(application=waiting, by=vera, at=now)
    application_reviews.ask(application=waiting, by=vera, at=now, text="Whom do you serve?")
    later = now + timedelta(days=5)

    assert applications.submit(application=waiting, at=later)

    assert (waiting.state, waiting.reviewer) == (ApplicationState.SUBMITTED, vera)
    assert waiting.due_at == later + timedelta(hours=48)


def test_declining_says_why_and_is_final_only_after_some_days(waiting, vera, now):
    said = {"reason": "coverage", "text": "We have enough partners in your city.", "outlook": "A second city."}

    assert application_reviews.decline(application=waiting, by=vera, at=now, **said)
    assert not application_reviews.decline(application=waiting, by=vera, at=now, **said)

    assert (waiting.state, waiting.final_at) == (ApplicationState.DECLINED, now + timedelta(days=14))
    deliver(now)
    assert "enough partners in your city" in mail.outbox[0].body
    assert "A second city." in mail.outbox[0].body


@pytest.mark.parametrize("missing", [{"reason": ""}, {"text": " "}])
def test_declining_needs_a_reason_and_a_text(waiting, vera, now, missing):
    with pytest.raises(ValidationError):
        application_reviews.decline(
            application=waiting, by=vera, at=now, **{"reason": "fit", "text": "Sorry.", **missing}
        )


def test_a_refusal_is_reopened_until_it_is_final(waiting, vera, now):
    application_reviews.decline(application=waiting, by=vera, at=now, reason="fit", text="Not now.")
    final = waiting.final_at

    assert application_reviews.reopen(application=waiting, by=vera, at=final - MINUTE)
    assert (waiting.state, waiting.due_at) == (ApplicationState.IN_REVIEW, final - MINUTE + timedelta(hours=48))
    application_reviews.decline(application=waiting, by=vera, at=now, reason="fit", text="Not now.")
    with pytest.raises(application_reviews.NotAllowed, match="final"):
        application_reviews.reopen(application=waiting, by=vera, at=final)


def test_the_program_says_when_a_refusal_is_final(waiting, vera, victor, now):
    application_questions.set_terms(by=victor, at=now, changes={"final_days": 3})
    application_reviews.decline(application=waiting, by=vera, at=now, reason="fit", text="Not now.")

    assert application_reviews.close_final(at=now + timedelta(days=3) - MINUTE) == 0
    assert application_reviews.close_final(at=now + timedelta(days=3)) == 1
    assert application_reviews.close_final(at=now + timedelta(days=4)) == 0


def test_an_application_is_late_from_the_very_minute_it_is_due(waiting, victor, now):
    due = waiting.due_at

    assert not PartnerApplication.objects.late(due - MINUTE).exists()
    assert application_reviews.escalate(at=due - MINUTE) == 0
    assert application_reviews.escalate(at=due) == 1
    assert application_reviews.escalate(at=due + MINUTE) == 0

    deliver(due)
    assert [one.kind for one in victor.notifications.all()] == ["application"]


def test_an_answer_in_the_last_minute_is_in_time(waiting, vera, now):
    application_reviews.ask(application=waiting, by=vera, at=waiting.due_at - MINUTE, text="Whom do you serve?")

    assert application_reviews.escalate(at=now + timedelta(days=9)) == 0


def test_the_manager_of_most_partners_of_the_region_reviews_by_default(vera, vincent, now):
    south = RegionFactory()
    for manager in (vera, vera, vincent):
        AssignmentFactory(partner=PartnerFactory(country="FR", region=south), user=manager)
    draft = PartnerApplicationFactory(country="FR", email_proved_at=now)

    applications.submit(application=draft, at=now)

    assert (likely_region("FR"), likely_reviewer(south)) == (south, vera)
    assert (draft.region, draft.reviewer) == (south, vera)


def test_managers_see_what_is_theirs_or_of_their_regions(vera, vincent, victor, olga, now):
    south, north = RegionFactory(), RegionFactory()
    AssignmentFactory(partner=PartnerFactory(region=south), user=vera)
    given = PartnerApplicationFactory(handed_in=True, region=north, reviewer=vera)
    regional = PartnerApplicationFactory(handed_in=True, region=south)
    other = PartnerApplicationFactory(handed_in=True, region=north, reviewer=vincent)
    PartnerApplicationFactory(region=south)

    def sees(user):
        return set(PartnerApplication.objects.visible_to(user))

    assert sees(vera) == {given, regional}
    assert sees(vincent) == {other}
    assert sees(victor) == {given, regional, other}
    assert sees(olga) == set()
