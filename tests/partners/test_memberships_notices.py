"""Who hears what about categories and tiers: the partner what was decided, its manager what waits."""

import pytest

from accounts.models import Notification
from core.models import OutboxMessage
from core.services import outbox
from partners.services import categories, memberships, suggestions, tier_notices, tiers

pytestmark = pytest.mark.django_db


@pytest.fixture
def msp(victor, now):
    return categories.define(key="msp", name="MSP", by=victor, at=now)


@pytest.fixture
def gold(victor, now):
    track = tiers.define_track(
        key="solution", name="Solution partners", tiers=[{"key": "gold", "name": "Gold"}], by=victor, at=now
    )
    return track.tiers.get()


def deliver(at):
    outbox.deliver_due(at=at)
    assert not OutboxMessage.objects.filter(attempts__gt=0).exists()


def heard(user):
    return list(user.notifications.order_by("pk").values_list("text", flat=True))


def test_a_manager_hears_what_a_partner_asks_for(pinewood, msp, paula, vera, vincent, now):
    memberships.declare(partner=pinewood, category=msp, by=paula, at=now, statement="Forty contracts")

    deliver(now)

    assert (heard(vera), heard(vincent), heard(paula)) == (["Pinewood asks to be in MSP."], [], [])


def test_a_partner_hears_what_was_decided_and_why(pinewood, msp, paula, olga, vera, now):
    asked = memberships.declare(partner=pinewood, category=msp, by=paula, at=now, statement="Forty contracts")
    memberships.confirm(membership=asked, by=vera, at=now)
    memberships.end(membership=asked, by=vera, at=now, reason="Contracts ran out")

    deliver(now)

    assert heard(paula) == [
        "You are in the category MSP now.",
        "You are no longer in the category MSP: Contracts ran out",
    ]
    assert heard(olga) == []


def test_a_suggestion_turned_down_is_nobodys_news(pinewood, msp, paula, vera, now):
    suggestions.suggest(partner_id=pinewood.pk, category_ids=[msp.pk], at=now)
    memberships.end(membership=pinewood.memberships.get(), by=vera, at=now, reason="They resell only")

    deliver(now)

    assert heard(paula) == []


def test_a_new_tier_is_told_on_both_sides(pinewood, gold, paula, vera, victor, now):
    holding = tiers.hold(partner=pinewood, tier=gold, by=victor, at=now)
    tiers.end(holding=holding, by=victor, at=now, reason="Left the program")

    deliver(now)

    assert heard(paula) == ["Solution partners: you are Gold now.", "Solution partners: you are no longer Gold."]
    assert heard(vera) == [
        "Solution partners: Pinewood is Gold now.",
        "Solution partners: Pinewood is no longer Gold.",
    ]


def test_delivering_twice_tells_once(pinewood, gold, paula, vera, victor, now):
    tiers.hold(partner=pinewood, tier=gold, by=victor, at=now)
    payload = OutboxMessage.objects.get(topic=tiers.TIER_CHANGED).payload

    tier_notices.tier_changed(payload)
    tier_notices.tier_changed(payload)

    assert Notification.objects.count() == 2
