"""The pages of insight: who may open them, what they say, and how often they ask the database."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from insight.models import CategoryQuarter, Finding, FindingKind
from insight.services import figures
from partners.models import Category
from tests.counting import queries
from tests.factories.insight import FindingFactory
from tests.factories.partners import PartnerFactory
from tests.insight.conftest import stay, won

pytestmark = pytest.mark.django_db
LIST, DESIGN = "/vendor/insight/categories/", "/vendor/insight/design/"
MOST_QUERIES = 12


@pytest.fixture
def program_in_use(category_of: Callable[..., Category], now: datetime) -> list[Category]:
    """Three categories; four partners in the first, one of them in the second, too."""
    made = [category_of(name) for name in ("MSP", "VAR", "ISV")]
    partners = [PartnerFactory() for _each in range(4)]
    for partner in partners:
        stay(partner, made[0], now - timedelta(days=400))
    stay(partners[0], made[1], now - timedelta(days=100))
    won(partners[0], 84_000, (now - timedelta(days=20)).date())
    figures.refresh(at=now)
    return made


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_list_shows_each_category_beside_the_year_before(
    client_of: Callable[[User], Client], erin: User, program_in_use: list[Category]
) -> None:
    text = text_of(client_of(erin).get(LIST))

    for seen in ("MSP", "€84k", "25%", "+1"):
        assert seen in text


def test_a_category_page_tells_members_revenue_and_who_else_they_are(
    client_of: Callable[[User], Client], erin: User, program_in_use: list[Category]
) -> None:
    text = text_of(client_of(erin).get(f"{LIST}{program_in_use[0].public_id}/"))

    for seen in ("MSP: performance", "Members by quarter", "Also in", "VAR", "Q1 2030", "Nobody went to another"):
        assert seen in text


def test_before_the_first_night_pages_say_so(
    client_of: Callable[[User], Client], victor: User, category_of: Callable[..., Category]
) -> None:
    category = category_of("MSP")
    client = client_of(victor)

    assert "the first ones stand here tomorrow" in text_of(client.get(LIST))
    assert "Nobody has looked yet" in text_of(client.get(DESIGN))
    assert client.get(f"{LIST}{category.public_id}/").status_code == 200


def test_a_retired_category_has_no_page(
    client_of: Callable[[User], Client], victor: User, category_of: Callable[..., Category], now: datetime
) -> None:
    category = category_of("MSP")
    Category.objects.filter(pk=category.pk).update(retired_at=now)

    assert client_of(victor).get(f"{LIST}{category.public_id}/").status_code == 404


def test_what_seems_wrong_is_said_with_its_numbers_and_what_to_do(
    client_of: Callable[[User], Client], victor: User, program_in_use: list[Category], now: datetime
) -> None:
    msp, var, _isv = program_in_use
    FindingFactory(
        kind=FindingKind.MERGE,
        category=msp,
        other=var,
        numbers={
            **{"both": 30, "members": 31, "other_members": 32, "percent": 91},
            **{"alike": 72, "revenue": "1200000.00", "other_revenue": "0"},
        },
    )
    FindingFactory(
        kind=FindingKind.NO_DATA, category=msp, numbers={"fields": [["Employees", 45], ["City", 31]], "members": 31}
    )

    text = text_of(client_of(victor).get(DESIGN))

    assert "30 partners in both (91% of those in either), benefits 72% alike, €1.2m and €0 sold in a year" in text
    assert "Employees (45%), City (31%)" in text
    assert "25%" in text


@pytest.mark.parametrize("kind", FindingKind.values)
def test_every_kind_of_finding_has_its_words_and_a_page(
    client_of: Callable[[User], Client], victor: User, category_of: Callable[..., Category], kind: str
) -> None:
    names = (
        *("categories", "most", "both", "members", "other_members", "percent", "days", "overdue", "moved", "untold"),
        *("without_user", "late", "open", "alike", "revenue", "other_revenue", "came", "inside", "outside"),
        *("inside_median", "outside_median"),
    )
    numbers = {**dict.fromkeys(names, 1), "fields": [["Employees", 45]]}
    finding = FindingFactory(kind=kind, category=category_of("MSP"), other=category_of("VAR"), numbers=numbers)
    client = client_of(victor)

    text = text_of(client.get(DESIGN))

    assert finding.get_kind_display() in text
    assert "%(" not in text


def test_something_is_set_aside_and_taken_up_again(
    client_of: Callable[[User], Client], victor: User, now: datetime
) -> None:
    finding = FindingFactory()
    address = f"{DESIGN}{finding.public_id}/"
    client = client_of(victor)

    refused = client.post(f"{address}aside/", {"until": "2020-01-01", "reason": "It is new"})
    assert (refused.status_code, "Choose a day to come." in text_of(refused)) == (422, True)
    assert "It is new" in text_of(refused)

    client.post(f"{address}aside/", {"until": "2030-09-01", "reason": "It is new"})
    assert "set aside until" in text_of(client.get(DESIGN))

    client.post(f"{address}take-up/")
    assert Finding.objects.get().remind_on is None


def test_readers_may_look_and_not_decide(client_of: Callable[[User], Client], erin: User, vera: User) -> None:
    finding = FindingFactory()

    text = text_of(client_of(erin).get(DESIGN))

    assert "Look at it" in text
    assert "Set aside" not in text
    assert client_of(erin).get(f"{DESIGN}{finding.public_id}/aside/").status_code == 403
    assert client_of(vera).get(DESIGN).status_code == 403


def test_pages_ask_the_database_as_often_however_much_there_is(
    client_of: Callable[[User], Client],
    victor: User,
    program_in_use: list[Category],
    category_of: Callable[..., Category],
    now: datetime,
) -> None:
    for number in range(8):
        stay(PartnerFactory(), category_of(f"Category {number}"), now - timedelta(days=10))
        FindingFactory()
    figures.refresh(at=now)
    client = client_of(victor)
    assert CategoryQuarter.objects.count() > 90

    for address in (LIST, f"{LIST}{program_in_use[0].public_id}/", DESIGN):
        assert queries(client, address) <= MOST_QUERIES, address
