"""Flags: sent, given an owner, answered, late; what accepting one does to a membership."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from core.models import OutboxMessage, Program
from core.services import outbox
from partners.models import CategoryMembership, Flag, FlagAction, FlagReason, FlagState, MembershipState
from partners.queries import flags as flag_reads
from partners.services import categories, flags, memberships
from tests.factories.partners import FlagFactory, TierFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def msp(victor, now):
    return categories.define(key="msp", name="MSP", by=victor, at=now)


@pytest.fixture
def reseller(victor, now):
    return categories.define(key="var", name="Reseller", by=victor, at=now)


@pytest.fixture
def membership(pinewood, msp, victor, now):
    return memberships.assign(partner=pinewood, category=msp, by=victor, at=now)


@pytest.fixture
def flag(membership, paula, vera, reseller, now):
    return flags.send(
        subject=membership,
        by=paula,
        at=now,
        reason=FlagReason.OTHER_FITS,
        text="We only resell",
        from_partner=True,
        suggested=reseller,
    )


def test_a_flag_about_a_membership_goes_to_the_partners_manager(flag, vera, pinewood, msp, now):
    assert (flag.owner, flag.partner, flag.category) == (vera, pinewood, msp)
    assert flag.due_on == now.date() + timedelta(days=10)


def test_a_flag_about_a_definition_goes_to_who_published_it(msp, pinewood, paula, victor, now):
    flag = flags.send(
        subject=msp,
        by=paula,
        at=now,
        reason=FlagReason.UNCLEAR,
        text="Is hosting?",
        partner=pinewood,
        from_partner=True,
    )

    assert (flag.owner, flag.partner) == (victor, pinewood)


def test_nobody_answers_their_own_flag_while_somebody_else_can(membership, vera, victor, now):
    flag = flags.send(subject=membership, by=vera, at=now, reason=FlagReason.DATA, text="Numbers of last year")

    assert flag.owner == victor


def test_the_same_words_again_are_the_same_flag_and_other_words_wait(flag, membership, paula, reseller, now):
    again = {"subject": membership, "by": paula, "at": now, "from_partner": True}

    assert flags.send(**again, reason=FlagReason.OTHER_FITS, text="We only resell", suggested=reseller) == flag
    with pytest.raises(flags.AlreadyFlagged):
        flags.send(**again, reason=FlagReason.WRONG, text="And another thing")
    assert OutboxMessage.objects.filter(topic=flags.FLAG_CHANGED).count() == 1


def test_an_ended_membership_cannot_be_flagged(membership, vera, paula, now):
    memberships.end(membership=membership, by=vera, at=now, reason="Left")

    with pytest.raises(flags.NotPossible):
        flags.send(subject=membership, by=paula, at=now, reason=FlagReason.WRONG, text="Why")


def test_an_accepted_flag_puts_the_partner_where_it_belongs(flag, membership, pinewood, reseller, vera, now):
    flags.accept(flag=flag, by=vera, at=now, reply="Right, you resell", action=FlagAction.REASSIGN, category=reseller)

    membership.refresh_from_db()
    other = CategoryMembership.objects.open().get(partner=pinewood)
    assert (flag.state, membership.state, membership.reason) == ("accepted", "ended", "Right, you resell")
    assert (other.category, other.state, other.is_primary) == (reseller, MembershipState.ACTIVE, True)


def test_accepting_may_end_or_confirm_or_only_be_noted(pinewood, msp, paula, vera, now):
    expected = {FlagAction.END: "ended", FlagAction.CONFIRM: "active", FlagAction.NOTED: "self_declared"}
    for action, state in expected.items():
        declared = memberships.declare(partner=pinewood, category=msp, by=paula, at=now)
        one = flags.send(subject=declared, by=paula, at=now, reason=FlagReason.WRONG, text=action, from_partner=True)
        flags.accept(flag=one, by=vera, at=now, reply="So be it", action=action)
        declared.refresh_from_db()
        assert declared.state == state
        memberships.end(membership=declared, by=vera, at=now, reason="Next")


def test_what_fails_in_the_membership_leaves_the_flag_open(flag, membership, vera, now):
    with pytest.raises(flags.NotPossible, match="Choose the category"):
        flags.accept(flag=flag, by=vera, at=now, reply="Yes", action=FlagAction.REASSIGN, category=membership.category)

    flag.refresh_from_db()
    membership.refresh_from_db()
    assert (flag.state, membership.state) == (FlagState.OPEN, MembershipState.ACTIVE)


def test_a_flag_about_a_definition_changes_no_membership(msp, victor, now):
    flag = FlagFactory(category=msp)

    with pytest.raises(flags.NotPossible):
        flags.accept(flag=flag, by=victor, at=now, reply="Yes", action=FlagAction.END)


def test_every_answer_needs_words(flag, vera, now):
    with pytest.raises(flags.ReplyMissing):
        flags.decline(flag=flag, by=vera, at=now, reply="  ")


def test_answering_twice_answers_once_and_another_answer_is_refused(flag, vera, victor, now):
    flags.decline(flag=flag, by=vera, at=now, reply="You do both")
    flags.decline(flag=flag, by=victor, at=now, reply="You do both")

    assert flag.decided_by == vera
    with pytest.raises(flags.AlreadyAnswered, match="Declined"):
        flags.accept(flag=flag, by=victor, at=now, reply="Yes")


def test_a_sender_takes_a_flag_back(flag, paula, vera, now):
    flags.withdraw(flag=flag, by=paula, at=now)
    flags.withdraw(flag=flag, by=paula, at=now + timedelta(days=1))

    assert (flag.state, flag.decided_at) == (FlagState.WITHDRAWN, now)
    with pytest.raises(flags.AlreadyAnswered):
        flags.decline(flag=flag, by=vera, at=now, reply="No")


def test_a_flag_gets_another_owner_who_hears_of_it(flag, vera, victor, now):
    flags.give(flag=flag, owner=victor, by=vera, at=now)
    flags.give(flag=flag, owner=victor, by=vera, at=now)
    outbox.deliver_due(at=now)

    assert flag.owner == victor
    assert victor.notifications.filter(kind="flag").count() == 1


@pytest.mark.parametrize(
    ("zone", "moment", "late"),
    [
        ("Pacific/Auckland", datetime(2030, 4, 16, 11, 59, tzinfo=UTC), 0),
        ("Pacific/Auckland", datetime(2030, 4, 16, 12, 1, tzinfo=UTC), 1),
        ("America/Los_Angeles", datetime(2030, 4, 17, 6, 59, tzinfo=UTC), 0),
        ("America/Los_Angeles", datetime(2030, 4, 17, 7, 1, tzinfo=UTC), 1),
    ],
)
def test_a_flag_is_late_on_the_day_after_its_due_day(zone, moment, late):
    Program.current()
    Program.objects.update(timezone=zone)
    Program.forget()
    FlagFactory(due_on=date(2030, 4, 16))

    assert [flags.escalate_late(at=moment) for _each in range(2)] == [late, 0]


def test_everybody_hears_what_is_theirs(flag, paula, olga, vera, victor, now):
    outbox.deliver_due(at=now)
    flags.escalate_late(at=now + timedelta(days=11))
    outbox.deliver_due(at=now + timedelta(days=12))
    flags.decline(flag=flag, by=vera, at=now, reply="You sell services, too")
    outbox.deliver_due(at=now + timedelta(days=12))

    assert not OutboxMessage.objects.filter(attempts__gt=0).exists()
    said = {
        user: list(user.notifications.filter(kind="flag").values_list("text", "detail"))
        for user in (paula, vera, victor)
    }
    assert said[vera] == [("Paula Park flags MSP: please answer by 28 March 2030.", "“We only resell”")]
    assert said[victor] == [("Nobody has answered a flag about MSP that was due on 28 March 2030.", "")]
    assert said[paula] == [("Your flag about MSP was answered: nothing changes.", "You sell services, too")]
    assert not olga.notifications.exists()


def test_partners_see_their_own_flags_and_not_what_the_vendor_says_of_them(
    flag, membership, paula, pete, olga, vera, vincent, victor, now
):
    internal = flags.send(subject=membership, by=vera, at=now, reason=FlagReason.DATA, text="I doubt it")

    assert [set(Flag.objects.visible_to(one)) for one in (paula, pete, olga)] == [{flag}, {flag}, set()]
    assert set(Flag.objects.visible_to(vera)) == set(Flag.objects.visible_to(victor)) == {flag, internal}
    assert set(Flag.objects.visible_to(vincent)) == set()


# --- what the database refuses


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"about": "membership"}, "flag_about_one_thing"),
        ({"about": "tier"}, "flag_about_one_thing"),
        ({"from_partner": True}, "flag_of_partner_has_one"),
        ({"state": "withdrawn"}, "flag_open_or_decided"),
        ({"state": "declined", "decided_at": datetime(2030, 1, 1, tzinfo=UTC)}, "flag_decided_has_reply"),
    ],
)
def test_the_database_refuses_what_makes_no_sense(wrong, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        FlagFactory(**wrong)


def test_the_database_keeps_one_open_flag_of_each_about_a_thing(victor):
    tier = TierFactory()
    FlagFactory(about="tier", category=None, tier=tier, sent_by=victor)

    with pytest.raises(IntegrityError, match="flag_one_open_each"), transaction.atomic():
        FlagFactory(about="tier", category=None, tier=tier, sent_by=victor)


def test_statistics_count_the_flags_of_the_chosen_days_of_the_program(msp, victor, now):
    Program.current()
    Program.objects.update(timezone="America/Los_Angeles")
    Program.forget()
    midnight = datetime(2030, 3, 11, 7, tzinfo=UTC)
    for moment in (midnight - timedelta(seconds=1), midnight, midnight + timedelta(days=1)):
        FlagFactory(category=msp, sent_at=moment)

    def counted(since, until):
        lines = flag_reads.statistics(victor, today=now.date(), since=since, until=until)
        return sum(line.flags for line in lines)

    assert counted(None, None) == 3
    assert counted(date(2030, 3, 11), None) == 2
    assert counted(date(2030, 3, 11), date(2030, 3, 11)) == 1
    assert counted(None, date(2030, 3, 10)) == 1
