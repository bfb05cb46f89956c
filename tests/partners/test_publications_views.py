"""The pages that publish, plan, translate and restore definitions, and those on which partners read them."""

from datetime import timedelta
from typing import Any

import pytest

from core.services import program, versions
from partners.models import CategoryOverride, PlannedPublication, Region
from partners.services import categories, memberships, overrides
from tests.factories.partners import RegionFactory

pytestmark = pytest.mark.django_db
DEUTSCH = [{"code": "de", "name": "Deutsch"}]


@pytest.fixture
def msp(now, victor):
    return categories.define(
        key="msp", name="MSP", meaning="Runs *IT* for others.", benefits="Margin.", by=victor, at=now
    )


@pytest.fixture
def draft(msp, now, victor):
    draft = categories.draft_of(category=msp, by=victor, at=now)
    categories.save_draft(version=draft, by=victor, at=now, changes={"benefits": "More margin."})
    return draft


def page_of(client: Any, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer
    return answer.content.decode()


def test_the_publish_page_shows_words_impact_and_both_ways(msp, draft, victor, client_of):
    page = page_of(client_of(victor), f"/vendor/categories/{msp.public_id}/publish/")

    assert "<ins" in page
    assert "<del" in page
    assert f"/vendor/impact/category/{msp.public_id}/" in page
    assert "Publish now" in page
    assert "Plan for that day" in page


def test_the_impact_panel_counts_members(msp, draft, pinewood, victor, client_of, now):
    memberships.assign(partner=pinewood, category=msp, by=victor, at=now)

    panel = page_of(client_of(victor), f"/vendor/impact/category/{msp.public_id}/")

    assert "Have it today" in panel
    assert "Pinewood" in panel


def test_a_draft_is_planned_and_the_plan_taken_back(msp, draft, victor, client_of, now):
    client, address = client_of(victor), f"/vendor/categories/{msp.public_id}/"

    client.post(
        f"{address}publish/", {"act": "plan", "publish_on": "2030-04-01", "note": "Why", "expected": draft.version}
    )
    assert PlannedPublication.objects.get().state == "planned"
    assert "Planned for" in page_of(client, address)

    client.post(f"{address}unplan/")
    assert PlannedPublication.objects.get().state == "withdrawn"


def test_planning_without_a_day_says_so_at_the_field(msp, draft, victor, client_of):
    answer = client_of(victor).post(f"/vendor/categories/{msp.public_id}/publish/", {"act": "plan", "note": "Kept"})

    assert answer.status_code == 422
    assert "Choose the day" in answer.content.decode()
    assert "Kept" in answer.content.decode()


def test_publishing_without_a_definition_names_the_text(msp, draft, victor, client_of, now):
    categories.save_draft(version=draft, by=victor, at=now, changes={"meaning": ""})

    answer = client_of(victor).post(f"/vendor/categories/{msp.public_id}/publish/", {"act": "now"})

    assert answer.status_code == 422
    assert "Definition: Partners read this text" in answer.content.decode()
    assert versions.published_of(msp).number == 1


def test_a_translation_is_written_beside_the_original_and_read_by_partners(msp, victor, paula, client_of, now):
    program.update(by=victor, at=now, changes={"languages": DEUTSCH})
    client, address = client_of(victor), f"/vendor/categories/{msp.public_id}/languages/?language=de"
    assert "Deutsch" in page_of(client, address)

    client.post(address, {"language": "de", "name": "Dienstleister", "meaning": "Betreibt **IT**."})
    categories.publish(version=versions.existing_draft_of(msp), by=victor, at=now)

    german = page_of(client_of(paula), f"/partner/categories/{msp.public_id}/?language=de")
    assert "Dienstleister" in german
    assert "<strong>IT</strong>" in german
    assert "Not everything is translated yet" in german
    assert "<em>IT</em>" in page_of(client_of(paula), f"/partner/categories/{msp.public_id}/")


def test_a_retired_category_is_taken_back_into_use(msp, victor, client_of, now):
    categories.retire(category=msp, by=victor, at=now)

    client_of(victor).post(f"/vendor/categories/{msp.public_id}/restore/")

    msp.refresh_from_db()
    assert msp.retired_at is None
    assert not categories.restore(category=msp, by=victor, at=now)


def test_an_old_version_tells_who_was_in_it(msp, draft, pinewood, victor, client_of, now):
    memberships.assign(partner=pinewood, category=msp, by=victor, at=now)
    categories.publish(version=draft, by=victor, at=now + timedelta(days=1))

    page = page_of(client_of(victor), f"/vendor/categories/{msp.public_id}/versions/1/")

    assert "Pinewood" in page


def test_a_partner_reads_what_changed_since_it_joined(msp, draft, pinewood, paula, victor, client_of, now):
    memberships.assign(partner=pinewood, category=msp, by=victor, at=now)
    categories.publish(version=draft, by=victor, at=now + timedelta(days=1))

    client = client_of(paula)
    assert "You joined under version 1." in page_of(client, f"/partner/categories/{msp.public_id}/")
    assert "<ins" in page_of(client, f"/partner/categories/{msp.public_id}/changes/")


def test_the_manager_sees_the_category_as_the_partner_reads_it(msp, pinewood, vera, vincent, client_of):
    address = f"/vendor/partners/{pinewood.public_id}/categories/{msp.public_id}/"

    assert "As Pinewood reads it" in page_of(client_of(vera), address)
    page_of(client_of(vincent), address, status=404)


def test_the_glossary_is_searched_and_compared(msp, paula, victor, client_of, now, django_assert_max_num_queries):
    categories.define(key="var", name="Reseller", meaning="Resells.", by=victor, at=now)
    client = client_of(paula)
    client.get("/partner/glossary/")

    with django_assert_max_num_queries(12):
        page = page_of(client, "/partner/glossary/?q=resells")
    assert "Reseller" in page
    assert "Runs" not in page
    assert "Resells." in page_of(client, "/partner/glossary/compare/?category=msp&category=var")


def test_the_glossary_is_open_to_all_only_where_the_program_says_so(msp, victor, client, now):
    page_of(client, "/glossary/", status=404)

    program.update(by=victor, at=now, changes={"shows_glossary": True})

    assert "MSP" in page_of(client, "/glossary/")


# --- regional program admins


@pytest.fixture
def in_emea(msp, rita, victor, now) -> CategoryOverride:
    emea = Region.objects.get(key="emea-of-rita")
    return overrides.create(subject=msp, region=emea, benefits="Marge.", by=victor, at=now)


def test_a_regional_admin_writes_and_publishes_the_text_of_her_region(in_emea, rita, paula, client_of):
    client, address = client_of(rita), f"/vendor/categories/overrides/{in_emea.public_id}/"

    assert "Edit the draft" in page_of(client, address)
    page_of(client, f"/vendor/criteria/in-region/category/{in_emea.public_id}/")
    client.post(f"{address}publish/", {"act": "now"})

    assert versions.published_of(in_emea) is not None
    said = page_of(client_of(paula), f"/partner/categories/{in_emea.category.public_id}/")
    assert "Marge." in said
    assert "Which text applies, and why" in said


def test_a_regional_admin_reads_but_cannot_write_elsewhere(msp, rita, victor, client_of, now):
    other = overrides.create(subject=msp, region=RegionFactory(), benefits="Other.", by=victor, at=now)
    client, address = client_of(rita), f"/vendor/categories/overrides/{other.public_id}/"

    assert "Edit the draft" not in page_of(client, address)
    for verb in ("edit/", "publish/", "discard/", "retire/", "languages/"):
        page_of(client, f"{address}{verb}", status=404)
    page_of(client, f"/vendor/criteria/in-region/category/{other.public_id}/", status=404)
    page_of(client, f"/vendor/categories/{msp.public_id}/edit/", status=403)


def test_a_new_regional_text_is_offered_for_own_regions_only(msp, rita, client_of):
    RegionFactory(name="Far away")

    page = page_of(client_of(rita), f"/vendor/categories/{msp.public_id}/regions/new/")

    assert "EMEA" in page
    assert "Far away" not in page


def test_regions_are_chosen_on_the_users_page(rita, victor, client_of):
    france = RegionFactory(name="France", key="france")
    client = client_of(victor)
    assert "Choose their regions" in page_of(client, f"/vendor/users/{rita.public_id}/")

    client.post(f"/vendor/users/{rita.public_id}/regions/", {"regions": ["france"]})

    assert [grant.region for grant in rita.region_grants.all()] == [france]
