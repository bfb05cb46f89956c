"""Messages name definitions, days and what is missing as each reader reads them."""

from datetime import date

import pytest
from django.utils import translation

from core.services import program
from partners.services import categories, telling, tiers

pytestmark = pytest.mark.django_db
TEXT = "%(track)s: %(tier)s and %(category)s until %(day)s. %(gaps)s"


@pytest.fixture
def names(victor, now):
    """What a message may name, with German names as far as there are any."""
    program.update(by=victor, at=now, changes={"languages": [{"code": "de", "name": "Deutsch"}]})
    german = {"de": {"name": "Dienstleister"}}
    category = categories.define(key="msp", name="Provider", meaning="x", translations=german, by=victor, at=now)
    rungs = [{"key": "gold", "name": "Gold", "translations": {"de": {"name": "Goldklasse"}}}]
    track = tiers.define_track(key="main", name="Main", names={"de": "Hauptweg"}, tiers=rungs, by=victor, at=now)
    made = []
    gaps = telling.Words(lambda: made.append(translation.get_language()) or f"Lacks 5 ({made[-1]})")
    return {
        "track": track, "tier": track.tiers.get(), "category": category,
        "day": telling.Day(date(2030, 4, 17)), "gaps": gaps, "made": made,
    }  # fmt: skip


def told(user):
    return user.notifications.get().text


def test_each_reads_definitions_and_what_is_missing_in_their_language(names, paula, pete, now):
    paula.reading_language, paula.language = "de", "en-de"
    paula.save(update_fields=["reading_language", "language"])

    telling.tell([paula, pete], kind="tier", text=TEXT, names=names, url="/", key="one")

    assert told(pete) == "Main: Gold and Provider until 17 April 2030. Lacks 5 (en)"
    assert told(paula) == "Hauptweg: Goldklasse and Dienstleister until 17 April 2030. Lacks 5 (en-de)"
    assert (str(names["tier"]), str(names["track"])) == ("Gold", "Main")


def test_what_is_missing_is_worked_out_once_for_each_language_and_not_at_all_where_nobody_asks(names, paula, pete, now):
    telling.tell([paula, pete], kind="tier", text=TEXT, names=names, url="/", key="one")
    assert names["made"] == ["en"]

    names["made"].clear()
    telling.tell([paula], kind="tier", text="%(tier)s", names=names, url="/", key="two")
    assert names["made"] == []
