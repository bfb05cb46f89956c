"""Numbers, money, days and names as people read them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, Template
from django.utils import translation
from django.utils.formats import date_format

from core.templatetags import formats

NARROW = "\u00a0"


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (0, "0"), (12400, "12,400"), (Decimal("3.40"), "3.4"), (2.0, "2")]
)
def test_numbers_have_their_groups(value: Any, text: str) -> None:
    assert formats.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (950, "950"), (999.6, "1.0k"), (12_400, "12k"), (3_400_000, "3.4m"), (2e9, "2bn")]
)
def test_short_numbers(value: float, text: str) -> None:
    assert formats.compact(value) == text.replace("1.0k", "1k")


def test_money_has_its_sign_where_the_language_puts_it() -> None:
    assert formats.money(84000) == "€84,000"
    assert formats.money(Decimal("84000.50"), "USD") == "$84,000.50"
    assert formats.money(-5, "CHF") == f"−CHF{NARROW}5"
    with translation.override("en-gb"):
        assert formats.money(84000) == "€84,000"
    with translation.override("en-de"):
        assert formats.money(84000) == f"84.000{NARROW}€"


def test_english_words_go_with_the_formats_of_a_country() -> None:
    moment = datetime(2026, 12, 31, 14, 5, tzinfo=UTC)
    written = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            written[language] = (formats.number(Decimal("12400.5")), date_format(moment, "SHORT_DATETIME_FORMAT"))

    assert written == {
        "en": ("12,400.5", "12/31/2026 2:05 p.m."),
        "en-gb": ("12,400.5", "31/12/2026 2:05 p.m."),
        "en-de": ("12.400,5", "31.12.2026 14:05"),
    }
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            assert (date_format(moment), formats.day(date(2020, 12, 31))) == ("31 December 2026", "31 December 2020")


def test_money_brings_its_own_currency() -> None:
    assert formats.money(SimpleNamespace(amount=Decimal(1_260_000), currency="GBP")) == "£1,260,000"
    assert formats.money_short(SimpleNamespace(amount=Decimal(1_260_000), currency="GBP")) == "£1.3m"


def test_amounts_nobody_knows_are_a_dash() -> None:
    assert formats.money(None) == formats.money_short(None) == formats.number("") == formats.percent(None) == "–"


def test_differences_carry_their_sign() -> None:
    assert [formats.signed(value, 1) for value in (0.7, -0.3, 0)] == ["+0.7", "−0.3", "0.0"]


@pytest.mark.parametrize(
    ("days", "text"), [(-3, "3 days late"), (-1, "1 day late"), (0, "Today"), (1, "Tomorrow"), (5, "in 5 days")]
)
def test_a_due_day_is_told_by_its_distance(now: datetime, days: int, text: str) -> None:
    assert formats.due((now + timedelta(days=days)).date()) == text


def test_far_days_are_told_by_their_name(now: datetime) -> None:
    assert formats.due(date(2030, 12, 14)) == "14 December"
    assert formats.day(date(2029, 12, 14)) == "14 December 2029"


def test_moments_say_how_long_ago_and_exactly_when(now: datetime) -> None:
    html = formats.when(now - timedelta(hours=3))

    assert f"3{NARROW}hours ago" in html
    assert 'datetime="2030-03-18T07:00:00+00:00"' in html
    assert "14 December 2029" in formats.when(datetime(2029, 12, 14, tzinfo=UTC))


def test_a_moment_is_a_day_and_a_time(now: datetime) -> None:
    assert formats.moment(datetime(2030, 3, 20, 16, tzinfo=UTC)) == "20 March, 4 p.m."
    assert formats.moment(datetime(2029, 12, 14, 9, 30, tzinfo=UTC)) == "14 December 2029, 9:30 a.m."
    assert formats.moment(None) == "–"


def test_a_moment_to_come_is_a_day(now: datetime) -> None:
    assert "20 March" in formats.when(now + timedelta(days=2))


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Quayside Consulting", "QC"), ("Oakhurst", "O"), ("Jean de la Fontaine", "JF"), ("", "?"), ("& Co", "C")],
)
def test_initials(name: str, letters: str) -> None:
    assert formats.initials(name) == letters


def test_a_name_keeps_its_colour() -> None:
    assert formats.colour_of("Pinewood") == formats.colour_of("Pinewood")
    assert {formats.colour_of(f"Partner {number}") for number in range(40)} == set(range(5))


def test_standing_to_a_benchmark_is_said_in_words() -> None:
    assert formats.compared(38, 48) == "Below the 48 benchmark"
    assert formats.compared(48, 48) == "At the 48 benchmark"
    assert formats.compared(50, None) == "Not enough partners to compare yet"
    assert formats.compared(None, 48) == "Not measured yet"


def test_a_pager_leaves_out_the_middle() -> None:
    page = Paginator(range(400), 10).page(20)

    assert formats.page_numbers(page) == [1, None, 19, 20, 21, None, 40]


def test_an_icon_is_drawn_once_and_escapes_its_attributes() -> None:
    html = Template("{% lucide 'check' size=12 aria_label=label %}").render(Context({"label": 'a "b" <c>'}))

    assert 'width="12"' in html
    assert "<c>" not in html
