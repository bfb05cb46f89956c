"""What is proposed for gaps and why; what is measured of what was done."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from partners.models import Partner
from scorecards.models import Metric, Outcome, PeriodScore, Play, Prescription, Scorecard
from scorecards.queries import prescriptions as reads
from scorecards.services import outcomes, prescriptions, scores
from tests.factories.assessments import question
from tests.factories.partners import PartnerFactory
from tests.factories.plays import OutcomeFactory, PlayFactory, PrescriptionFactory
from tests.factories.scorecards import ScorecardFactory, publish_metrics, stands

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("program")]


@pytest.fixture
def size(main: Scorecard, classified: list[Partner], now: datetime) -> Metric:
    """The metric "size", at which Pinewood has 20 points of 100."""
    Partner.objects.update(employees=20)
    metric = publish_metrics(main, {"key": "size", "name": "Size"})[0]
    scores.recompute(partner_ids=None, at=now)
    return metric


def measured(play: Play, *, partners: int, gained: int, peers: int) -> None:
    """Some partners did a play and gained so much; their peers gained something, too."""
    for _number in range(partners):
        given = PrescriptionFactory(
            play=play, state="done", done_at=datetime.fromisoformat("2029-06-01T00:00:00+00:00"),
            scorecard=Scorecard.objects.get(), metric_key="size",
        )  # fmt: skip
        OutcomeFactory(
            prescription=given, points_after=20 + gained, peers_before=20, peers_after=20 + peers, peers=9,
        )  # fmt: skip


def names(partner: Partner, at: datetime) -> list[str]:
    return [one.play.name for gap in reads.standing_of(partner, at=at).gaps for one in gap.proposals]


class TestProposals:
    """Plays for gaps."""

    def test_gaps_are_those_of_every_scorecard_that_measures_the_partner(
        self, pinewood: Partner, size: Metric, now: datetime
    ) -> None:
        other = ScorecardFactory(name="Readiness")
        publish_metrics(other, {"key": "staff", "name": "Staff", "target": 40}, question("story"))
        scores.recompute(partner_ids=None, at=now)  # of Staff 50 points, of Size 20; nobody has answered Story
        PlayFactory(name="Hire", metric_keys=["staff"])

        gaps = reads.standing_of(pinewood, at=now).gaps

        assert [(gap.row.metric.key, gap.scorecard) for gap in gaps] == [
            ("size", size.scorecard_version.definition),
            ("staff", other),
        ]
        assert [one.play.name for one in gaps[1].proposals] == ["Hire"]
        assert reads.metric_to_watch(Play.objects.get(), pinewood, at=now)["scorecard"] == other

    def test_until_enough_is_known_the_librarys_order_decides(
        self, pinewood: Partner, size: Metric, now: datetime
    ) -> None:
        PlayFactory(name="Second", position=2)
        PlayFactory(name="First", position=1)
        PlayFactory(name="For something else", metric_keys=["other"])
        PlayFactory(name="A draft", published_at=None)

        gap = reads.standing_of(pinewood, at=now).gaps[0]

        assert [one.play.name for one in gap.proposals] == ["First", "Second"]
        assert (gap.row.points, gap.row.worth) == (20, 80)
        assert not gap.proposals[0].is_known

    def test_what_helped_five_partners_comes_first_and_four_are_too_few(
        self, pinewood: Partner, size: Metric, now: datetime
    ) -> None:
        PlayFactory(name="First by order", position=1)
        measured(PlayFactory(name="Four", position=3), partners=4, gained=60, peers=0)
        measured(PlayFactory(name="Five", position=4), partners=5, gained=30, peers=10)

        found = reads.standing_of(pinewood, at=now).gaps[0].proposals

        assert [one.play.name for one in found] == ["Five", "First by order", "Four"]
        assert [one.expected for one in found] == [20, None, None]
        assert found[0].estimate == reads.Estimate(5, 30, 10)

    def test_what_did_not_help_comes_last(self, pinewood: Partner, size: Metric, now: datetime) -> None:
        measured(PlayFactory(name="In vain", position=1), partners=5, gained=10, peers=12)
        PlayFactory(name="Untried", position=9)

        assert names(pinewood, now) == ["Untried", "In vain"]

    def test_no_more_is_expected_than_is_missing(self, pinewood: Partner, size: Metric, now: datetime) -> None:
        PeriodScore.objects.filter(partner=pinewood).update(points=[90])
        measured(PlayFactory(), partners=5, gained=30, peers=0)

        assert reads.standing_of(pinewood, at=now).gaps[0].proposals[0].expected == 10

    def test_what_was_decided_is_not_proposed_again(
        self, pinewood: Partner, vera: User, size: Metric, main: Scorecard, now: datetime
    ) -> None:
        in_work, declined, done = PlayFactory(), PlayFactory(), PlayFactory(outcome_days=30)
        one = prescriptions.accept(partner=pinewood, play=in_work, by=vera, at=now)
        no = prescriptions.decline(
            partner=pinewood, play=declined, by=vera, at=now, reason="No.", scorecard=main, metric_key="size"
        )
        PrescriptionFactory(partner=pinewood, play=done, state="done", done_at=now - timedelta(days=29))

        standing = reads.standing_of(pinewood, at=now)
        assert [gap.proposals for gap in standing.gaps] == [[]]
        assert (standing.open, standing.declined) == ([one], [no])

        prescriptions.propose_again(prescription=no, by=vera, at=now)
        assert names(pinewood, now) == [declined.name]
        assert names(pinewood, now + timedelta(days=1)) == sorted([declined.name, done.name])

    def test_a_partner_without_a_scorecard_has_no_gaps(self, pinewood: Partner, now: datetime) -> None:
        assert reads.standing_of(pinewood, at=now).gaps == []


class TestOutcomes:
    """What plays moved."""

    def test_figures_are_kept_at_acceptance_when_done_and_on_their_day(
        self, pinewood: Partner, vera: User, size: Metric, main: Scorecard, now: datetime
    ) -> None:
        alike = PartnerFactory(employees=25)
        unlike = PartnerFactory(employees=90)
        stands(alike, main, {size: 25})
        stands(unlike, main, {size: 90})
        one = prescriptions.accept(
            partner=pinewood, play=PlayFactory(outcome_days=30), by=vera, at=now, scorecard=main, metric_key="size"
        )
        oakhurst = Partner.objects.get(name="Oakhurst")
        outcome = one.outcome
        assert (outcome.points_before, outcome.score_before) == (20, 20)
        assert dict(zip(outcome.peer_ids, outcome.peer_points, strict=True)) == {oakhurst.pk: 20, alike.pk: 25}

        prescriptions.finish(prescription=one, by=vera, at=now)
        PeriodScore.objects.filter(partner=pinewood).update(points=[70])
        PeriodScore.objects.filter(partner__in=[oakhurst, alike]).update(points=[30])
        assert outcomes.measure_due(at=now + timedelta(days=29)) == 0
        assert outcomes.measure_due(at=now + timedelta(days=30)) == 1
        assert outcomes.measure_due(at=now + timedelta(days=31)) == 0

        outcome.refresh_from_db()
        assert (outcome.points_done, outcome.points_after, outcome.gained) == (20, 70, 50)
        assert (outcome.peers, outcome.gained_by_peers) == (2, 7.5)
        assert reads.estimates([one.play]) == {(one.play.pk, "size"): reads.Estimate(1, 50, 8)}

    def test_peers_who_were_given_it_meanwhile_are_no_peers(
        self, pinewood: Partner, oakhurst: Partner, vera: User, size: Metric, main: Scorecard, now: datetime
    ) -> None:
        play = PlayFactory(outcome_days=1)
        what: dict[str, Any] = {"play": play, "by": vera, "at": now, "scorecard": main, "metric_key": "size"}
        one = prescriptions.accept(partner=pinewood, **what)
        prescriptions.accept(partner=oakhurst, **what)
        prescriptions.finish(prescription=one, by=vera, at=now)

        outcomes.measure_due(at=now + timedelta(days=1))

        outcome = Outcome.objects.get(prescription=one)
        assert (outcome.peers, outcome.peers_before, outcome.peers_after) == (0, None, None)
        assert reads.estimates([play]) == {}

    def test_without_a_metric_nothing_is_measured(self, pinewood: Partner, vera: User, now: datetime) -> None:
        one = prescriptions.accept(partner=pinewood, play=PlayFactory(), by=vera, at=now)

        assert (one.outcome.points_before, one.outcome.peer_ids) == (None, [])

    def test_points_of_now_stand_beside_what_is_in_work(
        self, pinewood: Partner, vera: User, size: Metric, main: Scorecard, now: datetime
    ) -> None:
        one = prescriptions.accept(
            partner=pinewood, play=PlayFactory(), by=vera, at=now, scorecard=main, metric_key="size"
        )
        assert reads.points_now(Prescription.objects.all()) == {one.pk: 20}


def test_use_counts_states_and_averages_gains(pinewood: Partner, size: Metric, now: datetime) -> None:
    play = PlayFactory()
    measured(play, partners=5, gained=30, peers=10)
    PrescriptionFactory(play=play)
    PrescriptionFactory(play=play, state="declined", reason="No.")

    use = reads.use_of(play)

    assert (use.given, use.in_work, use.done, use.declined) == (6, 1, 5, 1)
    assert use.average_gain == 30
