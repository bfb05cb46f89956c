"""Scores of sections and metrics are fields of criteria, and no score may follow itself."""

from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from core.refusals import Refusal
from criteria.fields import registry
from partners.models import Partner
from scorecards.models import PeriodScore, Scorecard
from scorecards.services import score_circles, scorecards
from segmentation import engine
from segmentation.models import Segment, StalePartner
from segmentation.services import segments
from tests.factories.scorecards import ScorecardFactory, publish_metrics, stands


def asks(field: str) -> dict[str, Any]:
    """Return criteria that ask for more than fifty points."""
    return all_of({"field": field, "operator": ">", "value": 50})


def all_of(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"combinator": "and", "not": False, "rules": list(rules)}


def in_segment(key: str) -> dict[str, Any]:
    return all_of({"field": "segments", "operator": "any_of", "value": [key]})


def publish(scorecard: Scorecard, criteria: Any, now: datetime) -> None:
    """Publish a scorecard for whom criteria hold, with one metric."""
    draft = scorecards.draft_of(scorecard=scorecard, by=None, at=now)
    if not draft.sections.exists():
        section = scorecards.add_section(version=draft, name="Basics", by=None, at=now)
        scorecards.add_metric(
            section=section, name="Employees", expression={"field": "employees"}, target=100, by=None, at=now
        )
    scorecards.save_draft(version=draft, by=None, at=now, changes={"criteria": criteria})
    scorecards.publish(version=draft, by=None, at=now)


def publish_segment(key: str, criteria: Any, now: datetime) -> Segment:
    """Publish a segment."""
    segment = segments.create(key=key, name=key.capitalize(), by=None, at=now)
    draft = segments.draft_of(segment=segment, by=None, at=now)
    segments.save_draft(version=draft, changes={"criteria": criteria}, by=None, at=now)
    segments.publish(version=draft, by=None, at=now)
    return segment


@pytest.mark.django_db
class TestCircles:
    """What is published may not build on its own score."""

    def test_two_scorecards_that_ask_for_each_other_are_refused_and_the_circle_is_named(self, now: datetime) -> None:
        growth, skill = ScorecardFactory(key="growth"), ScorecardFactory(key="skill")
        publish(growth, None, now)
        publish(skill, asks("score.growth"), now)

        with pytest.raises(ValidationError) as refused:
            publish(growth, asks("score.skill.employees"), now)

        assert refused.value.error_dict["criteria"][0].code == "cycle"
        assert "“Growth” → “Skill” → “Growth”" in str(refused.value)

    def test_a_scorecard_that_asks_for_its_own_score_is_refused_also_as_the_main_one(
        self, main: Scorecard, now: datetime
    ) -> None:
        publish(main, None, now)

        with pytest.raises(ValidationError, match="“Partner score” → “Partner score”"):
            publish(main, asks("score"), now)

    def test_a_segment_between_them_closes_the_circle_whichever_comes_last(self, now: datetime) -> None:
        growth = ScorecardFactory(key="growth")
        publish(growth, None, now)
        strong = publish_segment("strong", asks("score.growth"), now)
        with pytest.raises(ValidationError, match="“Growth” → “Strong” → “Growth”"):
            publish(growth, in_segment("strong"), now)

        draft = segments.draft_of(segment=strong, by=None, at=now)
        segments.save_draft(version=draft, changes={"criteria": asks("employees")}, by=None, at=now)
        segments.publish(version=draft, by=None, at=now)
        publish(growth, in_segment("strong"), now)
        draft = segments.draft_of(segment=strong, by=None, at=now)
        segments.save_draft(version=draft, changes={"criteria": asks("score.growth.section.basics")}, by=None, at=now)

        with pytest.raises(ValidationError, match="“Growth” → “Strong” → “Growth”"):
            segments.publish(version=draft, by=None, at=now)

    def test_another_main_scorecard_may_close_it(self, main: Scorecard, now: datetime) -> None:
        growth = ScorecardFactory(key="growth")
        publish(main, None, now)
        publish(growth, asks("score"), now)

        with pytest.raises(ValidationError, match="“Growth” → “Growth”"):
            scorecards.make_main(scorecard=growth, by=None, at=now)

    def test_asking_without_a_circle_is_fine_and_so_is_what_only_scorecards_out_of_use_would_close(
        self, now: datetime
    ) -> None:
        growth, skill = ScorecardFactory(key="growth"), ScorecardFactory(key="skill")
        publish(growth, None, now)
        publish(skill, asks("score.growth"), now)
        scorecards.retire(scorecard=skill, by=None, at=now)
        publish(growth, asks("score.skill"), now)

        score_circles.refuse()
        with pytest.raises(ValidationError, match="circle"):
            scorecards.restore(scorecard=skill, by=None, at=now)


@pytest.mark.django_db
class TestFields:
    """What sections and metrics earned, asked for by criteria."""

    def test_points_of_metrics_and_sections_are_read_wherever_they_stand(
        self, main: Scorecard, pinewood: Partner, oakhurst: Partner, now: datetime
    ) -> None:
        old, kept = publish_metrics(main, {"key": "old"}, {"key": "kept"})
        stands(pinewood, main, {old: 10, kept: 20}, section_points=[15])
        again, new = publish_metrics(main, {"key": "kept"}, {"key": "new"})
        stands(oakhurst, main, {again: 70, new: None}, section_points=[70])

        fields = {"kept": "score.main.kept", "new": "score.main.new"}
        found = engine.values({key: {"field": one} for key, one in fields.items()}, partner_ids=None, at=now)

        assert found == {pinewood.pk: {"kept": 20, "new": None}, oakhurst.pk: {"kept": 70, "new": None}}
        catalog = registry.catalog().fields
        assert "score.main.old" not in catalog
        assert catalog["score.main.kept"].partner_may_see
        assert str(catalog["score.main.kept"].label) == "Score: Partner score › Kept"

    def test_sections_have_fields_and_partners_see_no_parts_of_what_shows_the_score_alone(
        self, pinewood: Partner, now: datetime
    ) -> None:
        card = ScorecardFactory(key="own", sharing="score")
        (metric,) = publish_metrics(card, {"key": "only"})
        stands(pinewood, card, {metric: 60}, section_points=[55])
        section = metric.section.key

        found = engine.values({"": {"field": f"score.own.section.{section}"}}, partner_ids=[pinewood.pk], at=now)

        assert found == {pinewood.pk: {"": 55}}
        fields = registry.catalog().fields
        assert (fields["score.own"].partner_may_see, fields["score.own.only"].partner_may_see) == (True, False)

    def test_only_changed_points_mark_a_partner(self, main: Scorecard, pinewood: Partner) -> None:
        (metric,) = publish_metrics(main, {"key": "only"})
        stands(pinewood, main, {metric: 60})
        StalePartner.objects.all().delete()

        PeriodScore.objects.update(figures=[61], exact=61)
        assert not StalePartner.objects.exists()
        PeriodScore.objects.update(points=[61])
        assert StalePartner.objects.get().partner_id == pinewood.pk

    def test_a_version_without_what_criteria_ask_for_is_refused(self, now: datetime) -> None:
        growth = ScorecardFactory(key="growth")
        publish(growth, None, now)
        publish_segment("strong", asks("score.growth.employees"), now)
        draft = scorecards.draft_of(scorecard=growth, by=None, at=now)
        section = draft.sections.get()
        other = {"expression": {"field": "employees"}, "target": 9}
        scorecards.add_metric(section=section, name="Other", **other, by=None, at=now)
        scorecards.remove_metric(metric=section.metrics.get(key="employees"), by=None, at=now)

        with pytest.raises(Refusal, match="“Strong” asks for the points of “Employees”"):
            scorecards.publish(version=draft, by=None, at=now)
