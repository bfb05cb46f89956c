"""How a score came about: periods, where it is heading, and contributions that add up to the change."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models import Program
from partners.models import Partner
from scorecards.models import PeriodScore, Scorecard, Zone
from scorecards.queries.history import History, history, rounded, slope
from scorecards.services import scores
from tests.factories.scorecards import publish_metrics, stands

STEP = Decimal("0.1")


@pytest.fixture
def over_a_year(main: Scorecard, classified: list[Partner], now: datetime) -> History:
    """Pinewood measured in three quarters: a version with two metrics, then one without the second and with a third."""
    pinewood = classified[0]
    publish_metrics(main, {"key": "size", "weight": 1}, {"key": "gone", "expression": {"field": "founded_year"}})
    Partner.objects.update(employees=20, founded_year=50)
    scores.recompute(partner_ids=[pinewood.pk], at=now - timedelta(days=200))
    publish_metrics(main, {"key": "new", "weight": 3, "target": 200}, {"key": "size", "weight": 2})
    Partner.objects.update(employees=80)
    scores.recompute(partner_ids=[pinewood.pk], at=now)
    return history(pinewood, main, at=now)


def test_a_period_without_a_row_of_its_own_keeps_the_score_of_the_one_before(over_a_year: History) -> None:
    rows = [(one.starts_on, one.exact, one.change) for one in over_a_year.periods]

    assert rows == [
        (date(2029, 7, 1), Decimal("35.000"), None),
        (date(2029, 10, 1), Decimal("35.000"), Decimal("0.0")),
        (date(2030, 1, 1), Decimal("56.000"), Decimal("21.0")),  # (3 × 40 + 2 × 80) / 5
    ]
    assert [one.zone for one in over_a_year.periods] == [Zone.RED, Zone.RED, Zone.AMBER]
    assert [one.is_current for one in over_a_year.periods] == [False, False, True]


def test_contributions_add_up_to_the_change_over_another_version(over_a_year: History) -> None:
    found = {one.key: (one.before, one.after, one.points) for one in over_a_year.contributions}

    assert over_a_year.change == Decimal("21.0")
    assert found == {
        "gone": (50, None, Decimal("-25.0")),  # 1 × 50 / 2 before, no part now
        "new": (None, 40, Decimal("24.0")),  # 3 × 40 / 5
        "size": (20, 80, Decimal("22.0")),  # 2 × 80 / 5 now, 1 × 20 / 2 before
    }
    assert sum(one.points for one in over_a_year.contributions) == over_a_year.change


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["10", "20", "30"], "10.0"),
        (["50"], None),
        ([], None),
        (["60", "60", "60", "60"], "0.0"),
        (["70", "60", "65", "50"], "-5.5"),  # Σ (x - 1.5)(y - 61.25) = -27.5, Σ (x - 1.5)² = 5
    ],
)
def test_the_trend_is_the_slope_of_the_line_of_least_squares(values: list[str], expected: str | None) -> None:
    assert slope([Decimal(value) for value in values]) == (None if expected is None else Decimal(expected))


@given(st.lists(st.decimals(-100, 100, places=6), min_size=1, max_size=20))
def test_printed_contributions_always_add_up(parts: list[Decimal]) -> None:
    exact = {str(place): part for place, part in enumerate(parts)}
    total = sum(exact.values(), Decimal(0)).quantize(STEP)

    printed = rounded(exact, total=total)

    assert sum(printed.values(), Decimal(0)) == total
    assert all(abs(printed[key] - exact[key]) <= 2 * STEP for key in exact)


def test_years_begin_with_the_fiscal_year(
    main: Scorecard, classified: list[Partner], program: Program, now: datetime
) -> None:
    Program.objects.update(fiscal_year_start_month=4)
    Program.forget()
    Scorecard.objects.update(period="year")
    publish_metrics(main, {})

    scores.recompute(partner_ids=[classified[0].pk], at=now)

    assert PeriodScore.objects.get().starts_on == date(2029, 4, 1)


@pytest.mark.parametrize(
    ("zone", "starts_on"), [("America/Los_Angeles", date(2030, 1, 1)), ("Pacific/Auckland", date(2030, 4, 1))]
)
def test_a_period_begins_at_midnight_of_the_program(
    zone: str, starts_on: date, main: Scorecard, classified: list[Partner], program: Program, now: datetime
) -> None:
    Program.objects.update(timezone=zone)
    Program.forget()
    publish_metrics(main, {})

    scores.recompute(partner_ids=[classified[0].pk], at=datetime.fromisoformat("2030-03-31T20:00:00+00:00"))

    assert PeriodScore.objects.get().starts_on == starts_on


def test_without_scores_there_is_no_history(main: Scorecard, pinewood: Partner, now: datetime) -> None:
    assert history(pinewood, main, at=now) == History([], None, None, [])


def test_a_first_period_has_nothing_to_compare_with(main: Scorecard, pinewood: Partner, now: datetime) -> None:
    [metric] = publish_metrics(main, {})
    stands(pinewood, main, {metric: 50})

    found = history(pinewood, main, at=now)

    assert (found.change, found.trend, len(found.periods)) == (None, "", 1)
