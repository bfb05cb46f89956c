"""Measuring partners: true figures, differences only, and an end to it."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import OutboxMessage
from core.services import outbox
from partners.models import Partner
from scorecards.models import Benchmark, Metric, PeriodScore, Score, Scorecard, ScoreRange
from scorecards.services import benchmarks, runs, scores
from scorecards.services.measuring import Measuring
from segmentation.models import Classification, StalePartner
from segmentation.services import recompute
from tests.factories.deals import DealFactory, DealParticipantFactory, WonDealFactory
from tests.factories.enablement import ActivityFactory
from tests.factories.partners import LifeStageFactory
from tests.factories.scorecards import publish_metrics

WON_LAST_YEAR = {
    "collection": "deals",
    "aggregate": "sum",
    "of": "amount",
    "where": {"combinator": "and", "not": False, "rules": [{"field": "stage", "operator": "equals", "value": "won"}]},
    "window": {"last": 12, "unit": "months"},
}


def current(partner: Partner) -> int | None:
    """Return the current score of a partner."""
    return Score.objects.filter(partner=partner, is_current=True).values_list("value", flat=True).first()


def test_metrics_are_measured_and_weighed(main: Scorecard, classified: list[Partner], now: datetime) -> None:
    pinewood, oakhurst = classified
    Partner.objects.filter(pk=pinewood.pk).update(employees=40)
    DealParticipantFactory(partner=pinewood, deal=WonDealFactory(amount=30_000))
    DealParticipantFactory(partner=pinewood, deal=WonDealFactory(amount=90_000, closed_on=date(2028, 1, 1)))
    DealParticipantFactory(partner=pinewood, deal=DealFactory(amount=90_000))
    publish_metrics(main, {"target": 100}, {"target": 50_000, "weight": 3, "expression": WON_LAST_YEAR})

    changed = scores.recompute(partner_ids=[pinewood.pk, oakhurst.pk], at=now)

    assert changed == 2
    assert current(pinewood) == 55  # 40 points once, 60 points three times
    assert current(oakhurst) == 0
    row = PeriodScore.objects.get(partner=pinewood)
    assert (row.figures, row.points, row.section_points) == ([Decimal(40), Decimal(30_000)], [40, 60], [55])


def test_nothing_to_measure_earns_nothing_and_says_so(
    main: Scorecard, classified: list[Partner], now: datetime
) -> None:
    publish_metrics(main, {})

    scores.recompute(partner_ids=[classified[0].pk], at=now)

    assert PeriodScore.objects.values_list("figures", "points").get() == ([None], [0])


def test_less_can_be_better(main: Scorecard, classified: list[Partner], now: datetime) -> None:
    Partner.objects.update(employees=20)
    publish_metrics(main, {"direction": "less", "floor": 30, "target": 10})

    scores.recompute(partner_ids=[classified[0].pk], at=now)

    assert current(classified[0]) == 50


def test_a_second_look_writes_nothing(main: Scorecard, classified: list[Partner], now: datetime) -> None:
    publish_metrics(main, {})
    scores.recompute(partner_ids=None, at=now)
    StalePartner.objects.all().delete()

    changed = scores.recompute(partner_ids=None, at=now + timedelta(hours=1))

    assert changed == 0
    assert not StalePartner.objects.exists()
    assert set(Score.objects.values_list("computed_at", flat=True)) == {now}


def test_a_day_has_one_row_and_a_new_day_a_new_one(main: Scorecard, classified: list[Partner], now: datetime) -> None:
    pinewood = classified[0]
    publish_metrics(main, {})
    for employees, at in ((10, now), (20, now + timedelta(hours=2)), (30, now + timedelta(days=1))):
        Partner.objects.filter(pk=pinewood.pk).update(employees=employees)
        scores.recompute(partner_ids=[pinewood.pk], at=at)

    rows = Score.objects.filter(partner=pinewood).order_by("day").values_list("day", "value", "is_current")
    assert list(rows) == [(now.date(), 20, False), (now.date() + timedelta(days=1), 30, True)]


def test_a_changed_deal_reaches_the_score_and_the_circle_ends(
    main: Scorecard, classified: list[Partner], now: datetime
) -> None:
    publish_metrics(main, {"target": 50_000, "expression": WON_LAST_YEAR})
    DealParticipantFactory(partner=classified[0], deal=WonDealFactory(amount=25_000))

    rounds = 0
    while recompute.stale(at=now) or outbox.deliver_one(at=now + timedelta(days=365 * 10)):
        rounds += 1
        assert rounds < 20

    assert current(classified[0]) == 50
    assert not StalePartner.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_a_metric_that_cannot_be_measured_keeps_its_last_points_and_stops_nobody(
    main: Scorecard, classified: list[Partner], now: datetime
) -> None:
    pinewood = classified[0]
    Partner.objects.update(employees=60)
    publish_metrics(main, {"key": "lost"}, {"target": 30})
    scores.recompute(partner_ids=[pinewood.pk], at=now)
    publish_metrics(main, {"target": 30}, {"key": "lost", "expression": {"field": "attribute_that_was_removed"}})
    Partner.objects.update(employees=15)

    scores.recompute(partner_ids=[pinewood.pk], at=now)

    assert current(pinewood) == 55  # 60 kept, 50 measured


def test_a_retired_scorecard_gives_no_score(main: Scorecard, classified: list[Partner], now: datetime) -> None:
    publish_metrics(main, {})
    scores.recompute(partner_ids=None, at=now)
    Scorecard.objects.update(is_main=False, retired_at=now)

    scores.recompute(partner_ids=None, at=now)

    assert not Score.objects.filter(is_current=True).exists()
    assert not PeriodScore.objects.filter(is_current=True).exists()


def test_many_partners_take_as_many_statements_as_few(
    main: Scorecard, classified: list[Partner], now: datetime
) -> None:
    publish_metrics(main, {})
    more = Partner.objects.bulk_create(Partner(name=f"Partner {number}", employees=number) for number in range(60))
    recompute.everything(at=now)

    def statements(ids: list[int]) -> int:
        with CaptureQueriesContext(connection) as found:
            scores.recompute(partner_ids=ids, at=now)
        return len(found)

    few = statements([classified[0].pk])
    assert statements([one.pk for one in more]) <= few + 1


class TestRuns:
    """Everybody anew, in parts."""

    def test_a_run_measures_everybody(self, main: Scorecard, classified: list[Partner], now: datetime) -> None:
        publish_metrics(main, {})

        runs.start(reason="A test")
        while runs.continue_one(at=now):
            pass

        assert Score.objects.filter(is_current=True).count() == 2
        assert not ScoreRange.objects.exists()

    def test_a_new_run_drops_what_nobody_has_begun(self, classified: list[Partner]) -> None:
        runs.start(reason="First")
        second = runs.start(reason="Second")

        assert {part.run for part in ScoreRange.objects.all()} == {second}

    def test_a_day_is_run_once(self, classified: list[Partner], now: datetime) -> None:
        first = runs.start(reason="A new day", slot=runs.day_slot(at=now))
        again = runs.start(reason="A new day", slot=runs.day_slot(at=now + timedelta(hours=3)))

        assert first is not None
        assert again is None

    def test_a_part_that_fails_is_still_to_do(
        self, main: Scorecard, classified: list[Partner], now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        runs.start(reason="A test")

        def killed(**_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(scores, "recompute", killed)
        with pytest.raises(KeyboardInterrupt):
            runs.continue_one(at=now)

        assert ScoreRange.objects.exists()

    def test_without_partners_there_is_nothing_to_do(self, db: None, now: datetime) -> None:
        runs.start(reason="A test")

        assert not runs.continue_one(at=now)


class TestBenchmarks:
    """Averages per life stage."""

    def test_partners_are_compared_with_those_of_their_stage(
        self, main: Scorecard, classified: list[Partner], now: datetime
    ) -> None:
        [metric] = publish_metrics(main, {})
        stage = LifeStageFactory()
        for partner, employees in zip(classified, (20, 60), strict=True):
            Partner.objects.filter(pk=partner.pk).update(employees=employees)
        Classification.objects.update(stage=stage)

        scores.recompute(partner_ids=None, at=now)

        rows = Benchmark.objects.order_by("pk").values_list("metric", "peer_group", "partners", "points", "value")
        assert set(rows) == {(metric.pk, str(stage.pk), 2, 40, 40), (None, str(stage.pk), 2, 40, None)}

    def test_refreshing_twice_changes_nothing(self, main: Scorecard, classified: list[Partner], now: datetime) -> None:
        publish_metrics(main, {})
        Classification.objects.update(stage=LifeStageFactory())
        scores.recompute(partner_ids=None, at=now)

        assert benchmarks.refresh(at=now) == Benchmark.objects.count() == 2

    def test_a_percentile_of_peers_is_between_the_closest_ranks_and_of_less_from_above(
        self, main: Scorecard, oakhurst: Partner, pinewood: Partner, now: datetime
    ) -> None:
        quarter = {"benchmark_kind": "percentile", "benchmark_percentile": 75}
        more, less = publish_metrics(
            main, quarter, {**quarter, "direction": "less", "floor": 100, "target": 0}, peers="everybody"
        )
        Partner.objects.bulk_create(Partner(name=f"Partner {number}") for number in range(3))
        for partner, employees in zip(Partner.objects.order_by("pk"), (10, 20, 30, 40, 90), strict=True):
            Partner.objects.filter(pk=partner.pk).update(employees=employees)
        recompute.everything(at=now)

        scores.recompute(partner_ids=None, at=now)

        assert benchmark_values(more) == (5, 40)  # three quarters of the way from the first to the fifth
        assert benchmark_values(less) == (5, 20)
        whole = Benchmark.objects.get(metric=None)
        assert (whole.partners, whole.rank(100), whole.rank(50), whole.rank(0)) == (5, 1, 1, 6)
        assert sum(whole.counts) == 5

    def test_partners_are_compared_with_those_of_their_country(
        self, main: Scorecard, classified: list[Partner], now: datetime
    ) -> None:
        for partner, country in zip(classified, ("DE", "FR"), strict=True):
            Partner.objects.filter(pk=partner.pk).update(country=country)
        publish_metrics(main, {}, peers="country")

        scores.recompute(partner_ids=None, at=now)

        assert set(PeriodScore.objects.values_list("peer_group", flat=True)) == {"DE", "FR"}
        assert set(Benchmark.objects.values_list("peer_group", "partners")) == {("DE", 1), ("FR", 1)}


def benchmark_values(metric: Metric) -> tuple[int, Decimal | None]:
    """Return how many partners are behind the benchmark of a metric, and its value."""
    return Benchmark.objects.values_list("partners", "value").get(metric=metric)


def test_points_fade_by_half_with_each_half_life(main: Scorecard, classified: list[Partner], now: datetime) -> None:
    pinewood = classified[0]
    for days in (30, 60):
        ActivityFactory(partner=pinewood, day=now.date() - timedelta(days=days))
    visits = {"collection": "activity", "aggregate": "count_distinct", "of": "day"}
    publish_metrics(main, {"expression": visits, "target": 2, "half_life_days": 30})

    scores.recompute(partner_ids=[pinewood.pk], at=now)
    assert current(pinewood) == 50

    scores.recompute(partner_ids=[pinewood.pk], at=now + timedelta(days=30))
    assert current(pinewood) == 25


def test_whom_a_scorecard_does_not_apply_to_has_no_score(
    main: Scorecard, classified: list[Partner], now: datetime
) -> None:
    for partner, country in zip(classified, ("DE", "FR"), strict=True):
        Partner.objects.filter(pk=partner.pk).update(country=country)
    rule = {"field": "country", "operator": "in", "value": ["DE"]}
    publish_metrics(main, {}, criteria={"combinator": "and", "not": False, "rules": [rule]})
    scores.recompute(partner_ids=None, at=now)
    assert [current(partner) for partner in classified] == [0, None]

    Partner.objects.update(country="FR")
    scores.recompute(partner_ids=None, at=now)

    assert [current(partner) for partner in classified] == [None, None]
    assert not PeriodScore.objects.filter(is_current=True).exists()


def test_criteria_that_cannot_be_run_keep_everybodys_score(
    main: Scorecard, classified: list[Partner], now: datetime
) -> None:
    publish_metrics(main, {"target": 50})
    Partner.objects.update(employees=10)
    scores.recompute(partner_ids=None, at=now)
    gone = {"field": "attributes.gone", "operator": "=", "value": 1}
    publish_metrics(main, {}, criteria={"combinator": "and", "not": False, "rules": [gone]})

    scores.recompute(partner_ids=None, at=now)

    assert [current(partner) for partner in classified] == [20, 20]


def test_a_figure_that_fails_at_run_time_keeps_its_points_and_stops_nobody(
    main: Scorecard, classified: list[Partner], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_metrics(main, {"key": "fails"}, {"target": 50})
    Partner.objects.update(employees=20)
    scores.recompute(partner_ids=None, at=now)
    fails = Metric.objects.get(key="fails").pk
    measured = Measuring._figure

    def failing(self: Measuring, metric: Metric) -> str:
        figure = measured(self, metric)
        return f"({figure}) / ({figure} - {figure})" if metric.pk == fails else figure

    monkeypatch.setattr(Measuring, "_figure", failing)
    monkeypatch.setattr(scores, "_failing", lambda *_, **__: frozenset({fails}))
    Partner.objects.update(employees=30)

    scores.recompute(partner_ids=None, at=now)

    assert PeriodScore.objects.filter(partner=classified[0]).values_list("points", flat=True).get() == [20, 60]


def test_a_new_period_begins_a_row_where_something_differs(
    main: Scorecard, classified: list[Partner], now: datetime
) -> None:
    pinewood = classified[0]
    publish_metrics(main, {})
    Partner.objects.update(employees=10)
    for days, employees in ((0, 10), (1, 20), (20, 20), (120, 50)):
        Partner.objects.filter(pk=pinewood.pk).update(employees=employees)
        scores.recompute(partner_ids=[pinewood.pk], at=now + timedelta(days=days))

    rows = PeriodScore.objects.filter(partner=pinewood).order_by("starts_on")
    assert list(rows.values_list("starts_on", "exact", "is_current")) == [
        (date(2030, 1, 1), 20, False),
        (date(2030, 7, 1), 50, True),
    ]
