"""Tiers follow the figures: at once, into grace, back out of it, down, or into the queue of approvals."""

from datetime import datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from core.models import OutboxMessage
from core.services import outbox
from partners.models import TierHolding, TierMove, TierProposal
from partners.services import tier_days, tier_moves, tier_proposals, tiers
from tests.factories.partners import (
    PartnerFactory,
    TierFactory,
    TierHoldingFactory,
    TierMoveFactory,
    TierProposalFactory,
    TierTrackFactory,
)
from tests.partners.tier_ladders import ZONES, grow, held, in_zone, ladder, moves, work

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_losing_what_a_tier_asks_begins_a_grace_period_with_the_evidence(pinewood, victor, now):
    ladder(by=victor, at=now, downward="at_once", grace_days=90)
    grow(pinewood, 60, at=now)

    grow(pinewood, 40, at=now + DAY)

    holding = pinewood.tier_holdings.get()
    move = TierMove.objects.get(kind="grace_began")
    assert held(pinewood) == "gold in grace"
    assert holding.grace_ends_on == (now + 91 * DAY).date()
    assert (move.from_tier, move.to_tier, move.judged_tier) == (holding.tier, holding.tier, holding.tier)
    assert (move.evidence["version"], move.evidence["values"][0]) == (1, 40)
    assert move.reason == "No longer meets what Gold asks"


def test_qualifying_again_in_grace_rescues(pinewood, victor, now):
    ladder(by=victor, at=now, downward="at_once")
    grow(pinewood, 60, at=now)
    grow(pinewood, 40, at=now + DAY)

    grow(pinewood, 55, at=now + 2 * DAY)

    holding = pinewood.tier_holdings.get()
    assert (held(pinewood), holding.grace_ends_on) == ("gold", None)
    assert moves(pinewood) == ["promoted", "grace_began", "rescued"]
    assert TierMove.objects.get(kind="rescued").evidence["values"][0] == 55


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("began", ["2028-02-28", "2030-03-09", "2030-04-05"], ids=["leap", "dst_usa", "dst_nz"])
@pytest.mark.parametrize(
    ("days_after", "expected"), [(-1, "gold in grace"), (0, "gold in grace"), (1, "silver"), (9, "silver")]
)
def test_a_partner_falls_on_the_day_after_the_last_day_of_grace(
    pinewood, victor, now, zone, began, days_after, expected
):
    here = in_zone(zone)
    start = datetime.combine(datetime.fromisoformat(began), time(23, 30), tzinfo=here)
    ladder(by=victor, at=start - DAY, downward="at_once", grace_days=30)
    grow(pinewood, 60, at=start - DAY)
    grow(pinewood, 20, at=start)
    last_day = pinewood.tier_holdings.get().grace_ends_on

    tier_days.keep(at=datetime.combine(last_day + days_after * DAY, time(0, 1), tzinfo=here))

    assert last_day == start.date() + timedelta(days=30)
    assert held(pinewood) == expected


def test_the_fall_keeps_the_evidence_of_its_own_day(pinewood, victor, now):
    ladder(by=victor, at=now, downward="at_once", grace_days=30)
    grow(pinewood, 60, at=now)
    grow(pinewood, 40, at=now)
    grow(pinewood, 30, at=now + 10 * DAY)

    tier_days.keep(at=now + 31 * DAY)

    fall = TierMove.objects.get(kind="demoted")
    assert (fall.from_tier.key, fall.to_tier.key, fall.judged_tier.key) == ("gold", "silver", "gold")
    assert fall.evidence["values"][0] == 30
    assert fall.reason == "Did not meet what Gold asks again before the grace period was over"


def test_who_qualifies_for_nothing_leaves_the_track(pinewood, victor, now):
    ladder(by=victor, at=now, downward="at_once", grace_days=0)
    grow(pinewood, 60, at=now)

    grow(pinewood, 1, at=now + DAY)

    assert (held(pinewood), moves(pinewood)) == ("", ["promoted", "ended"])


def test_following_twice_writes_nothing_twice(pinewood, victor, now):
    ladder(by=victor, at=now, downward="at_once")
    grow(pinewood, 60, at=now)
    grow(pinewood, 40, at=now)
    work(now)

    tiers.follow_stored_qualification(partner_id=pinewood.pk, at=now)
    tier_days.keep(at=now)
    tier_days.keep(at=now)

    assert moves(pinewood) == ["promoted", "grace_began"]


@pytest.mark.parametrize(("months", "days_after", "expected"), [(12, -1, "gold"), (12, 0, "gold in grace")])
def test_a_tier_is_kept_until_its_anniversary(pinewood, victor, now, months, days_after, expected):
    ladder(by=victor, at=now, downward="at_once", minimum_stay_months=months)
    grow(pinewood, 60, at=now)
    grow(pinewood, 40, at=now + DAY)

    tier_days.keep(at=now.replace(year=now.year + 1) + days_after * DAY)

    assert held(pinewood) == expected


def test_a_stricter_policy_reaches_those_whom_no_figure_moves(pinewood, victor, now):
    track = ladder(by=victor, at=now)
    grow(pinewood, 60, at=now)
    grow(pinewood, 40, at=now)

    tiers.update_track(track=track, by=victor, at=now, changes={"downward": "at_once"})
    outbox.deliver_due(at=now)

    assert held(pinewood) == "gold in grace"


def test_a_milder_policy_ends_grace(pinewood, victor, now):
    track = ladder(by=victor, at=now, downward="at_once")
    grow(pinewood, 60, at=now)
    grow(pinewood, 40, at=now)

    tiers.update_track(track=track, by=victor, at=now, changes={"downward": "never"})
    outbox.deliver_due(at=now)

    assert held(pinewood) == "gold"


def test_promotions_of_many_are_few_messages_and_few_statements(victor, now, django_assert_max_num_queries):
    track = ladder(by=victor, at=now)
    gold = track.tiers.get(key="gold")
    many = {partner.pk: [gold.pk] for partner in PartnerFactory.create_batch(250)}
    evidence = {pk: {gold.pk: {"version": 1, "values": {}}} for pk in many}
    OutboxMessage.objects.all().delete()

    with django_assert_max_num_queries(40):
        moved = tiers.follow_qualifications(qualified=many, at=now, evidence=evidence)

    told = OutboxMessage.objects.filter(topic=tier_moves.TIER_CHANGED)
    assert (len(moved), TierHolding.objects.count()) == (250, 250)
    assert sorted(len(one.payload["move_ids"]) for one in told) == [50, 100, 100]


# --- approvals


@pytest.fixture
def by_approval(victor, now):
    return ladder(by=victor, at=now, upward="by_approval")


def test_who_qualifies_waits_for_an_approval_with_the_evidence_of_that_day(pinewood, by_approval, now):
    grow(pinewood, 60, at=now)

    waiting = TierProposal.objects.get()
    assert (held(pinewood), waiting.tier.key, waiting.state) == ("", "gold", "waiting")
    assert waiting.evidence["values"][0] == 60


def test_an_approval_raises_once(pinewood, by_approval, victor, now):
    grow(pinewood, 60, at=now)
    waiting = TierProposal.objects.get()

    assert tier_proposals.approve(proposals=[waiting], by=victor, at=now, reason="Well done") == 1
    assert tier_proposals.approve(proposals=[waiting], by=victor, at=now) == 0

    move = TierMove.objects.get()
    assert (held(pinewood), move.source, move.decided_by, move.reason) == ("gold", "approval", victor, "Well done")
    assert move.evidence["values"][0] == 60


def test_what_was_declined_is_not_asked_again_while_it_goes_on(pinewood, by_approval, victor, now):
    grow(pinewood, 60, at=now)
    waiting = TierProposal.objects.get()

    assert tier_proposals.decline(proposal=waiting, by=victor, at=now, reason="Not yet") is True
    assert tier_proposals.decline(proposal=waiting, by=victor, at=now, reason="Not yet") is False
    grow(pinewood, 61, at=now)
    assert TierProposal.objects.filter(state="waiting").count() == 0

    grow(pinewood, 40, at=now)
    grow(pinewood, 60, at=now)
    assert [one.tier.key for one in TierProposal.objects.filter(state="waiting")] == ["gold"]


def test_who_no_longer_qualifies_is_not_asked_about(pinewood, by_approval, victor, now):
    grow(pinewood, 60, at=now)
    waiting = TierProposal.objects.get()

    grow(pinewood, 1, at=now)

    waiting.refresh_from_db()
    assert waiting.state == "lapsed"
    assert tier_proposals.approve(proposals=[waiting], by=victor, at=now) == 0
    assert held(pinewood) == ""


def test_more_than_was_asked_for_asks_anew(pinewood, by_approval, now):
    grow(pinewood, 60, at=now)
    grow(pinewood, 200, at=now)

    assert list(TierProposal.objects.order_by("pk").values_list("tier__key", "state")) == [
        ("gold", "lapsed"),
        ("platinum", "waiting"),
    ]


# --- what the database keeps


def test_the_database_keeps_history_as_it_was():
    move = TierMoveFactory()

    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        TierMove.objects.filter(pk=move.pk).update(reason="Otherwise")
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        move.delete()


def test_history_goes_along_when_two_records_are_one(pinewood):
    move = TierMoveFactory()

    TierMove.objects.filter(pk=move.pk).update(partner=pinewood)

    assert TierMove.objects.get().partner == pinewood


def test_the_database_keeps_holdings_of_a_track_apart(pinewood, now):
    tier = TierFactory()
    TierHoldingFactory(partner=pinewood, tier=tier, starts_at=now, ends_at=now + 10 * DAY)

    with pytest.raises(IntegrityError, match="tier_holding_no_overlap"), transaction.atomic():
        TierHoldingFactory(partner=pinewood, tier=tier, starts_at=now + 9 * DAY)
    TierHoldingFactory(partner=pinewood, tier=tier, starts_at=now + 10 * DAY)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("tier_holding_grace_has_end", {"state": "grace"}),
        ("tier_holding_grace_has_end", {"grace_ends_on": "2030-01-01"}),
        ("tier_holding_source_known", {"source": "gift"}),
    ],
)
def test_the_database_keeps_holdings_sound(constraint, fields):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        TierHoldingFactory(**fields)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("tier_track_upward_known", {"upward": "sideways"}),
        ("tier_track_downward_known", {"downward": "sideways"}),
        ("tier_track_calendars_known", {"up_calendar": "full_moon"}),
        ("tier_track_review_months", {"down_months": 0}),
        ("tier_track_grace_and_stay", {"grace_days": 1000}),
        ("tier_track_rungs", {"most_rungs_up": 0}),
    ],
)
def test_the_database_keeps_policies_sound(constraint, fields):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        TierTrackFactory(**fields)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("tier_proposal_period", {"ends_at": "2020-01-01T00:00Z", "state": "lapsed"}),
        ("tier_proposal_waits_while_open", {"ends_at": "2035-01-01T00:00Z"}),
        ("tier_proposal_decided_when", {"state": "approved", "ends_at": "2035-01-01T00:00Z"}),
    ],
)
def test_the_database_keeps_proposals_sound(constraint, fields):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        TierProposalFactory(**fields)


def test_the_database_keeps_one_open_proposal_per_track(pinewood):
    first = TierProposalFactory(partner=pinewood)

    with pytest.raises(IntegrityError, match="tier_proposal_one_open"), transaction.atomic():
        TierProposalFactory(partner=pinewood, tier=first.tier)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [("tier_move_kind_known", {"kind": "vanished"}), ("tier_move_up_leads_somewhere", {"to_tier": None})],
)
def test_the_database_keeps_moves_sound(constraint, fields):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        TierMoveFactory(**({"track": TierTrackFactory()} | fields))
