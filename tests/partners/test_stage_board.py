"""The board of partners by life stage, and how they move on."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse

from partners.models import LifeStage, Partner
from partners.queries import stage_board, stage_moves
from partners.services import life_stages
from tests.factories.partners import LifeStagePeriodFactory, PartnerFactory, TierHoldingFactory

pytestmark = pytest.mark.django_db
EVERYBODY = {"combinator": "and", "not": False, "rules": []}


def stage(key: str, by: Any, at: datetime, **texts: Any) -> LifeStage:
    return life_stages.define(key=key, name=key.capitalize(), criteria=EVERYBODY, by=by, at=at, **texts)


@pytest.fixture
def onboarded(victor, now):
    return stage("onboarded", victor, now, stuck_after_days=60)


@pytest.fixture
def activated(onboarded, victor, now):
    return stage("activated", victor, now)


def put(partner: Partner, into: LifeStage | None, since: datetime | None) -> Partner:
    """What the recompute would write."""
    apps.get_model("segmentation", "Classification").objects.update_or_create(
        partner=partner, defaults={"stage": into, "stage_since": since}
    )
    return partner


def days_ago(now: datetime, days: int, **more: Any) -> datetime:
    return now - timedelta(days=days, **more)


def everybody() -> Any:
    return Partner.objects.all()


def test_a_column_has_its_partners_the_longest_there_first(onboarded, activated, now):
    put(PartnerFactory(name="Late"), onboarded, days_ago(now, 5))
    put(PartnerFactory(name="Early"), onboarded, days_ago(now, 30))
    put(PartnerFactory(name="Sold"), activated, days_ago(now, 400))

    found = stage_board.board(everybody(), at=now)

    assert [(one.stage.key, one.count, [(card.partner.name, card.days) for card in one.cards]) for one in found] == [
        ("onboarded", 2, [("Early", 30), ("Late", 5)]),
        ("activated", 1, [("Sold", 400)]),
    ]


def test_longer_than_the_limit_is_stuck_and_the_limit_itself_is_not(onboarded, activated, now):
    put(PartnerFactory(name="On the day"), onboarded, days_ago(now, 60, hours=23))
    put(PartnerFactory(name="A day more"), onboarded, days_ago(now, 61))
    put(PartnerFactory(name="Stays for good"), activated, days_ago(now, 900))

    found = stage_board.board(everybody(), at=now)

    assert [(card.partner.name, card.is_stuck) for one in found for card in one.cards] == [
        ("A day more", True),
        ("On the day", False),
        ("Stays for good", False),
    ]
    assert [one.stuck for one in found] == [1, 0]


def test_partners_in_no_stage_have_a_column_of_their_own(onboarded, now):
    put(PartnerFactory(name="Nowhere"), None, None)

    assert [(one.stage, one.count, one.cards[0].days) for one in stage_board.board(everybody(), at=now)[1:]] == [
        (None, 1, None)
    ]


def test_a_long_column_is_cut_and_goes_on(onboarded, now, monkeypatch):
    monkeypatch.setattr(stage_board, "PER_COLUMN", 2)
    for number in range(5):
        put(PartnerFactory(name=f"P{number}"), onboarded, days_ago(now, 10 - number))

    (first,) = stage_board.board(everybody(), at=now)
    rest = stage_board.column(everybody(), onboarded, at=now, start=4)

    assert (first.count, [card.partner.name for card in first.cards], first.next_start) == (5, ["P0", "P1"], 2)
    assert ([card.partner.name for card in rest.cards], rest.next_start) == (["P4"], None)


@pytest.mark.parametrize(
    ("sort", "names"),
    [("longest", ["A", "B"]), ("newest", ["B", "A"]), ("name", ["A", "B"]), ("quiet", ["B", "A"])],
)
def test_columns_are_sorted(sort, names, onboarded, now):
    put(PartnerFactory(name="A", last_active_at=now), onboarded, days_ago(now, 9))
    put(PartnerFactory(name="B", last_active_at=None), onboarded, days_ago(now, 3))

    (found,) = stage_board.board(everybody(), at=now, sort=sort)

    assert [card.partner.name for card in found.cards] == names


# --- moving on


def stay(partner: Partner, in_: LifeStage, begins: datetime, ends: datetime | None = None) -> None:
    LifeStagePeriodFactory(partner=partner, stage=in_, starts_at=begins, ends_at=ends)


def test_of_those_who_entered_it_is_told_who_moved_on_and_after_how_long(onboarded, activated, victor, now):
    inactive = stage("inactive", victor, now)
    for days in (10, 20, 90):
        partner = PartnerFactory()
        stay(partner, onboarded, days_ago(now, 200), days_ago(now, 200 - days))
        stay(partner, activated, days_ago(now, 200 - days))
    lost = PartnerFactory()
    stay(lost, onboarded, days_ago(now, 100), days_ago(now, 40))
    stay(lost, inactive, days_ago(now, 40))
    stay(PartnerFactory(), onboarded, days_ago(now, 30))
    stay(PartnerFactory(), onboarded, days_ago(now, 500))

    found = stage_moves.conversion(onboarded, activated, user=victor, at=now)

    assert (found.whole.entered, found.whole.moved, found.whole.percent, found.whole.median_days) == (5, 3, 60, 20)
    assert [(one.stage, one.partners, one.percent, one.median_days) for one in found.next_stages] == [
        (activated, 3, 60, 20),
        (inactive, 1, 20, 60),
        (None, 1, 20, None),
    ]
    assert [(one.began_on, one.share.entered, one.share.moved) for one in found.quarters] == [
        (date(2029, 7, 1), 3, 3),
        (date(2029, 10, 1), 1, 0),
        (date(2030, 1, 1), 1, 0),
    ]


def test_who_came_by_another_stage_has_moved_on_too(onboarded, activated, victor, now):
    inactive = stage("inactive", victor, now)
    partner = PartnerFactory()
    stay(partner, onboarded, days_ago(now, 200), days_ago(now, 150))
    stay(partner, inactive, days_ago(now, 150), days_ago(now, 100))
    stay(partner, activated, days_ago(now, 100))

    found = stage_moves.conversion(onboarded, activated, user=victor, at=now)

    assert (found.whole.moved, found.whole.median_days, found.next_stages[0].stage) == (1, 100, inactive)


def test_only_partners_a_manager_looks_after_are_counted(onboarded, activated, vera, vincent, pinewood, now):
    stay(pinewood, onboarded, days_ago(now, 20))

    counts = [stage_moves.conversion(onboarded, activated, user=who, at=now).whole.entered for who in (vera, vincent)]

    assert counts == [1, 0]


# --- pages


def test_the_board_shows_a_manager_their_partners(client_of, onboarded, pinewood, oakhurst, vera, now):
    put(pinewood, onboarded, days_ago(now, 90))
    put(oakhurst, onboarded, days_ago(now, 90))

    page = client_of(vera).get(reverse("vendor:stage-board")).text

    assert "Pinewood" in page
    assert "stuck for 90 days" in page
    assert "Oakhurst" not in page


def test_the_board_is_narrowed_by_its_filters(client_of, onboarded, pinewood, oakhurst, victor, now):
    put(pinewood, onboarded, now)
    put(oakhurst, onboarded, now)
    holding = TierHoldingFactory(partner=oakhurst)
    key = f"{holding.track.key}.{holding.tier.key}"

    answer = client_of(victor).get(reverse("vendor:stage-board"), {"tier": key})

    assert [card.partner.name for card in answer.context["columns"][0].cards] == ["Oakhurst"]


def test_more_of_a_column_comes_as_a_fragment_or_a_page(client_of, onboarded, pinewood, vera, vincent, now):
    put(pinewood, onboarded, now)
    path = reverse("vendor:stage-board-column", args=[onboarded.public_id])

    assert "<h1" not in client_of(vera).get(path, headers={"HX-Request": "true"}).text
    assert "Pinewood" in client_of(vera).get(path, {"start": "nonsense"}).text
    assert "Pinewood" not in client_of(vincent).get(path).text


def test_partners_do_not_see_the_board(client_of, paula):
    for name in ("stage-board", "stage-conversion"):
        assert client_of(paula).get(reverse(f"vendor:{name}")).status_code == 403


def test_without_stages_the_pages_say_what_will_be_there(client_of, victor, now):
    for name, words in (("stage-board", "No life stages yet"), ("stage-conversion", "It takes two published")):
        assert words in client_of(victor).get(reverse(f"vendor:{name}")).text


def test_pages_stay_within_their_queries(client_of, onboarded, activated, victor, now, django_assert_max_num_queries):
    for number in range(12):
        partner = put(PartnerFactory(), onboarded if number % 2 else activated, days_ago(now, number))
        stay(partner, onboarded, days_ago(now, number + 1), days_ago(now, number))
        stay(partner, activated, days_ago(now, number))
    client = client_of(victor)
    paths = [
        reverse("vendor:stage-board"),
        reverse("vendor:stage-board") + "?category=x&tier=a.b&cam=me&q=a",
        reverse("vendor:stage-board-column", args=[onboarded.public_id]),
        reverse("vendor:stage-conversion"),
    ]
    for path in paths:
        client.get(path)
        with django_assert_max_num_queries(12):
            assert client.get(path).status_code == 200
