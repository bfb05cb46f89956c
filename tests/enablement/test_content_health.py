"""Content health: each concern finds its asset and no other; the map has its holes; owners are told once."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Notification
from core.services import outbox
from enablement.models import Asset
from enablement.queries import coverage, health
from enablement.services import asset_clocks
from tests.factories.enablement import (
    ActivityFactory,
    AssetFactory,
    AssetOpinionFactory,
    AssetPartFactory,
    VainSearchFactory,
)
from tests.factories.partners import CategoryFactory, CategoryMembershipFactory, RegionFactory
from tests.factories.segmentation import SegmentFactory

pytestmark = pytest.mark.django_db


def concerned(key, now) -> set[str]:
    return set(health.concerned(key, at=now).values_list("title", flat=True))


@pytest.fixture
def fine(pete, now):
    """An asset that nothing is wrong with."""
    asset = AssetFactory(title="Fine", published_at=now - timedelta(days=10))
    ActivityFactory(person=pete.person, asset=asset)
    return asset


def test_each_concern_finds_its_asset(fine, pete, gold, now):
    day = now.date()
    AssetFactory(title="Due", review_on=day, published_at=now - timedelta(days=1))
    AssetFactory(title="Not yet due", review_on=day + timedelta(days=1), published_at=now - timedelta(days=1))
    AssetFactory(title="Ends", last_day_on=day + timedelta(days=30), published_at=now - timedelta(days=1))
    AssetFactory(title="Ends later", last_day_on=day + timedelta(days=31), published_at=now - timedelta(days=1))
    AssetFactory(title="Unused", published_at=now - timedelta(days=90))
    AssetFactory(title="For nobody", audience=gold, published_at=now - timedelta(days=1))
    AssetFactory(title="Nowhere", region=RegionFactory(), published_at=now - timedelta(days=1))
    AssetPartFactory(
        asset=AssetFactory(title="Unread", published_at=now), kind="file", file="assets/x.pdf", text_state="failed"
    )
    AssetPartFactory(asset=AssetFactory(title="Silent", published_at=now), kind="video", file="assets/x.mp4")
    bad = AssetFactory(title="Bad", published_at=now)
    for _ in range(3):
        AssetOpinionFactory(asset=bad, stars=2, rated_at=now)

    assert concerned("review", now) == {"Due"}
    assert concerned("ending", now) == {"Ends"}
    assert concerned("unused", now) == {"Unused"}
    assert concerned("nobody", now) == {"For nobody", "Nowhere"}
    assert concerned("unread", now) == {"Unread"}
    assert concerned("silent", now) == {"Silent"}
    assert concerned("disliked", now) == {"Bad"}
    assert {one.concern.key: one.count for one in health.tallies(at=now)} == {
        **dict.fromkeys(["review", "ending", "unused", "unread", "silent", "disliked"], 1),
        "nobody": 2,
        "stale": 0,
    }


def test_what_nobody_touched_for_a_year_is_stale(now):
    AssetFactory(title="Old")
    AssetFactory(title="Watched over", review_on=now.date() + timedelta(days=900))

    assert concerned("stale", now + timedelta(days=366)) == {"Old"}


def test_an_owner_sees_what_is_theirs(victor, vera, now, client_of):
    AssetFactory(title="Mine", owner=victor, review_on=now.date())
    AssetFactory(title="Hers", owner=vera, review_on=now.date())
    client = client_of(victor)

    everything = client.get(reverse("vendor:content-health"), {"concern": "review"}).text
    mine = client.get(reverse("vendor:content-health"), {"concern": "review", "mine": "1"}).text

    assert "Mine" in everything
    assert "Hers" in everything
    assert "Hers" not in mine


def test_the_map_shows_what_partners_of_a_category_find_and_its_holes(pinewood, gold, classify):
    category, empty = CategoryFactory(name="Reseller"), CategoryFactory(name="Service center")
    CategoryMembershipFactory(partner=pinewood, category=category, state="active")
    classify(pinewood, gold)
    AssetFactory(sales_stages=["find"])
    AssetFactory(sales_stages=["find", "close"], audience=gold, language="de")
    AssetFactory(sales_stages=["close"], audience=SegmentFactory())

    found = coverage.coverage()
    numbers = {(row.stage, cell.category): cell.total for row in found.rows for cell in row.cells if cell.total}
    german = coverage.coverage(language="de")

    assert numbers == {("find", category): 2, ("find", empty): 1, ("close", category): 1}
    assert found.holes == 12 - 3
    assert found.languages == ["de", "en"]
    assert sum(cell.total for row in german.rows for cell in row.cells) == 2


def test_usage_is_told_by_segment(pinewood, pete, gold, classify, now):
    classify(pinewood, gold)
    ActivityFactory(person=pete.person, asset=AssetFactory(), times=3, day=now.date() - timedelta(days=89))
    ActivityFactory(person=pete.person, asset=AssetFactory(), times=9, day=now.date() - timedelta(days=90))

    row = next(one for one in coverage.usage_by_segment(at=now) if one.segment == gold)

    assert (row.partners, row.using, row.people, row.views, row.share) == (1, 1, 1, 3, 1.0)


@pytest.mark.parametrize("name", ["content-health", "content-coverage", "content-usage", "content-searches"])
def test_pages_keep_their_query_count(name, victor, pinewood, gold, classify, client_of, django_assert_max_num_queries):
    classify(pinewood, gold)
    for _ in range(8):
        category = CategoryFactory()
        CategoryMembershipFactory(partner=pinewood, category=category, state="active")
        AssetFactory(audience=gold, sales_stages=["find"], review_on="2020-01-01")
        VainSearchFactory()
    client = client_of(victor)
    client.get(reverse(f"vendor:{name}"))

    with django_assert_max_num_queries(12):
        assert client.get(reverse(f"vendor:{name}")).status_code == 200


# --- owners


def test_an_owner_is_told_once_for_each_day(victor, now, django_capture_on_commit_callbacks):
    asset = AssetFactory(title="Guide", owner=victor, review_on=now.date(), published_at=now)

    assert asset_clocks.tell_owners(at=now) == 1
    assert asset_clocks.tell_owners(at=now) == 0
    outbox.deliver_due(at=now + timedelta(minutes=1))
    assert Notification.objects.get(user=victor).text == "“Guide” is to be reviewed."

    Asset.objects.update(review_on=now.date() + timedelta(days=7))
    assert asset_clocks.tell_owners(at=now + timedelta(days=6)) == 0
    assert asset_clocks.tell_owners(at=now + timedelta(days=7)) == 1
    assert asset.public_id


def test_people_of_partners_are_told_nothing_of_it(victor, pete, now):
    AssetFactory(review_on=now.date(), published_at=now)

    asset_clocks.tell_owners(at=now)
    outbox.deliver_due(at=now + timedelta(minutes=1))

    assert set(Notification.objects.values_list("user", flat=True)) == {victor.pk}
