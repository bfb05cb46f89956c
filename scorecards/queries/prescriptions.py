"""What closes gaps: plays matched to a partner's gaps by what they moved before, and what became of those given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.models import Program
from core.periods import today
from enablement.models import (
    Activity,
    ActivityKind,
    Asset,
    Enrollment,
    EnrollmentState,
    HeldCertification,
    Journey,
)
from partners.models import Partner
from scorecards.models import (
    Outcome,
    PartnerTask,
    Play,
    PlayKind,
    Prescription,
    PrescriptionState,
    Scorecard,
)
from scorecards.queries.cards import ENOUGH_PARTNERS, MetricRow, measured_rows, score_card
from scorecards.queries.metric_points import points_of

GAPS_SHOWN = 6
PLAYS_PER_GAP = 3
FULL = 100
#: What pages show of a prescription beside itself.
SHOWN = (
    *("partner", "play__asset", "play__journey", "play__certification", "outcome", "scorecard"),
    *("assignee", "decided_by", "done_by"),
)


# --- what plays moved before


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a play moved on a metric where partners did it: how many those were, what they gained, what peers gained.

    Peers had the same gap on the same day and were not given the play; `services/outcomes.py` names the method.
    """

    partners: int
    gained: int
    gained_by_peers: int

    @property
    def points(self) -> int:
        """What goes with the play beyond what came by itself."""
        return self.gained - self.gained_by_peers

    @property
    def is_enough(self) -> bool:
        """Whether so many partners are behind it that it may decide."""
        return self.partners >= ENOUGH_PARTNERS


def estimates(plays: Iterable[Play]) -> dict[tuple[int, str], Estimate]:
    """Return what plays moved, by play and key of the metric, of everything measured so far."""
    measured = Outcome.objects.filter(
        prescription__play__in=list(plays),
        points_before__isnull=False,
        points_after__isnull=False,
        peers_before__isnull=False,
        peers_after__isnull=False,
    )
    rows = measured.values_list("prescription__play", "prescription__metric_key").annotate(
        n=Count("pk"),
        mean=Avg(F("points_after") - F("points_before")),
        mean_of_peers=Avg(F("peers_after") - F("peers_before")),
    )
    return {(play, key): Estimate(n, round(gained), round(peers)) for play, key, n, gained, peers in rows}


# --- proposals


@dataclass(frozen=True, slots=True)
class Proposal:
    """A play for a gap. `estimate` is None, or of too few partners to decide: then the library's own order does."""

    play: Play
    row: MetricRow
    scorecard: Scorecard
    estimate: Estimate | None

    @property
    def is_known(self) -> bool:
        """Whether the place of the play comes from what it moved before."""
        return self.estimate is not None and self.estimate.is_enough

    @property
    def expected(self) -> int | None:
        """The points that the metric is likely to gain: not more than are missing; None while it is not known."""
        if self.estimate is None or not self.estimate.is_enough:
            return None
        return max(min(self.estimate.points, FULL - (self.row.points or 0)), 0)


@dataclass(frozen=True, slots=True)
class Gap:
    """A metric below its target, and the plays that may close it."""

    row: MetricRow
    scorecard: Scorecard
    proposals: list[Proposal]


@dataclass(frozen=True, slots=True)
class Standing:
    """Gaps of a partner with what to do about them, the heaviest first; and what is in work, done and declined."""

    gaps: list[Gap] = field(default_factory=list)
    open: list[Prescription] = field(default_factory=list)
    done: list[Prescription] = field(default_factory=list)
    declined: list[Prescription] = field(default_factory=list)
    has_score: bool = False

    @property
    def best(self) -> list[Proposal]:
        """The first play of each gap."""
        return [gap.proposals[0] for gap in self.gaps if gap.proposals]


def standing_of(partner: Partner, *, at: datetime) -> Standing:
    """Return a partner's gaps, the plays that fit them, and what was decided about plays so far."""
    measured = _measured(partner, at=at)
    decided = list(decided_for(partner))
    by_state = {
        state: [one for one in decided if one.state == state]
        for state in (PrescriptionState.ACCEPTED, PrescriptionState.DONE, PrescriptionState.DECLINED)
    }
    rows = [(row, scorecard) for row, scorecard in measured if _is_gap(row)]
    gaps: list[Gap] = []
    if rows:
        keys = [row.metric.key for row, _scorecard in rows]
        plays = _possible(partner, Play.objects.published().filter(metric_keys__overlap=keys))
        moved = estimates(plays)
        passed = _passed_over(decided, at=at)
        for row, scorecard in rows[:GAPS_SHOWN]:
            fitting = [
                Proposal(play, row, scorecard, moved.get((play.pk, row.metric.key)))
                for play in plays
                if row.metric.key in play.metric_keys and not passed & {(play.pk, ""), (play.pk, row.metric.key)}
            ]
            gaps.append(Gap(row, scorecard, sorted(fitting, key=_rank)[:PLAYS_PER_GAP]))
    return Standing(
        gaps,
        by_state[PrescriptionState.ACCEPTED],
        by_state[PrescriptionState.DONE],
        by_state[PrescriptionState.DECLINED],
        has_score=any(row.points is not None for row, _scorecard in measured),
    )


def _is_gap(row: MetricRow) -> bool:
    """Whether something is missing. What nobody has answered yet is not known to be."""
    return row.gap > 0 and not (row.metric.is_assessed and row.points is None)


def _measured(partner: Partner, *, at: datetime) -> list[tuple[MetricRow, Scorecard]]:
    """Return the metrics of all scorecards that measure a partner, the biggest gap first; else of the main one."""
    if found := measured_rows(partner):
        return found
    card = score_card(partner, at=at)
    return [(row, card.scorecard) for row in card.rows] if card else []


def proposal_for(partner: Partner, play: Play, metric_key: str, *, at: datetime) -> Proposal | None:
    """Return a play as it would be proposed for one of the partner's metrics; None where there is no such metric."""
    for row, scorecard in _measured(partner, at=at):
        if row.metric.key == metric_key:
            return Proposal(play, row, scorecard, estimates([play]).get((play.pk, metric_key)))
    return None


def _rank(proposal: Proposal) -> tuple[Any, ...]:
    """Put what is known to help first, the most helpful before all; then by the library's order; what did not, last."""
    known = proposal.expected
    group = 1 if known is None else 0 if known > 0 else 2
    return (group, -(known or 0), proposal.play.position, proposal.play.name, proposal.play.pk)


def _possible(partner: Partner, plays: Any) -> list[Play]:
    """Return the plays whose content, journey or certification this partner can take up, and has not completed."""
    completed = Enrollment.objects.filter(partner=partner, state=EnrollmentState.COMPLETED).values("journey")
    fitting = plays.filter(
        Q(asset__isnull=True) | Q(asset__in=Asset.objects.for_partner(partner).values("pk")),
        Q(journey__isnull=True)
        | (Q(journey__in=Journey.objects.for_partner(partner).values("pk")) & ~Q(journey__in=completed)),
        Q(certification__isnull=True) | Q(certification__retired_at__isnull=True),
    )
    return list(fitting.select_related("asset", "journey", "certification").order_by("position", "name", "pk"))


def _passed_over(decided: Sequence[Prescription], *, at: datetime) -> set[tuple[int, str]]:
    """Return what is not proposed: in work for any metric, declined for one, or done and still to be measured."""
    passed = set()
    for one in decided:
        if one.state == PrescriptionState.ACCEPTED:
            passed.add((one.play_id, ""))
        elif one.state == PrescriptionState.DECLINED:
            passed.add((one.play_id, one.metric_key))
        elif one.done_at and (at - one.done_at).days < one.play.outcome_days:
            passed.add((one.play_id, ""))
    return passed


# --- what was decided


def decided_for(partner: Partner) -> Any:
    """Return what is in work, done or declined for a partner: what is due soonest, then the latest."""
    rows = Prescription.objects.filter(partner=partner).exclude(state=PrescriptionState.WITHDRAWN)
    return rows.select_related(*SHOWN).order_by(F("due_on").asc(nulls_last=True), "-decided_at", "-pk")


def in_state(state: str, *, user: Any) -> Any:
    """Return plays in a state at the partners a person may see: due soonest first, else the latest."""
    rows = Prescription.objects.visible_to(user).filter(state=state).select_related(*SHOWN)
    if state == PrescriptionState.ACCEPTED:
        return rows.order_by(F("due_on").asc(nulls_last=True), "-decided_at", "-pk")
    return rows.order_by(F("done_at").desc(nulls_last=True), "-decided_at", "-pk")


def points_now(given: Iterable[Prescription]) -> dict[int, int]:
    """Return the points that partners have now on the metrics of what they were given, by prescription."""
    wanted: dict[tuple[int, str], list[Prescription]] = {}
    for one in given:
        if one.scorecard_id is not None:
            wanted.setdefault((one.scorecard_id, one.metric_key), []).append(one)
    found: dict[int, int] = {}
    for (scorecard, key), some in wanted.items():
        points = points_of(scorecard, key, {one.partner_id for one in some})
        found |= {one.pk: points[one.partner_id] for one in some if one.partner_id in points}
    return found


def metric_to_watch(play: Play, partner: Partner, *, at: datetime) -> dict[str, Any]:
    """Return the metric of a play in which a partner lags most, as `accept` takes it; nothing where there is none."""
    for row, scorecard in _measured(partner, at=at):
        if row.metric.key in play.metric_keys:
            names = {"metric_key": row.metric.key, "metric_name": row.metric.name}
            return {"scorecard": scorecard, "worth": row.worth, **names}
    return {}


def tasks_of(given: Prescription) -> Any:
    """Return the tasks that came from a prescription."""
    return PartnerTask.objects.from_origin("prescription", given.pk)


def evidence_of(given: Prescription) -> str:
    """Return what shows that a play was done since it was given, as a sentence; nothing while nothing does."""
    day = today(at=given.decided_at, zone=Program.current().zone)
    play = given.play
    if play.kind == PlayKind.JOURNEY:
        walk = Enrollment.objects.filter(partner=given.partner_id, journey=play.journey_id, completed_at__isnull=False)
        return _("The journey was completed.") if walk.exists() else ""
    if play.kind == PlayKind.CERTIFICATION:
        held = HeldCertification.objects.filter(
            person__partner=given.partner_id, certification=play.certification_id, earned_on__gte=day
        )
        first = held.select_related("person").order_by("earned_on", "pk").first()
        if first is None:
            return ""
        said = {"person": first.person, "day": date_format(first.earned_on)}
        return _("%(person)s earned it on %(day)s.") % said
    if play.kind == PlayKind.ASSET:
        kinds = [ActivityKind.VIEW, ActivityKind.DOWNLOAD]
        opened = Activity.objects.filter(partner=given.partner_id, asset=play.asset_id, kind__in=kinds, day__gte=day)
        return _("It was opened in the library.") if opened.exists() else ""
    return ""


# --- a play, where it was used


@dataclass(frozen=True, slots=True)
class Use:
    """Where a play was used: how many partners in which state, and what moved, by metric."""

    given: int
    in_work: int
    done: int
    declined: int
    moved: list[tuple[str, Estimate]]
    average_gain: Decimal | None


def use_of(play: Play) -> Use:
    """Return where a play was used in the whole program; figures, no partners."""
    counted = dict(
        Prescription.objects.filter(play=play).values_list("state").annotate(n=Count("pk")).values_list("state", "n")
    )
    in_work, done = counted.get(PrescriptionState.ACCEPTED, 0), counted.get(PrescriptionState.DONE, 0)
    names = dict(
        Prescription.objects.filter(play=play, metric_key__gt="")
        .order_by("decided_at")
        .values_list("metric_key", "metric_name")
    )
    moved = [(names.get(key, key), found) for (_play, key), found in sorted(estimates([play]).items())]
    gained = Outcome.objects.filter(prescription__play=play).aggregate(
        mean=Avg(F("points_after") - F("points_before"))
    )["mean"]
    return Use(in_work + done, in_work, done, counted.get(PrescriptionState.DECLINED, 0), moved, gained)


def given_of(play: Play, *, user: Any) -> Any:
    """Return to whom a play was given, of partners a person may see, the latest first."""
    rows = Prescription.objects.visible_to(user).filter(play=play)
    rows = rows.exclude(state=PrescriptionState.WITHDRAWN).select_related("partner", "outcome", "assignee", "scorecard")
    return rows.order_by("-decided_at", "-pk")
