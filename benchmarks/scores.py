"""Everybody's scores on a scorecard of thirty metrics, against a bare scan that only adds up the same points.

python -m benchmarks.scores     (PARTNERS=1000000; run by `make bench`)
"""

import os
import resource
from datetime import datetime
from typing import Any

os.environ.setdefault("PARTNERS", "1000000")

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks._crowd import PARTNERS, print_ratio, stand_ready, timed  # noqa: E402
from partners.models import Partner  # noqa: E402
from portal.seed import scale  # noqa: E402
from scorecards.models import Scorecard, ScoreRange  # noqa: E402
from scorecards.services import runs, scorecards, scores  # noqa: E402
from scorecards.services.measuring import Measuring  # noqa: E402
from segmentation.models import StalePartner  # noqa: E402
from segmentation.scope import Scope  # noqa: E402

RUNS = 3
METRICS = 30


def main() -> None:
    """Measure and print."""
    at = timezone.now()
    stand_ready(at)
    if not Scorecard.objects.filter(key="thirty").exists():
        _write_scorecard(at)
        first = timed(lambda: _run(at))
        print_ratio("scores-first", [first], [timed(lambda: _bare_scan(at))], metrics=METRICS)
        _vacuum()
    floors, seconds = [], []
    for _each in range(RUNS):  # in turns, so that both meet the same machine
        floors.append(timed(lambda: _bare_scan(at)))
        seconds.append(timed(lambda: _run(at)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print_ratio("scores-nothing-changed", seconds, floors, metrics=METRICS, peak_mib=peak)
    _bench_some(at)


def _bench_some(at: datetime) -> None:
    """A tenth of the partners have other figures."""
    floors, seconds = [], []
    for turn in range(RUNS):
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE partners_partner SET employees = 3 + (id * %s) %% 700 WHERE id %% 10 = 0", [turn + 5]
            )
        floors.append(timed(lambda: _bare_scan(at)))
        seconds.append(timed(lambda: _run(at)))
    print_ratio("scores-a-tenth-changed", seconds, floors, metrics=METRICS)


def _run(at: datetime) -> None:
    """Do what workers do with a run of everybody, without refreshing the benchmarks of peers."""
    runs.start(reason="bench")
    for first, end in list(ScoreRange.objects.order_by("id").values_list("first_id", "end_id")):
        ids = Partner.objects.filter(pk__gte=first, pk__lt=end).order_by("pk").values_list("pk", flat=True)
        scores.recompute(partner_ids=list(ids), at=at)
    ScoreRange.objects.all().delete()
    StalePartner.objects.all().delete()


def _bare_scan(at: datetime) -> None:
    """Run the floor: the same figures and points of everybody in one statement, only added up."""
    measuring = Measuring(scores.published_sheets(), at)
    sql = (
        "SELECT count(exact), sum(exact), sum((SELECT sum(one) FROM unnest(points) AS one))"
        f" FROM ({measuring.select(Scope.everybody())}) found"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, measuring.parameters)
        cursor.fetchall()


def _write_scorecard(at: datetime) -> None:
    """Publish thirty metrics: profile fields, and counts and sums over deals, certificates and days of activity."""
    scorecard = scorecards.create(key="thirty", name="Thirty metrics", by=None, at=at)
    draft = scorecards.draft_of(scorecard=scorecard, by=None, at=at)
    for section in range(5):
        made = scorecards.add_section(version=draft, name=f"Section {section}", by=None, at=at)
        for place, expression in enumerate(_expressions(section)):
            scorecards.add_metric(
                section=made, name=f"Metric {section}.{place}", expression=expression, target=10 + 40 * place,
                weight=1 + place, by=None, at=at,
            )  # fmt: skip
    scorecards.publish(version=draft, by=None, at=at)


def _expressions(section: int) -> list[dict[str, Any]]:
    window = {"last": 90 * (section + 1), "unit": "days"}
    won = scale.all_of(scale.field("stage", "equals", "won"))
    found: list[dict[str, Any]] = [
        {"field": "employees"},
        {"collection": "deals", "aggregate": "count", "window": window},
        {"collection": "deals", "aggregate": "sum", "of": "amount", "where": won, "window": window},
        {"collection": "certifications", "aggregate": "count", "window": window},
        {"collection": "activity", "aggregate": "count_distinct", "of": "day", "window": window},
        {"collection": "deals", "aggregate": "count_distinct", "of": "customer", "window": window},
    ]
    return found[: METRICS // 5]


def _vacuum() -> None:
    with connection.cursor() as cursor:
        for table in ("scorecards_periodscore", "scorecards_score"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")


if __name__ == "__main__":
    print(f"{PARTNERS} partners × {METRICS} metrics")
    main()
