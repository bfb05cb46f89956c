"""The library of a partner's person: facets with counts, search in languages and regions, picks with reasons."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from enablement.models import ActivityKind, Asset
from enablement.queries import facets, library, picks, variants
from enablement.querysets.assets import search_words
from tests.conftest import person_at
from tests.factories.enablement import (
    ActivityFactory,
    AssetFactory,
    AssetOpinionFactory,
    AssetPartFactory,
    KitItemFactory,
)
from tests.factories.partners import LifeStageFactory, PartnerFactory, RegionFactory
from tests.factories.segmentation import ClassificationFactory

pytestmark = pytest.mark.django_db


def looked_for(user, address: str = ""):
    """Return what a search finds, in order, with its facets."""
    search = library.Search.read(QueryDict(address))
    words = search_words(search.text)
    hits = library.look(user=user, person=user.person, search=search, words=words, partner=user.person.partner)
    shown = library.found(library.in_order(hits.ids), user=user, person=user.person, words=words)
    groups = {group.key: group for group in facets.grouped(hits.counts, search.chosen)}
    return shown, groups


def counts(group) -> dict[str, int]:
    return {choice.value: choice.count for choice in group.choices}


@pytest.fixture
def shelf():
    """Four assets on two lines, for three stages."""
    AssetFactory(title="Cloud pitch", product_lines=["Cloud"], sales_stages=["qualify"], minutes=4)
    AssetFactory(title="Cloud runbook", product_lines=["Cloud"], sales_stages=["deliver"], minutes=25, language="de")
    AssetFactory(title="Security pitch", product_lines=["Security"], sales_stages=["qualify"], minutes=40)
    AssetFactory(title="Both", product_lines=["Cloud", "Security"], sales_stages=["close"])


# --- facets


def test_facets_count_what_was_found(pete, shelf):
    _shown, groups = looked_for(pete)

    assert counts(groups["line"]) == {"Cloud": 3, "Security": 2}
    assert counts(groups["stage"]) == {"qualify": 2, "close": 1, "deliver": 1}
    assert counts(groups["language"]) == {"en": 3, "de": 1}
    assert counts(groups["time"]) == {"5": 1, "30": 1, "31": 1}


def test_a_facet_is_counted_as_if_it_were_not_chosen_and_others_as_it_is(pete, shelf):
    shown, groups = looked_for(pete, "line=Security")

    assert {one.title for one in shown} == {"Security pitch", "Both"}
    assert counts(groups["line"]) == {"Cloud": 3, "Security": 2}
    assert counts(groups["stage"]) == {"qualify": 1, "close": 1}


def test_values_of_one_facet_widen_and_facets_narrow_each_other(pete, shelf):
    shown, _groups = looked_for(pete, "line=Cloud&line=Security&stage=qualify")

    assert {one.title for one in shown} == {"Cloud pitch", "Security pitch"}


def test_values_that_do_not_exist_are_dropped_and_unknown_words_find_nothing(pete, shelf):
    assert len(looked_for(pete, "stage=moon&medium=smell")[0]) == 4
    assert looked_for(pete, "line=Moon")[0] == []


def test_a_chip_leads_to_the_page_without_it(pete):
    parameters = QueryDict("q=cloud&line=Cloud&line=Security&page=2")

    found = facets.chips(facets.read(parameters), parameters)

    assert [one.label for one in found] == ["Cloud", "Security"]
    assert found[0].without == "?q=cloud&line=Security"


# --- search


@pytest.mark.parametrize("text", ["gigabits", "gigabts", "GIGABITS branch", "router gigabits"])
def test_texts_of_files_are_found_with_their_mistakes(pete, text):
    AssetPartFactory(
        asset=AssetFactory(title="Edge router", body="Sheet"), kind="link", body="", url="https://x.example/",
        text="For a branch with two gigabits and more",
    )  # fmt: skip
    AssetFactory(title="Other")

    shown, _groups = looked_for(pete, f"q={text}")

    assert [one.title for one in shown] == ["Edge router"]
    assert "gigabits" in shown[0].snippet


def test_what_is_found_is_said_in_the_readers_language(pete):
    asset = AssetFactory(title="Welcome")
    AssetPartFactory(asset=asset, language="de", title="Willkommen", summary="Vier Dinge", body="Erst das Profil.")
    pete.person.language = "de"
    pete.person.save()

    shown, _groups = looked_for(pete)

    assert (shown[0].title, shown[0].summary) == ("Willkommen", "Vier Dinge")


def test_words_of_another_regions_variant_find_nothing_and_are_not_shown(pete, olga):
    here, elsewhere = RegionFactory(), RegionFactory()
    for one in (here, elsewhere):
        type(one).objects.filter(pk=one.pk).update(path=[one.pk])
    partner = pete.person.partner
    type(partner).objects.filter(pk=partner.pk).update(region=here)
    asset = AssetFactory(title="Deals")
    AssetPartFactory(asset=asset, region=here, body="Mention the kangaroo clause")

    assert len(looked_for(pete, "q=kangaroo")[0]) == 1
    assert looked_for(olga, "q=kangaroo")[0] == []


def test_words_of_a_part_that_was_taken_away_or_rewritten_find_nothing(pete):
    asset = AssetFactory(title="Deals", body="Mention the kangaroo clause")
    second = AssetPartFactory(asset=asset, language="de", body="Und das Walross")
    assert len(looked_for(pete, "q=walross+kangaroo")[0]) == 1

    type(second).objects.filter(pk=second.pk).update(removed_at=timezone.now())
    assert looked_for(pete, "q=walross")[0] == []
    type(second).objects.filter(pk=second.pk).update(removed_at=None, body="Und der Dachs")
    assert looked_for(pete, "q=walross")[0] == []
    assert len(looked_for(pete, "q=dachs")[0]) == 1

    Asset.objects.filter(pk=asset.pk).update(title="Offers")
    assert looked_for(pete, "q=deals")[0] == []
    assert len(looked_for(pete, "q=offers+kangaroo")[0]) == 1


def test_an_asset_for_another_region_only_does_not_exist(pete):
    AssetFactory(title="Elsewhere", region=RegionFactory())

    assert looked_for(pete)[0] == []


def test_suggestions_are_titles_one_may_see(pete, gold):
    AssetFactory(title="Secure setup")
    AssetFactory(title="Secret plan", audience=gold)

    assert library.suggestions(user=pete, text="secre") == ["Secure setup"] or library.suggestions(
        user=pete, text="secu"
    ) == ["Secure setup"]
    assert "Secret plan" not in library.suggestions(user=pete, text="secret")
    assert library.suggestions(user=pete, text="s") == []


@pytest.mark.parametrize(("sort", "first"), [("shortest", "Cloud pitch"), ("rated", "Both")])
def test_the_order_is_chosen(pete, shelf, now, sort, first):
    best = looked_for(pete, "q=both")[0][0].asset
    for number in range(3):
        user = person_at(PartnerFactory(), name=f"P{number}", email=f"p{number}@x.example")
        AssetOpinionFactory(person=user.person, asset=best, stars=5, rated_at=now)

    assert looked_for(pete, f"sort={sort}")[0][0].title == first


def test_shelves_hold_ones_own(pete, paula):
    kept, used, _other = AssetFactory(title="Kept"), AssetFactory(title="Used"), AssetFactory()
    AssetOpinionFactory(person=pete.person, asset=kept)
    ActivityFactory(person=pete.person, asset=used, day=timezone_today())

    assert [one.title for one in looked_for(pete, "shelf=favourites")[0]] == ["Kept"]
    assert [one.title for one in looked_for(pete, "shelf=recent")[0]] == ["Used"]
    assert [one.title for one in library.recent(user=pete, person=pete.person)] == ["Used"]
    assert looked_for(paula, "shelf=favourites")[0] == []


def timezone_today():
    return timezone.now().date()


# --- picks


def test_picks_say_why_and_leave_out_what_was_seen(pete, gold, classify):
    partner = pete.person.partner
    type(partner).objects.filter(pk=partner.pk).update(product_lines=["Cloud"])
    partner.refresh_from_db()
    classify(partner, gold)
    type(pete.person).objects.filter(pk=pete.person.pk).update(job_function="sales")
    pete.person.refresh_from_db()
    AssetFactory(title="For sellers", for_functions=["sales"])
    AssetFactory(title="On cloud", product_lines=["Cloud"])
    AssetFactory(title="For gold", audience=gold)
    seen = AssetFactory(title="Seen", product_lines=["Cloud"])
    ActivityFactory(person=pete.person, asset=seen, kind=ActivityKind.VIEW)

    found = {one.asset.title: one.reason for one in picks.picks(user=pete, person=pete.person, partner=partner)}

    assert found == {
        "For sellers": "For people who work in sales",
        "On cloud": "About Cloud, which you sell",
        "For gold": "Meant for partners like you",
    }


@pytest.mark.parametrize(("peers", "told"), [(4, False), (5, True)])
def test_what_peers_use_is_told_only_when_they_are_enough(pete, peers, told):
    stage = LifeStageFactory()
    partner = pete.person.partner
    ClassificationFactory(partner=partner, stage=stage)
    liked = AssetFactory(title="Liked")
    for _ in range(peers):
        other = PartnerFactory()
        ClassificationFactory(partner=other, stage=stage)
        ActivityFactory(person=None, partner=other, asset=liked, day=timezone_today() - timedelta(days=2))

    reasons = [one.reason for one in picks.picks(user=pete, person=pete.person, partner=partner)]

    assert ("5 partners like you used it lately" in reasons) == told


# --- variants


def test_the_nearest_regions_variant_replaces_the_general_one_of_its_kind_and_language(pete):
    region = RegionFactory()
    type(region).objects.filter(pk=region.pk).update(path=[region.pk])
    region.refresh_from_db()
    partner = pete.person.partner
    partner.region = region
    asset = AssetFactory(body="General")
    AssetPartFactory(asset=asset, region=region, body="Regional")
    AssetPartFactory(asset=asset, language="de", body="Deutsch")

    shown = variants.show(asset.parts.order_by("position"), languages=["en"], partner=partner)
    german = variants.show(asset.parts.order_by("position"), languages=["de"], partner=partner)

    assert [part.body for part in shown.parts] == ["Regional"]
    assert [part.body for part in german.parts] == ["Deutsch"]
    assert shown.languages == ["en", "de"]


def test_wishes_are_followed_where_possible(pete):
    asset = AssetFactory()
    AssetPartFactory(asset=asset, kind="video", url="https://v.example/", body="", language="de")

    shown = variants.show(asset.parts.order_by("position"), languages=["en"], medium="watch", language="fr")

    assert (shown.medium, shown.language) == ("watch", "de")
    assert variants.show([], languages=["en"]).parts == []


def test_of_a_kit_one_sees_what_is_for_one(pete, gold):
    kit = AssetFactory(kind="kit", body="")
    KitItemFactory(kit=kit, item=AssetFactory(title="Open"))
    KitItemFactory(kit=kit, item=AssetFactory(title="Gold only", audience=gold))

    assert [one.title for one in variants.kit_items(kit, user=pete)] == ["Open"]
