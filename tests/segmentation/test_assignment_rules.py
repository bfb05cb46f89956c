"""Partners come to managers by rules: the first that holds decides, and what a person chose stays."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from core.refusals import Refusal
from core.services import outbox, versions
from partners.models import Assignment, Partner
from partners.services import assignments
from segmentation.models import AssignmentRule
from segmentation.services import assignment_rules, recompute, segments
from tests.conftest import NOW
from tests.factories.accounts import UserFactory, VendorUserFactory
from tests.factories.partners import PartnerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
SignIn = Callable[[User], Client]


def rule_for(country: str, manager: User, by: User, *, on: bool = True) -> AssignmentRule:
    """A rule that gives the partners of a country to somebody."""
    rule = assignment_rules.create(name=f"In {country}", manager=manager, by=by, at=NOW)
    criteria = {
        "combinator": "and",
        "not": False,
        "rules": [{"field": "country", "operator": "equals", "value": country}],
    }
    draft = segments.draft_of(segment=rule.segment, by=by, at=NOW)
    segments.save_draft(version=draft, by=by, at=NOW, changes={"criteria": criteria})
    segments.publish(version=versions.existing_draft_of(rule.segment), by=by, at=NOW)
    if on:
        assignment_rules.update(rule=rule, by=by, at=NOW, changes={"is_on": True})
    return rule


def settle() -> None:
    """Do all that waits."""
    for _round in range(4):
        while recompute.continue_one(at=NOW):
            pass
        while recompute.stale(at=NOW):
            pass
        outbox.deliver_due(at=NOW)


def managers_now() -> dict[str, str]:
    """Return who looks after whom, by name."""
    return dict(Assignment.objects.open().values_list("partner__name", "user__name"))


@pytest.fixture
def ann() -> User:
    """A manager."""
    return VendorUserFactory(name="Ann", role="cam")


@pytest.fixture
def bob() -> User:
    """Another manager."""
    return VendorUserFactory(name="Bob", role="cam")


def test_new_partners_and_those_that_come_to_fulfil_a_rule_go_to_its_manager(
    victor: User, ann: User, bob: User
) -> None:
    rule_for("DE", ann, victor)
    rule_for("FR", bob, victor)
    partner = PartnerFactory(name="Birchwood", country="DE")
    settle()
    assert managers_now() == {"Birchwood": "Ann"}

    Partner.objects.filter(pk=partner.pk).update(country="FR")
    settle()

    assert managers_now() == {"Birchwood": "Bob"}
    assert [one.reason for one in partner.assignments.order_by("pk")] == ["By the rule “In DE”", "By the rule “In FR”"]


def test_the_first_rule_decides_and_the_order_can_be_changed(victor: User, ann: User, bob: User) -> None:
    first = rule_for("DE", ann, victor)
    rule_for("DE", bob, victor)
    PartnerFactory(name="Birchwood", country="DE")
    settle()
    assert managers_now() == {"Birchwood": "Ann"}

    assert assignment_rules.move(rule=first, up=False, by=victor, at=NOW)
    assert not assignment_rules.move(rule=first, up=False, by=victor, at=NOW)
    settle()

    assert managers_now() == {"Birchwood": "Bob"}


def test_what_a_person_chose_stays_until_it_is_released(victor: User, ann: User, bob: User) -> None:
    rule_for("DE", ann, victor)
    partner = PartnerFactory(name="Birchwood", country="DE")
    assignments.assign(partners=[partner], user=bob, by=victor, at=NOW)
    settle()
    assert managers_now() == {"Birchwood": "Bob"}

    assert assignments.release(partners=[partner], by=victor, at=NOW) == 1
    assert assignments.release(partners=[partner], by=victor, at=NOW) == 0
    settle()

    assert managers_now() == {"Birchwood": "Ann"}


def test_a_person_who_chooses_whom_a_rule_chose_makes_it_their_own(victor: User, ann: User, bob: User) -> None:
    rule = rule_for("DE", ann, victor)
    partner = PartnerFactory(name="Birchwood", country="DE")
    settle()

    assignments.assign(partners=[partner], user=ann, by=victor, at=NOW)
    assignment_rules.update(rule=rule, by=victor, at=NOW, changes={"manager": bob})
    settle()

    assert managers_now() == {"Birchwood": "Ann"}


def test_a_rule_that_is_not_on_is_only_planned_and_applied_by_hand(victor: User, ann: User) -> None:
    rule_for("DE", ann, victor, on=False)
    PartnerFactory(name="Birchwood", country="DE")
    settle()
    assert managers_now() == {}

    plan = assignment_rules.plan()
    assert (plan.partners, [(one.before, one.after, one.partners) for one in plan.moves]) == (1, [("", "Ann", 1)])
    assert [(one.manager.name, one.now, one.then) for one in plan.loads] == [("Ann", 0, 1)]
    assert assignment_rules.apply(partner_ids=None, by=victor, at=NOW, all_rules=True) == 1
    assert assignment_rules.apply(partner_ids=None, by=victor, at=NOW, all_rules=True) == 0

    assert managers_now() == {"Birchwood": "Ann"}


def test_retired_rules_give_nobody_and_their_segment_goes_with_them(victor: User, ann: User) -> None:
    rule = rule_for("DE", ann, victor)
    with pytest.raises(Refusal):
        segments.retire(segment=rule.segment, by=victor, at=NOW)

    assert assignment_rules.retire(rule=rule, by=victor, at=NOW)
    assert not assignment_rules.retire(rule=rule, by=victor, at=NOW)
    PartnerFactory(name="Birchwood", country="DE")
    settle()

    rule.segment.refresh_from_db()
    assert rule.segment.retired_at == NOW
    assert managers_now() == {}


def test_only_people_who_look_after_partners_are_given_any(victor: User) -> None:
    with pytest.raises(ValidationError, match="looks after partners"):
        assignment_rules.create(name="Wrong", manager=UserFactory(), by=victor, at=NOW)


def test_the_page_shows_rules_plan_and_load_in_few_queries(
    victor: User, ann: User, client_of: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rule_for("DE", ann, victor, on=False)
    PartnerFactory(name="Birchwood", country="DE")
    settle()
    client = client_of(victor)

    with django_assert_max_num_queries(12):
        page = client.get("/vendor/assignment-rules/").text

    assert "In DE" in page
    assert "Move 1 partner" in page
    client.post("/vendor/assignment-rules/apply/")
    assert managers_now() == {"Birchwood": "Ann"}
    assert "Nobody would move" in client.get("/vendor/assignment-rules/").text


def test_a_new_rule_leads_to_its_criteria(victor: User, ann: User, client_of: SignIn) -> None:
    answer = client_of(victor).post("/vendor/assignment-rules/new/", {"name": "North", "manager": ann.pk})

    rule = AssignmentRule.objects.get()
    assert answer["Location"] == f"/vendor/criteria/segment/{rule.segment.public_id}/"
    assert not rule.is_on
