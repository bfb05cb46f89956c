"""Where a partner is on the map, and since when each of its values stands."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from partners.models import Partner
from partners.services import partners
from tests.factories.partners import AttributeDefinitionFactory, PartnerFactory

pytestmark = pytest.mark.django_db
MUNICH = {"latitude": "48.1374", "longitude": "11.5755"}


def test_a_place_is_kept_to_six_places(now, victor, pinewood):
    changed = partners.update(
        partner=pinewood, by=victor, at=now, changes={"latitude": "48.13743215", "longitude": -11.5}
    )

    assert (pinewood.latitude, pinewood.longitude) == (Decimal("48.137432"), Decimal("-11.5"))
    assert sorted(changed) == ["latitude", "longitude"]


def test_saying_the_same_place_again_changes_nothing(now, victor, pinewood):
    partners.update(partner=pinewood, by=victor, at=now, changes=MUNICH)

    assert partners.update(partner=pinewood, by=victor, at=now, changes=MUNICH) == []


def test_half_a_place_is_refused(now, victor, pinewood):
    with pytest.raises(ValidationError) as refused:
        partners.update(partner=pinewood, by=victor, at=now, changes={"latitude": 48})

    assert refused.value.error_dict["longitude"][0].code == "incomplete"


def test_half_of_a_known_place_may_be_moved_but_not_taken_away(now, victor, pinewood):
    partners.update(partner=pinewood, by=victor, at=now, changes=MUNICH)

    partners.update(partner=pinewood, by=victor, at=now, changes={"latitude": 50})
    with pytest.raises(ValidationError):
        partners.update(partner=pinewood, by=victor, at=now, changes={"latitude": None})

    assert pinewood.latitude == 50


@pytest.mark.parametrize("place", [(91, 0), (0, -181), ("north", 0)])
def test_a_place_off_the_earth_is_refused(place, now, victor, pinewood):
    with pytest.raises(ValidationError):
        partners.update(partner=pinewood, by=victor, at=now, changes={"latitude": place[0], "longitude": place[1]})


@pytest.mark.parametrize("place", [(None, 1), (1, None), (90.5, 0), (0, 180.5)])
def test_the_database_refuses_half_a_place_and_one_off_the_earth(place):
    with pytest.raises(IntegrityError):
        PartnerFactory(latitude=place[0], longitude=place[1])


def test_a_row_of_a_file_with_half_a_place_fails_alone(now, victor):
    rows = [
        {"name": "Whole", "domain": "whole.example", **MUNICH},
        {"name": "Half", "domain": "half.example", "latitude": 48},
    ]

    whole, half = partners.upsert_many(rows=rows, source=None, by=victor, at=now)

    assert (whole.result, half.result) == ("created", "failed")
    assert half.errors[0].field == "longitude"


# --- since when


def moments(partner: Partner) -> dict[str, str]:
    partner.refresh_from_db()
    return partner.changed_at


def test_a_new_partner_has_no_changes(pinewood):
    assert moments(pinewood) == {}


def test_each_changed_column_has_its_moment(now, victor, pinewood):
    partners.update(partner=pinewood, by=victor, at=now, changes={"city": "Ulm", "country": "DE"})

    assert list(moments(pinewood)) == ["city"]


def test_a_later_change_of_something_else_leaves_the_moment(pinewood):
    Partner.objects.filter(pk=pinewood.pk).update(changed_at={"city": "2020-01-01T00:00:00+00:00"})

    Partner.objects.filter(pk=pinewood.pk).update(employees=5)

    assert moments(pinewood)["city"] == "2020-01-01T00:00:00+00:00"
    assert "employees" in moments(pinewood)


def test_attributes_have_their_moments_one_by_one(now, victor, pinewood):
    AttributeDefinitionFactory(key="labs", kind="number")
    AttributeDefinitionFactory(key="since", kind="text")
    partners.update(partner=pinewood, by=victor, at=now, changes={"attributes": {"labs": 3, "since": "May"}})
    Partner.objects.filter(pk=pinewood.pk).update(changed_at={})

    partners.update(partner=pinewood, by=victor, at=now, changes={"attributes": {"labs": None}})

    assert list(moments(pinewood)) == ["attribute.labs"]


def test_saving_a_stale_copy_brings_no_old_moments_back(pinewood):
    stale = Partner.objects.get(pk=pinewood.pk)
    Partner.objects.filter(pk=pinewood.pk).update(city="Ulm")

    stale.employees = 7
    stale.save()

    assert set(moments(pinewood)) == {"city", "employees"}


def test_rows_written_by_hand_have_their_moments_too(pinewood):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE partners_partner SET industries = '{Retail}' WHERE id = %s", [pinewood.pk])

    assert list(moments(pinewood)) == ["industries"]


def test_the_trail_does_not_keep_the_moments(now, victor, pinewood):
    partners.update(partner=pinewood, by=victor, at=now, changes={"city": "Ulm"})

    assert not hasattr(pinewood.events.last(), "changed_at")
    assert pinewood.events.count() == 2  # noqa: PLR2004 - made, and changed once
