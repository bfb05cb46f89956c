"""How quick the dashboard of a manager with 500 partners is among many, against a bare page with one query.

python -m benchmarks.dashboard     (PARTNERS=200000; run by `make bench`)
"""

import random
import statistics
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from benchmarks._crowd import print_seconds, print_spread, stand_ready, timed, vacuum  # sets Django up; so it is first

# isort: split
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path
from django.utils import timezone

from accounts.access import public_view
from accounts.models import User
from accounts.roles import VendorRole
from core.periods import add_months
from partners.models import LifeStage, Partner, Touch
from partners.services import assignments
from prm import urls, warm
from scorecards.models import PartnerTask, Score, Scorecard
from scorecards.services import alerts
from segmentation.models import Classification

OWN_PARTNERS = 500
ROUNDS, PER_ROUND = 6, 10
ADDRESSES = {
    "board": "/vendor/",
    "table": "/vendor/?layout=table&sort=-pipeline",
    "filtered": "/vendor/?alert=any&zone=low",
}


@public_view("It only measures, and only while it does.")
def bare(request: HttpRequest) -> HttpResponse:
    """Answer after one query: the least that a page with data takes."""
    return HttpResponse(User.objects.filter(role="cam").order_by("pk").values_list("name", flat=True).first() or "")


urlpatterns = [path("bare/", bare), *urls.urlpatterns]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


def main() -> None:
    """Measure and print: the board, the table, a filter; and what a look for alerts takes."""
    at = timezone.now()
    stand_ready(at)
    settings.ROOT_URLCONF = "benchmarks.dashboard"
    manager = _desk(at)
    client = Client()
    client.force_login(manager)
    warm.up()
    for name, address in ADDRESSES.items():
        _measure(client, name, address)
    ids = list(Partner.objects.order_by("pk").values_list("pk", flat=True)[:1000])
    print_seconds(
        "alerts-of-1000", statistics.median(timed(lambda: alerts.refresh(partner_ids=ids, at=at)) for _ in range(3))
    )


def _measure(client: Client, name: str, address: str) -> None:
    """Take turns with the floor, so that both meet the same moments of the machine."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
        queries = len(asked)  # the next request forgets them
    assert answer.status_code == 200, answer.status_code
    took: list[float] = []
    floors: list[float] = []
    for _ in range(ROUNDS):
        floors += [timed(lambda: client.get("/bare/")) * 1000 for _ in range(PER_ROUND)]
        took += [timed(lambda: client.get(address)) * 1000 for _ in range(PER_ROUND)]
    ratio = statistics.median(took) / statistics.median(floors)
    print_spread(
        "dashboard", took, view=name, own=OWN_PARTNERS, queries=queries, kib=len(answer.content) // 1024,
        floor_p50_ms=round(statistics.median(floors), 1), ratio=round(ratio, 1),
    )  # fmt: skip


def _desk(at: datetime) -> User:
    """Return a manager of 500 partners of the crowd, in all stages, with scores, tasks, touches and alerts."""
    users: Any = get_user_model().objects
    known: User | None = users.filter(email="desk@bench.example").first()
    if known:
        return known
    manager: User = users.create_user("desk@bench.example", name="Desk", role=VendorRole.CAM)
    lot = random.Random("desk")
    ids = sorted(lot.sample(list(Partner.objects.values_list("pk", flat=True)), OWN_PARTNERS))
    assignments.assign(partners=Partner.objects.filter(pk__in=ids), user=manager, by=None, at=at)
    stages = [
        LifeStage.objects.get_or_create(key=key, defaults={"name": key.capitalize(), "position": position})[0]
        for position, key in enumerate(("prospective", "onboarded", "activated", "inactive"))
    ]
    for number, stage in enumerate(stages):
        Classification.objects.filter(partner__in=ids[number :: len(stages)]).update(stage=stage)
    _write(manager, ids, lot, at)
    alerts.refresh(partner_ids=ids, at=at)
    vacuum()
    with connection.cursor() as cursor:
        for table in ("scorecards_score", "scorecards_partnertask", "scorecards_alert", "partners_touch",
                      "partners_assignment"):  # fmt: skip
            cursor.execute(f"VACUUM (ANALYZE) {table}")
    return manager


def _write(manager: User, ids: Sequence[int], lot: random.Random, at: datetime) -> None:
    main, _made = Scorecard.objects.get_or_create(is_main=True, defaults={"key": "bench", "name": "Bench"})
    months = [add_months(at.date().replace(day=1), -back) for back in range(12, -1, -1)]
    Score.objects.filter(partner__in=ids).delete()
    Score.objects.bulk_create(
        Score(
            partner_id=pk,
            scorecard=main,
            day=day,
            value=lot.randrange(101),
            is_current=day == months[-1],
            computed_at=at,
        )
        for pk in ids
        for day in months
    )
    PartnerTask.objects.bulk_create(
        PartnerTask(
            partner_id=pk,
            title="Send the offer",
            side="vendor",
            due_on=at.date() + timedelta(days=lot.randrange(-9, 30)),
        )
        for pk in ids
        for _ in range(2)
    )
    Touch.objects.bulk_create(
        Touch(partner_id=pk, kind="call", happened_at=at - timedelta(days=lot.randrange(1, 300)), logged_by=manager,
              next_step="Send the minutes" if number == 0 else "")
        for pk in ids
        for number in range(6)
    )  # fmt: skip


if __name__ == "__main__":
    main()
