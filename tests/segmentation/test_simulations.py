"""A draft tried on the real base: who would rise, fall and leave, with revenue, now and at past quarters."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.services import versions
from partners.models import Category, Partner, Tier, TierTrack
from partners.services import categories, regions, tiers
from segmentation.queries import simulations
from segmentation.queries.trials import trial
from tests.factories.deals import DealFactory, DealParticipantFactory
from tests.factories.partners import (
    CategoryMembershipFactory,
    PartnerFactory,
    RegionFactory,
    TierOverrideFactory,
    TierOverrideVersionFactory,
)

pytestmark = pytest.mark.django_db


def rule(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def all_of(*rules: Any) -> dict[str, Any]:
    return {"combinator": "and", "not": False, "rules": list(rules)}


@pytest.fixture
def track(victor: User, now: datetime) -> TierTrack:
    return tiers.define_track(
        key="size",
        name="Size",
        by=victor,
        at=now,
        tiers=[
            {"key": "silver", "name": "Silver", "criteria": all_of(rule("employees", ">=", 10))},
            {"key": "gold", "name": "Gold", "criteria": all_of(rule("employees", ">=", 100))},
        ],
    )


@pytest.fixture
def gold(track: TierTrack) -> Tier:
    return track.tiers.get(key="gold")


@pytest.fixture
def silver(track: TierTrack) -> Tier:
    return track.tiers.get(key="silver")


def partner(employees: int | None, holds: Tier | None = None, **more: Any) -> Partner:
    made = PartnerFactory(employees=employees, **more)
    if holds is not None:
        tiers.hold(partner=made, tier=holds, by=None, at=datetime(2029, 1, 1, tzinfo=UTC))
    return made


def outcome(definition: Any, now: datetime, **typed: str) -> simulations.Simulation:
    tried = trial(definition, typed=typed)
    return simulations.simulate(tried, at=now, visible=Partner.objects.all())


def counts(found: simulations.Simulation) -> dict[str, int]:
    return {one.key: one.count for one in found.movements}


def test_a_lower_number_lets_partners_rise(gold: Tier, silver: Tier, now: datetime) -> None:
    partner(60, silver, name="Sixty")
    partner(100, gold)

    found = outcome(gold, now, t0="50")

    assert counts(found) == {"rise": 1, "fall": 0, "leave": 0, "recover": 0}
    assert [one.name for one in found.movements[0].partners] == ["Sixty"]
    assert [(row.definition.key, row.held, row.before, row.after, row.change) for row in found.rows] == [
        ("gold", 1, 1, 2, 1),
        ("silver", 1, 1, 0, -1),
    ]


def test_a_higher_number_lets_holders_fall_behind_and_leave(gold: Tier, silver: Tier, now: datetime) -> None:
    partner(120, gold)
    partner(15, silver)

    assert counts(outcome(gold, now, t0="150")) == {"rise": 0, "fall": 1, "leave": 0, "recover": 0}
    assert counts(outcome(silver, now, t0="20")) == {"rise": 0, "fall": 0, "leave": 1, "recover": 0}


def test_who_is_behind_today_is_no_consequence_of_the_draft(gold: Tier, now: datetime) -> None:
    partner(50, gold)

    assert counts(outcome(gold, now, t0="150")) == {"rise": 0, "fall": 0, "leave": 0, "recover": 0}
    assert counts(outcome(gold, now, t0="40"))["recover"] == 1


def test_the_mark_itself_counts(gold: Tier, silver: Tier, now: datetime) -> None:
    partner(80, silver)

    assert counts(outcome(gold, now, t0="80"))["rise"] == 1
    assert counts(outcome(gold, now, t0="80.01"))["rise"] == 0


def test_the_draft_is_tried_and_nothing_is_written(gold: Tier, silver: Tier, victor: User, now: datetime) -> None:
    partner(60, silver)
    draft = tiers.draft_of(tier=gold, by=victor, at=now)
    tiers.save_draft(version=draft, by=victor, at=now, changes={"criteria": all_of(rule("employees", ">=", 55))})

    tried = trial(gold, typed={"t0": "70"})

    assert (tried.is_drafted, tried.thresholds[0].stands, tried.thresholds[0].tried) == (True, 55, 70)
    assert counts(outcome(gold, now))["rise"] == 1
    assert counts(outcome(gold, now, t0="70"))["rise"] == 0
    assert versions.existing_draft_of(gold).criteria == all_of(rule("employees", ">=", 55))


def test_revenue_and_regions_stand_behind_those_who_move(gold: Tier, silver: Tier, now: datetime) -> None:
    north = RegionFactory(name="North")
    seller = partner(60, silver, region=north)
    deal = DealFactory(stage="won", closed_on=now.date() - timedelta(days=9), amount=5000, program_amount=5000)
    DealParticipantFactory(deal=deal, partner=seller)
    partner(60, silver)

    found = outcome(gold, now, t0="50")

    assert (found.movements[0].count, found.movements[0].revenue) == (2, Decimal(5000))
    assert [(row.name, row.counts[0], row.revenue) for row in found.regions] == [
        ("No region", 1, Decimal(0)),
        ("North", 1, Decimal(5000)),
    ]


def test_regions_with_criteria_of_their_own_are_not_touched(
    gold: Tier, silver: Tier, victor: User, now: datetime
) -> None:
    north = regions.create(key="north", name="North", by=victor, at=now)
    override = TierOverrideFactory(tier=gold, region=north)
    TierOverrideVersionFactory(
        definition=override, published=True, overrides_criteria=True, criteria=all_of(rule("employees", ">=", 500))
    )
    partner(60, silver, region=north)
    partner(60, silver)

    assert counts(outcome(gold, now, t0="50"))["rise"] == 1


def test_a_track_of_a_category_asks_its_members_alone(victor: User, now: datetime) -> None:
    integrator = categories.define(key="si", name="Integrator", by=victor, at=now, criteria=all_of())
    track = tiers.define_track(
        key="si",
        name="Integrators",
        category=integrator,
        by=victor,
        at=now,
        tiers=[{"key": "one", "name": "One", "criteria": all_of(rule("employees", ">=", 100))}],
    )
    member = partner(60)
    CategoryMembershipFactory(partner=member, category=integrator, state="active")
    partner(60)

    found = outcome(track.tiers.get(), now, t0="50")

    assert (found.partners, counts(found)["rise"]) == (1, 1)


def test_of_a_category_members_fall_out_and_others_enter(victor: User, now: datetime) -> None:
    category = categories.define(
        key="large", name="Large", by=victor, at=now, criteria=all_of(rule("employees", ">=", 100))
    )
    for employees, state in ((110, "active"), (110, "suggested"), (160, "active"), (50, "active")):
        CategoryMembershipFactory(partner=partner(employees), category=category, state=state)

    assert counts(outcome(category, now, t0="150")) == {"enter": 0, "leave": 1, "recover": 0}
    assert counts(outcome(category, now, t0="40")) == {"enter": 0, "leave": 0, "recover": 1}
    assert outcome(category, now).rows[0].held == 3


def test_past_quarters_ask_windows_of_their_day_and_who_held_then(victor: User, now: datetime) -> None:
    won = {
        "collection": "deals",
        "aggregate": "count",
        "where": all_of(rule("stage", "equals", "won")),
        "window": {"last": 3, "unit": "months"},
        "operator": ">=",
        "value": 2,
    }
    track = tiers.define_track(
        key="sales", name="Sales", by=victor, at=now, tiers=[{"key": "a", "name": "A", "criteria": all_of(won)}]
    )
    seller = partner(1)
    deal = DealFactory(stage="won", closed_on=date(2029, 8, 1))
    DealParticipantFactory(deal=deal, partner=seller)
    tried = trial(track.tiers.get(), typed={"t0": "1"})

    found = simulations.over_quarters(tried, at=now, visible=Partner.objects.all())

    assert [(one.ended_on, one.before, one.after, one.rises) for one in found] == [
        (date(2029, 12, 31), 0, 0, 0),
        (date(2029, 9, 30), 0, 1, 1),
        (date(2029, 6, 30), 0, 0, 0),
        (date(2029, 3, 31), 0, 0, 0),
    ]


def test_the_chart_has_room_for_the_number_tried(gold: Tier, now: datetime) -> None:
    for employees in (None, 5, 10, 20, 4000):
        partner(employees)
    tried = trial(gold, typed={"t0": "80"})

    chart = simulations.chart_of(tried, "", at=now, visible=Partner.objects.all())

    assert chart is not None
    threshold, spread = chart
    assert (threshold.about, spread.empty, sum(spread.counts) + spread.more) == ("Employees", 1, 4)
    assert spread.high >= 100


# --- pages


def page(gold: Tier, **query: str) -> str:
    return reverse("vendor:tier-simulation", args=[gold.public_id], query=query)


def keep(gold: Tier) -> str:
    return reverse("vendor:tier-simulation-keep", args=[gold.public_id])


def test_readers_try_numbers_and_only_admins_keep_them(
    client_of: Callable[[User], Client],
    gold: Tier,
    silver: Tier,
    victor: User,
    vera: User,
    pinewood: Partner,
    now: datetime,
) -> None:
    Partner.objects.filter(pk=pinewood.pk).update(employees=60)
    tiers.hold(partner=pinewood, tier=silver, by=None, at=now)

    answer = client_of(vera).get(page(gold, t0="50"))

    assert answer.context["simulation"].movements[0].count == 1
    assert "Pinewood" in answer.text
    assert client_of(vera).post(keep(gold), {"t0": "50"}).status_code == 403
    assert client_of(victor).post(keep(gold), {"t0": "50"}).status_code == 302
    assert versions.existing_draft_of(gold).criteria["rules"][0]["value"] == 50
    assert client_of(victor).post(keep(gold), {"t0": "50"}).status_code == 302
    assert versions.existing_draft_of(gold).number == 2


def test_a_manager_sees_only_partners_they_look_after(
    client_of: Callable[[User], Client], gold: Tier, vera: User, pinewood: Partner, now: datetime
) -> None:
    partner(500, name="Not Vera's")

    assert client_of(vera).get(page(gold)).context["simulation"].partners == 1


def test_what_is_no_number_is_told_and_stays_typed(
    client_of: Callable[[User], Client], gold: Tier, victor: User, now: datetime
) -> None:
    answer = client_of(victor).post(keep(gold), {"t0": "many"})

    assert answer.status_code == 422
    assert 'value="many"' in answer.text
    assert "Write a number" in answer.text
    assert versions.existing_draft_of(gold) is None


def test_criteria_that_cannot_be_run_say_so(
    client_of: Callable[[User], Client], gold: Tier, victor: User, now: datetime
) -> None:
    draft = tiers.draft_of(tier=gold, by=victor, at=now)
    tiers.save_draft(version=draft, by=victor, at=now, changes={"criteria": all_of(rule("nothing", ">=", 1))})

    assert "These criteria cannot be run" in client_of(victor).get(page(gold)).text


def test_pages_stay_within_their_queries(
    client_of: Callable[[User], Client],
    gold: Tier,
    silver: Tier,
    victor: User,
    now: datetime,
    django_assert_max_num_queries: Any,
) -> None:
    category: Category = categories.define(
        key="large", name="Large", by=victor, at=now, criteria=all_of(rule("employees", ">=", 100))
    )
    for number in range(12):
        partner(60 + number, silver)
    client = client_of(victor)
    of_category = reverse("vendor:category-simulation", args=[category.public_id])
    for path in (page(gold, t0="50"), page(gold, t0="50", past="1"), of_category):
        client.get(path)
        with django_assert_max_num_queries(12):
            assert client.get(path).status_code == 200
