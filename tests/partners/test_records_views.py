"""People, attributes and regions on the vendor's pages; people and profile on the partner's."""

import pytest
from django.urls import reverse

from partners.models import AttributeDefinition, Person, Region
from partners.services import people, regions
from tests.factories.partners import AttributeDefinitionFactory, CategoryVersionFactory, PersonFactory, RegionFactory

pytestmark = pytest.mark.django_db


# --- people, on the vendor's side


def test_a_person_is_added_and_invited(client_of, vera, pinewood):
    body = {"name": "Ada", "email": "ada@pinewood.example", "invite": "on", "job_function": "sales"}

    response = client_of(vera).post(reverse("vendor:person-add", args=[pinewood.public_id]), body)

    assert response.status_code == 302
    assert Person.objects.get(name="Ada").user.email == "ada@pinewood.example"


def test_neither_is_done_when_the_invitation_is_refused(client_of, vera, pinewood):
    body = {"name": "Ada", "email": "vera@vendor.example", "invite": "on"}

    response = client_of(vera).post(reverse("vendor:person-add", args=[pinewood.public_id]), body)

    assert (response.status_code, set(response.context["form"].errors)) == (422, {"email"})
    assert not Person.objects.exists()


def test_a_person_is_changed_invited_and_removed(client_of, vera, pinewood):
    person = PersonFactory(partner=pinewood, name="Ada", email="ada@pinewood.example")
    client = client_of(vera)

    body = {"name": "Ada Byron", "email": "ada@pinewood.example"}
    client.post(reverse("vendor:person-edit", args=[person.public_id]), body)
    client.post(reverse("vendor:person-invite", args=[person.public_id]))
    person.refresh_from_db()
    assert (person.name, person.user.email) == ("Ada Byron", "ada@pinewood.example")
    assert "Invite again" in client.get(reverse("vendor:partner-people", args=[pinewood.public_id])).content.decode()

    client.post(reverse("vendor:person-leave", args=[person.public_id]))
    person.refresh_from_db()
    assert person.left_at
    assert client.post(reverse("vendor:person-leave", args=[person.public_id])).status_code == 404


@pytest.mark.parametrize("name", ["person-edit", "person-invite", "person-leave"])
def test_people_of_another_manager_are_out_of_reach(name, client_of, vincent, erin, pinewood):
    address = reverse(f"vendor:{name}", args=[PersonFactory(partner=pinewood).public_id])

    assert client_of(vincent).post(address, {}).status_code == 404
    assert client_of(erin).post(address, {}).status_code == 403


# --- people, on the partner's side


def test_a_partner_admin_adds_changes_and_removes_colleagues(client_of, paula, pinewood):
    client = client_of(paula)

    client.post(reverse("partner:person-add"), {"name": "Ada", "email": "ada@pinewood.example", "invite": "on"})
    person = Person.objects.get(name="Ada")
    assert person.user
    body = {"name": "Ada", "email": "ada@pinewood.example", "is_admin": "on"}
    client.post(reverse("partner:person-edit", args=[person.public_id]), body)
    person.refresh_from_db()
    assert person.is_admin
    client.post(reverse("partner:person-leave", args=[person.public_id]))
    person.refresh_from_db()
    assert person.left_at


def test_the_last_partner_admin_stays(client_of, paula):
    client = client_of(paula)

    told = client.post(reverse("partner:person-leave", args=[paula.person.public_id]), follow=True)
    edited = client.post(
        reverse("partner:person-edit", args=[paula.person.public_id]), {"name": "Paula Park", "email": paula.email}
    )

    assert "partner admin first" in told.content.decode()
    assert (edited.status_code, Person.objects.get(user=paula).is_admin) == (422, True)


def test_colleagues_are_managed_by_partner_admins_of_the_same_partner_only(client_of, pete, olga, pinewood, vera):
    person = PersonFactory(partner=pinewood)

    for name in ["person-edit", "person-invite", "person-leave"]:
        address = reverse(f"partner:{name}", args=[person.public_id])
        assert client_of(pete).post(address, {}).status_code == 403
        assert client_of(olga).post(address, {}).status_code == 404
        assert client_of(vera).post(address, {}).status_code == 403
    assert person.name not in client_of(olga).get(reverse("partner:person-list")).content.decode()


# --- the partner's profile


def test_everybody_at_a_partner_sees_the_profile_and_admins_change_it(client_of, paula, pete, pinewood):
    AttributeDefinitionFactory(key="labs", kind="number", label="Labs", partner_may_edit=True)
    AttributeDefinitionFactory(key="rank", kind="text", label="Our ranking", partner_may_see=False)
    pinewood.attributes = {"rank": "hopeless"}
    pinewood.save(update_fields=["attributes"])

    seen = client_of(pete).get(reverse("partner:profile")).content.decode()
    assert client_of(pete).get(reverse("partner:profile-edit")).status_code == 403
    response = client_of(paula).post(reverse("partner:profile-edit"), {"city": "Ulm", "attribute_labs": "3"})

    pinewood.refresh_from_db()
    assert response.url == reverse("partner:profile")
    assert (pinewood.city, pinewood.attributes) == ("Ulm", {"rank": "hopeless", "labs": 3})
    assert "Labs" in seen
    assert "ranking" not in seen
    assert "hopeless" not in seen


@pytest.mark.parametrize(
    "body",
    [{"name": "Mine"}, {"status": "ended"}, {"country": "FR"}, {"tax_id": "1"}, {"attribute_rank": "best"}],
    ids=str,
)
def test_fields_of_the_vendor_are_not_written_by_partner_people(body, client_of, paula, pinewood):
    AttributeDefinitionFactory(key="rank", kind="text")

    client_of(paula).post(reverse("partner:profile-edit"), body)

    assert not pinewood.events.filter(pgh_context__action="partner.update").exists()


def test_the_next_missing_field_is_named(client_of, paula, pinewood):
    client = client_of(paula)
    assert client.get(reverse("partner:profile")).context["completeness"].next.field == "description"

    client.post(reverse("partner:profile-edit"), {"description": "We sell.", "industries": "Retail"})

    done = client.get(reverse("partner:profile")).context["completeness"]
    assert (done.filled, done.next.field) == (2, "capabilities")


def test_a_wrong_value_is_told_beside_its_field(client_of, paula):
    response = client_of(paula).post(reverse("partner:profile-edit"), {"websites": "javascript:alert(1)"})

    assert (response.status_code, set(response.context["form"].errors)) == (422, {"websites"})


# --- attributes


def test_an_attribute_is_added_changed_retired_and_brought_back(client_of, victor):
    client = client_of(victor)
    body = {"label": "Labs", "key": "labs", "kind": "number", "partner_may_see": "on"}

    client.post(reverse("vendor:attribute-create"), body)
    definition = AttributeDefinition.objects.get()
    client.post(reverse("vendor:attribute-edit", args=[definition.public_id]), {"label": "Laboratories"})
    client.post(reverse("vendor:attribute-retire", args=[definition.public_id]))
    definition.refresh_from_db()
    assert (definition.label, definition.partner_may_see, bool(definition.retired_at)) == ("Laboratories", False, True)

    client.post(reverse("vendor:attribute-restore", args=[definition.public_id]))
    definition.refresh_from_db()
    assert definition.retired_at is None
    assert "Laboratories" in client.get(reverse("vendor:attribute-list")).content.decode()


def test_an_attribute_in_use_stays_and_its_users_are_named(client_of, victor):
    definition = AttributeDefinitionFactory(key="labs", kind="number")
    clause = {"field": "attributes.labs", "operator": ">=", "value": 3}
    criteria = {"combinator": "and", "not": False, "rules": [clause]}
    CategoryVersionFactory(published=True, criteria=criteria, definition__name="Expert")

    response = client_of(victor).post(reverse("vendor:attribute-retire", args=[definition.public_id]), follow=True)

    assert "Expert" in response.content.decode()
    definition.refresh_from_db()
    assert definition.retired_at is None


def test_a_wrong_attribute_is_told_beside_its_field(client_of, victor):
    AttributeDefinitionFactory(key="labs")
    client = client_of(victor)

    for body, field in [
        ({"key": "labs", "kind": "number"}, "key"),
        ({"key": "Labs 2", "kind": "number"}, "key"),
        ({"key": "size", "kind": "choice"}, "choices"),
        ({"key": "size", "kind": "text", "partner_may_edit": "on"}, "partner_may_edit"),
    ]:
        response = client.post(reverse("vendor:attribute-create"), {"label": "Labs", **body})
        assert (response.status_code, set(response.context["form"].errors)) == (422, {field})


# --- regions


def test_regions_are_added_moved_renamed_and_removed(client_of, victor, now):
    client = client_of(victor)
    client.post(reverse("vendor:region-create"), {"name": "EMEA"})
    client.post(reverse("vendor:region-create"), {"name": "Germany", "parent": "emea"})
    emea, germany = Region.objects.order_by("id")
    assert germany.path == [emea.pk, germany.pk]

    cycle = client.post(reverse("vendor:region-move", args=[emea.public_id]), {"below": "germany"})
    client.post(reverse("vendor:region-edit", args=[germany.public_id]), {"name": "DACH"})
    client.post(reverse("vendor:region-move", args=[germany.public_id]), {"below": ""})
    client.post(reverse("vendor:region-remove", args=[emea.public_id]))

    assert cycle.status_code == 422
    germany.refresh_from_db()
    assert (germany.name, germany.path) == ("DACH", [germany.pk])
    assert list(Region.objects.all()) == [germany]
    assert "DACH" in client.get(reverse("vendor:region-list")).content.decode()


def test_a_region_with_partners_is_not_removed(client_of, victor, pinewood):
    region = RegionFactory()
    pinewood.region = region
    pinewood.save(update_fields=["region"])

    told = client_of(victor).post(reverse("vendor:region-remove", args=[region.public_id]), follow=True)

    assert "Move them first" in told.content.decode()
    assert Region.objects.exists()


def test_the_tree_counts_partners_below(client_of, victor, pinewood, now):
    emea = regions.create(name="EMEA", by=victor, at=now)
    pinewood.region = regions.create(name="DACH", parent=emea, by=victor, at=now)
    pinewood.save(update_fields=["region"])

    branches = client_of(victor).get(reverse("vendor:region-list")).context["branches"]

    assert [(one.region.name, one.depth, one.partners, one.partners_below) for one in branches] == [
        ("EMEA", 0, 0, 1),
        ("DACH", 1, 1, 1),
    ]


@pytest.mark.parametrize("name", ["attribute-list", "attribute-create", "region-list", "region-create"])
def test_definitions_of_the_profile_are_for_program_admins(name, client_of, vera, erin, paula, victor):
    assert client_of(victor).get(reverse(f"vendor:{name}")).status_code == 200
    for user in (vera, erin, paula):
        assert client_of(user).get(reverse(f"vendor:{name}")).status_code == 403


def test_a_person_who_left_sees_nothing_any_more(client_of, pete, paula, now):
    client = client_of(pete)
    assert client.get(reverse("partner:profile")).status_code == 200

    people.leave(person=pete.person, by=paula, at=now)

    assert client.get(reverse("partner:profile")).status_code == 302
