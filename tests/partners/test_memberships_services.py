"""Memberships: every way in and out of a category, and what the database refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core.models import OutboxMessage
from partners.models import CategoryMembership, MembershipSource, MembershipState
from partners.services import categories, memberships, suggestions
from partners.signals import partners_changed
from tests.factories.partners import CategoryMembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def msp(victor, now):
    return categories.define(key="msp", name="Managed Service Provider", by=victor, at=now)


@pytest.fixture
def reseller(victor, now):
    return categories.define(key="var", name="Value-Added Reseller", by=victor, at=now)


@pytest.fixture
def suggestion(pinewood, msp, now):
    suggestions.suggest(partner_id=pinewood.pk, category_ids=[msp.pk], at=now, evidence={msp.pk: {"deals": 3}})
    return CategoryMembership.objects.get()


def test_a_suggestion_keeps_its_evidence_and_the_version_it_was_made_under(suggestion, msp):
    assert (suggestion.state, suggestion.source) == (MembershipState.SUGGESTED, MembershipSource.RULE)
    assert suggestion.evidence == {"deals": 3}
    assert suggestion.category_version == msp.versions.get()


def test_suggesting_twice_suggests_once(suggestion, pinewood, msp, now):
    assert suggestions.suggest(partner_id=pinewood.pk, category_ids=[msp.pk], at=now) == 0


def test_what_was_turned_down_is_not_suggested_again_under_the_same_version(suggestion, pinewood, msp, victor, now):
    memberships.end(membership=suggestion, by=victor, at=now, reason="They resell only")

    assert suggestions.suggest(partner_id=pinewood.pk, category_ids=[msp.pk], at=now) == 0


def test_what_was_turned_down_is_suggested_again_once_the_category_means_something_else(
    suggestion, pinewood, msp, victor, now
):
    memberships.end(membership=suggestion, by=victor, at=now, reason="They resell only")
    draft = categories.draft_of(category=msp, by=victor, at=now)
    categories.save_draft(version=draft, by=victor, at=now, changes={"meaning": "Resells, too"})
    categories.publish(version=draft, by=victor, at=now)

    assert suggestions.suggest(partner_id=pinewood.pk, category_ids=[msp.pk], at=now) == 1


def test_a_category_that_is_not_published_is_not_suggested(pinewood, victor, now):
    draft_only = categories.create(key="isv", name="ISV", by=victor, at=now)

    assert suggestions.suggest(partner_id=pinewood.pk, category_ids=[draft_only.pk], at=now) == 0


def test_a_suggestion_is_withdrawn_when_its_criteria_cease_to_hold(suggestion, pinewood, now):
    assert suggestions.follow_eligibility(eligible={pinewood.pk: []}, at=now) == 1
    assert suggestions.follow_eligibility(eligible={pinewood.pk: []}, at=now) == 0

    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.ends_at) == (MembershipState.ENDED, now)


def test_what_was_withdrawn_is_suggested_again_once_its_criteria_hold_again(suggestion, pinewood, msp, now):
    suggestions.follow_eligibility(eligible={pinewood.pk: []}, at=now)

    assert suggestions.follow_eligibility(eligible={pinewood.pk: [msp.pk]}, at=now) == 1


def test_a_confirmed_membership_outlives_its_criteria(suggestion, pinewood, victor, now):
    memberships.confirm(membership=suggestion, by=victor, at=now)

    assert suggestions.follow_eligibility(eligible={pinewood.pk: []}, at=now) == 0


def test_many_partners_are_followed_with_as_many_queries_as_one(msp, reseller, now, django_assert_max_num_queries):
    partners = PartnerFactory.create_batch(30)
    evidence = {partner.pk: {str(msp.pk): {"rank": number}} for number, partner in enumerate(partners)}

    with django_assert_max_num_queries(12):
        begun = suggestions.follow_eligibility(
            eligible={partner.pk: [msp.pk, reseller.pk] for partner in partners}, evidence=evidence, at=now
        )

    assert begun == 60
    assert CategoryMembership.objects.get(partner=partners[7], category=msp).evidence == {"rank": 7}


def test_confirming_a_suggestion_starts_the_stay_and_says_who(suggestion, victor, now):
    later = now + timedelta(days=3)

    confirmed = memberships.confirm(membership=suggestion, by=victor, at=later)

    assert (confirmed.state, confirmed.starts_at, confirmed.decided_by) == (MembershipState.ACTIVE, later, victor)
    assert confirmed.evidence == {"deals": 3, "waiting_since": now.isoformat()}


def test_confirming_twice_changes_nothing_the_second_time(suggestion, victor, vera, now):
    memberships.confirm(membership=suggestion, by=victor, at=now)

    again = memberships.confirm(membership=suggestion, by=vera, at=now + timedelta(days=1))

    assert (again.decided_by, again.starts_at) == (victor, now)


def test_the_first_category_held_is_the_primary_one(pinewood, msp, reseller, victor, now):
    first = memberships.assign(partner=pinewood, category=msp, by=victor, at=now)
    second = memberships.assign(partner=pinewood, category=reseller, by=victor, at=now)

    assert (first.is_primary, second.is_primary) == (True, False)


def test_making_another_category_primary_moves_the_mark(pinewood, msp, reseller, victor, now):
    first = memberships.assign(partner=pinewood, category=msp, by=victor, at=now)
    second = memberships.assign(partner=pinewood, category=reseller, by=victor, at=now, is_primary=True)

    first.refresh_from_db()
    assert (first.is_primary, second.is_primary) == (False, True)

    memberships.make_primary(membership=first, by=victor, at=now)

    second.refresh_from_db()
    assert (first.is_primary, second.is_primary) == (True, False)


def test_a_suggestion_cannot_be_the_primary_category(suggestion, victor, now):
    with pytest.raises(memberships.NotAllowed, match="Suggested"):
        memberships.make_primary(membership=suggestion, by=victor, at=now)


def test_assigning_what_was_suggested_decides_the_suggestion(suggestion, pinewood, msp, victor, now):
    assigned = memberships.assign(partner=pinewood, category=msp, by=victor, at=now)

    assert assigned == suggestion
    assert (assigned.state, assigned.source) == (MembershipState.ACTIVE, MembershipSource.RULE)


def test_assigning_twice_makes_one_membership(pinewood, msp, victor, now):
    first = memberships.assign(partner=pinewood, category=msp, by=victor, at=now)

    assert memberships.assign(partner=pinewood, category=msp, by=victor, at=now) == first
    assert CategoryMembership.objects.count() == 1


def test_a_category_without_a_published_version_takes_no_members(pinewood, victor, now):
    draft_only = categories.create(key="isv", name="ISV", by=victor, at=now)

    with pytest.raises(memberships.NotAllowed, match="ISV is not open"):
        memberships.assign(partner=pinewood, category=draft_only, by=victor, at=now)


def test_a_partner_declares_a_category_and_hands_in_proof_later(pinewood, msp, paula, victor, now):
    declared = memberships.declare(partner=pinewood, category=msp, by=paula, at=now)
    assert (declared.state, declared.source) == (MembershipState.SELF_DECLARED, MembershipSource.DECLARED)

    pending = memberships.ask_review(membership=declared, by=paula, at=now, statement="Forty contracts")
    assert (pending.state, pending.evidence) == (MembershipState.PENDING, {"statement": "Forty contracts"})

    active = memberships.confirm(membership=pending, by=victor, at=now)
    assert active.state == MembershipState.ACTIVE


def test_declaring_with_proof_asks_for_review_at_once(pinewood, msp, paula, now):
    pending = memberships.declare(partner=pinewood, category=msp, by=paula, at=now, statement="Forty contracts")

    assert pending.state == MembershipState.PENDING


def test_declaring_twice_makes_one_membership(pinewood, msp, paula, now):
    memberships.declare(partner=pinewood, category=msp, by=paula, at=now, statement="Forty contracts")
    memberships.declare(partner=pinewood, category=msp, by=paula, at=now, statement="Forty contracts")

    assert CategoryMembership.objects.count() == 1
    assert OutboxMessage.objects.filter(topic=memberships.MEMBERSHIP_CHANGED).count() == 2


def test_declaring_what_one_holds_changes_nothing(pinewood, msp, paula, victor, now):
    memberships.assign(partner=pinewood, category=msp, by=victor, at=now)

    kept = memberships.declare(partner=pinewood, category=msp, by=paula, at=now, statement="Forty contracts")

    assert (kept.state, kept.source, kept.evidence) == (MembershipState.ACTIVE, MembershipSource.ASSIGNED, {})


def test_an_active_membership_cannot_be_handed_in_for_review(pinewood, msp, paula, victor, now):
    held = memberships.assign(partner=pinewood, category=msp, by=victor, at=now)

    with pytest.raises(memberships.NotAllowed):
        memberships.ask_review(membership=held, by=paula, at=now, statement="Forty contracts")


def test_ending_a_membership_needs_a_reason(suggestion, victor, now):
    with pytest.raises(memberships.ReasonMissing):
        memberships.end(membership=suggestion, by=victor, at=now, reason="  ")


def test_an_ended_stay_is_kept_and_coming_back_is_a_new_one(pinewood, msp, victor, now):
    first = memberships.assign(partner=pinewood, category=msp, by=victor, at=now)
    memberships.end(membership=first, by=victor, at=now + timedelta(days=5), reason="Stopped the service")
    second = memberships.assign(partner=pinewood, category=msp, by=victor, at=now + timedelta(days=9))

    assert second != first
    assert (first.state, first.reason, first.is_primary) == (MembershipState.ENDED, "Stopped the service", False)
    assert CategoryMembership.objects.of(pinewood).count() == 2


def test_ending_twice_keeps_the_first_end(pinewood, msp, victor, vera, now):
    membership = memberships.assign(partner=pinewood, category=msp, by=victor, at=now)
    memberships.end(membership=membership, by=victor, at=now, reason="Stopped")

    again = memberships.end(membership=membership, by=vera, at=now + timedelta(days=1), reason="Other")

    assert (again.ends_at, again.reason, again.decided_by) == (now, "Stopped", victor)


def test_an_ended_membership_cannot_be_confirmed(pinewood, msp, victor, now):
    membership = memberships.assign(partner=pinewood, category=msp, by=victor, at=now)
    memberships.end(membership=membership, by=victor, at=now, reason="Stopped")

    with pytest.raises(memberships.NotAllowed, match="Ended"):
        memberships.confirm(membership=membership, by=victor, at=now)


def test_every_change_is_announced_for_its_partner(pinewood, msp, victor, now):
    heard = []

    def hear(partner_ids, **kwargs):
        heard.append(partner_ids)

    partners_changed.connect(hear)
    membership = memberships.assign(partner=pinewood, category=msp, by=victor, at=now)
    memberships.end(membership=membership, by=victor, at=now, reason="Stopped")
    partners_changed.disconnect(hear)

    assert heard == [[pinewood.pk], [pinewood.pk]]


def test_every_change_leaves_a_trail_with_its_name(suggestion, victor, now):
    memberships.confirm(membership=suggestion, by=victor, at=now)

    trail = [event.pgh_context["action"] for event in suggestion.events.order_by("pgh_id")]
    assert trail[0] == "membership.suggest"
    assert set(trail[1:]) == {"membership.confirm"}


def test_a_stranger_sees_no_membership(pinewood, msp, victor, olga, paula, now):
    memberships.assign(partner=pinewood, category=msp, by=victor, at=now)

    assert CategoryMembership.objects.visible_to(paula).count() == 1
    assert CategoryMembership.objects.visible_to(olga).count() == 0


def test_the_database_keeps_one_open_stay_per_category(pinewood, msp):
    CategoryMembershipFactory(partner=pinewood, category=msp)

    with pytest.raises(IntegrityError, match="membership_one_open|membership_periods_apart"), transaction.atomic():
        CategoryMembershipFactory(partner=pinewood, category=msp, state=MembershipState.SUGGESTED)


def test_the_database_keeps_one_primary_category(pinewood):
    CategoryMembershipFactory(partner=pinewood, is_primary=True)

    with pytest.raises(IntegrityError, match="membership_one_primary"), transaction.atomic():
        CategoryMembershipFactory(partner=pinewood, is_primary=True)


def test_the_database_keeps_ends_after_beginnings(now):
    with pytest.raises(IntegrityError, match="membership_period"), transaction.atomic():
        CategoryMembershipFactory(state=MembershipState.ENDED, starts_at=now, ends_at=now - timedelta(seconds=1))


@pytest.mark.parametrize("wrong", [{"state": MembershipState.ENDED}, {"ends_at": True}])
def test_the_database_keeps_state_and_end_together(wrong, now):
    if "ends_at" in wrong:
        wrong = {"ends_at": now}

    with pytest.raises(IntegrityError, match="membership_ended_has_end"), transaction.atomic():
        CategoryMembershipFactory(**wrong)
