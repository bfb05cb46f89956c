"""A region names its countries: whoever applies from there belongs to it."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from partners.models import RegionCountry
from partners.queries.applications import likely_region, likely_reviewer
from partners.services import region_countries, region_merging, regions
from tests.factories.partners import AssignmentFactory, PartnerFactory, RegionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def dach(victor, now):
    made = regions.create(name="DACH", by=victor, at=now)
    region_countries.name_countries(region=made, codes=["DE", "Austria", "Schweiz"], by=victor, at=now)
    return made


def codes(region):
    return sorted(region.countries.values_list("country", flat=True))


def test_countries_are_named_by_name_or_letters_in_any_language_known(dach):
    assert codes(dach) == ["AT", "CH", "DE"]


def test_saying_the_same_twice_changes_nothing(dach, victor, now):
    before = set(RegionCountry.objects.values_list("pk", flat=True))

    assert not region_countries.name_countries(region=dach, codes=["AT", "CH", "DE", "DE"], by=victor, at=now)
    assert set(RegionCountry.objects.values_list("pk", flat=True)) == before


def test_an_unknown_country_is_refused_by_name(dach, victor, now):
    with pytest.raises(ValidationError, match="Atlantis"):
        region_countries.name_countries(region=dach, codes=["DE", "Atlantis"], by=victor, at=now)

    assert codes(dach) == ["AT", "CH", "DE"]


def test_a_country_lies_in_one_region(dach, victor, now):
    other = RegionFactory(name="Alps")

    with pytest.raises(ValidationError, match=r"Switzerland \(DACH\)"):
        region_countries.name_countries(region=other, codes=["CH", "FR"], by=victor, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        RegionCountry.objects.create(region=other, country="CH")


@pytest.mark.parametrize("wrong", ["D", "de", "D1"])
def test_the_database_keeps_two_letters(wrong, dach):
    with pytest.raises(IntegrityError), transaction.atomic():
        RegionCountry.objects.create(region=dach, country=wrong)


def test_an_application_goes_where_its_country_lies_whoever_else_is_there(dach):
    for _number in range(3):
        PartnerFactory(country="DE", region=RegionFactory())

    assert likely_region("DE") == dach


def test_where_no_region_names_it_partners_of_the_country_tell(dach):
    south = RegionFactory()
    PartnerFactory(country="FR", region=south)

    assert likely_region("FR") == south
    assert likely_region("JP") is None


def test_the_reviewer_looks_after_most_partners_there_and_below(dach, vera, victor, now):
    munich = regions.create(name="Munich", parent=dach, by=victor, at=now)
    AssignmentFactory(partner=PartnerFactory(region=munich), user=vera)

    assert likely_reviewer(dach) == vera


def test_a_merge_takes_countries_along_and_back(dach, victor, now):
    europe = regions.create(name="Europe", by=victor, at=now)
    made = region_merging.merge(region=dach, into=europe, by=victor, at=now)
    assert codes(europe) == ["AT", "CH", "DE"]

    back = region_merging.undo(merge=made, by=victor, at=now)

    assert (codes(back), codes(europe)) == (["AT", "CH", "DE"], [])


def test_the_page_of_a_region_says_and_changes_them(dach, victor, client_of):
    client, page = client_of(victor), reverse("vendor:region-edit", args=[dach.public_id])

    assert "Austria, Germany, Switzerland" in client.get(page).content.decode()
    refused = client.post(page, {"name": "DACH+", "countries": "Germany, Atlantis"})
    assert refused.status_code == 422
    assert "Atlantis" in refused.content.decode()
    dach.refresh_from_db()
    assert dach.name == "DACH"
    assert client.post(page, {"name": "DACH", "countries": "Germany"}).status_code == 302
    assert codes(dach) == ["DE"]
    assert "Germany" in client.get(reverse("vendor:region-detail", args=[dach.public_id])).content.decode()
