"""Outcomes of prescriptions: the figures when accepted, when done, and some time after, beside those of peers.

What a play moved is estimated by difference-in-differences after matching on the gap (J. J. Heckman, H. Ichimura,
P. E. Todd, "Matching as an Econometric Evaluation Estimator", Review of Economic Studies 64, 1997): the points that
partners gained who were given the play and did it, less what partners gained meanwhile that had the same gap on the day
of acceptance and were not given it. Peers are chosen on that day, so that nobody can pick them by how it ended. Who did
a play may have been keener in other ways, too: the estimate says what goes with a play, and pages call it that.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from core.models import Program
from core.periods import today
from scorecards.models import Outcome, Prescription, PrescriptionState, Score
from scorecards.queries.metric_points import nearest, points_of

#: Peers lie within so many points of the partner's own, the nearest first.
NEAR_POINTS = 10
MOST_PEERS = 25
BATCH = 200


def begin(*, prescription: Prescription) -> Outcome:
    """Keep the figures as they are at acceptance, and who has the same gap. Done twice, the first stays."""
    points = _points(prescription)
    peers = _peers(prescription, points) if points is not None else {}
    outcome, _is_new = Outcome.objects.get_or_create(
        prescription=prescription,
        defaults={
            "points_before": points,
            "score_before": _score(prescription),
            "peer_ids": list(peers),
            "peer_points": list(peers.values()),
        },
    )
    return outcome


def complete(*, prescription: Prescription, at: datetime) -> None:
    """Keep the figures as they are on the day it was done, and say when they are looked at again."""
    day = today(at=at, zone=Program.current().zone)
    Outcome.objects.filter(prescription=prescription, measure_on__isnull=True).update(
        points_done=_points(prescription),
        score_done=_score(prescription),
        measure_on=day + timedelta(days=prescription.play.outcome_days),
    )


def measure_due(*, at: datetime) -> int:
    """Keep the figures of outcomes whose day has come. Returns how many."""
    day = today(at=at, zone=Program.current().zone)
    due = Outcome.objects.filter(measured_at__isnull=True, measure_on__lte=day).order_by("measure_on", "pk")
    return sum(_measure(pk, at=at) for pk in list(due.values_list("pk", flat=True)[:BATCH]))


@transaction.atomic
def _measure(pk: int, *, at: datetime) -> int:
    rows = Outcome.objects.select_for_update(of=("self",)).select_related("prescription")
    outcome = rows.filter(pk=pk, measured_at__isnull=True).first()
    if outcome is None:
        return 0
    given = outcome.prescription
    outcome.points_after, outcome.score_after, outcome.measured_at = _points(given), _score(given), at
    then = dict(zip(outcome.peer_ids, outcome.peer_points, strict=True))
    now = _points_of(given, then.keys() - set(_given_to(given)))
    outcome.peers, outcome.peers_after = len(now), _average(now.values())
    outcome.peers_before = _average(then[pk] for pk in now)
    outcome.save(update_fields=["points_after", "score_after", "measured_at", "peers", "peers_after", "peers_before"])
    return 1


# --- figures


def _points(given: Prescription) -> int | None:
    return _points_of(given, [given.partner_id]).get(given.partner_id)


def _points_of(given: Prescription, partner_ids: Collection[int]) -> dict[int, int]:
    """Return the points of partners on the prescription's metric now."""
    return points_of(given.scorecard_id, given.metric_key, partner_ids) if given.scorecard_id else {}


def _score(given: Prescription) -> int | None:
    if given.scorecard_id is None:
        return None
    rows = Score.objects.filter(partner=given.partner_id, scorecard=given.scorecard_id, is_current=True)
    return rows.values_list("value", flat=True).first()


def _average(points: Iterable[int]) -> Decimal | None:
    known = list(points)
    return Decimal(sum(known)) / len(known) if known else None


def _peers(given: Prescription, points: int) -> dict[int, int]:
    """Return the partners nearest to a gap that have not been given the play, with their points."""
    assert given.scorecard_id is not None
    return nearest(
        given.scorecard_id, given.metric_key, points, within=NEAR_POINTS, besides=_given_to(given), most=MOST_PEERS
    )


def _given_to(given: Prescription) -> Any:
    """Return the ids of the partners that were given the play; the prescription's own is among them."""
    rows = Prescription.objects.filter(
        play=given.play_id, state__in=[PrescriptionState.ACCEPTED, PrescriptionState.DONE]
    )
    return rows.values_list("partner_id", flat=True)
