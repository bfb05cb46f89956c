"""Score formulas by worked examples, reckoned by the database that reckons them for everybody."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from scorecards.models import Metric
from scorecards.services.points import fading_sql, mean_sql, points_sql

pytestmark = pytest.mark.django_db


def reckoned(sql: str) -> Any:
    """Return what an expression is worth."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql}")  # noqa: S608 - the formulas themselves are tried
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("value", "floor", "target", "earned"),
    [
        ("0", "0", "400000", "0"),
        ("100000", "0", "400000", "25"),  # a quarter of the way
        ("400000", "0", "400000", "100"),
        ("900000", "0", "400000", "100"),  # no more than everything
        ("-5", "0", "400000", "0"),
        ("3", "2", "6", "25"),  # the line begins at the floor
        ("20", "30", "10", "50"),  # less is better: the line falls
        ("35", "30", "10", "0"),
        ("8", "30", "10", "100"),
        ("1", "0", "3", "33"),
        ("2", "0", "3", "67"),
        ("1", "0", "8", "13"),  # 12.5: halves go upwards
        ("1", "1", "5", "0"),  # levels of an answer: (L - 1) × 25
        ("2", "1", "5", "25"),
        ("3", "1", "5", "50"),
        ("4", "1", "5", "75"),
        ("5", "1", "5", "100"),
    ],
)
def test_points_lie_on_a_line_between_floor_and_target(value: str, floor: str, target: str, earned: str) -> None:
    line = points_sql(f"{value}::numeric", floor=Decimal(floor), target=Decimal(target))
    alone = Metric(floor=Decimal(floor), target=Decimal(target))

    assert reckoned(f"round({line})") == Decimal(earned) == alone.points_of(Decimal(value))


@given(st.decimals(-1000, 1000, places=2), st.decimals(-1000, 1000, places=2), st.decimals(-1000, 1000, places=2))
def test_points_are_always_from_0_to_100(value: Decimal, floor: Decimal, target: Decimal) -> None:
    if floor != target:
        assert 0 <= Metric(floor=floor, target=target).points_of(value) <= 100


@pytest.mark.parametrize(
    ("days", "half_life_days", "left"),
    [
        (0, 30, "1"),
        (30, 30, "0.5"),
        (60, 30, "0.25"),
        (15, 30, "0.7071"),  # 1 / √2
        (90, 30, "0.125"),
        (-3, 30, "1"),  # a day to come counts as today
    ],
)
def test_points_halve_with_each_half_life(days: int, half_life_days: int, left: str) -> None:
    assert reckoned(f"round({fading_sql(str(days), half_life_days=half_life_days)}, 4)") == Decimal(left)


@pytest.mark.parametrize(
    ("weighted", "score"),
    [
        ([("40", 1), ("60", 3)], "55.000"),
        ([("100", 1), ("0", 2)], "33.333"),
        ([("100", 2), ("NULL::smallint", 5), ("50", 2)], "75.000"),  # what is not known does not count
        ([("NULL::smallint", 1)], None),
        ([], None),
    ],
)
def test_a_score_is_the_weighted_mean_of_the_points_there_are(
    weighted: list[tuple[str, int]], score: str | None
) -> None:
    assert reckoned(mean_sql(weighted)) == (None if score is None else Decimal(score))
