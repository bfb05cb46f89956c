"""Where missing points can be earned."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.points import Source, earnings

D = Decimal
REVENUE = Source(D(150_000), D("0.001"), D(300))
PEOPLE = Source(D(2), D(20), D(150), whole=True)
DAYS = Source(D(10), D(2), D(50), whole=True)


def test_every_part_with_room_is_offered_the_nearest_first() -> None:
    found = earnings([REVENUE, PEOPLE, DAYS], D(30))

    assert [[(gain.place, gain.units) for gain in one.gains] for one in found[:3]] == [
        [(0, D(30_000))],
        [(1, D(2))],
        [(2, D(15))],
    ]


def test_a_part_at_its_cap_gives_nothing_more() -> None:
    full = Source(D(500_000), D("0.001"), D(300))

    assert [one.gains[0].place for one in earnings([full, PEOPLE], D(20))] == [1]


def test_where_no_part_alone_is_enough_several_are_taken_together() -> None:
    (found,) = earnings([Source(D(0), D(1), D(10)), Source(D(0), D(1), D(10))], D(20))

    assert [(gain.place, gain.points) for gain in found.gains] == [(0, D(10)), (1, D(10))]


def test_where_all_caps_together_are_too_low_there_is_no_way() -> None:
    assert earnings([Source(D(0), D(1), D(10))], D(20)) == []


SOURCES = st.lists(
    st.builds(
        Source,
        st.integers(0, 5).map(Decimal),
        st.integers(1, 3).map(Decimal),
        st.one_of(st.none(), st.integers(1, 9).map(Decimal)),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=150, deadline=None)
@given(SOURCES, st.integers(1, 12))
def test_no_split_of_the_points_is_cheaper(sources: list[Source], missing: int) -> None:
    best = None
    for split in product(range(missing + 1), repeat=len(sources)):
        fits = all(one.room is None or one.room >= n for one, n in zip(sources, split, strict=True))
        if sum(split) == missing and fits:
            cost = sum(one.cost_of(Decimal(n)) for one, n in zip(sources, split, strict=True) if n)
            best = cost if best is None else min(best, cost)

    found = earnings(sources, Decimal(missing))

    assert (found[0].cost if found else None) == (pytest.approx(best) if best is not None else None)
