"""Scorecards switched on and off for single partners, and what is proposed."""

from datetime import timedelta

import pytest

from core.refusals import Refusal
from scorecards.models import PartnerScorecard, Score
from scorecards.queries import use as reads
from scorecards.services import use
from segmentation.models import Classification
from segmentation.services import recompute
from tests.factories.assessments import assessed_scorecard, question
from tests.factories.partners import LifeStageFactory
from tests.factories.scorecards import ScorecardFactory, publish_metrics
from tests.scorecards.following import follow

pytestmark = pytest.mark.django_db

ACTIVE = {"combinator": "and", "not": False, "rules": [{"field": "employees", "operator": ">=", "value": 10}]}


@pytest.fixture
def basics():
    return assessed_scorecard(name="Activation basics")[0]


def standing(partner, at):
    known = Classification.objects.select_related("stage").filter(partner=partner).first()
    return reads.standing(partner, at=at, classification=known)


def test_a_scorecard_is_switched_on_from_now(pinewood, basics, vera, now):
    used = use.switch_on(partner=pinewood, scorecard=basics, by=vera, at=now, reason=" New here ")

    assert (used.starts_at, used.ends_at, used.switched_on_by, used.reason) == (now, None, vera, "New here")
    assert [one.scorecard for one in reads.in_use(pinewood, at=now)] == [basics]


def test_switched_on_twice_it_is_on_since_the_first_time(pinewood, basics, vera, now):
    first = use.switch_on(partner=pinewood, scorecard=basics, by=vera, at=now)

    again = use.switch_on(partner=pinewood, scorecard=basics, by=vera, at=now + timedelta(days=1), reason="Again")

    assert again == first
    assert PartnerScorecard.objects.get().reason == ""


def test_switched_off_it_stays_in_the_history(pinewood, basics, vera, now):
    use.switch_on(partner=pinewood, scorecard=basics, by=vera, at=now)
    later = now + timedelta(days=3)

    assert use.switch_off(partner=pinewood, scorecard=basics, by=vera, at=later, reason="Done") is True
    assert use.switch_off(partner=pinewood, scorecard=basics, by=vera, at=later + timedelta(days=1)) is False
    use.switch_on(partner=pinewood, scorecard=basics, by=vera, at=later + timedelta(days=9))

    first, second = PartnerScorecard.objects.order_by("starts_at")
    assert (first.ends_at, first.switched_off_by, first.end_reason) == (later, vera, "Done")
    assert second.ends_at is None


@pytest.mark.parametrize(
    ("scorecard", "code"),
    [
        ({"reach": "everybody"}, "for_everybody"),
        ({"reach": "switched_on"}, "not_published"),
        ({"reach": "switched_on", "retired": True}, "retired"),
    ],
)
def test_what_is_not_to_be_switched_on_is_refused(pinewood, vera, now, scorecard, code):
    retired_at = now if scorecard.pop("retired", False) else None
    made = ScorecardFactory(**scorecard, retired_at=retired_at)

    with pytest.raises(Refusal) as refusal:
        use.switch_on(partner=pinewood, scorecard=made, by=vera, at=now)

    assert refusal.value.code == code


def test_scorecards_for_everybody_are_in_use_where_they_apply(pinewood, oakhurst, now):
    for_all, for_large = ScorecardFactory(key="all"), ScorecardFactory(key="large")
    publish_metrics(for_all, {"key": "size"})
    publish_metrics(for_large, {"key": "size"}, criteria=ACTIVE)
    type(pinewood).objects.filter(pk=pinewood.pk).update(employees=50)
    recompute.everything(at=now)

    assert {one.scorecard.key for one in reads.in_use(pinewood, at=now)} == {"all", "large"}
    assert {one.scorecard.key for one in reads.in_use(oakhurst, at=now)} == {"all"}


def test_a_broken_rule_stops_nobody(pinewood, now):
    publish_metrics(ScorecardFactory(key="all"), {"key": "size"})
    broken = {**ACTIVE, "rules": [{"field": "gone", "operator": "is_set"}]}
    publish_metrics(ScorecardFactory(key="broken"), {"key": "size"}, criteria=broken)

    assert [one.scorecard.key for one in reads.in_use(pinewood, at=now)] == ["all"]


# --- proposals


@pytest.fixture
def staged(pinewood, now):
    stage = LifeStageFactory(key="onboarded", name="Recently onboarded")
    recompute.everything(at=now)
    Classification.objects.filter(partner=pinewood).update(stage=stage, stage_since=now - timedelta(days=10))
    return stage


def test_what_is_made_for_the_life_stage_is_proposed_with_the_reason(pinewood, staged, now):
    fits = ScorecardFactory(key="fits", reach="switched_on")
    publish_metrics(fits, question(), stages=["onboarded"])
    other = ScorecardFactory(key="other", reach="switched_on")
    publish_metrics(other, question(), stages=["inactive"])

    found = standing(pinewood, now)

    assert [one.scorecard for one in found.proposals] == [fits]
    assert found.proposals[0].reason == "Made for the life stage Recently onboarded."
    assert found.others == [other]


def test_criteria_narrow_what_is_proposed_and_are_part_of_the_reason(pinewood, staged, now):
    publish_metrics(ScorecardFactory(reach="switched_on"), question(), stages=["onboarded"], criteria=ACTIVE)
    assert standing(pinewood, now).proposals == []

    type(pinewood).objects.filter(pk=pinewood.pk).update(employees=50)

    (proposed,) = standing(pinewood, now).proposals
    assert "and it applies: employees is at least 10" in proposed.reason.lower()


def test_without_a_stage_and_criteria_nothing_says_that_it_fits(pinewood, staged, basics, now):
    assert standing(pinewood, now).proposals == []
    assert standing(pinewood, now).others == [basics]


def test_what_was_switched_off_in_this_stage_is_not_proposed_again(pinewood, staged, vera, now):
    fits = ScorecardFactory(reach="switched_on")
    publish_metrics(fits, question(), stages=["onboarded"])
    use.switch_on(partner=pinewood, scorecard=fits, by=vera, at=now - timedelta(days=2))
    use.switch_off(partner=pinewood, scorecard=fits, by=vera, at=now - timedelta(days=1))
    assert standing(pinewood, now).proposals == []

    Classification.objects.filter(partner=pinewood).update(stage_since=now)

    assert [one.scorecard for one in standing(pinewood, now).proposals] == [fits]


# --- what it does to scores


def test_switched_on_it_measures_and_switched_off_no_more(pinewood, oakhurst, vera, now):
    scorecard = ScorecardFactory(reach="switched_on")
    publish_metrics(scorecard, {"key": "size"})
    type(pinewood).objects.update(employees=40)
    recompute.everything(at=now)
    assert not Score.objects.exists()

    use.switch_on(partner=pinewood, scorecard=scorecard, by=vera, at=now)
    follow(now)
    assert list(Score.objects.values_list("partner", "value", "is_current")) == [(pinewood.pk, 40, True)]

    use.switch_off(partner=pinewood, scorecard=scorecard, by=vera, at=now + timedelta(hours=1))
    follow(now + timedelta(hours=1))
    assert not Score.objects.filter(is_current=True).exists()
