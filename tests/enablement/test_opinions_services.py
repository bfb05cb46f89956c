"""Favourites and stars: said once, changed, refused, and moved with people."""

import pytest
from django.db import IntegrityError, transaction

from core.refusals import Refusal
from enablement.models import AssetOpinion
from enablement.queries import library
from enablement.services import opinions
from tests.factories.enablement import AssetFactory, AssetOpinionFactory, KitItemFactory

pytestmark = pytest.mark.django_db


def test_a_favourite_is_kept_once_and_let_go(pete, now):
    asset = AssetFactory()
    keep = {"person": pete.person, "asset": asset, "at": now}

    assert opinions.keep(**keep, is_favourite=True)
    assert not opinions.keep(**keep, is_favourite=True)
    assert opinions.keep(**keep, is_favourite=False)
    assert not opinions.keep(**keep, is_favourite=False)
    assert AssetOpinion.objects.get().favourite_at is None


def test_stars_are_given_and_changed_and_leave_the_favourite_alone(pete, now):
    asset = AssetFactory()
    rate = {"person": pete.person, "asset": asset, "at": now}
    opinions.keep(**rate, is_favourite=True)

    assert opinions.rate(**rate, stars=4, comment=" Good. ")
    assert not opinions.rate(**rate, stars=4, comment="Good.")
    assert opinions.rate(**rate, stars=2)

    stored = AssetOpinion.objects.get()
    assert (stored.stars, stored.comment, stored.favourite_at) == (2, "", now)


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_other_stars_are_refused(pete, now, stars):
    with pytest.raises(Refusal):
        opinions.rate(person=pete.person, asset=AssetFactory(), at=now, stars=stars)


@pytest.mark.parametrize("said", [{"stars": 6}, {"stars": 0}, {"stars": 3, "rated_at": None}])
def test_the_database_takes_one_to_five_stars_with_their_moment(pete, now, said):
    with pytest.raises(IntegrityError), transaction.atomic():
        AssetOpinionFactory(person=pete.person, **{"rated_at": now, **said})


def test_the_database_keeps_one_opinion_of_a_person(pete):
    first = AssetOpinionFactory(person=pete.person)

    with pytest.raises(IntegrityError), transaction.atomic():
        AssetOpinionFactory(person=pete.person, asset=first.asset)


def test_the_database_keeps_an_asset_once_in_a_kit_and_out_of_itself():
    one = KitItemFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        KitItemFactory(kit=one.kit, item=one.item)
    with pytest.raises(IntegrityError), transaction.atomic():
        KitItemFactory(kit=one.kit, item=one.kit)


def test_an_average_is_told_from_three_on(pete, paula, olga, now):
    asset = AssetFactory()
    for user, stars in ((pete, 5), (paula, 4)):
        opinions.rate(person=user.person, asset=asset, at=now, stars=stars)
    assert not library.opinions_of([asset], person=pete.person)[asset.pk].is_told

    opinions.rate(person=olga.person, asset=asset, at=now, stars=3)

    told = library.opinions_of([asset], person=pete.person)[asset.pk]
    assert (told.is_told, told.average, told.stars) == (True, 4.0, 5)


def test_people_of_other_partners_see_no_opinions_by_name(pete, olga):
    AssetOpinionFactory(person=pete.person)

    assert not AssetOpinion.objects.visible_to(olga).exists()
    assert AssetOpinion.objects.visible_to(pete).exists()
