"""How a partner stands: figures, gaps, benchmarks, trend."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from partners.models import Partner
from scorecards import queries
from scorecards.models import Scorecard
from scorecards.queries import Words
from tests.factories.scorecards import BenchmarkFactory, ScoreFactory, publish_metrics, stands


def test_without_a_scorecard_there_is_nothing_to_show(pinewood: Partner, now: datetime) -> None:
    assert queries.score_card(pinewood, at=now) is None
    assert queries.main_scorecard() is None


def test_the_biggest_weighted_gap_comes_first_with_what_it_is_worth(
    main: Scorecard, pinewood: Partner, now: datetime
) -> None:
    small, heavy, full = publish_metrics(main, {"weight": 1}, {"weight": 3}, {"weight": 4})
    stands(pinewood, main, {small: 0, heavy: 40, full: 100})

    card = queries.score_card(pinewood, at=now)

    assert card is not None
    assert [(row.metric, row.worth) for row in card.rows] == [(heavy, 22), (small, 12), (full, 0)]


def test_a_metric_never_measured_says_so(main: Scorecard, pinewood: Partner, now: datetime) -> None:
    publish_metrics(main, {})

    card = queries.score_card(pinewood, at=now)

    assert card is not None
    assert (card.value, card.rows[0].points, card.rows[0].is_measured) == (None, None, False)


@pytest.mark.parametrize(("behind", "shown"), [(4, None), (5, 62)])
def test_a_benchmark_needs_five_partners(
    behind: int, shown: int | None, main: Scorecard, classified: list[Partner], now: datetime
) -> None:
    publish_metrics(main, {})
    stands(classified[0], main, {}, peer_group="1")
    BenchmarkFactory(scorecard=main, peer_group="1", partners=behind, points=Decimal("61.50"))
    BenchmarkFactory(scorecard=main, peer_group="2", partners=50, points=Decimal(9))

    card = queries.score_card(classified[0], at=now)

    assert card is not None
    assert card.benchmark == shown


def test_the_trend_compares_with_the_score_in_force_90_days_ago(
    main: Scorecard, pinewood: Partner, now: datetime
) -> None:
    for days, value, is_current in ((400, 10, False), (91, 30, False), (89, 90, False), (0, 55, True)):
        day = now.date() - timedelta(days=days)
        ScoreFactory(partner=pinewood, scorecard=main, day=day, value=value, is_current=is_current)

    card = queries.score_card(pinewood, at=now)

    assert card is not None
    assert (card.value, card.change) == (55, 25)
    assert [value for _day, value in card.history] == [10, 30, 90, 55]
    assert card.history[0][0] == date(2029, 3, 18)
    assert queries.scores_now([pinewood.pk], at=now) == {pinewood.pk: queries.ScoreNow(55, 25)}


def test_a_young_score_has_no_trend(main: Scorecard, pinewood: Partner, oakhurst: Partner, now: datetime) -> None:
    ScoreFactory(partner=pinewood, scorecard=main, day=now.date(), value=55)

    card = queries.score_card(pinewood, at=now)

    assert card is not None
    assert card.change is None
    assert queries.scores_now([pinewood.pk, oakhurst.pk], at=now) == {pinewood.pk: queries.ScoreNow(55, None)}


def test_averages_of_groups_count_by_their_partners(main: Scorecard) -> None:
    BenchmarkFactory(scorecard=main, peer_group="1", partners=3, points=100)
    BenchmarkFactory(scorecard=main, peer_group="2", partners=1, points=0)

    [listed] = queries.scorecards_in_use()

    assert listed.reached == queries.Reached(4, 75)


@pytest.mark.django_db
class TestWords:
    """Operands in words."""

    def test_an_operand_is_said_in_words(self) -> None:
        assert Words.now().of({"collection": "deals", "aggregate": "count"}).lower().endswith("deals")

    def test_one_that_cannot_be_measured_has_none(self) -> None:
        assert Words.now().of({"field": "gone"}) == ""

    @pytest.mark.parametrize(
        ("expression", "visible"),
        [
            ({"field": "employees"}, True),
            ({"field": "gone"}, False),
            ({"collection": "deals", "aggregate": "sum", "of": "amount"}, True),
        ],
    )
    def test_partners_see_what_they_may(self, expression: dict[str, str], visible: bool) -> None:
        assert Words.now().for_partners(expression) is visible
