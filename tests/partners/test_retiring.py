"""Tiers and life stages taken out of use: what refuses it, and what becomes of those who have them."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from core.refusals import Refusal
from core.services import versions
from partners.models import LifeStagePeriod, TierHolding
from partners.queries import life_stages as stage_reads
from partners.queries import tiers as tier_reads
from partners.services import categories, definitions, life_stages, tiers
from segmentation.models import Classification
from segmentation.services import measures, recompute

pytestmark = pytest.mark.django_db
EVERYBODY = {"combinator": "and", "not": False, "rules": []}


def asking(field: str, value: str) -> dict:
    return {"combinator": "and", "not": False, "rules": [{"field": field, "operator": "any_of", "value": [value]}]}


@pytest.fixture
def track(victor, now):
    rungs = [{"key": key, "name": key.title(), "criteria": EVERYBODY} for key in ("silver", "gold")]
    return tiers.define_track(key="solution", name="Solution", tiers=rungs, by=victor, at=now)


@pytest.fixture
def silver(track):
    return track.tiers.get(key="silver")


@pytest.fixture
def gold(track):
    return track.tiers.get(key="gold")


@pytest.fixture
def activated(victor, now):
    return life_stages.define(key="activated", name="Activated", criteria=EVERYBODY, by=victor, at=now)


@pytest.fixture
def recent(activated, victor, now):
    """A stage that is checked after the other, and holds for everybody too."""
    return life_stages.define(key="recent", name="Recent", criteria=EVERYBODY, by=victor, at=now)


# --- tiers


def test_a_tier_that_criteria_name_is_not_retired(gold, victor, now):
    categories.define(key="msp", name="MSP", criteria=asking("tiers", "solution.gold"), by=victor, at=now)

    with pytest.raises(definitions.InUse, match="MSP"):
        tiers.retire(tier=gold, by=victor, at=now)


def test_who_holds_a_retired_tier_keeps_it_and_sees_it(gold, pinewood, victor, now):
    tiers.hold(partner=pinewood, tier=gold, by=victor, at=now)

    assert tiers.retire(tier=gold, by=victor, at=now) is True
    assert tiers.retire(tier=gold, by=victor, at=now) is False

    ladder = tier_reads.ladders_of(pinewood)[0]
    assert TierHolding.objects.open().get(partner=pinewood).tier == gold
    assert [(rung.tier.key, rung.is_held) for rung in ladder.rungs] == [("gold", True), ("silver", False)]


def test_others_do_not_see_a_retired_tier(gold, pinewood, victor, now):
    tiers.retire(tier=gold, by=victor, at=now)

    assert [rung.tier.key for rung in tier_reads.ladders_of(pinewood)[0].rungs] == ["silver"]


def test_a_retired_tier_is_given_to_nobody_by_hand(gold, pinewood, victor, now):
    tiers.retire(tier=gold, by=victor, at=now)

    with pytest.raises(tiers.NotAllowed):
        tiers.hold(partner=pinewood, tier=gold, by=victor, at=now)


def test_nobody_is_promoted_to_a_retired_tier(gold, silver, pinewood, victor, now):
    tiers.retire(tier=gold, by=victor, at=now)

    tiers.follow_qualification(partner_id=pinewood.pk, tier_ids=[silver.pk, gold.pk], at=now)

    assert TierHolding.objects.open().get(partner=pinewood).tier == silver


def test_nobody_qualifies_for_a_retired_tier(gold, silver, pinewood, victor, now):
    recompute.everything(at=now)
    before = set(Classification.objects.get(partner=pinewood).tier_ids)

    tiers.retire(tier=gold, by=victor, at=now)
    recompute.everything(at=now)

    assert before == {silver.pk, gold.pk}
    assert Classification.objects.get(partner=pinewood).tier_ids == [silver.pk]


def test_a_retired_tier_gets_no_new_draft(gold, victor, now):
    tiers.retire(tier=gold, by=victor, at=now)

    with pytest.raises(versions.Retired):
        tiers.draft_of(tier=gold, by=victor, at=now)


# --- life stages


def test_a_stage_that_criteria_name_is_not_retired(activated, victor, now):
    categories.define(key="msp", name="MSP", criteria=asking("life_stage", "activated"), by=victor, at=now)

    with pytest.raises(definitions.InUse, match="MSP"):
        life_stages.retire(stage=activated, by=victor, at=now)


def test_partners_in_a_retired_stage_move_to_the_next_that_holds(activated, recent, pinewood, victor, now):
    recompute.everything(at=now)
    before = Classification.objects.get(partner=pinewood).stage

    life_stages.retire(stage=activated, by=victor, at=now)
    recompute.everything(at=now)

    assert (before, Classification.objects.get(partner=pinewood).stage) == (activated, recent)
    assert LifeStagePeriod.objects.filter(partner=pinewood).count() == 2  # noqa: PLR2004 - the past stay, and this one


def test_a_retired_stage_is_left_out_of_the_way_through_a_partners_life(activated, recent, pinewood, victor, now):
    life_stages.retire(stage=activated, by=victor, at=now)

    assert stage_reads.standing_of(pinewood).stages == [recent]


# --- pages


@pytest.mark.parametrize("noun", ["tier", "life-stage"])
def test_an_admin_retires_with_a_confirmation(noun, client_of, gold, activated, victor):
    thing = gold if noun == "tier" else activated
    address = reverse(f"vendor:{noun}-retire", args=[thing.public_id])
    client = client_of(victor)

    asked = client.get(address)
    done = client.post(address)
    thing.refresh_from_db()
    detail = client.get(reverse(f"vendor:{noun}-detail", args=[thing.public_id]))

    assert "Keep it" in asked.content.decode()
    assert done.status_code == 302
    assert thing.retired_at is not None
    assert "Retired" in detail.content.decode()
    assert address not in detail.content.decode()


def test_what_still_needs_a_tier_is_named(client_of, gold, victor, now):
    categories.define(key="msp", name="MSP", criteria=asking("tiers", "solution.gold"), by=victor, at=now)

    answer = client_of(victor).post(reverse("vendor:tier-retire", args=[gold.public_id]))

    assert answer.status_code == 422
    assert "Gold is still in use: MSP." in answer.content.decode()


def test_a_retired_tier_is_not_offered_when_giving_one(client_of, gold, silver, track, pinewood, victor, now):
    tiers.retire(tier=gold, by=victor, at=now)

    page = client_of(victor).get(reverse("vendor:tier-hold", args=[pinewood.public_id, track.public_id]))

    assert list(page.context["form"].fields["tier"].queryset) == [silver]


# --- taken back into use


def test_a_retired_tier_is_taken_back_with_its_rung_and_text(gold, track, victor, now):
    tiers.retire(tier=gold, by=victor, at=now)

    assert tiers.restore(tier=gold, by=victor, at=now) is True
    assert tiers.restore(tier=gold, by=victor, at=now) is False

    assert [tier.key for tier in track.tiers.filter(retired_at__isnull=True).order_by("rank")] == ["silver", "gold"]
    assert versions.published_of(gold).number == 1


def test_partners_qualify_for_a_tier_that_was_taken_back(gold, silver, pinewood, victor, now):
    tiers.retire(tier=gold, by=victor, at=now)
    recompute.everything(at=now)

    tiers.restore(tier=gold, by=victor, at=now)
    recompute.everything(at=now)

    assert gold.pk in Classification.objects.get(partner=pinewood).tier_ids


def test_a_tier_for_a_retired_category_stays_retired(victor, now):
    msp = categories.define(key="msp", name="MSP", by=victor, at=now)
    track = tiers.define_track(key="msp-track", name="MSPs", category=msp, tiers=[], by=victor, at=now)
    tier = tiers.create(track=track, key="one", name="One", by=victor, at=now)
    tiers.retire(tier=tier, by=victor, at=now)
    type(msp).objects.filter(pk=msp.pk).update(retired_at=now)

    with pytest.raises(Refusal, match="MSP"):
        tiers.restore(tier=type(tier).objects.get(pk=tier.pk), by=victor, at=now)


def test_partners_come_back_into_a_stage_that_was_taken_back(activated, recent, pinewood, victor, now):
    life_stages.retire(stage=activated, by=victor, at=now)
    recompute.everything(at=now)

    assert life_stages.restore(stage=activated, by=victor, at=now) is True
    assert life_stages.restore(stage=activated, by=victor, at=now) is False
    recompute.everything(at=now)

    assert Classification.objects.get(partner=pinewood).stage == activated


def test_a_stage_that_asks_for_what_is_gone_stays_retired(victor, now):
    heads = measures.define(key="heads", name="Heads", formula={"field": "employees"}, by=victor, at=now)
    many = {"combinator": "and", "not": False, "rules": [{"field": heads.field_key, "operator": ">", "value": 9}]}
    stage = life_stages.define(key="top", name="Top", criteria=many, by=victor, at=now)
    life_stages.retire(stage=stage, by=victor, at=now)
    measures.retire(measure=heads, by=victor, at=now)

    with pytest.raises(ValidationError):
        life_stages.restore(stage=stage, by=victor, at=now)


@pytest.mark.parametrize("noun", ["tier", "life-stage"])
def test_an_admin_takes_it_back_from_its_page(noun, client_of, gold, activated, victor, vera, now):
    definition = gold if noun == "tier" else activated
    retire = tiers.retire if noun == "tier" else life_stages.retire
    retire(**{"tier" if noun == "tier" else "stage": definition}, by=victor, at=now)
    page = reverse(f"vendor:{noun}-detail", args=[definition.public_id])
    assert "Take back into use" in client_of(victor).get(page).content.decode()
    address = reverse(f"vendor:{noun}-restore", args=[definition.public_id])
    assert client_of(vera).post(address).status_code == 403

    client_of(victor).post(address)

    definition.refresh_from_db()
    assert definition.retired_at is None
