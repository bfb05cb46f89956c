"""Pages of life stages."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.urls import reverse

from core.services import versions
from partners.models import LifeStage
from partners.services import life_stages
from tests.factories.partners import LifeStagePeriodFactory

pytestmark = pytest.mark.django_db
EVERYBODY = {"combinator": "and", "rules": []}


@pytest.fixture
def activated(victor, now):
    return life_stages.define(
        key="activated", name="Activated", next_step="Sell more", criteria=EVERYBODY, by=victor, at=now
    )


@pytest.fixture
def pinewood_activated(pinewood, activated, now):
    """What the recompute would write."""
    apps.get_model("segmentation", "Classification").objects.update_or_create(
        partner=pinewood, defaults={"stage": activated, "stage_since": now - timedelta(days=12)}
    )
    return LifeStagePeriodFactory(partner=pinewood, stage=activated, starts_at=now - timedelta(days=12))


def url(name, thing):
    return reverse(f"vendor:{name}", args=[thing.public_id])


def test_the_list_shows_criteria_in_words_and_partners(client_of, pinewood_activated, vera):
    rows = client_of(vera).get(reverse("vendor:life-stage-list")).context["rows"]

    assert [(row.stage.name, row.criteria, row.partners) for row in rows] == [("Activated", "Every partner", 1)]


def test_an_admin_makes_a_stage_edits_and_publishes_it(client_of, victor, now):
    client = client_of(victor)
    client.post(reverse("vendor:life-stage-create"), {"name": "Inactive", "meaning": "Silent"})
    stage = LifeStage.objects.get()
    assert versions.published_of(stage) is None

    expected = versions.existing_draft_of(stage).version
    texts = {"name": "Inactive", "meaning": "Silent for long", "position": 4, "precedence": 2, "expected": expected}
    client.post(url("life-stage-edit", stage), texts)
    client.post(url("life-stage-publish", stage), {"note": ""})

    stage.refresh_from_db()
    assert (stage.position, stage.precedence) == (4, 2)
    assert versions.published_of(stage).meaning == "Silent for long"


@pytest.mark.parametrize("name", ["life-stage-edit", "life-stage-publish", "life-stage-discard"])
def test_only_program_admins_change_stages(name, client_of, activated, vera, erin, paula):
    for reader in (vera, erin, paula):
        assert client_of(reader).get(url(name, activated)).status_code == 403


def test_a_stage_lists_the_partners_a_manager_looks_after(client_of, pinewood_activated, activated, vera, vincent):
    assert "Pinewood" in client_of(vera).get(url("life-stage-detail", activated)).content.decode()
    assert "Pinewood" not in client_of(vincent).get(url("life-stage-detail", activated)).content.decode()


def test_a_partners_panel_says_the_stage_and_for_how_long(client_of, pinewood_activated, pinewood, vera, vincent, now):
    page = url("partner-life-stage-panel", pinewood)

    assert "for 12 days" in client_of(vera).get(page).content.decode()
    assert client_of(vincent).get(page).status_code == 404


def test_a_partner_reads_what_helps_in_its_stage(client_of, pinewood_activated, pete, olga, now):
    page = reverse("partner:life-stage-panel")

    assert "Sell more" in client_of(pete).get(page).content.decode()
    assert "Sell more" not in client_of(olga).get(page).content.decode()


def test_pages_stay_within_their_queries(
    client_of, pinewood_activated, activated, pinewood, victor, pete, django_assert_max_num_queries
):
    vendor_pages = [
        reverse("vendor:life-stage-list"),
        url("life-stage-detail", activated),
        url("life-stage-edit", activated),
        url("life-stage-versions", activated),
        url("partner-life-stage-panel", pinewood),
    ]

    for reader, pages in ((victor, vendor_pages), (pete, [reverse("partner:life-stage-panel")])):
        client = client_of(reader)
        for page in pages:
            client.get(page)
            with django_assert_max_num_queries(12):
                assert client.get(page).status_code == 200
