"""A partner's way up: what is missing, the cheapest way, what the next review would find, and what happened."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from core.services import outbox
from deals.models import Deal
from partners.models import Partner, TierTrack
from partners.services import tiers
from segmentation.models import MeasureVersion
from segmentation.queries.progress import Forecast, TrackProgress, forecasts, progress
from segmentation.queries.tier_moves import tier_moves
from segmentation.services import measures, recompute, segments
from tests.factories.deals import DealFactory, DealParticipantFactory

pytestmark = pytest.mark.django_db
WON = {"field": "stage", "operator": "equals", "value": "won"}


def rule(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def all_of(*rules: Any) -> dict[str, Any]:
    return {"combinator": "and", "not": False, "rules": list(rules)}


def any_of(*rules: Any) -> dict[str, Any]:
    return {**all_of(*rules), "combinator": "or"}


def won(amount: int) -> dict[str, Any]:
    return {
        "collection": "deals",
        "aggregate": "sum",
        "of": "amount",
        "where": all_of(WON),
        "window": {"last": 3, "unit": "months"},
        "operator": ">=",
        "value": amount,
    }


@pytest.fixture
def track(victor: User, now: datetime) -> TierTrack:
    return tiers.define_track(
        key="main",
        name="Main",
        by=victor,
        at=now - timedelta(days=400),
        tiers=[
            {"key": "silver", "name": "Silver", "criteria": all_of(won(100)), "benefits": "5 % discount"},
            {
                "key": "gold",
                "name": "Gold",
                "criteria": all_of(won(400), any_of(rule("employees", ">=", 50), rule("city", "equals", "Rome"))),
                "benefits": "9 % discount",
            },
        ],
    )


def deal(partner: Partner, amount: int, **more: Any) -> Deal:
    made = DealFactory(amount=amount, program_amount=amount, **more)
    DealParticipantFactory(deal=made, partner=partner)
    return made


def seen(partner: Partner, now: datetime, *, is_own: bool = False) -> TrackProgress:
    (found,) = progress(partner, at=now, is_own=is_own)
    return found


def foreseen(partner: Partner, now: datetime) -> Forecast | None:
    ((_ladder, found),) = forecasts(partner, at=now, is_own=False)
    return found


def asked(found: TrackProgress) -> list[list[str]]:
    return [[step.leaf.path for step in way.steps] for way in found.ways]


def test_the_next_tier_is_explained_and_the_cheapest_way_comes_first(
    pinewood: Partner, track: TierTrack, now: datetime
) -> None:
    Partner.objects.filter(pk=pinewood.pk).update(employees=40)
    tiers.hold(partner=pinewood, tier=track.tiers.get(key="silver"), by=None, at=now)
    deal(pinewood, 300, stage="won", closed_on=date(2030, 3, 1))

    found = seen(pinewood, now)

    assert [leaf.missing for leaf in found.missing] == ["100 EUR more", "10 people more", ""]
    assert asked(found) == [["/rules/0", "/rules/1/rules/0"], ["/rules/0", "/rules/1/rules/1"]]
    assert [way.unknown for way in found.ways] == [0, 1]
    assert [step.percent for step in found.ways[0].steps] == [25, 20]


def test_a_forecast_moves_the_windows_to_the_day_of_the_review(
    pinewood: Partner, track: TierTrack, now: datetime
) -> None:
    tiers.hold(partner=pinewood, tier=track.tiers.get(key="silver"), by=None, at=now)
    deal(pinewood, 150, stage="won", closed_on=date(2029, 12, 20))

    found = foreseen(pinewood, now)

    assert found is not None
    assert (found.look.day, found.quiet.reached, found.others) == (date(2030, 4, 1), None, [])
    assert [leaf.missing for leaf in found.quiet.missing] == ["100 EUR more"]


def test_the_pipeline_is_counted_whole_and_weighted_and_nothing_is_written(
    pinewood: Partner, track: TierTrack, now: datetime
) -> None:
    Partner.objects.filter(pk=pinewood.pk).update(employees=60)
    for stage in ("won", "lost", "lost", "lost", "lost"):
        deal(pinewood, 0, stage=stage, closed_on=date(2029, 6, 1))
    coming = deal(pinewood, 500, expected_close_on=date(2030, 3, 25))
    deal(pinewood, 9000, expected_close_on=date(2030, 4, 2))
    deal(pinewood, 9000)

    found = foreseen(pinewood, now)

    assert found is not None
    weighted, full = found.others
    assert (str(weighted.reached), str(full.reached), found.quiet.reached) == ("Silver", "Gold", None)
    assert "1 open deal over €500" in weighted.says
    assert "20 %" in weighted.says
    coming.refresh_from_db()
    assert (coming.stage, coming.closed_on) == ("open", None)


def test_a_late_deal_counts_from_today(pinewood: Partner, track: TierTrack, now: datetime) -> None:
    deal(pinewood, 500, expected_close_on=date(2029, 1, 1))

    found = foreseen(pinewood, now)

    assert found is not None
    assert str(found.others[-1].reached) == "Silver"


def test_missing_points_are_taken_apart(pinewood: Partner, victor: User, now: datetime) -> None:
    formula = {
        "function": "points",
        "parts": [
            {"of": {"field": "employees"}, "each": 2, "cap": 100},
            {"of": {"collection": "deals", "aggregate": "count"}, "each": 10},
        ],
    }
    measure = measures.define(key="points", name="Points", formula=formula, by=victor, at=now)
    assert MeasureVersion.objects.filter(definition=measure, state="published").exists()
    tiers.define_track(
        key="points",
        name="Points",
        by=victor,
        at=now,
        tiers=[{"key": "one", "name": "One", "criteria": all_of(rule("measure_points", ">=", 90))}],
    )
    Partner.objects.filter(pk=pinewood.pk).update(employees=40)

    (way,) = seen(pinewood, now).ways

    assert [(gain.units, gain.points) for gain in way.steps[0].gains] == [(5, 10)]
    assert way.steps[0].percent == 11


def test_partners_see_no_clause_about_what_they_may_not_see(pinewood: Partner, victor: User, now: datetime) -> None:
    segments.define(key="vip", name="VIP", by=victor, at=now, criteria=all_of(rule("city", "equals", "Rome")))
    tiers.define_track(
        key="hidden",
        name="Hidden",
        by=victor,
        at=now,
        tiers=[{"key": "one", "name": "One", "criteria": all_of(rule("segments", "any_of", ["vip"]))}],
    )

    own, vendors = (seen(pinewood, now, is_own=is_own).ways[0].steps[0].leaf for is_own in (True, False))

    assert own.asked == "Something that your partner manager looks after"
    assert "VIP" in vendors.asked


def test_the_history_tells_every_move_and_what_was_reached(
    pinewood: Partner, track: TierTrack, vera: User, now: datetime
) -> None:
    deal(pinewood, 150, stage="won", closed_on=date(2030, 3, 1))
    recompute.everything(at=now)
    outbox.deliver_due(at=now + timedelta(minutes=1))

    found = tier_moves(pinewood, vera)

    assert {
        (one.move.kind if one.move else one.change.entered, str(one.tier or one.move.to_tier)) for one in found
    } == {
        ("promoted", "Silver"),
        (True, "Silver"),
    }


# --- pages


def test_both_sides_see_the_way_up_and_nobody_else_does(
    client_of: Callable[[User], Client],
    pinewood: Partner,
    track: TierTrack,
    vera: User,
    vincent: User,
    paula: User,
    olga: User,
    now: datetime,
) -> None:
    deal(pinewood, 250, stage="won", closed_on=date(2030, 3, 1))
    page = reverse("vendor:partner-progress", args=[pinewood.public_id])

    assert "What Silver asks" in client_of(vera).get(page).text
    assert client_of(vincent).get(page).status_code == 404
    assert "€250" not in client_of(olga).get(reverse("partner:tier-progress")).text
    own = client_of(paula).get(reverse("partner:tier-progress")).text
    assert "What Silver asks" in own
    assert "not a promise" in client_of(paula).get(reverse("partner:tier-forecast-panel")).text
    forecast = reverse("vendor:partner-forecast-panel", args=[pinewood.public_id])
    assert "If nothing new happens" in client_of(vera).get(forecast, headers={"HX-Request": "true"}).text
    assert client_of(vincent).get(forecast).status_code == 404


def test_the_evidence_of_a_day_comes_as_a_fragment(
    client_of: Callable[[User], Client], pinewood: Partner, track: TierTrack, paula: User, olga: User, now: datetime
) -> None:
    deal(pinewood, 150, stage="won", closed_on=date(2030, 3, 1))
    recompute.everything(at=now)
    outbox.deliver_due(at=now + timedelta(minutes=1))
    happened = tier_moves(pinewood, paula)
    change = next(one.change for one in happened if one.change)
    move = next(one.move for one in happened if one.move)
    page = reverse("partner:why-panel", args=["tier", move.judged_tier.public_id], query={"then": change.moment})
    evidence = reverse("partner:tier-move", args=[move.public_id])

    assert evidence in client_of(paula).get(reverse("partner:tier-history")).text
    assert evidence in client_of(paula).get(reverse("partner:tier-history-panel")).text
    assert "150" in client_of(paula).get(evidence).text
    assert "<h1" not in client_of(paula).get(evidence, headers={"HX-Request": "true"}).text
    assert client_of(olga).get(evidence).status_code == 404
    fragment = client_of(paula).get(page, headers={"HX-Request": "true"}).text

    assert "150" in fragment
    assert "<h1" not in fragment


def test_without_a_track_the_page_says_so(client_of: Callable[[User], Client], paula: User, now: datetime) -> None:
    assert "No tier track is open to you yet" in client_of(paula).get(reverse("partner:tier-progress")).text
    assert "Nothing has happened" in client_of(paula).get(reverse("partner:tier-history")).text


def test_pages_stay_within_their_queries(
    client_of: Callable[[User], Client], pinewood: Partner, track: TierTrack, vera: User, paula: User, now: datetime
) -> None:
    for number in range(6):
        deal(pinewood, 100 + number, stage="won", closed_on=date(2030, 3, 1))
        deal(pinewood, 100, expected_close_on=date(2030, 3, 25))
    recompute.everything(at=now)
    outbox.deliver_due(at=now + timedelta(minutes=1))
    found = {}
    own = [pinewood.public_id]
    for user, names in (
        (vera, [(f"vendor:partner-{name}", own) for name in ("progress", "forecast-panel", "tier-history")]),
        (paula, [(f"partner:tier-{name}", []) for name in ("progress", "forecast-panel", "history")]),
    ):
        client = client_of(user)
        for name, args in names:
            path = reverse(name, args=args)
            for headers in ({}, {"HX-Request": "true"}) if name.endswith("panel") else ({},):
                client.get(path, headers=headers)
                with CaptureQueriesContext(connection) as queries:
                    assert client.get(path, headers=headers).status_code == 200
                found[name, *headers] = len(queries)

    assert all(n <= 12 for n in found.values()), found
