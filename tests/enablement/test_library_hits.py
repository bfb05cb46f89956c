"""What a search finds in one statement is what the slow way finds: the same assets, the same counts, never others'."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.http import QueryDict

from enablement.models import Asset
from enablement.queries import hits, library
from enablement.querysets.assets import search_words
from tests.factories.enablement import AssetFactory, AssetPartFactory
from tests.factories.partners import RegionFactory
from tests.factories.segmentation import SegmentFactory

pytestmark = pytest.mark.django_db

WORDS = ("backup", "restore", "router", "guide", "pitch", "tender", "margin", "audit")
LINES = ("Cloud", "Security", "Network")


@pytest.fixture
def shelf(pete, now, classify):
    """A library of which Pete's partner sees a part: some for everybody, some for their segment, some for others."""
    lot = random.Random(11)  # noqa: S311 - it is to be the same every time
    mine, others, region = SegmentFactory(), SegmentFactory(), RegionFactory()
    partner = pete.person.partner
    classify(partner, mine)
    type(partner).objects.filter(pk=partner.pk).update(product_lines=["Cloud"])
    partner.refresh_from_db()
    for number in range(60):
        asset = AssetFactory(
            title=" ".join(lot.sample(WORDS, 2)), summary=lot.choice(WORDS), body=" ".join(lot.sample(WORDS, 3)),
            product_lines=lot.sample(LINES, lot.choice((1, 2))), sales_stages=[lot.choice(("find", "close"))],
            minutes=lot.choice((3, 20, 45)), audience=lot.choice((None, mine, others)),
            published_at=now - timedelta(days=number % 9 + 1),
        )  # fmt: skip
        if number % 5 == 0:
            AssetPartFactory(asset=asset, region=region, body="kangaroo " + lot.choice(WORDS))
    AssetFactory(title="backup guide of tomorrow", published_at=now + timedelta(days=1))
    return partner


def looked(user, address):
    search = library.Search.read(QueryDict(address))
    words = search_words(search.text)
    found = library.look(user=user, person=user.person, search=search, words=words, partner=user.person.partner)
    return search, words, found


def slowly(user, search, words):
    """Return what is found, and the counts of facets, by reading everything."""
    rows = list(Asset.objects.visible_to(user).matching(words if words else search.text, read_by=user))
    chosen = {key: {f"{key}:{value}" for value in values} for key, values in search.chosen.items()}
    counts: Counter[str] = Counter()
    found = []
    for row in rows:
        fails = [key for key, values in chosen.items() if not values & set(row.facets)]
        if not fails:
            found.append(row)
            counts.update(row.facets)
        elif len(fails) == 1:
            counts.update(word for word in row.facets if word.startswith(f"{fails[0]}:"))
    return found, dict(counts)


SEARCHES = (
    *("", "q=backup", "q=backup+guide", "q=bakcup", "q=gui", "q=kangaroo", "q=nothing+at+all", "q=router&sort=newest"),
    *("line=Cloud", "line=Cloud&line=Network&stage=find", "q=pitch&line=Security", "q=tender&stage=close&time=30"),
    *("sort=shortest", "sort=rated&q=audit", "line=Moon", "q=margin&line=Moon", "sort=shortest&stage=find"),
    *("q=pitch&medium=read&time=5", "medium=read&language=en", "sort=rated&time=30&line=Cloud&language=en"),
)


@pytest.mark.parametrize("address", SEARCHES)
def test_the_same_is_found_and_counted_as_by_reading_everything(pete, shelf, now, address):
    search, words, found = looked(pete, address)

    rows, counts = slowly(pete, search, words)

    assert sorted(found.ids) == sorted(row.pk for row in rows)
    assert found.counts == counts
    assert not found.is_more


@pytest.mark.parametrize("text", ["backup", "backup guide", "bakcup"])
def test_the_order_is_that_of_the_rank(pete, shelf, now, text):
    search, words, found = looked(pete, f"q={text.replace(' ', '+')}")

    rows = slowly(pete, search, words)[0]

    ordered = sorted(rows, key=lambda row: (-round(row.rank, 6), -row.published_at.timestamp(), row.pk))
    assert found.ids == [row.pk for row in ordered]


def test_what_was_meant_for_the_partner_comes_first(pete, shelf, now):
    _search, _words, found = looked(pete, "")

    rows = Asset.objects.in_bulk(found.ids)
    places = [
        (rows[pk].audience_id is None, "Cloud" not in rows[pk].product_lines, -rows[pk].published_at.timestamp(), pk)
        for pk in found.ids
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("address", ["", "q=backup", "q=backup&line=Cloud", "sort=shortest"])
def test_where_more_is_found_than_is_looked_at_the_first_are_shown_and_it_says_so(
    pete, shelf, now, monkeypatch, address
):
    whole = looked(pete, address)[2]
    monkeypatch.setattr(hits, "MOST", 5)

    search, words, found = looked(pete, address)

    assert found.is_more
    assert len(found.ids) == 5
    assert set(found.ids) <= set(whole.ids)
    if search.text:
        titled = set(Asset.objects.filter(words=words.wide).values_list("pk", flat=True))
        assert set(found.ids) <= titled or titled & set(whole.ids) <= set(found.ids)


def test_somebody_elses_library_is_another_one(pete, olga, shelf, now):
    theirs = set(looked(olga, "q=backup")[2].ids)

    assert theirs == set(Asset.objects.visible_to(olga).matching("backup", read_by=olga).values_list("pk", flat=True))
    assert theirs != set(looked(pete, "q=backup")[2].ids)
