"""Applications on the applicant's side."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.core.exceptions import ValidationError

from core.services import outbox
from partners.models import ApplicationState, PartnerApplication
from partners.services import application_limits, application_questions, applications, categories
from partners.services.application_limits import Act
from tests.factories.partners import AttributeDefinitionFactory, PartnerApplicationFactory

pytestmark = pytest.mark.django_db
WHO = {
    "name": "Quarry Systems",
    "domain": "https://www.quarry.example/",
    "tax_id": "DE 123",
    "country": "de",
    "contact_name": "Quinn Quade",
    "contact_email": "quinn@quarry.example",
}


@pytest.fixture
def msp(victor, now):
    return categories.define(key="msp", name="Managed Service Provider", by=victor, at=now)


@pytest.fixture
def draft(now):
    return applications.start(who=WHO, language="en", at=now)


def deliver(now):
    outbox.deliver_due(at=now + timedelta(minutes=1))


def proved(application, now):
    applications.prove(application=application, at=now)
    return application


def test_an_application_begins_as_a_draft_whose_link_is_sent(draft, now):
    deliver(now)

    assert (draft.state, draft.domain, draft.country) == (ApplicationState.DRAFT, "quarry.example", "DE")
    assert mail.outbox[0].to == ["quinn@quarry.example"]
    assert applications.token_of(draft) in mail.outbox[0].body
    assert applications.token_of(draft) not in str(PartnerApplication.objects.values().get())
    assert applications.find(token=applications.token_of(draft)) == draft


def test_who_applies_is_checked_field_by_field(now):
    with pytest.raises(ValidationError) as refused:
        applications.start(who={**WHO, "name": " ", "contact_email": "nobody", "country": "D"}, language="en", at=now)

    assert set(refused.value.error_dict) == {"name", "contact_email", "country"}
    assert not PartnerApplication.objects.exists()


def test_another_address_is_another_link_and_must_be_proved_anew(draft, now):
    before = applications.token_of(draft)
    proved(draft, now)

    changed = applications.change_who(
        application=draft, who={**WHO, "contact_email": "quinn@quarry.test"}, at=now + timedelta(minutes=1)
    )

    assert changed == ["contact_email"]
    assert draft.email_proved_at is None
    assert applications.find(token=before) is None
    assert applications.find(token=applications.token_of(draft)) == draft


def test_saying_the_same_again_changes_nothing(draft, now):
    edited = draft.edited_at

    assert applications.change_who(application=draft, who=WHO, at=now + timedelta(hours=1)) == []
    assert draft.edited_at == edited


def test_answers_are_kept_as_the_place_they_go_to_takes_them(draft, victor, now):
    lab = AttributeDefinitionFactory(key="lab", kind="yes_no")
    ask = {"by": victor, "at": now}
    size = application_questions.create(text="How many people?", goes_to="profile", profile_field="employees", **ask)
    sells = application_questions.create(
        text="How do you sell?", goes_to="profile", profile_field="selling_motions", choices=["Resale", "Agency"], **ask
    )
    has_lab = application_questions.create(text="A lab?", goes_to="attribute", attribute=lab, **ask)
    why = application_questions.create(text="Why us?", goes_to="nowhere", kind="text", **ask)
    asked = [size, sells, has_lab, why]
    values = {size: "40", sells: ["Agency", "Elsewhere"], has_lab: True, why: " Quality "}

    applications.answer(
        application=draft, asked=asked, values={str(one.public_id): value for one, value in values.items()}, at=now
    )

    assert [draft.answers[str(one.public_id)] for one in asked] == [40, ["Agency"], True, "Quality"]


def test_an_answer_at_fault_is_named_and_nothing_is_kept(draft, victor, now):
    size = application_questions.create(text="People?", goes_to="profile", profile_field="employees", by=victor, at=now)
    key = str(size.public_id)

    with pytest.raises(ValidationError) as refused:
        applications.answer(application=draft, asked=[size], values={key: "many"}, at=now)

    assert set(refused.value.error_dict) == {key}
    draft.refresh_from_db()
    assert draft.answers == {}


def test_only_open_categories_can_be_chosen(draft, msp, victor, now):
    closed = categories.create(key="draft", name="Not published", by=victor, at=now)

    with pytest.raises(ValidationError):
        applications.choose(application=draft, categories=[], at=now)
    with pytest.raises(ValidationError):
        applications.choose(application=draft, categories=[closed], at=now)
    assert applications.choose(application=draft, categories=[msp], at=now)
    assert not applications.choose(application=draft, categories=[msp], at=now)


def test_it_counts_as_submitted_only_once_the_address_is_proved(draft, msp, now):
    applications.choose(application=draft, categories=[msp], at=now)

    assert not applications.submit(application=draft, at=now)
    assert not applications.submit(application=draft, at=now)
    deliver(now)
    assert draft.state == ApplicationState.DRAFT
    assert [one.subject for one in mail.outbox].count("One step left: confirm the application of Quarry Systems") == 1

    assert applications.prove(application=draft, at=now + timedelta(hours=1))
    assert draft.state == ApplicationState.SUBMITTED
    assert draft.due_at == now + timedelta(hours=49)
    assert not applications.prove(application=draft, at=now + timedelta(hours=2))


def test_what_is_missing_is_named(draft, msp, victor, now):
    application_questions.create(text="Why us?", goes_to="nowhere", kind="text", is_required=True, by=victor, at=now)
    special = application_questions.create(
        text="Which desk?", goes_to="nowhere", kind="text", is_required=True, categories=[msp], by=victor, at=now
    )
    proved(draft, now)

    with pytest.raises(applications.Incomplete) as refused:
        applications.submit(application=draft, at=now)
    assert "Why us?" in str(refused.value)
    assert special.text not in str(refused.value)

    applications.choose(application=draft, categories=[msp], at=now)
    with pytest.raises(applications.Incomplete, match="Which desk"):
        applications.submit(application=draft, at=now)


def test_submitting_twice_tells_the_vendor_once(draft, msp, victor, now):
    applications.choose(application=draft, categories=[msp], at=now)
    proved(draft, now)

    assert applications.submit(application=draft, at=now)
    assert applications.submit(application=draft, at=now)

    deliver(now)
    assert victor.notifications.count() == 1
    assert [one.subject for one in mail.outbox].count("The application of Quarry Systems has arrived") == 1


def test_what_was_submitted_cannot_be_changed(draft, msp, now):
    applications.choose(application=draft, categories=[msp], at=now)
    proved(draft, now)
    applications.submit(application=draft, at=now)

    with pytest.raises(applications.NotEditable):
        applications.change_who(application=draft, who={**WHO, "name": "Other"}, at=now)


def test_a_draft_taken_back_is_gone_and_a_submitted_one_is_withdrawn(draft, msp, now):
    applications.choose(application=draft, categories=[msp], at=now)
    proved(draft, now)
    applications.submit(application=draft, at=now)
    other = applications.start(who=WHO, language="en", at=now)

    assert applications.withdraw(application=other, at=now)
    assert applications.withdraw(application=draft, at=now)
    assert not applications.withdraw(application=draft, at=now)

    assert [one.state for one in PartnerApplication.objects.all()] == [ApplicationState.WITHDRAWN]


def test_a_draft_left_alone_is_remembered_once_after_a_week(draft, now):
    week = now + timedelta(days=7)

    assert applications.remind(at=week - timedelta(seconds=1)) == 0
    assert applications.remind(at=week) == 1
    assert applications.remind(at=week + timedelta(days=1)) == 0


def test_a_draft_left_alone_for_sixty_days_is_removed_with_all_it_says(draft, now):
    end = now + timedelta(days=60)

    assert applications.forget_drafts(at=end - timedelta(seconds=1)) == 0
    assert applications.forget_drafts(at=end) == 1

    trail = str(list(apps.get_model("partners", "PartnerApplicationEvent").objects.values()))
    assert "quarry" not in trail.lower()
    assert "quinn" not in trail.lower()


def test_links_are_sent_to_their_owner_only(draft, now):
    PartnerApplicationFactory(contact_email="other@applicant.example")
    deliver(now)
    mail.outbox.clear()

    assert applications.send_links(email=" Quinn@Quarry.example ", at=now) == 1
    assert applications.send_links(email="nobody@quarry.example", at=now) == 0

    deliver(now)
    assert [one.to for one in mail.outbox] == [["quinn@quarry.example"]]


def test_a_network_and_an_address_may_begin_only_so_many_an_hour(now):
    def may(network, email):
        return application_limits.take(act=Act.START, network=network, email=email, at=now)

    assert [may("a", "x@x.example") for _ in range(5)] == [True] * 4 + [False]
    assert may("b", "X@x.example") is False
    assert [may("c", f"{n}@x.example") for n in range(21)] == [True] * 20 + [False]
    assert application_limits.take(act=Act.START, network="c", email="z@x.example", at=now + timedelta(hours=1))
    assert "x.example" not in str(list(application_limits.ApplicationAttempt.objects.values()))
