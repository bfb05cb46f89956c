"""Pages of tier tracks and tiers, and of a partner's way up."""

import pytest
from django.apps import apps
from django.urls import reverse

from core.services import versions
from partners.models import TierHolding, TierTrack
from partners.services import tiers
from tests.factories.partners import TierHoldingFactory

pytestmark = pytest.mark.django_db
ASKS = {"combinator": "and", "rules": [{"field": "categories", "operator": "is_set"}]}


@pytest.fixture
def track(victor, now):
    rungs = [
        {"key": name.lower(), "name": name, "criteria": ASKS, "benefits": f"{name} margin"}
        for name in ("Silver", "Gold", "Platinum")
    ]
    return tiers.define_track(key="solution", name="Solution partners", tiers=rungs, by=victor, at=now)


@pytest.fixture
def silver(track):
    return track.tiers.get(key="silver")


@pytest.fixture
def gold(track):
    return track.tiers.get(key="gold")


def url(name, *things):
    return reverse(f"vendor:{name}", args=[thing.public_id for thing in things])


def qualify(partner, *qualified):
    apps.get_model("segmentation", "Classification").objects.update_or_create(
        partner=partner, defaults={"tier_ids": [tier.pk for tier in qualified]}
    )


def test_the_ladder_is_shown_highest_first_with_holders(client_of, track, gold, pinewood, vera, victor, now):
    tiers.hold(partner=pinewood, tier=gold, by=victor, at=now)

    rungs = client_of(vera).get(reverse("vendor:track-list")).context["ladders"][0].rungs

    assert [(rung.tier.name, rung.holders) for rung in rungs] == [("Platinum", 0), ("Gold", 1), ("Silver", 0)]


def test_an_admin_makes_a_track_and_its_first_tier(client_of, victor, now):
    client = client_of(victor)

    answer = client.post(reverse("vendor:track-create"), {"name": "Service"})
    track = TierTrack.objects.get()
    assert answer.headers["Location"] == url("tier-create", track)

    answer = client.post(answer.headers["Location"], {"name": "Bronze", "benefits": "A badge"})
    tier = track.tiers.get()
    assert answer.headers["Location"] == url("tier-detail", tier)
    assert (tier.rank, versions.existing_draft_of(tier).benefits) == (1, "A badge")


def test_an_admin_edits_and_publishes_a_tier(client_of, gold, victor, now):
    client = client_of(victor)
    client.post(url("tier-edit", gold), {"name": "Gold partner", "benefits": "More margin"})
    client.post(url("tier-publish", gold), {"note": ""})

    gold.refresh_from_db()
    assert (gold.name, versions.published_of(gold).benefits) == ("Gold partner", "More margin")


def test_an_admin_renames_a_track(client_of, track, victor, now):
    client_of(victor).post(url("track-edit", track), {"name": "Solutions"})

    track.refresh_from_db()
    assert track.name == "Solutions"


def test_tiers_are_moved_by_a_button_where_no_script_runs(client_of, track, victor, now):
    order = [str(tier.public_id) for tier in track.tiers.order_by("-rank")]

    client_of(victor).post(url("track-reorder", track), {"order": order, "act": f"down:{order[0]}"})

    assert [tier.name for tier in track.tiers.order_by("-rank")] == ["Gold", "Platinum", "Silver"]


def test_an_order_that_leaves_a_tier_out_changes_nothing(client_of, track, gold, victor, now):
    client_of(victor).post(url("track-reorder", track), {"order": [str(gold.public_id)]})

    assert [tier.name for tier in track.tiers.order_by("rank")] == ["Silver", "Gold", "Platinum"]


@pytest.mark.parametrize("name", ["tier-edit", "tier-publish", "tier-discard"])
def test_only_program_admins_change_tiers(name, client_of, gold, vera, erin, paula):
    for reader in (vera, erin, paula):
        assert client_of(reader).get(url(name, gold)).status_code == 403


@pytest.mark.parametrize("name", ["tier-detail", "tier-versions"])
def test_those_who_see_definitions_read_a_tier(name, client_of, gold, vera, erin):
    for reader in (vera, erin):
        assert client_of(reader).get(url(name, gold)).status_code == 200


def test_holders_are_those_a_manager_looks_after(client_of, gold, pinewood, vera, vincent, victor, now):
    tiers.hold(partner=pinewood, tier=gold, by=victor, at=now)

    assert "Pinewood" in client_of(vera).get(url("tier-detail", gold)).content.decode()
    assert "Pinewood" not in client_of(vincent).get(url("tier-detail", gold)).content.decode()


def test_an_admin_sets_a_tier_by_hand_with_a_reason(client_of, track, gold, pinewood, victor, now):
    client = client_of(victor)
    page = url("tier-hold", pinewood, track)

    assert client.post(page, {"tier": gold.pk, "reason": ""}).status_code == 422
    client.post(page, {"tier": gold.pk, "reason": "Agreed at the review"})

    holding = TierHolding.objects.get()
    assert (holding.tier, holding.reason, holding.decided_by) == (gold, "Agreed at the review", victor)


def test_a_manager_of_others_sees_no_tiers_of_a_partner(client_of, pinewood, track, vincent):
    assert client_of(vincent).get(url("partner-tiers-panel", pinewood)).status_code == 404


def test_a_managers_panel_says_what_is_held_and_what_is_reached(client_of, pinewood, silver, gold, vera, victor, now):
    tiers.hold(partner=pinewood, tier=silver, by=victor, at=now)
    qualify(pinewood, silver, gold)

    page = client_of(vera).get(url("partner-tiers-panel", pinewood)).content.decode()

    assert "Qualifies for Gold today" in page


def test_a_partner_sees_benefits_and_what_its_figures_reach(client_of, pinewood, silver, gold, pete, victor, now):
    tiers.hold(partner=pinewood, tier=gold, by=victor, at=now)
    qualify(pinewood, silver)

    page = client_of(pete).get(reverse("partner:tier-detail")).content.decode()

    assert "You are Gold" in page
    assert "Platinum margin" in page
    assert "Today your figures reach Silver. You keep Gold for now." in page


def test_a_tier_without_a_published_text_is_not_for_partners(client_of, track, pete, victor, now):
    tiers.create(track=track, key="diamond", name="Diamond", by=victor, at=now)

    assert "Diamond" not in client_of(pete).get(reverse("partner:tier-detail")).content.decode()


def test_pages_stay_within_their_queries(
    client_of, track, gold, pinewood, victor, pete, now, django_assert_max_num_queries
):
    for number in range(3):
        rungs = [{"key": f"r{rank}", "name": f"Rung {rank}", "criteria": ASKS} for rank in range(4)]
        tiers.define_track(key=f"more-{number}", name=f"More {number}", tiers=rungs, by=victor, at=now)
    TierHoldingFactory.create_batch(10, tier=gold)
    vendor_pages = [
        reverse("vendor:track-list"),
        url("track-edit", track),
        url("tier-detail", gold),
        url("tier-edit", gold),
        url("tier-versions", gold),
        url("partner-tiers-panel", pinewood),
        url("tier-hold", pinewood, track),
    ]

    for reader, pages in ((victor, vendor_pages), (pete, [reverse("partner:tier-detail")])):
        client = client_of(reader)
        for page in pages:
            client.get(page)
            with django_assert_max_num_queries(12):
                assert client.get(page).status_code == 200
