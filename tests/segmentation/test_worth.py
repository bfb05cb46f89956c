"""What partners are worth by a measure, as pages tell it: exactly, and from a sample where there are very many."""

import random
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from criteria.fields import registry
from partners.models import Partner
from segmentation import engine
from segmentation.models import Measure, MeasureKind
from segmentation.queries import worth
from segmentation.services import measures
from tests.factories.partners import PartnerFactory

pytestmark = pytest.mark.django_db
HEADS: dict[str, Any] = {"field": "employees"}


@pytest.mark.parametrize("values", [[], [None], [7], [7, 7], [1, 2, 3, 4], [None, 5, 0, 12, 12, 900, 1]])
def test_a_spread_reckoned_here_is_the_one_of_the_database(values: list[int | None], now: datetime) -> None:
    for employees in values:
        PartnerFactory(employees=employees)

    mine = worth.spread_of([None if value is None else Decimal(value) for value in values])

    theirs = engine.spread(HEADS, at=now, visible=Partner.objects.all(), buckets=worth.BUCKETS)
    assert [n for _start, _end, n in mine.buckets] == [n for _start, _end, n in theirs.buckets]
    assert (mine.known, mine.empty, mine.lowest, mine.highest) == (
        theirs.known,
        theirs.empty,
        theirs.lowest,
        theirs.highest,
    )
    assert [float(one) for one in mine.quartiles or ()] == pytest.approx([float(one) for one in theirs.quartiles or ()])


def test_in_a_large_program_the_spread_is_estimated_and_peers_of_a_draft_are_not_compared(
    victor: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    lot = random.Random(4)
    partners = [PartnerFactory(employees=lot.randint(1, 100)) for _ in range(30)]
    measure = measures.define(key="size", name="Size", formula=HEADS, by=victor, at=now)
    monkeypatch.setattr(engine, "is_large", lambda visible: True)
    ranked = {"function": "rank", "of": [HEADS]}
    given: dict[str, Any] = {"measure": measure, "visible": Partner.objects.all(), "at": now}

    preview = worth.preview_of(HEADS, [], **given)
    parts = worth.parts_of_value({"": ranked, "/of/0": HEADS}, partner=partners[0], catalog=registry.catalog(), **given)

    assert preview.worth is not None
    assert (preview.worth.is_estimate, preview.worth.known) == (True, 30)
    assert parts == {"/of/0": str(partners[0].employees)}


@pytest.mark.parametrize(
    ("kind", "unit", "places", "value", "text"),
    [
        (MeasureKind.NUMBER, "", 0, "1234.5", "1,234"),
        (MeasureKind.NUMBER, "points", 2, "1234.5", "1,234.50\u00a0points"),
        (MeasureKind.PERCENT, "", 1, "12.34", "12.3\u00a0%"),
        (MeasureKind.MONEY, "", 0, "84000", "€84,000"),
        (MeasureKind.NUMBER, "", 0, "1e30", "1.00e+30"),
        (MeasureKind.MONEY, "", 2, "-0.5", "−€0.50"),
    ],
)
def test_values_are_written_as_people_read_them(kind: str, unit: str, places: int, value: str, text: str) -> None:
    assert worth.shown(Measure(kind=kind, unit=unit, places=places), Decimal(value)) == text
