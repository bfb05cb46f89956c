"""Pages of regional overrides: what admins write for a region, and what a partner of that region reads."""

import pytest
from django.urls import reverse

from core.services import versions
from partners.models import CategoryOverride, TierOverride
from partners.services import categories, overrides, tiers
from tests.factories.partners import RegionFactory

pytestmark = pytest.mark.django_db
EVERYBODY = {"combinator": "and", "not": False, "rules": []}
GERMAN = {"combinator": "and", "not": False, "rules": [{"field": "country", "operator": "equals", "value": "DE"}]}
MOST_QUERIES = 12


@pytest.fixture
def germany(db):
    return RegionFactory(key="germany", name="Germany")


@pytest.fixture
def bavaria(germany, pinewood):
    """The region of Pinewood, below Germany."""
    bavaria = RegionFactory(key="bavaria", name="Bavaria", parent=germany)
    pinewood.region = bavaria
    pinewood.save(update_fields=["region"])
    return bavaria


@pytest.fixture
def msp(victor, now):
    return categories.define(
        key="msp", name="MSP", meaning="Runs it", benefits="A margin", criteria=EVERYBODY, by=victor, at=now
    )


@pytest.fixture
def gold(victor, now):
    track = tiers.define_track(
        key="solution",
        name="Solution",
        by=victor,
        at=now,
        tiers=[{"key": "gold", "name": "Gold", "benefits": "Ten percent", "criteria": EVERYBODY}],
    )
    return track.tiers.get()


def published(subject, region, victor, now, **texts):
    made = overrides.create(subject=subject, region=region, by=victor, at=now, **texts)
    overrides.publish(version=versions.existing_draft_of(made), by=victor, at=now)
    return made


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


# --- at the vendor


def test_where_nothing_differs_the_page_says_so_and_offers_a_region(client_of, msp, germany, victor):
    page = client_of(victor).get(reverse("vendor:category-regions", args=[msp.public_id]))

    assert "The same holds in every region" in text_of(page)
    assert reverse("vendor:category-override-create", args=[msp.public_id]) in text_of(page)


def test_without_regions_the_page_leads_to_making_one(client_of, msp, victor):
    page = client_of(victor).get(reverse("vendor:category-regions", args=[msp.public_id]))

    assert reverse("vendor:region-create") in text_of(page)


def test_an_admin_writes_publishes_and_retires_what_differs(client_of, msp, germany, victor):
    client = client_of(victor)

    made = client.post(
        reverse("vendor:category-override-create", args=[msp.public_id]),
        {"region": "germany", "benefits": "Eine Marge", "overrides_criteria": "on"},
    )
    override = CategoryOverride.objects.get()
    detail = client.get(made["Location"])
    client.post(reverse("vendor:category-override-publish", args=[override.public_id]), {"note": ""})
    published_one = versions.published_of(override)
    client.post(reverse("vendor:category-override-retire", args=[override.public_id]))
    override.refresh_from_db()

    assert "Eine Marge" in text_of(detail)
    assert "As everywhere" in text_of(detail)
    assert reverse("vendor:category-override-criteria", args=[override.public_id]) in text_of(detail)
    assert (published_one.benefits, published_one.criteria) == ("Eine Marge", EVERYBODY)
    assert override.retired_at is not None


def test_a_region_that_has_an_override_is_not_offered_again(client_of, msp, germany, bavaria, victor, now):
    published(msp, germany, victor, now, benefits="Eine Marge")

    page = client_of(victor).get(reverse("vendor:category-override-create", args=[msp.public_id]))

    assert [key for key, _name in page.context["form"].fields["region"].choices] == ["", "bavaria"]


def test_editing_says_what_is_inherited(client_of, msp, germany, bavaria, victor, now):
    published(msp, germany, victor, now, benefits="Eine Marge")
    below = published(msp, bavaria, victor, now, meaning="Macht es")

    page = client_of(victor).get(reverse("vendor:category-override-edit", args=[below.public_id]))
    detail = client_of(victor).get(reverse("vendor:category-override-detail", args=[below.public_id]))

    assert "Left empty, this holds: Eine Marge" in text_of(page)
    assert "As in Germany" in text_of(detail)


def test_own_criteria_are_edited_in_the_criteria_editor(client_of, msp, germany, victor, vera, now):
    override = published(msp, germany, victor, now, overrides_criteria=True, criteria=GERMAN)
    editor = reverse("vendor:category-override-criteria", args=[override.public_id])

    assert client_of(victor).get(editor).status_code == 200
    assert client_of(vera).get(editor).status_code == 403


def test_taking_own_criteria_back_is_saved(client_of, msp, germany, victor, now):
    override = published(msp, germany, victor, now, overrides_criteria=True, criteria=GERMAN)

    client_of(victor).post(reverse("vendor:category-override-edit", args=[override.public_id]), {"benefits": "Mehr"})

    draft = versions.existing_draft_of(override)
    assert (draft.benefits, draft.overrides_criteria, draft.criteria) == ("Mehr", False, None)


def test_an_admin_writes_what_a_tier_gives_in_a_region(client_of, gold, germany, victor):
    client = client_of(victor)

    client.post(
        reverse("vendor:tier-override-create", args=[gold.public_id]), {"region": "germany", "benefits": "12 %"}
    )
    listed = client.get(reverse("vendor:tier-regions", args=[gold.public_id]))

    assert versions.existing_draft_of(TierOverride.objects.get()).benefits == "12 %"
    assert "Germany" in text_of(listed)
    assert "Not published" in text_of(listed)


@pytest.mark.parametrize("verb", ["create", "edit", "publish", "discard", "retire"])
def test_only_admins_change_overrides(verb, client_of, msp, germany, victor, vera, now):
    override = published(msp, germany, victor, now, benefits="Eine Marge")
    thing = msp if verb == "create" else override

    answer = client_of(vera).post(reverse(f"vendor:category-override-{verb}", args=[thing.public_id]))

    assert answer.status_code == 403


def test_old_versions_stay_readable(client_of, msp, germany, victor, vera, now):
    override = published(msp, germany, victor, now, benefits="Eine Marge")
    pages = [
        reverse("vendor:category-override-versions", args=[override.public_id]),
        reverse("vendor:category-override-version", args=[override.public_id, 1]),
    ]

    listed, version = [text_of(client_of(vera).get(page)) for page in pages]

    assert "Version 1" in listed
    assert "The criteria of the definition hold here too." in version


def test_the_list_asks_few_questions(
    client_of, msp, germany, bavaria, victor, now, program, django_assert_max_num_queries
):
    for region in (germany, bavaria):
        published(msp, region, victor, now, benefits=region.name)
    client = client_of(victor)

    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(reverse("vendor:category-regions", args=[msp.public_id]))


def test_the_vendors_page_of_a_partner_names_the_region_that_applies(
    client_of, gold, germany, bavaria, pinewood, victor, now
):
    published(gold, germany, victor, now, benefits="12 %")

    panel = client_of(victor).get(reverse("vendor:partner-tiers-panel", args=[pinewood.public_id]))

    assert "As in Germany" in text_of(panel)


# --- at the partner


def test_a_partner_reads_the_text_of_its_region_and_why(client_of, msp, germany, bavaria, pete, victor, now):
    published(msp, germany, victor, now, benefits="Eine Marge", overrides_criteria=True, criteria=GERMAN)

    page = text_of(client_of(pete).get(reverse("partner:category-detail", args=[msp.public_id])))

    assert "Eine Marge" in page
    assert "A margin" not in page
    assert "Germany, to which your region Bavaria belongs, has its own: benefits, criteria." in page


def test_the_nearest_text_is_the_one_read(client_of, msp, germany, bavaria, pete, victor, now):
    published(msp, germany, victor, now, benefits="Eine Marge")
    published(msp, bavaria, victor, now, benefits="A Maß")

    page = text_of(client_of(pete).get(reverse("partner:category-detail", args=[msp.public_id])))

    assert "A Maß" in page
    assert "Eine Marge" not in page
    assert "Your region, Bavaria, has its own: benefits." in page


def test_partners_elsewhere_read_nothing_of_it(client_of, msp, germany, bavaria, olga, victor, now):
    published(msp, germany, victor, now, benefits="Eine Marge")

    page = text_of(client_of(olga).get(reverse("partner:category-detail", args=[msp.public_id])))

    assert "A margin" in page
    assert "Germany" not in page


def test_a_partner_reads_what_a_tier_gives_in_its_region(
    client_of, gold, germany, bavaria, pete, victor, now, django_assert_max_num_queries
):
    published(gold, germany, victor, now, benefits="Zwölf Prozent")
    client = client_of(pete)

    with django_assert_max_num_queries(MOST_QUERIES):
        page = text_of(client.get(reverse("partner:tier-detail")))

    assert "Zwölf Prozent" in page
    assert "Germany, to which your region Bavaria belongs" in page
