"""Charts say what they show, stay within their frame, and never share an id."""

import re

import pytest

from core import charts
from core.charts import Axis

AXES = [Axis("Technical skills", 2.1, 2.8), Axis("Marketing & events", 3.4, 2.4), Axis("Commitment", 4.0, 3.0)]


def test_a_radar_has_its_title_and_its_figures_in_words() -> None:
    svg = charts.radar(AXES, title="Pinewood <by category>")

    assert "Pinewood &lt;by category&gt;</title>" in svg
    assert "Technical skills 2.1, benchmark 2.8" in svg
    assert "4.0" in svg


def test_two_charts_on_a_page_share_no_id() -> None:
    svg = charts.radar(AXES, title="One") + charts.radar(AXES, title="Two")

    ids = re.findall(r'\bid="([^"]+)"', svg)
    assert len(ids) == len(set(ids)) == 4
    for names in re.findall(r'aria-labelledby="([^"]+)"', svg):
        assert set(names.split()) <= set(ids)


def test_a_radar_without_enough_partners_behind_the_benchmark_shows_none() -> None:
    svg = charts.radar([*AXES, Axis("Operations", 3, None)], title="Pinewood")

    assert "chart-bench" not in svg
    assert "chart-you" in svg


def test_a_radar_of_two_categories_is_not_drawn() -> None:
    assert charts.radar(AXES[:2], title="Pinewood") == ""


@pytest.mark.parametrize(("value", "drawn"), [(-20, "0"), (0, "0"), (55.4, "55"), (250, "100")])
def test_a_ring_stays_between_nought_and_a_hundred(value: float, drawn: str) -> None:
    svg = charts.ring(value, label="Score")

    assert f'aria-label="Score {drawn} of 100"' in svg
    assert f">{drawn}</text>" in svg


def test_a_score_that_was_never_measured_says_so() -> None:
    assert "Score: not measured yet" in charts.ring(None, label="Score")
    assert "Marketing: not measured yet" in charts.gauge(None, label="Marketing", bench=40)


def test_a_gauge_below_its_benchmark_is_amber_and_says_both_numbers() -> None:
    svg = charts.gauge(38, label="Marketing", bench=48)

    assert "tone-below" in svg
    assert "Marketing: 38 of 100; benchmark 48" in svg


def test_a_gauge_at_its_benchmark_is_not_below_it() -> None:
    assert "tone-below" not in charts.gauge(48, label="Marketing", bench=48)


def test_a_meter_never_leaves_its_track() -> None:
    svg = charts.meter(9, bench=12, maximum=5, label="Marketing")

    assert 'class="meter-fill below" y="4" width="200.0"' in svg
    assert 'x1="200.0"' in svg


def test_a_spark_needs_two_figures() -> None:
    assert charts.spark([4]) == ""
    assert "polyline" in charts.spark([4, 4])


def test_a_trend_starts_at_nought_and_ends_at_a_round_number() -> None:
    html = charts.trend([("Jan", 18), ("Feb", 31), ("Mar", 49)], title="Members", target=40)

    assert "<span>50</span><span>25</span><span>0</span>" in html
    assert "From 18 (Jan) to 49 (Mar)." in html
    assert "chart-target" in html


@pytest.mark.parametrize(("value", "ceiling"), [(0, 1), (0.7, 1), (1, 1), (49, 50), (51, 100), (2100, 2500)])
def test_round_numbers_above(value: float, ceiling: float) -> None:
    assert charts.nice_ceiling(value) == ceiling


def test_pins_stay_on_the_board() -> None:
    svg = charts.matrix(
        [(1, 140, -20)],
        title="Priorities",
        quadrants=["Do now", "Plan", "Quick", "Later"],
        x_label="Effort",
        y_label="Impact",
    )

    assert f'cx="{charts.MATRIX_WIDTH:.1f}"' in svg
    assert f'cy="{charts.MATRIX_HEIGHT - charts.MATRIX_BOTTOM:.1f}"' in svg


def test_no_chart_carries_a_style_of_its_own() -> None:
    drawn = [charts.radar(AXES, title="x"), charts.gauge(1, label="x"), charts.trend([("a", 1), ("b", 2)], title="x")]

    assert not any("style=" in svg for svg in drawn)
