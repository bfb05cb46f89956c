"""Grace: criteria cease to hold, time to mend it, notices at set days, the end. Days are the program's."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Notification
from core.models import OutboxMessage, Program
from core.services import outbox
from partners.models import CategoryMembership, MembershipMove, MembershipSource, MembershipState
from partners.services import categories, grace, membership_policies, memberships, overrides, regions, suggestions
from segmentation.models import Classification
from tests.factories.partners import CategoryMembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db
CRITERIA = {"combinator": "and", "not": False, "rules": [{"field": "employees", "operator": ">=", "value": 10}]}


@pytest.fixture
def msp(victor, now):
    return categories.define(key="msp", name="MSP", by=victor, at=now, criteria=CRITERIA)


def held(partner, category, victor, now, *, source=MembershipSource.DECLARED):
    membership = memberships.assign(partner=partner, category=category, by=victor, at=now, source=source)
    suggestions.follow_eligibility(eligible={partner.pk: [category.pk]}, at=now)
    return membership


@pytest.fixture
def declared(pinewood, msp, victor, now):
    return held(pinewood, msp, victor, now)


def lapse(membership, at):
    suggestions.follow_eligibility(eligible={membership.partner_id: []}, at=at)
    membership.refresh_from_db()
    return membership


def test_criteria_that_cease_to_hold_start_grace_with_the_evidence_of_that_day(declared, msp, now):
    left = {declared.partner_id: {str(msp.pk): {"version": 1, "values": {"/rules/0": 4}}}}

    suggestions.follow_eligibility(eligible={declared.partner_id: []}, at=now, left=left)

    declared.refresh_from_db()
    assert (declared.state, declared.grace_ends_on) == (MembershipState.GRACE, now.date() + timedelta(days=30))
    assert (declared.criteria_hold, declared.criteria_since) == (False, now)
    move = declared.moves.latest("pk")
    assert (move.before, move.after) == (MembershipState.ACTIVE, MembershipState.GRACE)
    assert move.evidence == {"rule": {"version": 1, "values": {"/rules/0": 4}}}


def test_a_category_has_a_grace_of_its_own(pinewood, oakhurst, msp, victor, now):
    patient = categories.define(key="isv", name="ISV", by=victor, at=now, criteria=CRITERIA, grace_days=90)
    stern = categories.define(key="var", name="VAR", by=victor, at=now, criteria=CRITERIA, grace_days=0)
    found = {one: held(pinewood, one, victor, now) for one in (msp, patient, stern)}
    suggestions.follow_eligibility(eligible={pinewood.pk: [one.pk for one in found]}, at=now)

    lapse(found[msp], now)

    ends = {one.key: CategoryMembership.objects.get(category=one).grace_ends_on for one in found}
    assert ends == {"msp": now.date() + timedelta(days=30), "isv": now.date() + timedelta(days=90), "var": None}


def test_the_nearest_region_has_a_grace_of_its_own(oakhurst, msp, victor, now):
    europe = regions.create(name="Europe", by=victor, at=now)
    dach = regions.create(name="DACH", parent=europe, by=victor, at=now)
    for region, days in ((europe, 60), (dach, 90)):
        made = overrides.create(subject=msp, region=region, by=victor, at=now, grace_days=days)
        overrides.publish(version=made.versions.get(), by=victor, at=now)
    there = {
        key: held(PartnerFactory(region=region), msp, victor, now)
        for key, region in (("dach", dach), ("europe", europe), ("nowhere", None))
    }

    ends = {key: (lapse(one, now).grace_ends_on - now.date()).days for key, one in there.items()}

    assert ends == {"dach": 90, "europe": 60, "nowhere": 30}


def test_a_region_without_grace_starts_none_and_one_that_retired_counts_no_more(msp, victor, now):
    dach = regions.create(name="DACH", by=victor, at=now)
    made = overrides.create(subject=msp, region=dach, by=victor, at=now, grace_days=0)
    overrides.publish(version=made.versions.get(), by=victor, at=now)
    first, second = (held(PartnerFactory(region=dach), msp, victor, now) for _number in range(2))

    assert lapse(first, now).state == MembershipState.ACTIVE
    overrides.retire(override=made, by=victor, at=now)
    assert lapse(second, now).grace_ends_on == now.date() + timedelta(days=30)


def test_lapsing_twice_starts_grace_once(declared, now):
    lapse(declared, now)
    lapse(declared, now + timedelta(days=3))

    assert declared.grace_ends_on == now.date() + timedelta(days=30)
    assert declared.moves.filter(after=MembershipState.GRACE).count() == 1


def test_criteria_that_hold_again_rescue_the_membership(declared, msp, now):
    lapse(declared, now)

    suggestions.follow_eligibility(eligible={declared.partner_id: [msp.pk]}, at=now + timedelta(days=5))

    declared.refresh_from_db()
    assert (declared.state, declared.grace_ends_on, declared.criteria_hold) == (MembershipState.ACTIVE, None, True)


def test_what_the_vendor_assigned_stays_unless_the_program_says_otherwise(pinewood, msp, victor, now):
    assigned = held(pinewood, msp, victor, now, source=MembershipSource.ASSIGNED)

    assert lapse(assigned, now).state == MembershipState.ACTIVE

    membership_policies.update(by=victor, at=now, changes={"grace_sources": list(MembershipSource)})
    suggestions.follow_eligibility(eligible={pinewood.pk: [msp.pk]}, at=now)
    assert lapse(assigned, now).state == MembershipState.GRACE


def test_without_days_of_grace_nothing_happens(declared, victor, now):
    membership_policies.update(by=victor, at=now, changes={"grace_days": 0})

    assert lapse(declared, now).state == MembershipState.ACTIVE


def test_what_was_confirmed_although_criteria_do_not_hold_is_left_alone(pinewood, msp, victor, now):
    declared = memberships.declare(partner=pinewood, category=msp, by=victor, at=now)
    suggestions.follow_eligibility(eligible={pinewood.pk: []}, at=now)
    memberships.confirm(membership=declared, by=victor, at=now)

    assert lapse(declared, now).state == MembershipState.ACTIVE


def test_a_category_that_asks_for_nothing_has_no_verdict(pinewood, victor, now):
    club = categories.define(key="club", name="Club", by=victor, at=now)
    membership = held(pinewood, club, victor, now)

    assert (lapse(membership, now).state, membership.criteria_hold) == (MembershipState.ACTIVE, None)


def test_a_thousand_lapses_cost_as_many_queries_as_ten(msp, victor, now, django_assert_max_num_queries):
    for partner in PartnerFactory.create_batch(12):
        CategoryMembershipFactory(
            partner=partner, category=msp, source=MembershipSource.DECLARED, criteria_hold=True, criteria_since=now
        )

    with django_assert_max_num_queries(18 + 12):  # one message each
        everybody = CategoryMembership.objects.values_list("partner_id", flat=True)
        suggestions.follow_eligibility(eligible={pk: [] for pk in everybody}, at=now)

    assert CategoryMembership.objects.filter(state=MembershipState.GRACE).count() == 12


# --- the clock, on the days around, in two time zones

#: (time zone, moment in UTC, the program's day then)
MIDNIGHTS = [
    ("Pacific/Auckland", datetime(2030, 4, 16, 11, 59, tzinfo=UTC), date(2030, 4, 16)),
    ("Pacific/Auckland", datetime(2030, 4, 16, 12, 1, tzinfo=UTC), date(2030, 4, 17)),
    ("America/Los_Angeles", datetime(2030, 4, 17, 6, 59, tzinfo=UTC), date(2030, 4, 16)),
    ("America/Los_Angeles", datetime(2030, 4, 17, 7, 1, tzinfo=UTC), date(2030, 4, 17)),
]


def in_zone(zone):
    Program.current()
    Program.objects.update(timezone=zone)
    Program.forget()


@pytest.mark.parametrize(("zone", "moment", "day"), MIDNIGHTS)
def test_the_last_day_of_grace_still_counts(zone, moment, day):
    in_zone(zone)
    membership = CategoryMembershipFactory(state=MembershipState.GRACE, grace_ends_on=date(2030, 4, 16))

    ended = grace.end_due(at=moment)

    membership.refresh_from_db()
    assert (ended, membership.state) == ((0, "grace") if day == date(2030, 4, 16) else (1, "ended"))


@pytest.mark.parametrize(("zone", "moment", "day"), MIDNIGHTS)
def test_a_notice_comes_on_its_day_and_not_before(zone, moment, day):
    in_zone(zone)
    CategoryMembershipFactory(state=MembershipState.GRACE, grace_ends_on=date(2030, 5, 1))

    assert grace.remind(at=moment) == (1 if day == date(2030, 4, 17) else 0)


def test_each_notice_is_given_once_and_a_missed_one_is_not_made_up_for(now):
    membership = CategoryMembershipFactory(state=MembershipState.GRACE, grace_ends_on=now.date() + timedelta(days=20))
    told = [grace.remind(at=now + timedelta(days=after)) for after in (5, 6, 6, 7, 17, 18, 20)]
    late = CategoryMembershipFactory(state=MembershipState.GRACE, grace_ends_on=now.date() + timedelta(days=2))

    assert told == [0, 1, 0, 0, 1, 0, 0]
    assert grace.remind(at=now) == 1
    assert grace.remind(at=now) == 0
    membership.refresh_from_db()
    late.refresh_from_db()
    assert (membership.grace_told_days, late.grace_told_days) == (3, 3)


def test_ending_twice_ends_once(now):
    CategoryMembershipFactory(state=MembershipState.GRACE, grace_ends_on=now.date() - timedelta(days=1))

    assert (grace.end_due(at=now), grace.end_due(at=now)) == (1, 0)
    assert MembershipMove.objects.get().reason == "The time of grace is over"


def test_the_daily_look_follows_what_the_last_recompute_found(declared, msp, now):
    Classification.objects.create(partner_id=declared.partner_id, category_ids=[])

    assert grace.follow_stored_verdicts(at=now) == 1
    assert grace.follow_stored_verdicts(at=now) == 0
    declared.refresh_from_db()
    assert declared.state == MembershipState.GRACE


# --- by hand


def test_somebody_gives_time_and_says_what_is_missing(pinewood, msp, vera, now):
    membership = memberships.assign(partner=pinewood, category=msp, by=vera, at=now)

    with pytest.raises(memberships.ReasonMissing):
        grace.start(membership=membership, by=vera, at=now, reason=" ")
    grace.start(membership=membership, by=vera, at=now, reason="Two people short")
    grace.start(membership=membership, by=vera, at=now + timedelta(days=9), reason="Again")

    assert (membership.reason, membership.grace_ends_on) == ("Two people short", now.date() + timedelta(days=30))
    move = membership.moves.latest("pk")
    assert (move.moved_by, move.evidence["criteria"]["met"]) == (vera, False)


def test_what_is_not_held_cannot_be_in_grace(pinewood, msp, vera, now):
    declared = memberships.declare(partner=pinewood, category=msp, by=vera, at=now)

    with pytest.raises(memberships.NotAllowed, match="Self-declared"):
        grace.start(membership=declared, by=vera, at=now, reason="Two people short")


def test_confirming_ends_grace_and_keeps_since_when_it_is_held(pinewood, msp, vera, now):
    membership = memberships.assign(partner=pinewood, category=msp, by=vera, at=now)
    grace.start(membership=membership, by=vera, at=now, reason="Two people short")

    memberships.confirm(membership=membership, by=vera, at=now + timedelta(days=4), reason="They are here")

    assert (membership.state, membership.starts_at, membership.grace_ends_on) == (MembershipState.ACTIVE, now, None)


# --- who hears


def test_both_sides_hear_that_grace_began_runs_out_and_is_over(declared, paula, vera, olga, now):
    OutboxMessage.objects.all().delete()
    lapse(declared, now)
    grace.remind(at=now + timedelta(days=16))
    outbox.deliver_due(at=now + timedelta(days=20))
    grace.end_due(at=now + timedelta(days=31))
    outbox.deliver_due(at=now + timedelta(days=40))

    assert not OutboxMessage.objects.filter(attempts__gt=0).exists()
    assert list(paula.notifications.order_by("pk").values_list("text", flat=True)) == [
        "Your category MSP ends on 17 April 2030 unless what is missing is there by then.",
        "Your category MSP ends on 17 April 2030.",
        "You are no longer in the category MSP: The time of grace is over",
    ]
    assert vera.notifications.count() == 3
    assert not Notification.objects.filter(user=olga).exists()


# --- what the database refuses


@pytest.mark.parametrize(
    "wrong", [{"state": MembershipState.GRACE}, {"grace_ends_on": date(2030, 4, 1)}], ids=["no end", "not in grace"]
)
def test_the_database_keeps_grace_and_its_end_together(wrong):
    with pytest.raises(IntegrityError, match="membership_grace_has_end"), transaction.atomic():
        CategoryMembershipFactory(**wrong)
