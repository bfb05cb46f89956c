"""What is known of segments, against populations counted by hand; whose partners it is about; and its page."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from insight.models import SegmentReading
from insight.queries import seen
from insight.queries.segment_readings import reckon
from insight.queries.segment_sizes import sizes
from insight.queries.segment_words import Reading, reading_of
from insight.services import segment_readings
from partners.models import LifeStage, Partner
from scorecards.models import Score, Scorecard
from segmentation.models import Classification, RuleTransition, Segment
from tests.counting import queries
from tests.factories.partners import (
    CategoryMembershipFactory,
    LifeStageFactory,
    PartnerFactory,
    RegionFactory,
    TierHoldingFactory,
)
from tests.factories.plays import SegmentPlayFactory, SegmentPlayFigureFactory
from tests.factories.scorecards import ScorecardFactory
from tests.factories.segmentation import SegmentFactory
from tests.insight.conftest import won

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("program")]
MOST_QUERIES = 12


def put(partners: Sequence[Partner], *segments: Segment, stage: LifeStage | None = None) -> None:
    """Let partners be in these segments and no other."""
    for partner in partners:
        ids = sorted(one.pk for one in segments)
        Classification.objects.update_or_create(partner=partner, defaults={"segment_ids": ids, "stage": stage})


def moved(partner: Partner, segment: Segment, at: datetime, *, entered: bool = True) -> None:
    RuleTransition.objects.create(partner=partner, kind="segment", rule_id=segment.pk, entered=entered, at=at)


def read(segment: Segment, at: datetime, visible: Any = None) -> Reading:
    """Return what is known, by way of JSON, as the night keeps it."""
    everybody = Partner.objects.all() if visible is None else visible
    return reading_of(json.loads(json.dumps(reckon(segment, visible=everybody, at=at))))


@pytest.fixture
def growers(now: datetime) -> Segment:
    """A segment of six partners among twelve. In it they won 10, 20 … 60 thousand; elsewhere 1 thousand each."""
    segment: Segment = SegmentFactory(key="growers", name="Growers")
    inside = [PartnerFactory(name=f"In {number}", status="active") for number in range(1, 7)]
    outside = [PartnerFactory(name=f"Out {number}", status="active") for number in range(1, 7)]
    put(inside, segment)
    put(outside)
    for number, partner in enumerate(inside, start=1):
        won(partner, number * 10_000, (now - timedelta(days=20)).date())
    for partner in outside:
        won(partner, 1_000, (now - timedelta(days=20)).date())
    return segment


def inside_of(segment: Segment) -> list[Partner]:
    return list(Partner.objects.filter(classification__segment_ids__contains=[segment.pk]).order_by("name"))


class TestComposition:
    """Who is in it."""

    def test_parts_are_counted_with_their_share_of_all(self, growers: Segment, now: datetime) -> None:
        first, *rest = inside_of(growers)
        north = RegionFactory(name="North")
        Partner.objects.filter(pk__in=[first.pk, rest[0].pk]).update(region=north, country="SE")
        Partner.objects.filter(name="Out 1").update(region=north)
        CategoryMembershipFactory(partner=first, category__name="MSP", state="active")
        CategoryMembershipFactory(partner=rest[0], category__name="VAR", state="suggested")
        TierHoldingFactory(partner=first)
        put([first], growers, stage=LifeStageFactory(name="Activated"))

        found = read(growers, now)
        parts = {
            title: {part.name: (part.count, round(part.share, 2), round(part.share_of_all, 2)) for part in some}
            for title, some in found.compositions
        }

        assert (found.count, found.total, found.share) == (6, 12, Decimal("0.5"))
        assert parts["By region"]["North"] == (2, Decimal("0.33"), Decimal("0.25"))
        assert parts["By category"] == {"MSP": (1, Decimal("0.17"), Decimal("0.08"))}
        assert len(parts["By tier"]) == 1
        assert parts["By life stage"]["Activated"][0] == 1
        assert parts["By country"]["Sweden"][0] == 2

    def test_overlaps_are_told_as_number_share_and_of_both_together(self, growers: Segment, now: datetime) -> None:
        other, retired, audience = SegmentFactory(name="Other"), SegmentFactory(), SegmentFactory(is_audience=True)
        Segment.objects.filter(pk=retired.pk).update(retired_at=now)
        put(inside_of(growers)[:3], growers, other, retired, audience)
        put(Partner.objects.filter(name__in=["Out 1", "Out 2"]), other)

        (one,) = read(growers, now).overlaps

        assert (one.name, one.count, one.share, one.jaccard) == ("Other", 3, Decimal("0.5"), Decimal(3) / 8)


class TestComparison:
    """How it does against the rest."""

    def test_middle_and_mean_stand_beside_those_of_everybody_else(self, growers: Segment, now: datetime) -> None:
        by_label = {one.label: one for one in read(growers, now).comparisons}
        revenue, deals = by_label["Won in 12 months"], by_label["Deals won in 12 months"]

        assert (revenue.median, revenue.mean, revenue.median_of_rest) == ("€35k", "€35k", "€1k")
        assert (revenue.way, revenue.by_how_much) == ("higher", "3400%")
        assert (deals.median, deals.way, deals.by_how_much) == ("1", "alike", "")

    def test_of_fewer_than_five_nothing_is_told(self, growers: Segment, now: datetime) -> None:
        put(inside_of(growers)[:2])
        assert all(one.is_hidden for one in read(growers, now).comparisons)
        assert read(growers, now).ahead == []

    def test_a_score_that_few_have_is_hidden_alone(self, growers: Segment, now: datetime) -> None:
        card: Scorecard = ScorecardFactory(is_main=True)
        for partner in inside_of(growers)[:4]:
            Score.objects.create(partner=partner, scorecard=card, day=now.date(), value=70, computed_at=now)

        hidden = {one.label for one in read(growers, now).comparisons if one.is_hidden}

        assert hidden == {"Score"}

    def test_readers_compare_what_they_see(
        self, growers: Segment, vera: User, pinewood: Partner, now: datetime
    ) -> None:
        put([pinewood], growers)

        found = read(growers, now, Partner.objects.visible_to(vera))

        assert (found.count, found.total) == (1, 1)
        assert all(one.is_hidden for one in found.comparisons)


class TestStandingOut:
    """Who is ahead and who needs help."""

    def test_the_best_and_the_last_are_named_with_reasons(self, growers: Segment, now: datetime) -> None:
        last = inside_of(growers)[0]
        won(last, 100_000, (now - timedelta(days=500)).date())

        found = read(growers, now)

        assert [one.name for one in found.ahead] == ["In 6", "In 5", "In 4"]
        assert found.ahead[0].reasons == ["Won in 12 months: €60k, the middle is €35k"]
        assert [one.name for one in found.behind] == ["In 1", "In 2", "In 3"]
        assert found.behind[0].reasons == [
            "Won 90% less than the year before (€100k then)",
            "Nobody came to the portal in 90 days",
        ]

    def test_who_is_not_active_stands_nowhere(self, growers: Segment, now: datetime) -> None:
        Partner.objects.filter(name="In 6").update(status="prospect")

        assert "In 6" not in [one.name for one in read(growers, now).ahead]


class TestSize:
    """Over time."""

    def test_it_is_reckoned_back_from_who_came_and_went(self, growers: Segment, now: datetime) -> None:
        Segment.objects.filter(pk=growers.pk).update(created_at=now - timedelta(days=800))
        growers.refresh_from_db()
        one, two, three, *_rest = inside_of(growers)
        moved(one, growers, datetime(2030, 3, 2, tzinfo=UTC))
        moved(two, growers, datetime(2030, 1, 15, tzinfo=UTC))
        moved(three, growers, datetime(2030, 1, 20, tzinfo=UTC), entered=False)
        moved(three, growers, datetime(2028, 1, 20, tzinfo=UTC))

        found = sizes(growers, 6, visible=Partner.objects.all(), at=now)

        assert len(found) == 13
        assert [(one.label, one.came, one.went, one.size) for one in found[-4:]] == [
            ("Dec 2029", 0, 0, 5),
            ("Jan 2030", 1, 1, 5),
            ("Feb 2030", 0, 0, 5),
            ("Mar 2030", 1, 0, 6),
        ]

    @pytest.mark.parametrize(("zone", "came"), [("UTC", [0, 1]), ("America/New_York", [1, 0])])
    def test_months_begin_at_midnight_of_the_program(
        self, growers: Segment, now: datetime, program: Any, zone: str, came: list[int]
    ) -> None:
        Segment.objects.filter(pk=growers.pk).update(created_at=now - timedelta(days=800))
        growers.refresh_from_db()
        program.timezone = zone
        program.save()
        moved(inside_of(growers)[0], growers, datetime(2030, 3, 1, 2, 0, tzinfo=UTC))

        assert [one.came for one in sizes(growers, 6, visible=Partner.objects.all(), at=now)[-2:]] == came

    def test_a_young_segment_is_shown_by_weeks(self, growers: Segment, now: datetime) -> None:
        Segment.objects.filter(pk=growers.pk).update(created_at=now - timedelta(days=20))
        growers.refresh_from_db()
        moved(inside_of(growers)[0], growers, now - timedelta(days=8))

        found = sizes(growers, 6, visible=Partner.objects.all(), at=now)

        assert [(one.label, one.size) for one in found[-3:]] == [("4 Mar", 6), ("11 Mar", 6), ("18 Mar", 6)]
        assert sum(one.came for one in found) == 1

    def test_moves_of_others_are_not_counted(self, growers: Segment, vera: User, now: datetime) -> None:
        moved(inside_of(growers)[0], growers, now - timedelta(days=1))

        assert sum(one.came for one in sizes(growers, 0, visible=Partner.objects.visible_to(vera), at=now)) == 0


class TestNight:
    """Large programs keep it."""

    def test_small_programs_keep_nothing(self, growers: Segment, now: datetime) -> None:
        assert segment_readings.refresh(at=now) == 0
        assert not SegmentReading.objects.exists()

    def test_large_ones_keep_a_reading_of_each_segment(
        self, growers: Segment, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(seen, "EXACT_UP_TO", 3)
        SegmentFactory(is_audience=True)

        assert segment_readings.refresh(at=now) == 1
        assert segment_readings.refresh(at=now) == 1
        assert reading_of(growers.reading.document).count == 6

        Segment.objects.filter(pk=growers.pk).update(retired_at=now)
        assert segment_readings.refresh(at=now) == 0
        assert not SegmentReading.objects.exists()


class TestPage:
    """What people read."""

    Sign = Callable[[User], Client]

    def page(self, segment: Segment) -> str:
        return f"/vendor/segments/{segment.public_id}/insight/"

    def test_it_tells_everything_to_who_sees_everybody(
        self, client_of: Sign, erin: User, growers: Segment, now: datetime
    ) -> None:
        moved(inside_of(growers)[0], growers, now - timedelta(days=1))

        text = " ".join(client_of(erin).get(self.page(growers)).content.decode().split())

        for words in ("6 partners now, 50% of all", "3400% higher", "about the same", "Top performers", "In 1 came"):
            assert words in text
        assert "Your partners" not in text

    def test_it_tells_managers_of_their_own(
        self, client_of: Sign, vera: User, pinewood: Partner, growers: Segment
    ) -> None:
        put([pinewood], growers)

        text = client_of(vera).get(self.page(growers)).content.decode()

        assert "In 6" not in text
        assert "Fewer than five partners: nothing to compare." in text
        assert "From five partners on it is told who stands out." in text

    def test_a_segment_without_anybody_has_a_page(self, client_of: Sign, vera: User) -> None:
        text = client_of(vera).get(self.page(SegmentFactory())).content.decode()

        assert "Nobody you see is in it: there is nothing to compare." in text

    def test_a_large_program_reads_what_the_night_kept(
        self, client_of: Sign, erin: User, growers: Segment, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(seen, "EXACT_UP_TO", 3)
        client = client_of(erin)
        assert "the first ones stand here tomorrow" in client.get(self.page(growers)).content.decode()

        segment_readings.refresh(at=now)
        put(inside_of(growers))
        text = client.get(self.page(growers)).content.decode()

        assert "Reckoned " in text
        assert "6 partners now" in text

    def test_what_its_plays_moved_stands_beside_it(self, client_of: Sign, erin: User, growers: Segment) -> None:
        play = SegmentPlayFactory(segment=growers, name="Hire", started_at=datetime(2030, 3, 1, tzinfo=UTC))
        figures = {"inside_then": 10, "inside_now": 14, "outside_now": 9}
        SegmentPlayFigureFactory(segment_play=play, **figures)
        SegmentPlayFactory(segment=growers, name="Planned")

        text = " ".join(client_of(erin).get(f"{self.page(growers)}plays/").content.decode().split())

        assert "Employees: from 10" in text
        assert "everybody else moved by 0" in text
        assert "Better than elsewhere" in text
        assert "Planned" in text

    def test_the_segments_own_page_leads_here(self, client_of: Sign, vera: User, growers: Segment) -> None:
        page = client_of(vera).get(f"/vendor/segments/{growers.public_id}/")

        assert self.page(growers) in page.content.decode()

    def test_it_asks_the_database_as_often_however_many_there_are(
        self, client_of: Sign, erin: User, rita: User, growers: Segment, now: datetime
    ) -> None:
        for number in range(20):
            partner = PartnerFactory(name=f"More {number}", status="active", region=RegionFactory())
            put([partner], growers, SegmentFactory())
            moved(partner, growers, now - timedelta(days=number))

        for user in (erin, rita):
            assert queries(client_of(user), self.page(growers)) <= MOST_QUERIES
