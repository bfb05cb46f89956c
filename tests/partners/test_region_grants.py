"""A regional program admin sees the partners of the regions granted, and may write their regional texts."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.permissions import Permission
from accounts.services import users
from partners.models import CategoryOverride, Partner, Region, RegionGrant
from partners.services import region_grants
from tests.factories.partners import CategoryOverrideFactory, PartnerFactory, RegionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def below(rita) -> Region:
    """A region below the one granted to Rita."""
    return RegionFactory(name="DACH", parent=Region.objects.get(key="emea-of-rita"))


def test_partners_of_the_region_and_below_are_seen_and_no_others(rita, below, pinewood, oakhurst):
    deep = PartnerFactory(region=below)
    PartnerFactory(region=None)

    assert set(Partner.objects.visible_to(rita)) == {pinewood, deep}


def test_an_assigned_partner_elsewhere_is_seen_as_well(rita, oakhurst, victor, now):
    oakhurst.assignments.create(user=rita, starts_at=now)

    assert oakhurst in Partner.objects.visible_to(rita)


def test_without_regions_nobody_is_seen(rita):
    RegionGrant.objects.all().delete()

    assert not Partner.objects.visible_to(rita).exists()


def test_in_another_role_the_grant_does_not_count(rita, victor, pinewood, now):
    users.change_role(user=rita, role="cam", by=victor, at=now)
    rita.refresh_from_db()

    assert not Partner.objects.visible_to(rita).exists()


def test_regional_texts_of_the_region_and_below_may_be_written(rita, below, victor, vera):
    own, other = CategoryOverrideFactory(region=below), CategoryOverrideFactory()
    may_write = {
        person.name: set(CategoryOverride.objects.editable_by(person, Permission.MANAGE_CATEGORIES))
        for person in (rita, victor, vera)
    }

    assert may_write == {"Rita Roth": {own}, "Victor Voss": {own, other}, "Vera Vance": set()}


def test_granting_replaces_what_was_granted_and_twice_changes_nothing(rita, victor, now):
    france, spain = RegionFactory(), RegionFactory()

    assert region_grants.grant(user=rita, regions=[france, spain], by=victor, at=now)
    assert not region_grants.grant(user=rita, regions=[spain, france], by=victor, at=now)
    assert set(rita.region_grants.values_list("region_id", flat=True)) == {france.pk, spain.pk}


def test_only_regional_admins_get_regions(vera, victor, now):
    with pytest.raises(ValidationError) as refused:
        region_grants.grant(user=vera, regions=[RegionFactory()], by=victor, at=now)

    assert list(refused.value.message_dict) == ["regions"]


def test_a_region_is_granted_once(rita):
    grant = RegionGrant.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        RegionGrant.objects.create(user=rita, region=grant.region)
