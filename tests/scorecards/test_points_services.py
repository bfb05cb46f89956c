"""From values to points, and from points to a score."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.services.points import points, score


@pytest.mark.parametrize(
    ("value", "floor", "target", "expected"),
    [
        (0, 0, 100, 0),
        (50, 0, 100, 50),
        (100, 0, 100, 100),
        (-5, 0, 100, 0),
        (500, 0, 100, 100),
        (3, 1, 5, 50),
        ("0.5", 0, 100, 1),
        ("0.49", 0, 100, 0),
        (30, 30, 10, 0),
        (20, 30, 10, 50),
        (10, 30, 10, 100),
        (0, 30, 10, 100),
        (45, 30, 10, 0),
        (None, 0, 100, 0),
    ],
)
def test_points_lie_on_the_line_between_floor_and_target(value, floor, target, expected) -> None:  # type: ignore[no-untyped-def]
    given_value = None if value is None else Decimal(value)

    assert points(given_value, floor=Decimal(floor), target=Decimal(target)) == expected


@given(st.decimals(-1000, 1000, places=2), st.decimals(-1000, 1000, places=2), st.decimals(-1000, 1000, places=2))
def test_points_are_always_from_0_to_100(value: Decimal, floor: Decimal, target: Decimal) -> None:
    if floor != target:
        assert 0 <= points(value, floor=floor, target=target) <= 100


@pytest.mark.parametrize(
    ("weighted", "expected"),
    [([(100, 1), (0, 1)], 50), ([(100, 3), (0, 1)], 75), ([(50, 1), (51, 1)], 51), ([(33, 1)], 33), ([], None)],
)
def test_a_score_is_the_weighted_mean_rounded_half_up(weighted: list[tuple[int, int]], expected: int | None) -> None:
    assert score(weighted) == expected
