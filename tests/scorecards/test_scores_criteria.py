"""Criteria may ask for the score."""

from datetime import datetime

from partners.models import Partner
from scorecards.models import Scorecard
from segmentation import engine
from tests.factories.scorecards import ScorecardFactory, ScoreFactory


def test_the_field_is_the_current_score_on_the_main_scorecard(
    main: Scorecard, pinewood: Partner, oakhurst: Partner, now: datetime
) -> None:
    ScoreFactory(partner=pinewood, scorecard=main, day=now.date(), value=70)
    ScoreFactory(partner=pinewood, scorecard=main, day="2029-01-01", value=10, is_current=False)
    ScoreFactory(partner=oakhurst, scorecard=ScorecardFactory(), day=now.date(), value=90)

    found = engine.values({"score": {"field": "score"}}, partner_ids=[pinewood.pk, oakhurst.pk], at=now)

    assert found == {pinewood.pk: {"score": 70}, oakhurst.pk: {"score": None}}
