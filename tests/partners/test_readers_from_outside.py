"""Strangers read definitions in the language of their browser, and apply with its formats."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from core.services import program
from partners.models import PartnerApplication
from partners.services import categories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def provider(victor, now):
    """A category in English and German, in a glossary that everybody may read."""
    listed = [{"code": "de", "name": "Deutsch"}, {"code": "pt-BR", "name": "Português"}]
    program.update(by=victor, at=now, changes={"languages": listed, "shows_glossary": True})
    german = {"de": {"name": "Dienstleister", "meaning": "Betreibt IT."}}
    return categories.define(key="msp", name="Provider", meaning="Runs IT.", translations=german, by=victor, at=now)


@pytest.mark.parametrize(
    ("accepts", "wished", "read"),
    [
        ("fr, de-AT;q=0.9", "", "Betreibt IT."),
        ("de;q=0.4, en;q=0.8", "", "Runs IT."),
        ("fr", "", "Runs IT."),
        ("", "", "Runs IT."),
        ("nonsense;q=x", "", "Runs IT."),
        ("de", "en", "Runs IT."),
    ],
)
def test_the_glossary_speaks_the_language_of_the_browser(accepts, wished, read):
    page = reverse("glossary-public") + (f"?language={wished}" if wished else "")

    shown = Client().get(page, headers={"accept-language": accepts}).content.decode()

    assert [words for words in ("Betreibt IT.", "Runs IT.") if words in shown] == [read]


def started(language, now):
    """Begin an application with a browser of a language, a minute after its first page was opened."""
    client = Client(headers={"accept-language": language})
    typed = {"name": "Ash", "domain": "ash.example", "country": "GB", "contact_name": "Al Ash"}
    typed["began"] = client.get(reverse("apply-start")).context["form"].initial["began"]
    with time_machine.travel(now + timedelta(minutes=1), tick=False):
        client.post(reverse("apply-start"), {**typed, "contact_email": "al@ash.example"})
    return client


def test_applicants_choose_among_categories_in_their_language(now):
    shown = started("de", now).get(reverse("apply-categories")).content.decode()

    assert "Dienstleister" in shown
    assert "Runs IT." not in shown


def test_an_application_keeps_the_formats_of_the_browser(now):
    started("en-GB,en;q=0.5", now)

    assert PartnerApplication.objects.get().language == "en-gb"
