"""Making scorecards: drafted with their parts, published, copied, retired."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from core.refusals import Refusal
from core.services.versions import NotADraft, published_of
from partners.models import Partner
from scorecards.models import Metric, Scorecard, ScorecardSection, ScorecardVersion, ScoreRange
from scorecards.services import scorecards
from segmentation.models import FullRun
from tests.factories.scorecards import (
    MetricFactory,
    ScorecardFactory,
    ScorecardSectionFactory,
    publish,
    publish_metrics,
)

ANCHORS = ["Nobody", "One person", "A team", "A team with a plan", "A team that leads others"]


@pytest.fixture
def section(main: Scorecard, victor: User, now: datetime) -> ScorecardSection:
    """A section of the main scorecard's draft."""
    draft = scorecards.draft_of(scorecard=main, by=victor, at=now)
    return scorecards.add_section(version=draft, name="Basics", by=victor, at=now)


def add(section: ScorecardSection, by: User, at: datetime, **differs: Any) -> Metric:
    """Add an ordinary metric."""
    fields = {"name": "Employees", "expression": {"field": "employees"}, "target": Decimal(100), **differs}
    return scorecards.add_metric(section=section, by=by, at=at, **fields)


class TestScorecards:
    """What stands on a scorecard itself."""

    def test_it_gets_a_key_of_its_own_and_an_empty_draft(self, victor: User, now: datetime) -> None:
        first = scorecards.create(name="Sales capability", by=victor, at=now)
        second = scorecards.create(name="Sales capability", by=victor, at=now)

        assert (first.key, second.key) == ("sales-capability", "sales-capability-2")
        assert ScorecardVersion.objects.filter(definition=first, state="draft").count() == 1

    def test_one_gives_the_score(self, main: Scorecard, victor: User, now: datetime) -> None:
        other = ScorecardFactory()

        assert scorecards.make_main(scorecard=other, by=victor, at=now)
        assert not scorecards.make_main(scorecard=other, by=victor, at=now)

        assert list(Scorecard.objects.filter(is_main=True)) == [other]
        assert FullRun.objects.count() == 1

    def test_renaming_twice_changes_nothing_the_second_time(self, main: Scorecard, victor: User, now: datetime) -> None:
        first = scorecards.update(scorecard=main, by=victor, at=now, changes={"name": "Health"})
        second = scorecards.update(scorecard=main, by=victor, at=now, changes={"name": "Health"})

        assert (first, second) == (["name"], [])

    def test_only_what_can_change_a_score_has_everybody_measured(
        self, main: Scorecard, pinewood: Partner, victor: User, now: datetime
    ) -> None:
        scorecards.update(scorecard=main, by=victor, at=now, changes={"name": "Health", "sharing": "score"})
        assert not ScoreRange.objects.exists()

        scorecards.update(scorecard=main, by=victor, at=now, changes={"period": "month"})
        assert ScoreRange.objects.exists()

    def test_the_main_one_is_not_retired(self, main: Scorecard, victor: User, now: datetime) -> None:
        with pytest.raises(Refusal, match="gives the score on the dashboard"):
            scorecards.retire(scorecard=main, by=victor, at=now)

    def test_retired_and_restored_once(self, pinewood: Partner, victor: User, now: datetime) -> None:
        scorecard = ScorecardFactory()

        assert scorecards.retire(scorecard=scorecard, by=victor, at=now)
        assert not scorecards.retire(scorecard=scorecard, by=victor, at=now)
        with pytest.raises(Refusal, match="is retired"):
            scorecards.make_main(scorecard=scorecard, by=victor, at=now)
        with pytest.raises(Refusal, match="is retired"):
            scorecards.draft_of(scorecard=scorecard, by=victor, at=now)
        assert scorecards.restore(scorecard=scorecard, by=victor, at=now)
        assert not scorecards.restore(scorecard=scorecard, by=victor, at=now)

    def test_a_copy_says_the_same_and_is_a_draft(self, main: Scorecard, victor: User, now: datetime) -> None:
        publish_metrics(main, {"key": "size", "weight": 3}, green_from=80, stages=["new"])

        copy = scorecards.duplicate(scorecard=main, by=victor, at=now)

        draft = copy.versions.get()
        assert (copy.name, copy.is_main, draft.state) == ("Partner score (copy)", False, "draft")
        assert (draft.green_from, draft.stages) == (80, ["new"])
        assert list(draft.metrics.values_list("key", "weight")) == [("size", 3)]


class TestVersions:
    """Drafted and published."""

    def test_a_draft_is_a_copy_of_what_is_published(self, main: Scorecard, victor: User, now: datetime) -> None:
        [metric] = publish_metrics(main, {"key": "size"})

        draft = scorecards.draft_of(scorecard=main, by=victor, at=now)
        again = scorecards.draft_of(scorecard=main, by=victor, at=now)

        assert again == draft
        copied = draft.metrics.get()
        assert (copied.texts, copied.section.key) == (metric.texts, metric.section.key)
        assert copied.pk != metric.pk

    def test_publishing_has_everybody_measured_once(
        self, section: ScorecardSection, pinewood: Partner, victor: User, now: datetime
    ) -> None:
        add(section, victor, now)
        draft = section.scorecard_version

        assert scorecards.publish(version=draft, by=victor, at=now, note="The first one")
        assert not scorecards.publish(version=draft, by=victor, at=now)

        published = published_of(draft.definition)
        assert published is not None
        assert (published, published.note, published.published_by) == (draft, "The first one", victor)
        assert ScoreRange.objects.count() == 1

    def test_what_cannot_measure_is_not_published(self, section: ScorecardSection, victor: User, now: datetime) -> None:
        draft = section.scorecard_version
        with pytest.raises(Refusal, match="Add a metric first"):
            scorecards.publish(version=draft, by=victor, at=now)
        add(section, victor, now)
        scorecards.add_section(version=draft, name="Empty", by=victor, at=now)
        with pytest.raises(Refusal, match="“Empty” has no metrics"):
            scorecards.publish(version=draft, by=victor, at=now)
        assert published_of(draft.definition) is None

    def test_criteria_that_cannot_be_run_are_refused_by_place(
        self, section: ScorecardSection, victor: User, now: datetime
    ) -> None:
        add(section, victor, now)
        draft = section.scorecard_version
        wrong = {"combinator": "and", "not": False, "rules": [{"field": "shoe", "operator": "=", "value": 1}]}
        scorecards.save_draft(version=draft, by=victor, at=now, changes={"criteria": wrong})

        with pytest.raises(ValidationError) as refused:
            scorecards.publish(version=draft, by=victor, at=now)

        assert list(refused.value.error_dict) == ["criteria"]

    def test_a_draft_that_says_the_same_is_not_published(self, main: Scorecard, victor: User, now: datetime) -> None:
        publish_metrics(main, {})
        draft = scorecards.draft_of(scorecard=main, by=victor, at=now)

        with pytest.raises(Refusal, match="says the same"):
            scorecards.publish(version=draft, by=victor, at=now)

    def test_a_discarded_draft_takes_its_parts_along(
        self, section: ScorecardSection, main: Scorecard, victor: User, now: datetime
    ) -> None:
        add(section, victor, now)

        assert scorecards.discard_draft(scorecard=main, by=victor, at=now)
        assert not scorecards.discard_draft(scorecard=main, by=victor, at=now)

        assert not Metric.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"amber_from": 80}, "green_from"),
            ({"stages": ["nowhere"]}, "stages"),
            ({"peers": "tier:nowhere"}, "peers"),
        ],
    )
    def test_impossible_settings_are_refused_by_field(
        self, changes: dict[str, Any], field: str, section: ScorecardSection, victor: User, now: datetime
    ) -> None:
        with pytest.raises(ValidationError) as refused:
            scorecards.save_draft(version=section.scorecard_version, by=victor, at=now, changes=changes)

        assert list(refused.value.error_dict) == [field]


class TestSections:
    """Groups of metrics."""

    def test_they_stand_in_order_and_move(self, section: ScorecardSection, victor: User, now: datetime) -> None:
        draft = section.scorecard_version
        second = scorecards.add_section(version=draft, name="Growth", by=victor, at=now)

        scorecards.move_section(section=second, by=victor, at=now, places=-1)
        scorecards.move_section(section=second, by=victor, at=now, places=-1)

        assert list(draft.sections.order_by("position").values_list("key", flat=True)) == ["growth", "basics"]

    def test_a_removed_one_takes_its_metrics_with_it(
        self, section: ScorecardSection, victor: User, now: datetime
    ) -> None:
        add(section, victor, now)

        scorecards.remove_section(section=section, by=victor, at=now)

        assert not Metric.objects.exists()

    def test_renamed_twice_is_once(self, section: ScorecardSection, victor: User, now: datetime) -> None:
        assert scorecards.update_section(section=section, by=victor, at=now, changes={"name": "Start"}) == ["name"]
        assert scorecards.update_section(section=section, by=victor, at=now, changes={"name": "Start"}) == []

    def test_a_key_stands_once(self, section: ScorecardSection, victor: User, now: datetime) -> None:
        with pytest.raises(ValidationError) as refused:
            scorecards.add_section(version=section.scorecard_version, name="B", key="basics", by=victor, at=now)

        assert list(refused.value.error_dict) == ["key"]


class TestMetrics:
    """What is asked."""

    def test_they_get_keys_and_places(self, section: ScorecardSection, victor: User, now: datetime) -> None:
        first, second = add(section, victor, now), add(section, victor, now)

        assert (first.key, second.key, first.position, second.position) == ("employees", "employees-2", 0, 1)

    @pytest.mark.parametrize(
        ("differs", "field", "code"),
        [
            ({"name": ""}, "name", "blank"),
            ({"expression": None}, "expression", "required"),
            ({"expression": {"field": "colour"}}, "expression", "unknown_field"),
            ({"expression": {"field": "country"}}, "expression", "not_a_number"),
            ({"expression": {"field": "score"}}, "expression", "own_field"),
            ({"expression": "employees"}, "expression", None),
            ({"target": Decimal(0)}, "target", "below_floor"),
            ({"direction": "less"}, "target", "above_floor"),
            ({"weight": 0}, "weight", "too_small"),
            ({"direction": "sideways"}, "direction", "invalid_choice"),
            ({"asked_of": "cam"}, "anchors", "required"),
            ({"asked_of": "cam", "anchors": [*ANCHORS[:4], " "]}, "anchors", "required"),
            ({"benchmark_kind": "fixed"}, "benchmark_value", "required"),
            ({"benchmark_kind": "percentile"}, "benchmark_percentile", "required"),
            ({"expression": {"field": "days_in_stage"}, "half_life_days": 30}, "half_life_days", "no_day"),
        ],
    )
    def test_an_impossible_one_is_refused_by_field(
        self,
        differs: dict[str, Any],
        field: str,
        code: str | None,
        section: ScorecardSection,
        victor: User,
        now: datetime,
    ) -> None:
        with pytest.raises(ValidationError) as refused:
            add(section, victor, now, **differs)

        assert list(refused.value.error_dict) == [field]
        assert code is None or refused.value.error_dict[field][0].code == code
        assert not Metric.objects.exists()

    def test_an_answered_one_has_the_scale_of_levels(
        self, section: ScorecardSection, victor: User, now: datetime
    ) -> None:
        metric = scorecards.add_metric(
            section=section, name="Team", asked_of="both", anchors=ANCHORS, by=victor, at=now
        )

        assert (metric.floor, metric.target, metric.expression) == (1, 5, None)
        assert [metric.points_of(Decimal(level)) for level in range(1, 6)] == [0, 25, 50, 75, 100]

    def test_changing_twice_is_once(self, section: ScorecardSection, victor: User, now: datetime) -> None:
        metric = add(section, victor, now)
        changes = {"target": Decimal(50)}

        assert scorecards.update_metric(metric=metric, by=victor, at=now, changes=changes) == ["target"]
        assert scorecards.update_metric(metric=metric, by=victor, at=now, changes=changes) == []

    def test_one_moves_to_another_section(self, section: ScorecardSection, victor: User, now: datetime) -> None:
        metric = add(section, victor, now)
        other = scorecards.add_section(version=section.scorecard_version, name="Growth", by=victor, at=now)
        elsewhere = ScorecardSectionFactory()

        scorecards.update_metric(metric=metric, by=victor, at=now, changes={"section": other})
        with pytest.raises(ValidationError):
            scorecards.update_metric(metric=metric, by=victor, at=now, changes={"section": elsewhere})

        assert other.metrics.get() == metric

    def test_a_copy_stands_beside_it(self, section: ScorecardSection, victor: User, now: datetime) -> None:
        first = add(section, victor, now)
        add(section, victor, now, name="Second")

        scorecards.duplicate_metric(metric=first, by=victor, at=now)

        names = list(section.metrics.order_by("position").values_list("name", flat=True))
        assert names == ["Employees", "Employees (copy)", "Second"]

    def test_the_others_close_up_when_one_goes(self, section: ScorecardSection, victor: User, now: datetime) -> None:
        first, second = add(section, victor, now), add(section, victor, now)

        scorecards.remove_metric(metric=first, by=victor, at=now)

        assert list(section.metrics.values_list("pk", "position")) == [(second.pk, 0)]

    def test_a_published_one_is_not_changed(self, victor: User, now: datetime) -> None:
        metric = MetricFactory()
        publish(metric.scorecard_version)

        for attempt in (
            lambda: scorecards.update_metric(metric=metric, by=victor, at=now, changes={"weight": 2}),
            lambda: scorecards.remove_metric(metric=metric, by=victor, at=now),
            lambda: scorecards.move_metric(metric=metric, by=victor, at=now, places=1),
            lambda: scorecards.add_metric(section=metric.section, by=victor, at=now),
            lambda: scorecards.update_section(section=metric.section, by=victor, at=now, changes={}),
            lambda: scorecards.remove_section(section=metric.section, by=victor, at=now),
        ):
            with pytest.raises(NotADraft):
                attempt()
