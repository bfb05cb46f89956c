"""Specializations: granted by their criteria, held until their day, looked at again, taken away with a reason."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from core.models import OutboxMessage, Program
from core.refusals import Refusal
from core.services import outbox
from enablement.models import HeldSpecialization, HeldState
from enablement.services import specializations
from partners.models import Partner
from segmentation.models import Classification
from segmentation.services import follow_ups, recompute
from tests.factories.enablement import HeldSpecializationFactory

pytestmark = pytest.mark.django_db
GERMAN = {"combinator": "and", "not": False, "rules": [{"field": "country", "operator": "equals", "value": "DE"}]}


@pytest.fixture
def define(victor, now):
    def make(**fields):
        return specializations.create(name="Cloud migration", by=victor, at=now, criteria=GERMAN, **fields)

    return make


def settle(at):
    """Compute every verdict, and do what follows."""
    recompute.everything(at=at)
    partner_ids = list(Partner.objects.values_list("pk", flat=True))
    follow_ups.apply(partner_ids=partner_ids, at=at)


def held(partner):
    return list(partner.specializations.order_by("pk").values_list("state", flat=True))


def test_whoever_fulfils_it_gets_it_with_evidence(define, pinewood, oakhurst, paula, now):
    define(valid_months=12)
    settle(now)
    settle(now)
    outbox.deliver_due(at=now + timedelta(minutes=1))

    got = pinewood.specializations.get()
    assert (got.state, got.expires_on, got.rule_number) == (HeldState.ACTIVE, date(2031, 3, 18), 1)
    assert got.evidence[0]["has"] == "DE"
    assert held(oakhurst) == []
    assert paula.notifications.get().text == "You hold the specialization Cloud migration."


def test_it_waits_for_approval_where_it_says_so(define, pinewood, vera, paula, now):
    define(needs_approval=True, valid_months=6)
    settle(now)
    got = pinewood.specializations.get()
    assert (got.state, got.expires_on) == (HeldState.PENDING, None)
    with pytest.raises(Refusal):
        specializations.decide(held=got, by=vera, at=now, grant=False)

    assert specializations.decide(held=got, by=vera, at=now, grant=True)
    assert not specializations.decide(held=got, by=vera, at=now, grant=True)
    got.refresh_from_db()
    assert (got.state, got.decided_by, got.expires_on) == (HeldState.ACTIVE, vera, date(2030, 9, 18))


def test_what_was_refused_is_not_asked_again_under_the_same_criteria(define, pinewood, vera, now):
    define(needs_approval=True)
    settle(now)
    specializations.decide(held=pinewood.specializations.get(), by=vera, at=now, grant=False, reason="No project yet")
    specializations.follow(partner_ids=[pinewood.pk], at=now)

    assert held(pinewood) == [HeldState.DECLINED]


def test_without_a_validity_it_ends_with_its_criteria(define, pinewood, now):
    define()
    settle(now)
    Classification.objects.update(segment_ids=[])
    specializations.follow(partner_ids=[pinewood.pk], at=now)

    assert held(pinewood) == [HeldState.EXPIRED]


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_on_its_day_it_is_renewed_or_ends(zone, define, pinewood, now):
    Program.objects.update_or_create(pk=1, defaults={"timezone": zone})
    Program.forget()
    define(valid_months=12)
    settle(now)
    day = pinewood.specializations.get().expires_on
    midnight = datetime(day.year, day.month, day.day, tzinfo=Program.current().zone)

    with time_machine.travel(midnight - timedelta(seconds=1), tick=False):
        assert specializations.review(at=midnight - timedelta(seconds=1)) == 0
    with time_machine.travel(midnight, tick=False):
        assert specializations.review(at=midnight) == 1
        assert specializations.review(at=midnight) == 0
    assert pinewood.specializations.get().renewed_at == midnight
    Classification.objects.update(segment_ids=[])
    specializations.review(at=midnight + timedelta(days=366))
    assert held(pinewood) == [HeldState.EXPIRED]


def test_it_is_withdrawn_with_a_reason_and_not_granted_again(define, pinewood, victor, now):
    define()
    settle(now)
    got = pinewood.specializations.get()
    with pytest.raises(Refusal):
        specializations.withdraw(held=got, by=victor, at=now, reason=" ")

    assert specializations.withdraw(held=got, by=victor, at=now, reason="Two projects failed")
    assert not specializations.withdraw(held=got, by=victor, at=now, reason="Two projects failed")
    specializations.follow(partner_ids=[pinewood.pk], at=now)
    assert held(pinewood) == [HeldState.WITHDRAWN]


def specializations_told_again(at):
    """Look again an hour later, every hour of a day, and return the messages that were put."""
    for hours in range(1, 12):
        specializations.review(at=at + timedelta(days=26, hours=hours))
    return list(OutboxMessage.objects.filter(topic=specializations.NOTICE))


def test_people_hear_once_that_it_is_looked_at_soon(define, pinewood, paula, now):
    define(valid_months=1)
    settle(now)
    for days in (0, 1, 25, 26):
        specializations.review(at=now + timedelta(days=days))
        outbox.deliver_due(at=now + timedelta(days=days, minutes=1))

    assert not specializations_told_again(now)
    assert sum("looked at again" in one for one in paula.notifications.values_list("text", flat=True)) == 3
    assert now.tzinfo is UTC


def test_rules_may_ask_for_it(define, pinewood, now, victor):
    first = define()
    asks = {
        "combinator": "and",
        "not": False,
        "rules": [{"field": "specializations", "operator": "any_of", "value": [first.key]}],
    }
    second = specializations.create(name="Cloud elite", by=victor, at=now, criteria=asks)
    settle(now)
    settle(now)

    assert second.held.filter(partner=pinewood, state=HeldState.ACTIVE).exists()


def test_a_partner_holds_each_once(pinewood, now):
    one = HeldSpecializationFactory(partner=pinewood)
    for wrong in (
        {"specialization": one.specialization},
        {"state": HeldState.EXPIRED},
        {"ends_at": now},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            HeldSpecializationFactory(partner=pinewood, **wrong)
    assert HeldSpecialization.objects.count() == 1
