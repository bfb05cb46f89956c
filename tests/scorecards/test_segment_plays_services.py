"""Plays of segments: started, given to who is in and who comes, taken back from who leaves, measured."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from core.models import OutboxMessage
from core.refusals import Refusal
from core.services import outbox
from partners.models import Partner
from scorecards.models import Prescription, SegmentPlay, SegmentPlayFigure, SegmentPlayState
from scorecards.queries import segment_plays as reads
from scorecards.services import segment_plays
from segmentation.models import Classification, Segment
from tests.factories.enablement import AssetFactory
from tests.factories.partners import PartnerFactory
from tests.factories.plays import (
    PlayFactory,
    PrescriptionFactory,
    SegmentPlayFactory,
    SegmentPlayFigureFactory,
    SegmentPlayMemberFactory,
)
from tests.factories.segmentation import SegmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("program")]


@pytest.fixture
def german(pinewood: Partner, oakhurst: Partner) -> Segment:
    """A segment with Pinewood in it; Pinewood has 20 employees, Oakhurst 50."""
    segment: Segment = SegmentFactory(name="German")
    Partner.objects.filter(pk=pinewood.pk).update(employees=20)
    Partner.objects.filter(pk=oakhurst.pk).update(employees=50)
    put(segment, [pinewood])
    put(None, [oakhurst])
    return segment


def put(segment: Segment | None, partners: Sequence[Partner]) -> None:
    """Put partners into a segment, or out of all."""
    for partner in partners:
        ids = [segment.pk] if segment else []
        Classification.objects.update_or_create(partner=partner, defaults={"segment_ids": ids})


def planned(segment: Segment, by: User, at: datetime, **fields: Any) -> SegmentPlay:
    words = {"name": "Grow Germany", "objective": "Partners who grow.", "field_key": "employees"}
    plays = fields.pop("plays", [PlayFactory(name="Hire a seller")])
    return segment_plays.create(segment=segment, by=by, at=at, plays=plays, **{**words, **fields})


def started(segment: Segment, by: User, at: datetime, **fields: Any) -> SegmentPlay:
    one = planned(segment, by, at, **fields)
    assert segment_plays.start(segment_play=one, by=by, at=at)
    outbox.deliver_due(at=at + timedelta(minutes=1))
    return one


def given() -> list[tuple[str, str]]:
    return sorted(Prescription.objects.values_list("partner__name", "state"))


class TestStart:
    """It begins."""

    def test_everybody_in_the_segment_gets_it_and_the_figure_is_kept(
        self, german: Segment, victor: User, now: datetime
    ) -> None:
        one = started(german, victor, now)

        assert (one.state, one.starts_on, one.owner) == (SegmentPlayState.RUNNING, now.date(), victor)
        assert given() == [("Pinewood", "accepted")]
        assert one.members.get().value_then == 20
        figure = one.figures.get()
        assert (figure.inside, figure.inside_then, figure.inside_now) == (1, 20, 20)
        assert (figure.outside, figure.outside_now) == (1, 50)

    def test_starting_twice_changes_nothing(self, german: Segment, victor: User, now: datetime) -> None:
        one = started(german, victor, now)

        assert not segment_plays.start(segment_play=one, by=victor, at=now)
        assert not OutboxMessage.objects.filter(topic=segment_plays.APPLY).exists()

    def test_large_segments_are_given_it_part_by_part(
        self, german: Segment, victor: User, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(segment_plays, "BATCH", 2)
        put(german, [PartnerFactory() for _number in range(4)])

        one = started(german, victor, now)

        assert one.members.count() == 5
        assert one.figures.count() == 1

    def test_what_a_partner_cannot_open_is_left_out_for_it(self, german: Segment, victor: User, now: datetime) -> None:
        elsewhere = AssetFactory(audience=SegmentFactory())
        plays = [PlayFactory(kind="asset", asset=elsewhere), PlayFactory()]

        one = planned(german, victor, now, plays=plays)
        preview = reads.preview(one)
        segment_plays.start(segment_play=one, by=victor, at=now)
        outbox.deliver_due(at=now + timedelta(minutes=1))

        assert [(reach.get, reach.have, reach.cannot) for reach in preview.plays] == [(0, 0, 1), (1, 0, 0)]
        assert [one.play for one in Prescription.objects.all()] == [plays[1]]

    def test_it_starts_by_itself_on_its_day(self, german: Segment, victor: User, now: datetime) -> None:
        one = planned(german, victor, now, starts_on=now.date() + timedelta(days=1))

        assert segment_plays.start_due(at=now) == 0
        assert segment_plays.start_due(at=now + timedelta(days=1)) == 1
        assert segment_plays.start_due(at=now + timedelta(days=1)) == 0
        one.refresh_from_db()
        assert one.state == SegmentPlayState.RUNNING

    def test_a_figure_that_is_none_is_refused(self, german: Segment, victor: User, now: datetime) -> None:
        with pytest.raises(Refusal) as refused:
            planned(german, victor, now, field_key="nonsense")

        assert list(refused.value.error_dict) == ["field_key"]

    def test_the_figure_stays_once_it_runs(self, german: Segment, victor: User, now: datetime) -> None:
        one = started(german, victor, now)

        with pytest.raises(Refusal):
            segment_plays.update(segment_play=one, by=victor, at=now, changes={"field_key": "founded_year"})
        one.refresh_from_db()
        assert segment_plays.update(segment_play=one, by=victor, at=now, changes={"name": "Grow"}) == ["name"]
        assert segment_plays.update(segment_play=one, by=victor, at=now, changes={"name": "Grow"}) == []


class TestFollow:
    """Partners come and leave."""

    def test_who_comes_gets_it_unless_newcomers_do_not(
        self, german: Segment, oakhurst: Partner, victor: User, now: datetime
    ) -> None:
        started(german, victor, now)
        started(german, victor, now, takes_newcomers=False, plays=[PlayFactory(name="Only for the first")])
        put(german, [oakhurst])

        assert segment_plays.follow(partner_ids=[oakhurst.pk], at=now) == 1
        assert segment_plays.follow(partner_ids=[oakhurst.pk], at=now) == 0

        assert [one.play.name for one in oakhurst.prescriptions.all()] == ["Hire a seller"]

    @pytest.mark.parametrize(("choice", "state"), [("keep", "accepted"), ("withdraw", "withdrawn")])
    def test_leaving_is_a_choice(
        self, choice: str, state: str, german: Segment, pinewood: Partner, victor: User, now: datetime
    ) -> None:
        one = started(german, victor, now, on_leaving=choice)
        put(None, [pinewood])

        segment_plays.follow(partner_ids=[pinewood.pk], at=now)
        segment_plays.follow(partner_ids=[pinewood.pk], at=now)

        assert given() == [("Pinewood", state)]
        assert one.members.get().left_at == now

    def test_who_comes_back_is_not_given_it_twice(
        self, german: Segment, pinewood: Partner, victor: User, now: datetime
    ) -> None:
        one = started(german, victor, now, on_leaving="withdraw")
        for segment in (None, german):
            put(segment, [pinewood])
            segment_plays.follow(partner_ids=[pinewood.pk], at=now)

        assert one.members.get().left_at is None
        assert given() == [("Pinewood", "withdrawn")]

    def test_what_has_ended_is_given_to_nobody(
        self, german: Segment, oakhurst: Partner, victor: User, now: datetime
    ) -> None:
        one = started(german, victor, now)
        assert segment_plays.end(segment_play=one, by=victor, at=now)
        assert not segment_plays.end(segment_play=one, by=victor, at=now)
        put(german, [oakhurst])

        assert segment_plays.follow(partner_ids=[oakhurst.pk], at=now) == 0
        assert given() == [("Pinewood", "accepted")]


class TestResult:
    """What came of it."""

    def test_those_given_it_are_compared_with_everybody_else(
        self, german: Segment, pinewood: Partner, oakhurst: Partner, victor: User, now: datetime
    ) -> None:
        one = started(german, victor, now, target=Decimal(30))
        Partner.objects.filter(pk=pinewood.pk).update(employees=35)
        Partner.objects.filter(pk=oakhurst.pk).update(employees=52)
        put(None, [pinewood])

        for _again in range(2):
            assert segment_plays.note_figures(at=now + timedelta(days=40)) == 1

        result = reads.result_of(one)
        assert result is not None
        assert (result.moved, result.moved_outside) == (15, 2)
        assert (result.is_better, result.has_reached_target) == (True, True)
        assert [float(value) for _day, value in result.series] == [20, 35]

    def test_a_figure_that_is_gone_stops_nobody(self, german: Segment, victor: User, now: datetime) -> None:
        one = started(german, victor, now)
        SegmentPlay.objects.filter(pk=one.pk).update(field_key="gone")

        assert segment_plays.note_figures(at=now + timedelta(days=1)) == 0
        assert SegmentPlayFigure.objects.count() == 1

    def test_nothing_is_told_before_the_start(self, german: Segment, victor: User, now: datetime) -> None:
        assert reads.result_of(planned(german, victor, now)) is None


class TestDatabase:
    """What cannot be written, whoever writes."""

    @pytest.mark.parametrize(
        "broken",
        [{"name": ""}, {"field_key": ""}, {"ended_at": datetime.fromisoformat("2030-03-18T10:00:00+00:00")}],
    )
    def test_a_play_of_a_segment_is_whole(self, broken: dict[str, Any]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            SegmentPlayFactory(**broken)

    def test_a_partner_is_given_it_once_and_leaves_after_it_came(self, now: datetime) -> None:
        member = SegmentPlayMemberFactory()

        with pytest.raises(IntegrityError), transaction.atomic():
            SegmentPlayMemberFactory(segment_play=member.segment_play, partner=member.partner)
        with pytest.raises(IntegrityError), transaction.atomic():
            SegmentPlayMemberFactory(joined_at=now, left_at=now - timedelta(days=1))

    def test_a_day_has_one_figure(self) -> None:
        figure = SegmentPlayFigureFactory()

        with pytest.raises(IntegrityError), transaction.atomic():
            SegmentPlayFigureFactory(segment_play=figure.segment_play, day=figure.day)


def test_what_others_gave_counts_as_had(german: Segment, pinewood: Partner, victor: User, now: datetime) -> None:
    play = PlayFactory()
    PrescriptionFactory(partner=pinewood, play=play)

    preview = reads.preview(planned(german, victor, now, plays=[play]))

    assert (preview.count, [(reach.get, reach.have) for reach in preview.plays]) == (1, [(0, 1)])
