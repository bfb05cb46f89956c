"""Tiers: tracks, their order, who holds what, and promotion by what the figures say."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core.models import OutboxMessage, VersionState
from core.refusals import Refusal
from partners.models import TierHolding, TierTrack
from partners.queries import tiers as reads
from partners.services import categories, memberships, tiers
from partners.signals import rules_changed
from tests.factories.partners import TierFactory, TierHoldingFactory

pytestmark = pytest.mark.django_db
ASKS = {"combinator": "and", "rules": [{"field": "categories", "operator": "is_set"}]}


@pytest.fixture
def track(victor, now):
    rungs = [{"key": name.lower(), "name": name, "criteria": ASKS} for name in ("Silver", "Gold", "Platinum")]
    return tiers.define_track(key="solution", name="Solution partners", tiers=rungs, by=victor, at=now)


@pytest.fixture
def silver(track):
    return track.tiers.get(key="silver")


@pytest.fixture
def gold(track):
    return track.tiers.get(key="gold")


@pytest.fixture
def platinum(track):
    return track.tiers.get(key="platinum")


def held(partner):
    return [str(one.tier) for one in TierHolding.objects.open().of(partner)]


def test_a_track_is_defined_with_its_tiers_lowest_first(track):
    rungs = track.tiers.order_by("rank")

    assert [(tier.name, tier.rank) for tier in rungs] == [("Silver", 1), ("Gold", 2), ("Platinum", 3)]
    assert {tier.versions.get().state for tier in rungs} == {VersionState.PUBLISHED}


def test_defining_a_track_twice_makes_one(track, victor, now):
    assert tiers.define_track(key="solution", name="Other", tiers=[], by=victor, at=now) == track
    assert TierTrack.objects.count() == 1


def test_two_tiers_of_a_track_never_share_a_key(track, victor, now):
    with pytest.raises(ValidationError):
        tiers.create(track=track, key="gold", name="Gold again", by=victor, at=now)


def test_tiers_are_put_into_another_order(track, silver, gold, platinum, victor, now):
    heard = []

    def hear(kind, reason, **kwargs):
        heard.append(kind)

    rules_changed.connect(hear)
    moved = tiers.reorder(track=track, tiers=[gold, silver, platinum], by=victor, at=now)
    again = tiers.reorder(track=track, tiers=[gold, silver, platinum], by=victor, at=now)
    rules_changed.disconnect(hear)

    assert (moved, again, heard) == (True, False, ["tier"])
    assert [tier.name for tier in track.tiers.order_by("rank")] == ["Gold", "Silver", "Platinum"]


def test_an_order_that_leaves_a_tier_out_is_refused(track, silver, gold, victor, now):
    with pytest.raises(Refusal, match="changed meanwhile"):
        tiers.reorder(track=track, tiers=[gold, silver], by=victor, at=now)


def test_holding_another_tier_ends_the_one_before(pinewood, silver, gold, victor, now):
    tiers.hold(partner=pinewood, tier=silver, by=victor, at=now, reason="Welcome")
    later = now + timedelta(days=30)

    holding = tiers.hold(partner=pinewood, tier=gold, by=victor, at=later, reason="Grew", evidence={"deals": 9})

    assert held(pinewood) == ["Gold"]
    assert (holding.reason, holding.decided_by, holding.evidence) == ("Grew", victor, {"deals": 9})
    assert TierHolding.objects.get(tier=silver).ends_at == later


def test_holding_what_one_holds_changes_nothing(pinewood, gold, victor, now):
    first = tiers.hold(partner=pinewood, tier=gold, by=victor, at=now)

    assert tiers.hold(partner=pinewood, tier=gold, by=victor, at=now + timedelta(days=1)) == first
    assert OutboxMessage.objects.filter(topic=tiers.TIER_CHANGED).count() == 1


def test_every_move_is_told(pinewood, silver, gold, victor, now):
    tiers.hold(partner=pinewood, tier=silver, by=victor, at=now)
    holding = tiers.hold(partner=pinewood, tier=gold, by=victor, at=now)

    told = OutboxMessage.objects.filter(topic=tiers.TIER_CHANGED).order_by("pk").last()
    move = holding.moves.get()
    assert told.payload == {"move_ids": [move.pk]}
    assert (move.kind, move.from_tier, move.to_tier, move.decided_by) == ("promoted", silver, gold, victor)


def test_a_tier_is_taken_away_once(pinewood, gold, victor, now):
    holding = tiers.hold(partner=pinewood, tier=gold, by=victor, at=now)

    assert tiers.end(holding=holding, by=victor, at=now + timedelta(days=1), reason="Left the program") is True
    assert tiers.end(holding=holding, by=victor, at=now + timedelta(days=2), reason="Left the program") is False
    assert holding.ends_at == now + timedelta(days=1)


def test_a_track_for_one_category_is_closed_to_others(pinewood, track, gold, victor, now):
    msp = categories.define(key="msp", name="MSP", by=victor, at=now)
    tiers.update_track(track=track, by=victor, at=now, changes={"category": msp})
    gold.refresh_from_db()

    with pytest.raises(tiers.NotAllowed, match="Pinewood is not in that category"):
        tiers.hold(partner=pinewood, tier=gold, by=victor, at=now)


def test_qualifying_promotes_at_once_to_the_best_tier(pinewood, silver, gold, now):
    moved = tiers.follow_qualification(
        partner_id=pinewood.pk, tier_ids=[silver.pk, gold.pk], at=now, evidence={str(gold.pk): {"deals": 12}}
    )

    assert held(pinewood) == ["Gold"]
    assert (moved[0].evidence, moved[0].decided_by, moved[0].reason) == ({"deals": 12}, None, "Met what Gold asks")


def test_following_twice_promotes_once(pinewood, gold, now):
    tiers.follow_qualification(partner_id=pinewood.pk, tier_ids=[gold.pk], at=now)

    assert tiers.follow_qualification(partner_id=pinewood.pk, tier_ids=[gold.pk], at=now) == []
    assert TierHolding.objects.count() == 1


def test_qualifying_for_less_never_demotes(pinewood, silver, gold, now):
    tiers.follow_qualification(partner_id=pinewood.pk, tier_ids=[gold.pk], at=now)

    tiers.follow_qualification(partner_id=pinewood.pk, tier_ids=[silver.pk], at=now)
    tiers.follow_qualification(partner_id=pinewood.pk, tier_ids=[], at=now)

    assert held(pinewood) == ["Gold"]


def test_a_track_that_promotes_at_a_review_waits_for_somebody(pinewood, track, gold, victor, now):
    tiers.update_track(track=track, by=victor, at=now, changes={"upward": "at_review"})

    assert tiers.follow_qualification(partner_id=pinewood.pk, tier_ids=[gold.pk], at=now) == []


def test_a_track_for_one_category_promotes_its_members_only(pinewood, oakhurst, track, gold, victor, now):
    msp = categories.define(key="msp", name="MSP", by=victor, at=now)
    tiers.update_track(track=track, by=victor, at=now, changes={"category": msp})
    memberships.assign(partner=pinewood, category=msp, by=victor, at=now)

    for partner in (pinewood, oakhurst):
        tiers.follow_qualification(partner_id=partner.pk, tier_ids=[gold.pk], at=now)

    assert (held(pinewood), held(oakhurst)) == (["Gold"], [])


def test_a_partner_sees_its_ladder_with_the_next_tier(pinewood, silver, gold, victor, now):
    tiers.hold(partner=pinewood, tier=silver, by=victor, at=now)

    ladder = reads.ladders_of(pinewood)[0]

    assert (ladder.held.tier, ladder.next_rung.tier, ladder.held_rung.tier) == (silver, gold, silver)
    assert (ladder.is_behind, ladder.is_ahead) == (True, False)


def test_a_stranger_sees_no_holding(pinewood, gold, victor, olga, paula, now):
    tiers.hold(partner=pinewood, tier=gold, by=victor, at=now)

    assert TierHolding.objects.visible_to(paula).count() == 1
    assert TierHolding.objects.visible_to(olga).count() == 0


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [("tier_rank_once", {"rank": 2}), ("tier_key_once", {"key": "gold"}), ("tier_rank_positive", {"rank": 0})],
)
def test_the_database_keeps_ranks_and_keys_apart(track, constraint, fields):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        TierFactory(track=track, **fields)


def test_the_database_keeps_one_open_holding_per_track(pinewood, silver, gold, victor, now):
    tiers.hold(partner=pinewood, tier=silver, by=victor, at=now)

    with pytest.raises(IntegrityError, match="tier_holding_(one_open|no_overlap)"), transaction.atomic():
        TierHoldingFactory(partner=pinewood, tier=gold)


def test_the_database_keeps_a_holdings_end_after_its_beginning(gold, now):
    with pytest.raises(IntegrityError, match="tier_holding_period"), transaction.atomic():
        TierHoldingFactory(tier=gold, starts_at=now, ends_at=now - timedelta(seconds=1))
