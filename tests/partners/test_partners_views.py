"""The vendor's pages about partners: list, 360, profile, assignment."""

import pytest
from django.urls import reverse

from core.services import external_ids
from partners.models import Assignment, Partner, PartnerStatus
from partners.services import partners, people
from segmentation.models import Classification
from tests.factories.accounts import VendorUserFactory
from tests.factories.core import SourceFactory
from tests.factories.partners import (
    AssignmentFactory,
    AttributeDefinitionFactory,
    CategoryMembershipFactory,
    LifeStageFactory,
    LifeStagePeriodFactory,
    PartnerFactory,
    RegionFactory,
    TierHoldingFactory,
)

pytestmark = pytest.mark.django_db
MAX_QUERIES = 12


def names(response) -> list[str]:
    return [one.name for one in response.context["page"].object_list]


def url(name: str, partner: Partner) -> str:
    return reverse(f"vendor:{name}", args=[partner.public_id])


# --- the list


def test_a_manager_lists_their_own_partners(client_of, vera, pinewood, oakhurst):
    response = client_of(vera).get(reverse("vendor:partner-list"))

    assert names(response) == ["Pinewood"]
    assert "Assign a manager" not in response.content.decode()


def test_the_list_is_narrowed_by_everything_a_line_shows(client_of, victor, pinewood, oakhurst, now):
    emea = RegionFactory(key="emea")
    AttributeDefinitionFactory(key="labs", kind="number")
    AttributeDefinitionFactory(key="size", kind="choice", choices=["S", "L"])
    AttributeDefinitionFactory(key="areas", kind="multi_choice", choices=["A", "B"])
    AttributeDefinitionFactory(key="trusted", kind="yes_no")
    held = CategoryMembershipFactory(partner=pinewood)
    CategoryMembershipFactory(partner=oakhurst, category=held.category, state="suggested")
    holding = TierHoldingFactory(partner=pinewood)
    stage = LifeStageFactory(key="activated")
    Classification.objects.create(partner=pinewood, stage=stage, stage_since=now)
    vera = AssignmentFactory(partner=pinewood).user
    values = {"labs": 3, "size": "L", "areas": ["B"], "trusted": True}
    changes = {"city": "Ulm", "region": RegionFactory(key="dach", parent=emea).key, "attributes": values}
    partners.update(partner=pinewood, by=victor, at=now, changes=changes)
    Partner.objects.filter(pk=oakhurst.pk).update(status=PartnerStatus.SUSPENDED)
    client = client_of(victor)

    for query in [
        "q=ulm", "q=PINE", "region=emea", "region=dach", "status=active", "stage=activated",
        f"category={held.category.key}", f"tier={holding.track.key}.{holding.tier.key}", f"cam={vera.public_id}",
        "attribute_labs=3", "attribute_size=L", "attribute_areas=B", "attribute_trusted=yes",
    ]:  # fmt: skip
        assert names(client.get(reverse("vendor:partner-list") + "?" + query)) == ["Pinewood"], query
    for query in ["cam=nobody", "status=suspended", "q=oak"]:
        assert names(client.get(reverse("vendor:partner-list") + "?" + query)) == ["Oakhurst"], query
    for query in ["q=%00", "region=nowhere", "attribute_gone=1", "cam=me", "cam=x", "q=nobody", "page=99&q=zzz"]:
        assert client.get(reverse("vendor:partner-list") + "?" + query).status_code == 200, query


def test_the_list_is_sorted_both_ways(client_of, victor, pinewood, oakhurst, now):
    Partner.objects.filter(pk=pinewood.pk).update(joined_on=now.date(), last_active_at=now)
    client = client_of(victor)

    for sort, expected in [("name", "Oakhurst"), ("-name", "Pinewood"), ("joined", "Pinewood"), ("active", "Pinewood")]:
        assert names(client.get(reverse("vendor:partner-list"), {"sort": sort}))[0] == expected


def test_an_empty_list_and_a_list_without_a_match_say_different_things(client_of, victor, db):
    client = client_of(victor)

    assert "No partners yet" in client.get(reverse("vendor:partner-list")).content.decode()
    assert "“zzz”" in client.get(reverse("vendor:partner-list"), {"q": "zzz"}).content.decode()


def test_the_list_takes_as_many_queries_for_fifty_as_for_two(client_of, victor, program, django_assert_max_num_queries):
    AttributeDefinitionFactory(kind="choice", choices=["A"])
    client = client_of(victor)
    for number in range(60):
        partner = PartnerFactory(name=f"Partner {number:02}", region=RegionFactory())
        CategoryMembershipFactory(partner=partner)
        TierHoldingFactory(partner=partner)
        AssignmentFactory(partner=partner)

    with django_assert_max_num_queries(MAX_QUERIES):
        response = client.get(reverse("vendor:partner-list"))

    assert len(names(response)) == 50


def test_htmx_gets_the_results_alone(client_of, victor, pinewood):
    response = client_of(victor).get(reverse("vendor:partner-list"), headers={"HX-Request": "true"})

    assert "Pinewood" in response.content.decode()
    assert "<html" not in response.content.decode()


# --- adding and changing


def test_a_partner_is_added_with_attributes(client_of, victor, db):
    AttributeDefinitionFactory(key="labs", kind="number")
    RegionFactory(key="emea")
    body = {
        "name": "Newcomer", "status": "prospect", "region": "emea", "industries": "Retail, Health",
        "attribute_labs": "2",
        "domain": "newcomer.example",
    }  # fmt: skip

    response = client_of(victor).post(reverse("vendor:partner-create"), body)

    partner = Partner.objects.get()
    assert response.url == url("partner-detail", partner)
    assert (partner.industries, partner.attributes, partner.region.key) == (["Retail", "Health"], {"labs": 2}, "emea")


def test_a_manager_looks_after_the_partner_they_add(client_of, vera):
    client_of(vera).post(reverse("vendor:partner-create"), {"name": "Newcomer", "status": "prospect"})

    assert Assignment.objects.get(partner__name="Newcomer").user == vera


def test_what_is_wrong_is_told_beside_its_field(client_of, victor, pinewood):
    AttributeDefinitionFactory(key="note", kind="text", label="Note")
    client = client_of(victor)

    for name, value in [("domain", "pinewood.example"), ("attribute_note", "a\x07b"), ("country", "1")]:
        body = {"name": "Other", "status": "prospect", name: value}
        response = client.post(reverse("vendor:partner-create"), body)

        assert (response.status_code, set(response.context["form"].errors)) == (422, {name})


def test_only_what_a_person_changed_is_written(client_of, vera, pinewood, now):
    client = client_of(vera)
    form = client.get(url("partner-edit", pinewood)).context["form"]
    body = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    Partner.objects.filter(pk=pinewood.pk).update(country="AT", employees=7)  # somebody else, meanwhile

    client.post(url("partner-edit", pinewood), {**body, "city": "Ulm"})

    pinewood.refresh_from_db()
    assert (pinewood.city, pinewood.country) == ("Ulm", "AT")


def test_the_profile_form_shows_ids_of_other_systems(client_of, vera, pinewood):
    external_ids.attach("partners", SourceFactory(key="crm"), {pinewood.pk: "0015"})

    assert "crm: 0015" in client_of(vera).get(url("partner-edit", pinewood)).content.decode()


# --- one page with everything


@pytest.fixture
def full(pinewood, vera, victor, paula, now):
    """Pinewood with a little of everything."""
    category = CategoryMembershipFactory(partner=pinewood, category__name="Managed services").category
    TierHoldingFactory(partner=pinewood, tier__name="Gold")
    stage = LifeStageFactory(name="Activated")
    Classification.objects.create(partner=pinewood, stage=stage, stage_since=now)
    LifeStagePeriodFactory(partner=pinewood, stage=stage)
    external_ids.attach("partners", SourceFactory(key="crm"), {pinewood.pk: "0015"})
    AttributeDefinitionFactory(key="labs", kind="number", label="Labs", unit="rooms")
    region = RegionFactory(key="emea", name="EMEA")
    changes = {"city": "Ulm", "region": region, "attributes": {"labs": 3}}
    partners.update(partner=pinewood, by=victor, at=now, changes=changes)
    person = people.add(partner=pinewood, by=victor, at=now, name="Ada", email="ada@pinewood.example")
    people.leave(person=person, by=victor, at=now)
    return category


def test_the_page_of_a_partner_shows_who_it_is(client_of, vera, pinewood, full, django_assert_max_num_queries):
    client = client_of(vera)
    client.get(url("partner-detail", pinewood))

    with django_assert_max_num_queries(MAX_QUERIES):
        text = client.get(url("partner-detail", pinewood)).content.decode()

    for words in [
        "Pinewood",
        "Managed services",
        "Gold",
        "Activated",
        "Looked after by Vera Vance",
        "EMEA",
        "3 rooms",
        "0015",
    ]:
        assert words in text, words
    assert url("partner-people-panel", pinewood) in text
    assert url("partner-deals-panel", pinewood) in client.get(url("partner-deals", pinewood)).content.decode()


def test_the_history_tells_who_did_what(client_of, vera, pinewood, full, django_assert_max_num_queries):
    client = client_of(vera)
    client.get(url("partner-history", pinewood))

    with django_assert_max_num_queries(MAX_QUERIES):
        text = client.get(url("partner-history", pinewood)).content.decode()

    for words in [
        "Partner added", "Profile changed: Region, City, Labs", "Victor Voss", "Ada was added", "Ada left",
        "Assigned to Vera Vance", "Category Managed services: Active", "Holds the tier Gold",
        "Entered the life stage Activated",
    ]:  # fmt: skip
        assert words in text, words


def test_older_history_is_a_page_further(client_of, vera, pinewood, now):
    for number in range(35):
        partners.update(partner=pinewood, by=vera, at=now, changes={"city": f"City {number}"})
    client = client_of(vera)

    first = client.get(url("partner-history", pinewood)).context["timeline"]

    assert 30 <= len(first.entries) <= 40


@pytest.mark.parametrize(
    "name",
    [
        "partner-detail", "partner-people", "partner-deals", "partner-enablement", "partner-history", "partner-edit",
        "partner-people-panel", "partner-timeline-panel", "person-add",
    ],
)  # fmt: skip
def test_every_page_of_a_partner_opens_to_its_manager_only(name, client_of, vera, vincent, paula, pinewood, full):
    assert client_of(vera).get(url(name, pinewood)).status_code == 200
    assert client_of(vincent).get(url(name, pinewood)).status_code == 404
    assert client_of(paula).get(url(name, pinewood)).status_code == 403


def test_no_page_loads_itself_as_a_panel(client_of, vera, pinewood):
    for name in ["partner-detail", "partner-deals", "partner-enablement"]:
        page = client_of(vera).get(url(name, pinewood))

        for panel in page.context["panels"]:
            assert "<html" not in client_of(vera).get(panel.url, headers={"HX-Request": "true"}).content.decode()


def test_an_odd_moment_in_the_address_is_ignored(client_of, vera, pinewood):
    for moment in ["x", "2030-13-01T00:00:00Z", "2030-01-01T00:00:00", "2030-01-01T00:00:00+00:00"]:
        assert client_of(vera).get(url("partner-history", pinewood), {"before": moment}).status_code == 200


# --- assignment


def test_chosen_partners_are_previewed_and_assigned(client_of, victor, pinewood, oakhurst, vera):
    address = f"{reverse('vendor:partner-assign')}?partner={pinewood.public_id}&partner={oakhurst.public_id}&partner=x"
    client = client_of(victor)
    other = VendorUserFactory(name="Otto")

    preview = client.get(address)
    client.post(address, {"user": str(other.public_id), "expected": 2})

    assert preview.context["count"] == 2
    assert preview.context["by_manager"] == [("", 1), ("Vera Vance", 1)]
    assert Assignment.objects.open().filter(user=other).count() == 2
    assert Assignment.objects.filter(user=vera, ends_at__isnull=False).count() == 1


def test_all_that_the_list_shows_are_assigned(client_of, victor, now):
    region = RegionFactory(key="emea")
    PartnerFactory.create_batch(3, region=region)
    PartnerFactory()
    address = f"{reverse('vendor:partner-assign')}?all=1&region=emea"
    user = VendorUserFactory()

    response = client_of(victor).post(address, {"user": str(user.public_id), "expected": 3})

    assert response.url == reverse("vendor:partner-list") + "?region=emea"
    assert Assignment.objects.open().filter(user=user).count() == 3


def test_partners_are_taken_from_their_manager_only_when_that_is_chosen(client_of, victor, vera, pinewood):
    address = f"{reverse('vendor:partner-assign')}?partner={pinewood.public_id}"
    client = client_of(victor)

    assert client.post(address, {"user": "", "expected": 1}).status_code == 422
    assert Assignment.objects.open().exists()
    client.post(address, {"user": "nobody", "expected": 1})
    assert not Assignment.objects.open().exists()


def test_a_list_that_changed_since_the_preview_is_shown_again(client_of, victor, pinewood, oakhurst):
    user = VendorUserFactory()

    response = client_of(victor).post(
        reverse("vendor:partner-assign") + "?all=1", {"user": str(user.public_id), "expected": 1}
    )

    assert response.status_code == 422
    assert not Assignment.objects.exists()
    assert 'name="expected" value="2"' in response.content.decode()


def test_a_manager_does_not_assign(client_of, vera, pinewood):
    assert client_of(vera).get(reverse("vendor:partner-assign")).status_code == 403
