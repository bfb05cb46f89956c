"""Suggestions: accepted, refused with a reason that is remembered, suggested again when the data changed."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from partners.models import CategoryMembership, MembershipMove, MembershipState, Partner
from partners.services import categories, membership_policies, memberships, suggestions
from segmentation.models import Classification
from tests.factories.partners import CategoryMembershipFactory, MembershipMoveFactory

pytestmark = pytest.mark.django_db
CRITERIA = {"combinator": "and", "not": False, "rules": [{"field": "employees", "operator": ">=", "value": 10}]}


@pytest.fixture
def msp(victor, now):
    return categories.define(key="msp", name="MSP", by=victor, at=now, criteria=CRITERIA)


@pytest.fixture
def suggestion(pinewood, msp, now):
    Partner.objects.filter(pk=pinewood.pk).update(employees=40)
    Classification.objects.create(partner=pinewood, category_ids=[msp.pk])
    suggestions.suggest(partner_id=pinewood.pk, category_ids=[msp.pk], at=now)
    return CategoryMembership.objects.get()


def test_accepting_declares_it(suggestion, paula, now):
    suggestions.accept(membership=suggestion, by=paula, at=now)
    suggestions.accept(membership=suggestion, by=paula, at=now)

    assert suggestion.state == MembershipState.SELF_DECLARED
    assert suggestion.moves.count() == 1


def test_accepting_hands_it_in_where_the_program_wants_so_or_proof_is_there(suggestion, paula, victor, now):
    membership_policies.update(by=victor, at=now, changes={"accepting_asks_review": True})

    suggestions.accept(membership=suggestion, by=paula, at=now)

    assert suggestion.state == MembershipState.PENDING


def test_a_refusal_keeps_its_reason_and_what_the_data_were(suggestion, paula, now):
    suggestions.refuse(membership=suggestion, by=paula, at=now, reason="We stopped hosting")
    suggestions.refuse(membership=suggestion, by=paula, at=now, reason="Again")

    move = suggestion.moves.get()
    assert (suggestion.state, suggestion.reason, move.moved_by) == ("ended", "We stopped hosting", paula)
    assert move.evidence["criteria"]["clauses"][0]["value"] == 40


def test_refusing_needs_a_reason_and_a_suggestion(suggestion, paula, vera, now):
    with pytest.raises(memberships.ReasonMissing):
        suggestions.refuse(membership=suggestion, by=paula, at=now, reason="")
    memberships.confirm(membership=suggestion, by=vera, at=now)

    with pytest.raises(memberships.NotAllowed, match="Active"):
        suggestions.refuse(membership=suggestion, by=paula, at=now, reason="We stopped hosting")


@pytest.mark.parametrize(("employees", "again"), [(40, 0), (49, 0), (51, 1), (29, 1)])
def test_it_is_suggested_again_only_when_the_data_changed_materially(
    suggestion, pinewood, paula, now, employees, again
):
    suggestions.refuse(membership=suggestion, by=paula, at=now, reason="We stopped hosting")
    Partner.objects.filter(pk=pinewood.pk).update(employees=employees)

    later = now + timedelta(days=1)
    assert [suggestions.look_again(at=later), suggestions.look_again(at=later)] == [again, 0]
    if again:
        anew = CategoryMembership.objects.open().get()
        assert anew.evidence["again"]["reason"] == "We stopped hosting"


def test_a_clock_that_is_behind_begins_a_stay_at_the_end_of_the_last(suggestion, pinewood, msp, paula, vera, now):
    suggestions.refuse(membership=suggestion, by=paula, at=now + timedelta(seconds=2), reason="We stopped hosting")

    again = memberships.assign(partner=pinewood, category=msp, by=vera, at=now)

    assert again.starts_at == now + timedelta(seconds=2)


# --- what the database refuses


def test_the_database_keeps_periods_of_a_partner_in_a_category_apart(pinewood, msp, now):
    CategoryMembershipFactory(
        partner=pinewood, category=msp, state="ended", starts_at=now, ends_at=now + timedelta(days=9)
    )
    CategoryMembershipFactory(partner=pinewood, category=msp, starts_at=now + timedelta(days=9))

    with pytest.raises(IntegrityError, match="membership_periods_apart"), transaction.atomic():
        CategoryMembershipFactory(
            partner=pinewood,
            category=msp,
            state="ended",
            starts_at=now + timedelta(days=3),
            ends_at=now + timedelta(days=4),
        )


def test_the_history_of_a_membership_only_grows():
    move = MembershipMoveFactory()

    with pytest.raises(DatabaseError, match="only_grows"), transaction.atomic():
        MembershipMove.objects.filter(pk=move.pk).update(reason="Never happened")
    with pytest.raises(DatabaseError, match="only_grows"), transaction.atomic():
        move.delete()
