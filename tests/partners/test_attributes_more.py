"""Attributes in sections, needed ones, and choices that get another name."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from partners.models import Partner
from partners.services import attributes
from tests.conftest import NOW
from tests.factories.partners import AttributeDefinitionFactory, PartnerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


@pytest.mark.parametrize(
    ("kind", "had", "has"), [("choice", "Gold", "Golden"), ("multi_choice", ["Gold", "Tin"], ["Golden", "Tin"])]
)
def test_a_renamed_choice_is_kept_by_the_partners_that_have_it(
    victor: User, kind: str, had: object, has: object
) -> None:
    definition = AttributeDefinitionFactory(key="grade", kind=kind, choices=["Gold", "Tin"])
    with_it = PartnerFactory(attributes={"grade": had, "labs": 2})
    without = PartnerFactory(attributes={"grade": ["Tin"] if kind == "multi_choice" else "Tin"})

    assert attributes.rename_choice(definition=definition, before="Gold", after="Golden", by=victor, at=NOW) == 1

    with_it.refresh_from_db()
    definition.refresh_from_db()
    assert with_it.attributes == {"grade": has, "labs": 2}
    assert Partner.objects.get(pk=without.pk).attributes == without.attributes
    assert definition.choices == ["Golden", "Tin"]


def test_a_choice_cannot_become_another_or_be_named_when_it_is_not_there(victor: User) -> None:
    definition = AttributeDefinitionFactory(key="grade", kind="choice", choices=["Gold", "Tin"])

    for before, after in (("Gold", "Tin"), ("Lead", "Iron"), ("Gold", "")):
        with pytest.raises(ValidationError):
            attributes.rename_choice(definition=definition, before=before, after=after, by=victor, at=NOW)
    assert attributes.rename_choice(definition=definition, before="Tin", after="Tin", by=victor, at=NOW) == 0


def test_partners_must_fill_in_what_is_needed_and_find_it_below_its_heading(
    paula: User, victor: User, pinewood: Partner, client_of: Callable[[User], Client]
) -> None:
    AttributeDefinitionFactory(
        key="labs", label="Labs", section="Technology", is_required=True, partner_may_edit=True, kind="number"
    )
    client = client_of(paula)

    page = client.get("/partner/company/edit/").text
    refused = client.post("/partner/company/edit/", {"city": "Bremen"})
    taken = client.post("/partner/company/edit/", {"city": "Bremen", "attribute_labs": "3"})

    assert "Technology" in page
    assert (refused.status_code, taken.status_code) == (422, 302)
    pinewood.refresh_from_db()
    assert (pinewood.city, pinewood.attributes) == ("Bremen", {"labs": 3})
    assert (
        client_of(victor)
        .post(f"/vendor/partners/{pinewood.public_id}/edit/", {"name": "Pinewood", "status": "active"})
        .status_code
        == 302
    )
