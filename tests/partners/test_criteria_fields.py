"""What criteria may ask about the profile gives the right answer on real rows."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from criteria.checks import check
from criteria.clock import Clock
from criteria.fields import registry
from criteria.sql import Book
from criteria.tree import parse
from partners.models import Assignment, Partner, Person
from partners.services import attributes, partners
from tests.conftest import NOW
from tests.factories.accounts import VendorUserFactory
from tests.factories.partners import RegionFactory

pytestmark = pytest.mark.django_db


def matching(*clauses) -> set[str]:
    """Return the names of the partners that fulfil all the clauses."""
    document = {"combinator": "and", "not": False, "rules": list(clauses)}
    catalog = registry.catalog()
    assert check(document, catalog) == []
    clock = Clock(at=NOW, zone=ZoneInfo("UTC"))
    book = Book(catalog, clock, lambda kind, key: "FALSE")
    predicate = book.predicate(parse(document))
    source = book.source(lambda column: "TRUE")
    inner = f"SELECT p.name, {', '.join(book.selected())} FROM {source}"  # noqa: S608 - compiled
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name FROM ({inner}) facts WHERE ({predicate}) IS TRUE", book.parameters)  # noqa: S608
        return {name for (name,) in cursor.fetchall()}


@pytest.fixture(autouse=True)
def two_partners(db):
    emea = RegionFactory(key="emea")
    germany = RegionFactory(key="germany", parent=emea)
    vera = VendorUserFactory(name="Vera")
    pine = Partner.objects.create(
        name="Pine", country="DE", city="Ulm", region=germany, status="active", employees=50, annual_revenue=1000,
        founded_year=1999, industries=["Retail", "Health"], languages=["de"], selling_motions=["Resale"],
        capabilities=["Support"], product_lines=["Cloud"], target_markets=["Public"],
        business_units=["Public sector"], locations=["Hamburg"], resources=["Demo lab"], joined_on=date(2030, 3, 8),
        last_active_at=NOW, domain="pine.example", latitude="48.4011", longitude="9.9876",
    )  # fmt: skip
    Partner.objects.create(name="Oak", parent=pine)
    Assignment.objects.create(partner=pine, user=vera, starts_at=NOW)
    Person.objects.create(
        partner=pine, name="Ada", email="a@pine.example", job_function="sales", language="de", is_admin=True,
        job_title="Head of sales",
    )  # fmt: skip
    Person.objects.create(partner=pine, name="Bo", email="b@pine.example", job_function="sales", left_at=NOW)
    return pine


@pytest.mark.parametrize(
    "clause",
    [
        {"field": "name", "operator": "begins_with", "value": "pi"},
        {"field": "country", "operator": "in", "value": ["DE", "AT"]},
        {"field": "region", "operator": "any_of", "value": ["emea"]},
        {"field": "city", "operator": "equals", "value": "ulm"},
        {"field": "domain", "operator": "ends_with", "value": ".example"},
        {"field": "status", "operator": "equals", "value": "active"},
        {"field": "employees", "operator": "between", "value": [50, 60]},
        {"field": "annual_revenue", "operator": ">=", "value": 1000},
        {"field": "founded_year", "operator": "<", "value": 2000},
        {"field": "industries", "operator": "all_of", "value": ["Retail", "Health"]},
        {"field": "languages", "operator": "any_of", "value": ["de", "fr"]},
        {"field": "selling_motions", "operator": "is_set"},
        {"field": "capabilities", "operator": "any_of", "value": ["Support"]},
        {"field": "product_lines", "operator": "any_of", "value": ["Cloud"]},
        {"field": "target_markets", "operator": "any_of", "value": ["Public"]},
        {"field": "business_units", "operator": "any_of", "value": ["Public sector"]},
        {"field": "locations", "operator": "any_of", "value": ["Hamburg"]},
        {"field": "resources", "operator": "any_of", "value": ["Demo lab"]},
        {"field": "joined_on", "operator": "on", "value": "2030-03-08"},
        {"field": "days_since_joined", "operator": "=", "value": 10},
        {"field": "last_active_at", "operator": "within_last", "value": {"n": 1, "unit": "days"}},
        {"field": "days_since_active", "operator": "=", "value": 0},
        {
            "field": "location", "operator": "within_distance",
            "value": {"latitude": 48.1374, "longitude": 11.5755, "km": 130},
        },
        {"field": "has_cam", "operator": "is_true"},
        {"field": "cam", "operator": "is_set"},
        {"field": "has_parent", "operator": "is_false"},
        {"field": "people_count", "operator": "=", "value": 1},
        {"field": "users_count", "operator": "is_set"},
        {
            "collection": "people",
            "aggregate": "count",
            "where": {
                "combinator": "and",
                "not": False,
                "rules": [
                    {"field": "job_function", "operator": "equals", "value": "sales"},
                    {"field": "is_admin", "operator": "is_true"},
                    {"field": "language", "operator": "equals", "value": "de"},
                    {"field": "job_title", "operator": "contains", "value": "head"},
                    {"field": "may_sign_in", "operator": "is_false"},
                ],
            },
            "operator": "=",
            "value": 1,
        },
    ],
    ids=lambda clause: clause.get("field", "people"),
)  # fmt: skip
def test_a_clause_about_the_profile_finds_the_right_partner(clause):
    assert matching(clause) - ({"Oak"} if clause.get("field") == "users_count" else set()) == {"Pine"}


def test_attributes_are_asked_like_any_other_field(victor, now, two_partners):
    for key, kind, choices in [
        ("note", "text", []),
        ("labs", "number", []),
        ("size", "choice", ["S", "L"]),
        ("areas", "multi_choice", ["A", "B"]),
        ("signed_on", "date", []),
        ("trusted", "yes_no", []),
    ]:
        attributes.create(by=victor, at=now, key=key, label=key, kind=kind, choices=choices)
    values = {"note": "Fine", "labs": 2.5, "size": "L", "areas": ["B"], "signed_on": "2030-01-01", "trusted": True}
    partners.update(partner=two_partners, by=victor, at=now, changes={"attributes": values})

    assert matching(
        {"field": "attributes.note", "operator": "contains", "value": "fin"},
        {"field": "attributes.labs", "operator": ">", "value": 2},
        {"field": "attributes.size", "operator": "equals", "value": "L"},
        {"field": "attributes.areas", "operator": "any_of", "value": ["B"]},
        {"field": "attributes.signed_on", "operator": "after", "value": "2029-12-31"},
        {"field": "attributes.trusted", "operator": "is_true"},
    ) == {"Pine"}
    assert matching({"field": "attributes.areas", "operator": "is_empty"}) == {"Oak"}


def test_every_field_is_described():
    for one in [*registry.catalog().fields.values(), *registry.catalog().collections["people"].fields]:
        assert one.label, one.key
        assert one.example, one.key
        assert one.description, one.key


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("city", {"city": "Neu-Ulm"}),
        ("region", {"region": None}),
        ("industries", {"industries": []}),
        ("location", {"latitude": 50}),
        ("has_parent", {"parent": None}),
    ],
)
def test_every_value_of_the_partners_own_row_knows_when_it_changed(field, changes, two_partners, victor, now):
    oak = Partner.objects.get(name="Oak")
    clause = {"field": field, "operator": "changed_within_last", "value": {"n": 2, "unit": "days"}}
    before = matching(clause)

    partners.update(partner=oak if field == "has_parent" else two_partners, by=victor, at=now, changes=changes)
    _as_if_changed_at(now)

    assert (before, matching(clause)) == (set(), {"Oak"} if field == "has_parent" else {"Pine"})


def test_an_attribute_knows_when_it_changed(two_partners, victor, now):
    attributes.create(key="labs", label="Labs", kind="number", by=victor, at=now)
    clause = {"field": "attributes.labs", "operator": "changed_within_last", "value": {"n": 2, "unit": "days"}}

    partners.update(partner=two_partners, by=victor, at=now, changes={"attributes": {"labs": 3}})
    _as_if_changed_at(now)

    assert matching(clause) == {"Pine"}


def _as_if_changed_at(moment):
    """Move the moments the database noted, which are of today, to the day on which the test plays."""
    for partner in Partner.objects.exclude(changed_at={}):
        partner.changed_at = dict.fromkeys(partner.changed_at, moment.isoformat())
        partner.save(update_fields=["changed_at"])
