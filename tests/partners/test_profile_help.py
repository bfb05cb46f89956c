"""What helps to fill in a profile: suggestions while typing, which rule asks for what is missing, one's own group."""

import pytest
from django.urls import reverse

from partners.models import Partner, PartnerStatus
from partners.queries import known_values
from partners.queries.completeness import completeness
from partners.queries.groups import family_of
from partners.services import categories, overrides, regions, tiers
from tests.factories.partners import PartnerFactory

pytestmark = pytest.mark.django_db


def asking(field, *values):
    rules = [{"field": field, "operator": "any_of", "value": list(values)}]
    return {"combinator": "and", "not": False, "rules": rules}


# --- known values


def test_the_vendor_is_offered_what_visible_partners_have_the_most_common_first(vera, pinewood, oakhurst):
    for partner, values in ((pinewood, ["Retail", "Real estate"]), (oakhurst, ["Research"])):
        Partner.objects.filter(pk=partner.pk).update(industries=values)
    PartnerFactory(industries=["Retail"])

    assert known_values.of("industries", "re", visible=Partner.objects.all())[0] == ("Retail", 2)
    assert [value for value, _n in known_values.of("industries", "re", visible=Partner.objects.visible_to(vera))] == [
        "Real estate",
        "Retail",
    ]


def test_what_rules_ask_for_is_offered_as_they_spell_it(victor, now):
    categories.define(key="msp", name="MSP", criteria=asking("capabilities", "Managed services"), by=victor, at=now)

    assert known_values.of("capabilities", "serv", visible=Partner.objects.all()) == [("Managed services", 0)]


def test_a_partner_is_offered_nothing_that_a_single_other_one_wrote():
    PartnerFactory(resources=["Our secret lab"])
    for _ in range(known_values.FEWEST_PARTNERS):
        PartnerFactory(resources=["Demo centre"])

    assert known_values.for_partners("resources", "e") == [("Demo centre", 0)]


def test_pages_answer_while_typing_and_only_for_lists(client_of, victor, paula, pinewood):
    Partner.objects.filter(pk=pinewood.pk).update(industries=["Retail"])
    page = reverse("vendor:profile-values-panel")

    assert 'data-value="Retail"' in client_of(victor).get(page, {"field": "industries", "q": "ret"}).content.decode()
    assert "<li" not in client_of(victor).get(page, {"field": "tax_id", "q": "1"}).content.decode()
    assert (
        client_of(paula).get(reverse("partner:profile-values-panel"), {"field": "industries", "q": "r"}).status_code
        == 200
    )
    assert 'data-url="/partner/company/values/?field=industries"' in (
        client_of(paula).get(reverse("partner:profile-edit")).content.decode()
    )


# --- the parent


def test_a_parent_is_offered_by_part_of_its_name_to_whom_it_is_visible(client_of, vera, victor, pinewood, oakhurst):
    page = reverse("vendor:partner-choices-panel")

    assert 'data-value="oakhurst.example"' in client_of(victor).get(page, {"q": "khur"}).content.decode()
    assert "Oakhurst" not in client_of(vera).get(page, {"q": "khur"}).content.decode()
    assert "<li" not in client_of(victor).get(page).content.decode()


def test_what_was_offered_is_what_the_field_takes(client_of, victor, pinewood, oakhurst):
    page = reverse("vendor:partner-edit", args=[pinewood.public_id])

    client_of(victor).post(page, {"name": "Pinewood", "status": "active", "parent": "oakhurst.example"})

    pinewood.refresh_from_db()
    assert pinewood.parent == oakhurst


# --- completeness


def test_it_says_which_rules_ask_for_what_is_missing_and_puts_that_first(pinewood, victor, now):
    categories.define(key="msp", name="MSP", criteria=asking("target_markets", "Health"), by=victor, at=now)
    gold = {"key": "gold", "name": "Gold", "criteria": asking("target_markets", "Health")}
    tiers.define_track(key="main", name="Main", tiers=[gold], by=victor, at=now)

    first = completeness(pinewood).next

    assert first.field == "target_markets"
    assert first.asked_by == ("MSP", "Main: Gold")


def test_a_region_with_criteria_of_its_own_decides_what_is_asked_there(pinewood, victor, now):
    emea = regions.create(name="EMEA", by=victor, at=now)
    Partner.objects.filter(pk=pinewood.pk).update(region=emea)
    pinewood.refresh_from_db()
    msp = categories.define(key="msp", name="MSP", criteria=asking("target_markets", "Health"), by=victor, at=now)
    override = overrides.create(
        subject=msp, region=emea, by=victor, at=now, overrides_criteria=True, criteria=asking("industries", "Retail")
    )
    overrides.publish(version=override.versions.get(), by=victor, at=now)

    asked = {one.field: one.asked_by for one in completeness(pinewood).missing}

    assert asked["industries"] == ("MSP",)
    assert asked["target_markets"] == ()


def test_many_rules_are_counted_after_the_first(pinewood, victor, now):
    for number in range(5):
        categories.define(
            key=f"c{number}", name=f"C{number}", criteria=asking("industries", "Retail"), by=victor, at=now
        )

    first = completeness(pinewood).next

    assert (first.named, first.further) == (("C0", "C1", "C2"), 2)


def test_the_profile_page_tells_it(client_of, paula, victor, now):
    categories.define(key="msp", name="MSP", criteria=asking("target_markets", "Health"), by=victor, at=now)

    assert "Asked for by MSP." in client_of(paula).get(reverse("partner:profile")).content.decode()


# --- the group


def test_a_partner_sees_the_companies_next_to_it_that_are_partners(client_of, paula, pinewood):
    parent = PartnerFactory(name="Woods Holding", status=PartnerStatus.ACTIVE)
    Partner.objects.filter(pk=pinewood.pk).update(parent=parent)
    pinewood.refresh_from_db()
    sister = PartnerFactory(name="Elmwood", parent=parent, status=PartnerStatus.ACTIVE)
    PartnerFactory(name="Secret prospect", parent=parent, status=PartnerStatus.PROSPECT)
    child = PartnerFactory(name="Sapling", parent=pinewood, status=PartnerStatus.ACTIVE)
    PartnerFactory(name="Grandchild", parent=child, status=PartnerStatus.ACTIVE)

    family = family_of(pinewood)
    assert (family.parent, family.siblings, family.children) == (parent, [sister], [child])

    page = client_of(paula).get(reverse("partner:profile")).content.decode()
    assert "Elmwood" in page
    assert "Secret prospect" not in page


def test_who_stands_alone_sees_no_group(client_of, paula):
    assert "Your group" not in client_of(paula).get(reverse("partner:profile")).content.decode()
