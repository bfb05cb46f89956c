"""How quick a partner searches a library of 100,000 assets, of which it sees some, against a bare page with one query.

python -m benchmarks.search     (ASSETS=100000; run by `make bench`)
"""

import os
import random
import statistics
import time
from datetime import timedelta
from typing import Any

from benchmarks._crowd import print_spread  # sets Django up; so it is first

# isort: split
import pgtrigger
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path
from django.utils import timezone

from accounts.access import public_view
from accounts.models import User
from enablement.models import Asset, AssetPart
from partners.models import Partner, Person
from prm import urls, warm
from segmentation.models import Classification, Segment

ASSETS = int(os.environ.get("ASSETS", "100000"))
SEGMENTS, HELD = 40, 10
ROUNDS, PER_ROUND = 5, 12
BATCH = 5000
SUBJECTS = (
    *("backup", "restore", "router", "firewall", "wireless", "identity", "workspace", "migration", "tender"),
    *("renewal", "pricing", "margin", "quote", "discovery", "objection", "customer", "storage", "archive"),
    *("network", "branch", "ransomware", "compliance", "audit", "invoice", "campaign", "webinar", "workshop"),
    *("onboarding", "certificate", "support", "warranty", "licence", "subscription", "endpoint", "server"),
)
KINDS = ["guide", "checklist", "pitch", "runbook", "datasheet", "story", "template", "calculator", "playbook", "script"]
LINES = ("Cloud", "Security", "Network", "Services", "Devices")
STAGES = ("find", "qualify", "propose", "close", "deliver", "grow")
SEARCHES = {
    "two-words": ("backup guide", "firewall pitch", "renewal playbook", "wireless story", "identity runbook"),
    "mistyped": ("bakcup guide", "firewal checklist", "renewl template", "wireles datasheet", "idenity script"),
    "in-the-text": ("word1234", "word4711", "word99", "word31415", "word2718"),
    "one-common-word": ("guide", "pitch", "customer", "support", "network"),
    "narrowed": (
        "guide&line=Cloud&stage=close",
        "pitch&line=Security",
        "backup&medium=read&time=5",
        "audit&stage=find",
        "quote&language=de",
    ),
    "nothing-typed": ("", "&line=Cloud", "&stage=find&line=Network", "&sort=newest", "&sort=shortest"),
}


@public_view("It only measures, and only while it does.")
def bare(request: HttpRequest) -> HttpResponse:
    """Answer after one query: the least that a page with data takes."""
    return HttpResponse(User.objects.order_by("pk").values_list("name", flat=True).first() or "")


urlpatterns = [path("bare/", bare), *urls.urlpatterns]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


def main() -> None:
    """Write the library and measure each kind of search, and the floor beside it."""
    user = _reader()
    _write_assets()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    settings.ROOT_URLCONF = "benchmarks.search"
    client = Client()
    client.force_login(user)
    warm.up()
    seen = Asset.objects.visible_to(user).count()
    every: list[float] = []
    for name, texts in SEARCHES.items():
        every += _measure(client, name, [f"/partner/assets/?q={text.replace(' ', '+')}" for text in texts], seen)
    print_spread("search", every, assets=ASSETS, visible=seen)
    _measure(client, "suggest", ["/partner/assets/suggest/?q=backu", "/partner/assets/suggest/?q=renew"], seen)


def _measure(client: Client, name: str, addresses: list[str], seen: int) -> list[float]:
    """Take turns with the floor, so that both meet the same moments of a busy machine. Return how long pages took."""
    pages: list[float] = []
    floors: list[float] = []
    queries = 0
    for address in addresses:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200, address
        queries = max(queries, len(captured))
    for _ in range(ROUNDS):
        for number in range(PER_ROUND):
            pages.append(_timed(client, addresses[number % len(addresses)]))
            floors.append(_timed(client, "/bare/"))
    ratio = statistics.median(pages) / statistics.median(floors)
    floor = round(statistics.median(floors), 1)
    print_spread(
        f"search-{name}", pages, assets=ASSETS, visible=seen, queries=queries, floor_p50_ms=floor, ratio=round(ratio, 1)
    )
    return pages


def _timed(client: Client, address: str) -> float:
    began = time.perf_counter()
    client.get(address)
    return (time.perf_counter() - began) * 1000


def _reader() -> User:
    """Make a seller at a partner that is in some of the segments."""
    segments = [Segment.objects.create(key=f"audience-{n}", name=f"Audience {n}") for n in range(SEGMENTS)]
    partner = Partner.objects.create(name="Reader", country="DE", status="active", product_lines=["Cloud"])
    Classification.objects.update_or_create(
        partner=partner, defaults={"segment_ids": sorted(one.pk for one in segments[:HELD])}
    )
    user = User.objects.create(email="reader@bench.example", name="Reader")
    Person.objects.create(partner=partner, user=user, name="Reader", email=user.email, job_function="sales")
    return user


def _write_assets() -> None:
    lot, at = random.Random(7), timezone.now()
    audiences = list(Segment.objects.order_by("pk").values_list("pk", flat=True))
    with pgtrigger.ignore("enablement.Asset:insert_insert", "enablement.AssetPart:insert_insert"):
        for start in range(0, ASSETS, BATCH):
            assets = Asset.objects.bulk_create(_asset(lot, audiences) for _ in range(start, start + BATCH))
            AssetPart.objects.bulk_create(_part(lot, asset) for asset in assets)
    with pgtrigger.ignore("enablement.Asset:update_update"):
        for pks in _batches():
            Asset.objects.filter(pk__in=pks).update(published_at=at - timedelta(days=pks[0] % 900 + 1))


def _batches() -> Any:
    pks = list(Asset.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), 500):
        yield pks[start : start + 500]


def _asset(lot: random.Random, audiences: list[int]) -> Asset:
    subject, other, kind = lot.choice(SUBJECTS), lot.choice(SUBJECTS), lot.choice(KINDS)
    return Asset(
        title=f"{subject.title()} {kind} for {other} projects",
        summary=f"What to know about {other} and {lot.choice(SUBJECTS)}.",
        product_lines=lot.sample(LINES, lot.choice((1, 1, 2))),
        sales_stages=lot.sample(STAGES, lot.choice((1, 2))),
        target_markets=[lot.choice(("Small business", "Mid-market", "Enterprise", "Public sector"))],
        audience_id=lot.choice(audiences) if lot.random() < 0.9 else None,
    )


def _part(lot: random.Random, asset: Asset) -> AssetPart:
    words = [lot.choice(SUBJECTS) if lot.random() < 0.5 else f"word{lot.randrange(50_000)}" for _ in range(120)]
    return AssetPart(
        asset=asset,
        kind="page",
        body=" ".join(words),
        language="de" if lot.random() < 0.2 else "en",
        minutes=lot.choice((3, 8, 20, 45, None)),
    )


if __name__ == "__main__":
    main()
