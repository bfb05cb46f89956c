"""Attributes, regions and assignments: what their services let through and what they keep."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from core.models.base import VersionState
from partners.models import Assignment, Partner, Region
from partners.services import assignments, attributes, regions
from segmentation.models import StalePartner
from tests.factories.accounts import VendorUserFactory
from tests.factories.partners import AttributeDefinitionFactory, CategoryVersionFactory, PartnerFactory, RegionFactory

pytestmark = pytest.mark.django_db


# --- attributes


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("text", " plain ", "plain"),
        ("number", "12.50", 12.5),
        ("number", "12", 12),
        ("choice", "Low", "Low"),
        ("multi_choice", ["High", "Low", "High"], ["Low", "High"]),
        ("date", "2026-03-31", "2026-03-31"),
        ("yes_no", False, False),
        ("text", "", None),
        ("multi_choice", [], None),
    ],
)
def test_a_value_is_kept_in_the_shape_of_its_kind(kind, value, kept):
    choices = ["Low", "High"] if "choice" in kind else []
    AttributeDefinitionFactory(key="thing", kind=kind, choices=choices)

    assert attributes.clean_values({"thing": value}) == {"thing": kept}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", 3),
        ("number", "ten"),
        ("choice", "Middle"),
        ("multi_choice", "Low"),
        ("date", "soon"),
        ("yes_no", "yes"),
    ],
)
def test_a_value_of_another_kind_is_refused(kind, value):
    choices = ["Low", "High"] if "choice" in kind else []
    AttributeDefinitionFactory(key="thing", kind=kind, choices=choices)

    with pytest.raises(ValidationError) as caught:
        attributes.clean_values({"thing": value})

    assert list(caught.value.error_dict) == ["attributes.thing"]


def test_an_attribute_needs_a_plain_key_used_once(victor, now):
    attributes.create(by=victor, at=now, key="level", label="Level", kind="number")

    for key in ("level", "Level", "my level", "1st"):
        with pytest.raises(ValidationError) as caught:
            attributes.create(by=victor, at=now, key=key, label="Level", kind="number")
        assert list(caught.value.error_dict) == ["key"]


def test_a_choice_needs_choices(victor, now):
    with pytest.raises(ValidationError) as caught:
        attributes.create(by=victor, at=now, key="level", label="Level", kind="choice")

    assert list(caught.value.error_dict) == ["choices"]


def test_an_attribute_that_published_criteria_ask_about_is_not_retired(victor, now):
    definition = AttributeDefinitionFactory(key="level", kind="number")
    clause = {"field": "attributes.level", "operator": ">=", "value": 3}
    criteria = {"combinator": "and", "not": False, "rules": [{"combinator": "or", "not": True, "rules": [clause]}]}
    version = CategoryVersionFactory(published=True, criteria=criteria, definition__name="Expert")

    with pytest.raises(attributes.AttributeInUseError, match="Expert"):
        attributes.retire(definition=definition, by=victor, at=now)

    version.state = VersionState.SUPERSEDED
    version.save(update_fields=["state"])
    assert attributes.retire(definition=definition, by=victor, at=now)
    assert not attributes.retire(definition=definition, by=victor, at=now)
    assert attributes.restore(definition=definition, by=victor, at=now)


# --- regions


def test_a_region_knows_its_way_down(victor, now):
    emea = regions.create(name="EMEA", by=victor, at=now)
    germany = regions.create(name="Germany", parent=emea, by=victor, at=now)

    assert emea.path == [emea.pk]
    assert germany.path == [emea.pk, germany.pk]
    assert germany.key == "germany"


def test_a_moved_region_takes_all_below_it_along_and_its_partners_become_stale(victor, now):
    emea = regions.create(name="EMEA", by=victor, at=now)
    apac = regions.create(name="APAC", by=victor, at=now)
    middle = regions.create(name="Middle", parent=emea, by=victor, at=now)
    deep = regions.create(name="Deep", parent=middle, by=victor, at=now)
    partner = PartnerFactory(region=deep)
    StalePartner.objects.all().delete()

    assert regions.move(region=middle, parent=apac, by=victor, at=now)

    assert Region.objects.get(pk=deep.pk).path == [apac.pk, middle.pk, deep.pk]
    assert list(Partner.objects.in_region(apac)) == [partner]
    assert not Partner.objects.in_region(emea).exists()
    assert StalePartner.objects.filter(partner_id=partner.pk).exists()
    assert not regions.move(region=middle, parent=apac, by=victor, at=now)


def test_a_region_is_not_moved_below_itself(victor, now):
    emea = regions.create(name="EMEA", by=victor, at=now)
    germany = regions.create(name="Germany", parent=emea, by=victor, at=now)

    with pytest.raises(ValidationError) as caught:
        regions.move(region=emea, parent=germany, by=victor, at=now)

    assert caught.value.error_dict["parent"][0].code == "cycle"


def test_a_region_in_use_is_not_removed(victor, now):
    region = RegionFactory()
    PartnerFactory(region=region)

    with pytest.raises(regions.RegionInUseError):
        regions.remove(region=region, by=victor, at=now)


# --- assignments


def test_partners_are_assigned_at_once_and_history_is_kept(victor, now):
    vera, vincent = VendorUserFactory.create_batch(2)
    many = PartnerFactory.create_batch(3)
    assignments.assign(partners=many[:1], user=vincent, by=victor, at=now - timedelta(days=30))

    assert assignments.assign(partners=many, user=vera, by=victor, at=now) == 3
    assert assignments.assign(partners=many, user=vera, by=victor, at=now) == 0

    assert Assignment.objects.open().filter(user=vera, assigned_by=victor).count() == 3
    past = Assignment.objects.get(user=vincent)
    assert (past.partner, past.ends_at) == (many[0], now)


def test_assigning_nobody_ends_what_was(victor, now):
    partner = PartnerFactory()
    assignments.assign(partners=[partner], user=VendorUserFactory(), by=victor, at=now - timedelta(days=1))

    assert assignments.assign(partners=[partner], user=None, by=victor, at=now) == 1

    assert not Assignment.objects.open().exists()


def test_only_people_of_the_vendor_look_after_partners(pete, pinewood, victor, now):
    with pytest.raises(ValidationError) as caught:
        assignments.assign(partners=[pinewood], user=pete, by=victor, at=now)

    assert list(caught.value.error_dict) == ["user"]


def test_a_thousand_partners_are_assigned_in_few_statements(victor, now, django_assert_max_num_queries):
    many = Partner.objects.bulk_create(Partner(name=f"P{n}") for n in range(1000))

    with django_assert_max_num_queries(8):
        assert assignments.assign(
            partners=many, user=VendorUserFactory.build(pk=victor.pk, role="cam"), by=victor, at=now
        )
