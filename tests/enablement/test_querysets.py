"""Who finds what: audiences, and words nearly right."""

import pytest
from django.db import connection

from enablement.models import Asset
from tests.factories.enablement import AssetFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(gold):
    """One asset of each fate."""
    return {
        "everybody": AssetFactory(title="For everybody"),
        "gold": AssetFactory(title="For gold", audience=gold),
        "draft": AssetFactory(title="Draft", published_at=None),
        "retired": AssetFactory(title="Retired", retired_at=AssetFactory().published_at),
    }


def seen(queryset) -> set[str]:
    return set(queryset.values_list("title", flat=True)) & {"For everybody", "For gold", "Draft", "Retired"}


def test_a_partner_sees_what_is_published_for_everybody_and_for_its_segments(library, gold, classify, pinewood, paula):
    classify(pinewood, gold)

    assert seen(Asset.objects.visible_to(paula)) == {"For everybody", "For gold"}
    assert seen(Asset.objects.for_partner(pinewood)) == {"For everybody", "For gold"}


def test_a_partner_outside_the_audience_does_not(library, classify, oakhurst, olga):
    classify(oakhurst)

    assert seen(Asset.objects.visible_to(olga)) == {"For everybody"}


def test_a_partner_never_computed_sees_what_is_for_everybody(library, olga):
    assert seen(Asset.objects.visible_to(olga)) == {"For everybody"}


def test_who_left_the_partner_sees_nothing_any_more(library, gold, classify, pinewood, paula, now):
    classify(pinewood, gold)
    paula.person.left_at = now
    paula.person.save()

    assert seen(Asset.objects.visible_to(paula)) == set()


def test_the_vendor_sees_everything(library, vera):
    assert seen(Asset.objects.visible_to(vera)) == {"For everybody", "For gold", "Draft", "Retired"}


def test_the_audience_is_found_on_an_index(gold, classify, pinewood, paula):
    classify(pinewood, gold)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    plan = Asset.objects.visible_to(paula).explain()

    assert "Seq Scan on enablement_asset" not in plan


# --- search


@pytest.mark.parametrize(
    "text",
    [
        "security",
        "Security basics",
        "secu",
        "basics SECURITY",
        "securty",
        "perimetre",
        "basisc firewall",
        "firewall",
        "perimeter",
        "basics fire",
    ],
)
def test_search_finds_words_their_beginnings_and_near_words(victor, text):
    wanted = AssetFactory(title="Security basics", summary="All about the firewall", body="The perimeter")
    AssetFactory(title="Price list", body="Prices")

    assert list(Asset.objects.matching(text, read_by=victor)) == [wanted]


@pytest.mark.parametrize("text", ["xylophone", "security xylophone", "'; DROP TABLE", "!!!", "& | :*", "\\"])
def test_search_finds_nothing_else(victor, text):
    AssetFactory(title="Security basics")

    assert list(Asset.objects.matching(text, read_by=victor).order_by("-rank")) == []


def test_the_title_ranks_above_the_text(victor):
    low = AssetFactory(title="Price list", body="Mentions security in passing")
    high = AssetFactory(title="Security basics")

    assert list(Asset.objects.matching("security", read_by=victor).order_by("-rank")) == [high, low]


def test_an_empty_search_leaves_everything(victor):
    AssetFactory()

    assert Asset.objects.matching("  ", read_by=victor).count() == 1


def test_the_words_follow_every_change(victor):
    asset = AssetFactory(title="Old title")

    Asset.objects.filter(pk=asset.pk).update(title="Fresh words")

    assert Asset.objects.matching("fresh", read_by=victor).exists()
    assert not Asset.objects.matching("old", read_by=victor).exists()
