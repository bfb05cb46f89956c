"""Partners read tiers, life stages and categories in their language on lists and at home, as far as translated."""

import pytest
from django.urls import reverse

from core.services import program
from partners.queries import languages
from partners.services import categories, life_stages, memberships, tiers
from segmentation.models import Classification

pytestmark = pytest.mark.django_db
EVERYBODY = {"combinator": "and", "not": False, "rules": []}


@pytest.fixture
def german(paula, victor, now):
    """Paula reads German; a category, two tiers and a life stage have German names."""
    program.update(by=victor, at=now, changes={"languages": [{"code": "de", "name": "Deutsch"}]})
    paula.reading_language = "de"
    paula.save(update_fields=["reading_language"])
    msp = categories.define(
        key="msp", name="Provider", meaning="Runs IT.", by=victor, at=now,
        translations={"de": {"name": "Dienstleister", "meaning": "Betreibt IT."}},
    )  # fmt: skip
    rungs = [
        {"key": "silver", "name": "Silver", "criteria": EVERYBODY, "translations": {"de": {"name": "Silber"}}},
        {
            "key": "gold", "name": "Gold plus", "criteria": EVERYBODY, "benefits": "More margin.",
            "translations": {"de": {"name": "Goldklasse", "benefits": "Mehr Marge."}},
        },
    ]  # fmt: skip
    track = tiers.define_track(key="main", name="Main", tiers=rungs, by=victor, at=now)
    stage = life_stages.define(
        key="active", name="Contributing", meaning="Sells.", criteria=EVERYBODY, by=victor, at=now,
        translations={"de": {"name": "Im Geschäft", "meaning": "Verkauft."}},
    )  # fmt: skip
    return {"msp": msp, "silver": track.tiers.get(key="silver"), "stage": stage}


@pytest.fixture
def standing(german, pinewood, victor, now):
    """Pinewood is in the category and the stage and holds the lower tier."""
    memberships.assign(partner=pinewood, category=german["msp"], by=victor, at=now)
    tiers.hold(partner=pinewood, tier=german["silver"], by=victor, at=now)
    Classification.objects.update_or_create(partner=pinewood, defaults={"stage": german["stage"], "stage_since": now})


@pytest.mark.parametrize(
    ("page", "read", "not_read"),
    [
        ("partner:tier-detail", ["Silber", "Goldklasse", "Mehr Marge."], ["Silver", "Gold plus", "More margin."]),
        ("partner:category-list", ["Dienstleister", "Betreibt IT."], ["Provider", "Runs IT."]),
        ("partner:life-stage-panel", ["Im Geschäft", "Verkauft."], ["Contributing", "Sells."]),
        ("partner:home", ["Dienstleister", "Silber", "Goldklasse"], ["Provider", "Silver", "Gold plus"]),
        ("partner:tier-progress", ["Silber", "Goldklasse"], ["Silver", "Gold plus"]),
    ],
)
def test_pages_speak_the_readers_language(page, read, not_read, standing, paula, client_of):
    shown = client_of(paula).get(reverse(page)).content.decode()

    assert [words for words in read if words not in shown] == []
    assert [words for words in not_read if words in shown] == []


def test_who_reads_the_programs_language_reads_it(standing, pete, client_of):
    shown = client_of(pete).get(reverse("partner:tier-detail")).content.decode()

    assert "Silver" in shown
    assert "Silber" not in shown


def test_what_is_not_translated_keeps_its_name(german, victor, now):
    plain = categories.define(key="si", name="Integrator", meaning="Builds.", by=victor, at=now)

    languages.name_in("de", plain, german["msp"])

    assert (plain.name, german["msp"].name) == ("Integrator", "Dienstleister")


def test_the_home_page_stays_within_its_queries(standing, paula, client_of, django_assert_max_num_queries):
    client = client_of(paula)
    client.get(reverse("partner:home"))

    with django_assert_max_num_queries(17):  # five of them are the shell's and the session's
        client.get(reverse("partner:home"))
