"""A full recompute against a bare scan of the same predicates and figures, and how fresh and quick single answers are.

python -m benchmarks.recompute [--partners 200000]     (or PARTNERS=200000; run by `make bench`)
"""

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prm.settings")
django.setup()

import structlog  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from core.models import OutboxMessage  # noqa: E402
from criteria.fields import registry  # noqa: E402
from criteria.tree import parse  # noqa: E402
from partners.models import Partner  # noqa: E402
from portal.seed import scale  # noqa: E402
from segmentation import engine  # noqa: E402
from segmentation.models import Classification, FullRun, RunRange, SegmentVersion, StalePartner  # noqa: E402
from segmentation.rulebook import RuleBook  # noqa: E402
from segmentation.scope import Scope  # noqa: E402
from segmentation.services import recompute  # noqa: E402

RUNS = 3
SINGLE_CHANGES = 200
PREVIEWS = 20


def main() -> None:
    """Load, measure, print."""
    structlog.configure(processors=[structlog.testing.LogCapture()])
    partners = _partners_wanted()
    at = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    if not Partner.objects.exists():
        scale.load(partners=partners, at=at, tell=_tell)
    with _tell("Deciding everything for the first time"):
        _run_everything(at)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) segmentation_classification")
    _bench_full(partners, at)
    _bench_freshness(at)
    _bench_preview(at)


def _partners_wanted() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--partners", type=int, default=int(os.environ.get("PARTNERS", "200000")))
    found: int = parser.parse_args().partners
    return found


@contextmanager
def _tell(what: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    print(f"  {what:<46}{time.perf_counter() - began:7.1f} s", flush=True)


# --- everybody


def _bench_full(partners: int, at: datetime) -> None:
    seconds, floors = [], []
    for _each in range(RUNS):  # in turns, so that both meet the same machine
        floors.append(_timed(lambda: _bare_scan(at)))
        seconds.append(_timed(lambda: _run_everything(at)))
    took, floor = statistics.median(seconds), statistics.median(floors)
    print(
        f"BENCH full-recompute partners={partners} rules={scale.RULES} seconds={took:.2f} floor_seconds={floor:.2f}"
        f" ratio={took / floor:.2f}",
        flush=True,
    )


def _run_everything(at: datetime) -> None:
    """Do what workers do, and forget what is not measured: marks and messages."""
    recompute.start_full_run(reason="bench")
    while recompute.continue_one(at=at):
        pass
    for model in (OutboxMessage, StalePartner, RunRange, FullRun):
        model._default_manager.all().delete()


def bare_statement(at: datetime) -> tuple[str, dict[str, Any]]:
    """Return a scan of the same base rows that only counts how often each rule holds."""
    catalog = registry.catalog()
    statement = engine.Statement(RuleBook.load(catalog), catalog, at)
    counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in statement.conditions.values())
    scope = Scope.everybody()
    book = statement.book
    columns = ", ".join(["p.id AS partner_id", *book.selected()])
    sql = f"SELECT {counts} FROM (SELECT {columns} FROM {book.source(scope.condition)} OFFSET 0) layer"
    return sql, book.parameters


def _bare_scan(at: datetime) -> None:
    sql, parameters = bare_statement(at)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        cursor.fetchall()


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


# --- one change, one question


def _bench_freshness(at: datetime) -> None:
    lot = random.Random("freshness")
    ids = lot.sample(list(Classification.objects.values_list("pk", flat=True)), SINGLE_CHANGES)
    took = []
    for pk in ids:
        Partner.objects.filter(pk=pk).update(employees=lot.randrange(2, 900), country=lot.choice(scale.COUNTRIES))
        took.append(_timed(lambda: recompute.stale(at=at)) * 1000)
    _print_spread("freshness", took)


def _bench_preview(at: datetime) -> None:
    took = []
    for version in SegmentVersion.objects.filter(state="published").order_by("id")[:PREVIEWS]:
        tree = parse(version.criteria)
        took.append(_timed(lambda tree=tree: engine.preview(tree, at=at, visible=Partner.objects.all())) * 1000)  # type: ignore[misc]
    _print_spread("preview", took)


def _print_spread(name: str, took: list[float]) -> None:
    p50, p95 = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    print(f"BENCH {name} n={len(took)} p50_ms={p50:.0f} p95_ms={p95:.0f}", flush=True)


if __name__ == "__main__":
    call_command("check", verbosity=0)
    main()
