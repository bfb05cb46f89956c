"""Approving an application: everything that follows, or nothing, once."""

import threading

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connections

from accounts.models import Invitation, User
from core.models import OutboxMessage
from core.services import outbox
from enablement.models import Enrollment
from partners.models import ApplicationState, CategoryMembership, Partner, Person
from partners.services import application_approvals, application_questions, application_reviews, applications
from segmentation.models import Classification
from tests.factories.accounts import VendorUserFactory
from tests.factories.partners import PartnerApplicationFactory, PartnerFactory, RegionFactory
from tests.stories import program

pytestmark = pytest.mark.django_db


@pytest.fixture
def rules(victor, now):
    return program.define(by=victor, at=now)


@pytest.fixture
def waiting(now, victor):
    size = application_questions.create(
        text="How many people?", goes_to="profile", profile_field="employees", by=victor, at=now
    )
    return PartnerApplicationFactory(
        name="Quarry Systems",
        domain="quarry.example",
        contact_email="quinn@quarry.example",
        contact_name="Quinn Quade",
        answers={str(size.public_id): 80},
        handed_in=True,
    )


def approve(application, by, at, **more):
    return application_approvals.approve(application=application, by=by, at=at, **{"categories": {}, **more})


def test_approval_does_it_all_in_one_go(rules, waiting, vera, now):
    region = RegionFactory()

    assert approve(waiting, vera, now, categories={rules.integrator: "active"}, region=region, manager=vera)

    partner = waiting.partner
    assert (partner.name, partner.employees, partner.region, partner.status) == ("Quarry Systems", 80, region, "active")
    assert partner.joined_on == now.date()
    person = Person.objects.get(partner=partner)
    assert (person.email, person.is_admin, person.user.has_usable_password()) == ("quinn@quarry.example", True, False)
    membership = CategoryMembership.objects.get(partner=partner)
    assert (membership.category, membership.state, membership.is_primary) == (rules.integrator, "active", True)
    assert partner.assignments.get().user == vera
    verdicts = Classification.objects.get(partner=partner)
    assert verdicts.stage == rules.stages["onboarded"]
    assert rules.german.pk in verdicts.segment_ids
    assert Enrollment.objects.get(partner=partner).journey == rules.journey
    assert (waiting.state, waiting.decided_by, waiting.due_at) == (ApplicationState.APPROVED, vera, None)


def test_approving_twice_changes_nothing(rules, waiting, vera, victor, now):
    assert approve(waiting, vera, now, categories={rules.integrator: "active"})
    tables = (Partner, Person, Invitation, OutboxMessage)
    before = [table.objects.count() for table in tables]

    assert not approve(waiting, victor, now, categories={rules.integrator: "pending"})

    assert [table.objects.count() for table in tables] == before
    assert waiting.decided_by == vera


def test_the_applicant_gets_one_e_mail_with_the_invitation_in_it(rules, waiting, vera, now):
    outbox.deliver_due(at=now)  # those who were there before hear of the new rules
    approve(waiting, vera, now, categories={rules.integrator: "active"}, manager=vera)

    mail.outbox.clear()
    outbox.deliver_due(at=now)
    outbox.deliver_due(at=now)

    to_applicant = [one for one in mail.outbox if one.to == ["quinn@quarry.example"]]
    assert [one.subject for one in to_applicant] == ["Welcome: Quarry Systems is a partner of Lumen"]
    assert "/invitations/" in to_applicant[0].body
    assert "System Integrator" in to_applicant[0].body


def test_a_category_may_wait_for_a_review(rules, waiting, vera, now):
    approve(waiting, vera, now, categories={rules.integrator: "pending"})

    assert CategoryMembership.objects.get(category=rules.integrator).state == "pending"


def test_it_is_linked_to_a_partner_that_is_there_whose_record_stays(waiting, pinewood, paula, vera, now):
    approve(waiting, vera, now, partner=pinewood, is_admin=False)

    pinewood.refresh_from_db()
    assert (waiting.partner, pinewood.name, pinewood.domain) == (pinewood, "Pinewood", "pinewood.example")
    assert pinewood.employees == 80
    assert Person.objects.get(email="quinn@quarry.example").is_admin is False


def test_a_domain_that_is_taken_is_refused_and_nothing_is_written(waiting, vera, now):
    PartnerFactory(domain="quarry.example")

    with pytest.raises(ValidationError) as refused:
        approve(waiting, vera, now)

    assert "partner" in refused.value.error_dict
    waiting.refresh_from_db()
    assert (waiting.state, Partner.objects.filter(name="Quarry Systems").exists()) == (
        ApplicationState.SUBMITTED,
        False,
    )


def test_somebody_who_signs_in_elsewhere_cannot_be_let_in_and_nothing_is_written(waiting, vera, olga, now):
    type(waiting).objects.update(contact_email=olga.email)
    waiting.refresh_from_db()

    with pytest.raises(ValidationError):
        approve(waiting, vera, now)

    assert not Partner.objects.filter(name="Quarry Systems").exists()


def test_what_was_declined_is_not_approved(waiting, vera, now):
    application_reviews.decline(application=waiting, by=vera, at=now, reason="fit", text="Not now.")

    with pytest.raises(application_reviews.NotAllowed):
        approve(waiting, vera, now)


def test_a_broken_rule_book_keeps_nobody_out(waiting, vera, now, monkeypatch):
    def broken(*_given, **_named):
        raise ValueError("no rule book today")

    monkeypatch.setattr("segmentation.services.recompute.engine.classify", broken)

    assert approve(waiting, vera, now)


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_once_one_wins(now):
    victor, vera = VendorUserFactory(role="program_admin"), VendorUserFactory(role="cam")
    waiting = PartnerApplicationFactory(name="Quarry Systems", domain="quarry.example", handed_in=True)
    won, start = [], threading.Barrier(2)

    def work(by: User) -> None:
        mine = type(waiting).objects.get(pk=waiting.pk)
        start.wait(10)
        try:
            won.append(approve(mine, by, now))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[by]) for by in (victor, vera)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(won) == [False, True]
    assert Partner.objects.filter(name="Quarry Systems").count() == 1
    assert Person.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_withdrawn_and_approved_at_once_is_one_of_both(now):
    victor = VendorUserFactory(role="program_admin")
    waiting = PartnerApplicationFactory(name="Quarry Systems", handed_in=True)
    start = threading.Barrier(2)

    def approving() -> None:
        mine = type(waiting).objects.get(pk=waiting.pk)
        start.wait(10)
        try:
            approve(mine, victor, now)
        except ValidationError:
            pass
        finally:
            connections.close_all()

    def withdrawing() -> None:
        mine = type(waiting).objects.get(pk=waiting.pk)
        start.wait(10)
        try:
            applications.withdraw(application=mine, at=now)
        except ValidationError:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for work in (approving, withdrawing)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    waiting.refresh_from_db()
    assert waiting.state in (ApplicationState.APPROVED, ApplicationState.WITHDRAWN)
    assert Partner.objects.exists() == (waiting.state == ApplicationState.APPROVED)
