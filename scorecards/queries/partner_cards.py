"""All scorecards of one partner at a glance: scores, how far both sides are this period, where they differ."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef

from core.models import Program
from core.periods import today
from partners.models import Partner
from scorecards import periods
from scorecards.models import (
    Answer,
    AssessmentRequest,
    AssessmentSide,
    Benchmark,
    PartnerScorecard,
    PeriodScore,
    Score,
    Scorecard,
    ScorecardVersion,
    Zone,
)
from scorecards.queries.assessments import CLEARLY
from scorecards.queries.cards import ENOUGH_PARTNERS, HISTORY_DAYS, TREND_DAYS
from scorecards.queries.pace import Pace, minutes, paces
from scorecards.queries.use import InUse

CAM, PARTNER = AssessmentSide.CAM, AssessmentSide.PARTNER


@dataclass
class SideProgress:
    """How far one side is with a scorecard in the current period."""

    asked: int = 0
    answered: int = 0
    is_finished: bool = False
    pace: Pace | None = None

    @property
    def left(self) -> int:
        """How many questions are open."""
        return max(self.asked - self.answered, 0)

    @property
    def minutes_left(self) -> int:
        """How many minutes these take, or all of them where nothing is open."""
        return minutes(self.left or self.asked, self.pace)


@dataclass
class Card:
    """One scorecard of a partner."""

    in_use: InUse
    starts_on: date
    ends_on: date
    value: int | None = None
    change: int | None = None
    benchmark: int | None = None
    history: list[int] = field(default_factory=list)
    cam: SideProgress = field(default_factory=SideProgress)
    partner: SideProgress = field(default_factory=SideProgress)
    differences: int = 0
    request: AssessmentRequest | None = None

    @property
    def scorecard(self) -> Scorecard:
        """The scorecard itself."""
        return self.in_use.scorecard

    @property
    def version(self) -> ScorecardVersion:
        """What is published of it."""
        return self.in_use.version

    @property
    def zone(self) -> Zone | None:
        """Where the score lies; None while there is none."""
        return None if self.value is None else self.version.zone(self.value)

    @property
    def use(self) -> PartnerScorecard | None:
        """Since when it is switched on; None where it measures everybody."""
        return self.in_use.use


def cards(partner: Partner, in_use: Sequence[InUse], *, at: datetime) -> list[Card]:
    """Return a partner's scorecards with all that a glance shows, in a fixed number of statements."""
    found = {}
    for one in in_use:
        starts_on, ends_on = periods.bounds(one.scorecard.period, at=at)
        card = found[one.scorecard.pk] = Card(one, starts_on, ends_on)
        card.cam.asked, card.partner.asked = one.asked(CAM), one.asked(PARTNER)
    if found:
        _add_scores(partner, found, day=today(at=at, zone=Program.current().zone))
        _add_progress(partner, found)
        _add_requests(partner, found)
    return list(found.values())


def _add_scores(partner: Partner, found: Mapping[int, Card], *, day: date) -> None:
    first, then = day - timedelta(days=HISTORY_DAYS), day - timedelta(days=TREND_DAYS)
    before: dict[int, int] = {}
    for score in Score.objects.filter(partner=partner, scorecard__in=found).order_by("day"):
        card = found[score.scorecard_id]
        if score.day >= first:
            card.history.append(score.value)
        if score.day <= then:
            before[score.scorecard_id] = score.value
        if score.is_current:
            card.value = score.value
    for pk, value in before.items():
        if (now := found[pk].value) is not None:
            found[pk].change = now - value
    stands = PeriodScore.objects.filter(
        partner=partner, scorecard=OuterRef("scorecard"), peer_group=OuterRef("peer_group"), is_current=True
    )
    peers = Benchmark.objects.filter(Exists(stands), scorecard__in=found, metric=None, partners__gte=ENOUGH_PARTNERS)
    for pk, points in peers.exclude(peer_group="").values_list("scorecard_id", "points"):
        found[pk].benchmark = round(points)


def _add_progress(partner: Partner, found: Mapping[int, Card]) -> None:
    known = paces(found)
    for pk, card in found.items():
        card.cam.pace, card.partner.pace = known.get((pk, CAM)), known.get((pk, PARTNER))
    levels: dict[tuple[int, str], dict[str, int]] = {}
    answered: set[tuple[int, str, str]] = set()
    for row in _answers(partner, found):
        version, given = row.assessment.scorecard_version_id, row.assessment
        pk, key = row.metric.scorecard_version.definition_id, row.metric.key
        progress = found[pk].cam if given.side == CAM else found[pk].partner
        if given.period_starts_on == found[pk].starts_on:
            progress.is_finished |= given.finished_at is not None and version == found[pk].version.pk
        if row.level is not None:
            levels.setdefault((pk, key), {})[given.side] = row.level
            if given.period_starts_on == found[pk].starts_on:
                answered.add((pk, given.side, key))
    for pk, side, _key in answered:
        (found[pk].cam if side == CAM else found[pk].partner).answered += 1
    for (pk, _key), said in levels.items():
        if CAM in said and PARTNER in said and abs(said[CAM] - said[PARTNER]) >= CLEARLY:
            found[pk].differences += 1


def _answers(partner: Partner, found: Iterable[int]) -> Iterable[Answer]:
    return (
        Answer.objects.filter(assessment__partner=partner, assessment__scorecard_version__definition__in=found)
        .select_related("assessment", "metric__scorecard_version")
        .only(
            *("level", "metric__key", "metric__scorecard_version__definition", "assessment__scorecard_version"),
            *("assessment__side", "assessment__period_starts_on", "assessment__finished_at"),
        )
        .order_by("assessment__period_starts_on", "assessment__scorecard_version__number", "pk")
    )


def _add_requests(partner: Partner, found: Mapping[int, Card]) -> None:
    for request in AssessmentRequest.objects.filter(partner=partner, scorecard__in=found).select_related("asked_by"):
        if request.period_starts_on == found[request.scorecard_id].starts_on:
            found[request.scorecard_id].request = request
