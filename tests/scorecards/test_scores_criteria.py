"""Criteria may ask for the score."""

from datetime import datetime

import pytest
from django.core.exceptions import ValidationError

from criteria.fields import registry
from partners.models import Partner
from scorecards.models import Scorecard
from scorecards.services import scorecards
from segmentation import engine
from tests.factories.scorecards import ScorecardFactory, ScoreFactory, publish_metrics


def test_the_field_is_the_current_score_on_the_main_scorecard(
    main: Scorecard, pinewood: Partner, oakhurst: Partner, now: datetime
) -> None:
    ScoreFactory(partner=pinewood, scorecard=main, day=now.date(), value=70)
    ScoreFactory(partner=pinewood, scorecard=main, day="2029-01-01", value=10, is_current=False)
    ScoreFactory(partner=oakhurst, scorecard=ScorecardFactory(), day=now.date(), value=90)

    found = engine.values({"score": {"field": "score"}}, partner_ids=[pinewood.pk, oakhurst.pk], at=now)

    assert found == {pinewood.pk: {"score": 70}, oakhurst.pk: {"score": None}}


def test_every_published_scorecard_has_a_field(pinewood: Partner, oakhurst: Partner, now: datetime) -> None:
    growth, hidden = ScorecardFactory(key="growth", name="Growth"), ScorecardFactory(key="own-view", sharing="nothing")
    for scorecard in (growth, hidden):
        publish_metrics(scorecard, {})
    ScorecardFactory(key="never-published")
    ScoreFactory(partner=pinewood, scorecard=growth, day=now.date(), value=30)

    found = engine.values({"": {"field": "score.growth"}}, partner_ids=[pinewood.pk, oakhurst.pk], at=now)

    fields = registry.catalog().fields
    assert found == {pinewood.pk: {"": 30}, oakhurst.pk: {"": None}}
    assert (fields["score.growth"].partner_may_see, fields["score.own-view"].partner_may_see) == (True, False)
    assert "score.never-published" not in fields


def test_no_metric_measures_a_score(main: Scorecard, now: datetime) -> None:
    publish_metrics(ScorecardFactory(key="growth"), {})
    draft = scorecards.draft_of(scorecard=main, by=None, at=now)
    section = scorecards.add_section(version=draft, name="Basics", by=None, at=now)

    with pytest.raises(ValidationError) as refused:
        scorecards.add_metric(
            section=section, name="Circle", expression={"field": "score.growth"}, target=1, by=None, at=now
        )

    assert refused.value.error_dict["expression"][0].code == "own_field"
