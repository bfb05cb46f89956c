"""Partners are created, changed and upserted; nothing is written twice, and every refusal names its field."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from core.models import Source
from core.rows import Result
from core.services import external_ids
from partners.models import Partner
from partners.services import partners
from partners.signals import partners_changed
from tests.factories.core import SourceFactory
from tests.factories.partners import AttributeDefinitionFactory, PartnerFactory, RegionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced():
    heard = []

    def hear(sender, partner_ids, **kwargs):
        heard.append(partner_ids)

    partners_changed.connect(hear)
    yield heard
    partners_changed.disconnect(hear)


@pytest.fixture
def crm(db) -> Source:
    return SourceFactory(key="crm")


def test_a_partner_is_created_with_cleaned_values(victor, now, announced):
    region = RegionFactory(key="emea")

    partner = partners.create(
        by=victor, at=now, name=" Pinewood ", domain="https://www.Pinewood.example/about", country="de", region="emea",
        websites=["pinewood.example"], employees="120", annual_revenue="5000000.50", joined_on="2025-06-01",
        industries=["Retail", "Retail", ""],
    )  # fmt: skip

    assert (partner.name, partner.domain, partner.country) == ("Pinewood", "pinewood.example", "DE")
    assert partner.region == region
    assert partner.websites == ["https://pinewood.example"]
    assert (partner.employees, partner.annual_revenue) == (120, Decimal("5000000.50"))
    assert partner.joined_on == date(2025, 6, 1)
    assert partner.industries == ["Retail"]
    assert partner.public_id
    assert announced == [[partner.pk]]


def test_every_field_at_fault_is_named_at_once(victor, now):
    AttributeDefinitionFactory(key="level", kind="number")

    with pytest.raises(ValidationError) as caught:
        partners.create(
            by=victor, at=now, name="", country="Germany", employees=-1, websites=["javascript:alert(1)"],
            region="nowhere", attributes={"level": "high", "other": 1}, colour="red",
        )  # fmt: skip

    codes = {name: errors[0].code for name, errors in caught.value.error_dict.items()}
    assert codes == {
        "name": "required",
        "country": "too_long",
        "employees": "out_of_range",
        "websites": "invalid",
        "region": "unresolved_reference",
        "attributes.level": "invalid",
        "attributes.other": "unknown_field",
        "colour": "unknown_field",
    }
    assert not Partner.objects.exists()


def test_a_domain_belongs_to_one_partner(pinewood, victor, now):
    with pytest.raises(ValidationError) as caught:
        partners.create(by=victor, at=now, name="Pine Wood", domain="pinewood.example")

    assert list(caught.value.error_dict) == ["domain"]


def test_an_update_names_what_changed_and_is_kept_in_the_trail(pinewood, victor, now, announced):
    changed = partners.update(partner=pinewood, by=victor, at=now, changes={"city": "Hamburg", "country": "DE"})

    assert changed == ["city"]
    assert pinewood.city == "Hamburg"
    assert announced == [[pinewood.pk]]
    event = pinewood.events.latest("pgh_id")
    assert event.city == "Hamburg"
    assert event.pgh_context["action"] == "partner.update"
    assert event.pgh_context["by_name"] == "Victor Voss"


def test_the_same_update_again_writes_nothing(pinewood, victor, now, announced):
    partners.update(partner=pinewood, by=victor, at=now, changes={"city": "Hamburg"})
    version, events = pinewood.version, pinewood.events.count()

    assert partners.update(partner=pinewood, by=victor, at=now, changes={"city": "Hamburg"}) == []

    pinewood.refresh_from_db()
    assert (pinewood.version, pinewood.events.count()) == (version, events)
    assert len(announced) == 1


def test_attributes_are_merged_and_none_clears(pinewood, victor, now):
    AttributeDefinitionFactory(key="level", kind="number")
    AttributeDefinitionFactory(key="labs", kind="yes_no")
    partners.update(partner=pinewood, by=victor, at=now, changes={"attributes": {"level": "3", "labs": True}})

    changed = partners.update(partner=pinewood, by=victor, at=now, changes={"attributes": {"labs": None}})

    assert changed == ["attributes"]
    assert pinewood.attributes == {"level": 3}


def test_an_organisation_cannot_stand_below_itself(pinewood, victor, now):
    child = PartnerFactory(parent=pinewood)

    with pytest.raises(ValidationError) as caught:
        partners.update(partner=pinewood, by=victor, at=now, changes={"parent": child})

    assert caught.value.error_dict["parent"][0].code == "cycle"


def test_activity_is_noted_once_an_hour(pinewood, now):
    assert partners.note_activity(partner_ids=[pinewood.pk], at=now) == 1
    assert partners.note_activity(partner_ids=[pinewood.pk], at=now) == 0


def test_rows_create_update_and_leave_alone(crm, victor, now, announced):
    first = [{"external_id": "1", "name": "One"}, {"external_id": "2", "name": "Two", "country": "FR"}]
    made = partners.upsert_many(rows=first, source=crm, by=victor, at=now)
    assert [one.result for one in made] == [Result.CREATED, Result.CREATED]

    again = partners.upsert_many(rows=[first[0], {**first[1], "country": "BE"}], source=crm, by=victor, at=now)

    assert [one.result for one in again] == [Result.UNCHANGED, Result.UPDATED]
    assert [one.object_id for one in again] == [one.object_id for one in made]
    two = Partner.objects.get(pk=made[1].object_id)
    assert (two.name, two.country, two.version) == ("Two", "BE", 2)
    assert Partner.objects.get(pk=made[0].object_id).version == 1
    assert announced == [sorted(one.object_id for one in made), [two.pk]]


def test_a_bad_row_fails_alone(crm, victor, now):
    rows = [
        {"external_id": "1", "name": "One", "country": "Germany"},
        {"external_id": "2", "name": "Two"},
        {"external_id": "3"},
        {"external_id": "\x00", "name": "Four"},
    ]

    outcomes = partners.upsert_many(rows=rows, source=crm, by=victor, at=now)

    assert [one.failed for one in outcomes] == [True, False, True, True]
    assert [one.errors[0].field for one in outcomes if one.failed] == ["country", "name", "external_id"]
    assert list(Partner.objects.values_list("name", flat=True)) == ["Two"]


def test_a_row_that_fails_changes_nothing_of_a_known_partner(crm, victor, now):
    partners.upsert_many(rows=[{"external_id": "1", "name": "One"}], source=crm, by=victor, at=now)

    rows = [{"external_id": "1", "name": "Uno", "employees": "many"}]
    partners.upsert_many(rows=rows, source=crm, by=victor, at=now)

    assert Partner.objects.get().name == "One"


def test_the_later_of_two_rows_with_one_id_wins(crm, victor, now):
    rows = [{"external_id": "1", "name": "One"}, {"external_id": "1", "name": "Uno"}]

    outcomes = partners.upsert_many(rows=rows, source=crm, by=victor, at=now)

    assert [one.result for one in outcomes] == [Result.CREATED, Result.UPDATED]
    assert Partner.objects.get().name == "Uno"


def test_a_partner_known_by_its_domain_is_not_made_twice(pinewood, crm, victor, now):
    rows = [{"external_id": "77", "name": "Pinewood GmbH", "domain": "www.pinewood.example"}]

    outcome = partners.upsert_many(rows=rows, source=crm, by=victor, at=now)[0]

    assert (outcome.result, outcome.object_id) == (Result.UPDATED, pinewood.pk)
    assert external_ids.find_one("partners", crm, "77") == pinewood.pk


def test_two_ids_of_one_source_are_two_organisations(pinewood, crm, victor, now):
    row = {"name": "Pinewood", "domain": "pinewood.example"}

    outcomes = partners.upsert_many(
        rows=[{**row, "external_id": "1"}, {**row, "external_id": "2"}], source=crm, by=victor, at=now
    )

    assert outcomes[1].errors[0].code == "already_exists"
    again = partners.upsert_many(rows=[{**row, "external_id": "2"}], source=crm, by=victor, at=now)
    assert again[0].errors[0].code == "already_exists"


def test_a_large_file_takes_few_statements(crm, victor, now, django_assert_max_num_queries):
    rows = [{"external_id": str(n), "name": f"Partner {n}", "domain": f"p{n}.example"} for n in range(900)]
    with django_assert_max_num_queries(14):
        partners.upsert_many(rows=rows, source=crm, by=victor, at=now)

    changed = [{**row, "city": "Lyon"} for row in rows]
    with django_assert_max_num_queries(14):
        outcomes = partners.upsert_many(rows=changed, source=crm, by=victor, at=now)

    assert {one.result for one in outcomes} == {Result.UPDATED}
    assert Partner.objects.filter(city="Lyon").count() == 900
