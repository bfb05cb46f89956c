"""What the benchmarks share: the crowd they stand on, a floor measured in the same run, and lines of results."""

import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prm.settings")
django.setup()

import structlog  # noqa: E402
from django.db import connection  # noqa: E402

from core.models import OutboxMessage  # noqa: E402
from criteria.fields import registry  # noqa: E402
from partners.models import Partner  # noqa: E402
from portal.seed import scale  # noqa: E402
from segmentation import engine  # noqa: E402
from segmentation.models import Classification, FullRun, RunRange, StalePartner  # noqa: E402
from segmentation.rulebook import RuleBook  # noqa: E402
from segmentation.scope import Scope  # noqa: E402
from segmentation.services import recompute  # noqa: E402

PARTNERS = int(os.environ.get("PARTNERS", "200000"))
VERDICT_TABLES = ("segmentation_classification", "segmentation_ruletransition", "segmentation_stalepartner")


def stand_ready(at: datetime) -> None:
    """Load the crowd of a large program's proportions and decide everything once, unless an earlier benchmark did."""
    structlog.configure(processors=[structlog.testing.LogCapture()])
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    if not Partner.objects.exists():
        scale.load(partners=PARTNERS, at=at, tell=_tell)
    if not Classification.objects.exists():
        _print_line("first-decision", partners=PARTNERS, rules=scale.RULES, seconds=timed(lambda: run_everything(at)))
        vacuum()


def run_everything(at: datetime) -> None:
    """Do what workers do, and forget what is not measured: marks and messages."""
    recompute.start_full_run(reason="bench")
    while recompute.continue_one(at=at):
        pass
    forget_the_rest()


def forget_the_rest() -> None:
    """Forget marks, messages and runs."""
    for model in (OutboxMessage, StalePartner, RunRange, FullRun):
        model._default_manager.all().delete()


def vacuum() -> None:
    """Let the planner know what was written, as autovacuum does a little later."""
    with connection.cursor() as cursor:
        for table in VERDICT_TABLES:
            cursor.execute(f"VACUUM (ANALYZE) {table}")


def bare_statement(
    at: datetime, scope: Scope | None = None, only: Sequence[tuple[str, int]] | None = None
) -> tuple[str, dict[str, Any]]:
    """Return a scan of the same base rows that only counts how often each rule holds: the floor.

    `only` some rules, where only those are computed.
    """
    scope = scope or Scope.everybody()
    catalog = registry.catalog()
    rules = RuleBook.load(catalog)
    part = None if only is None else rules.part(only, catalog)
    statement = engine.Statement(rules, catalog, at, part=part)
    wanted = statement.conditions.keys() if part is None else part.refs
    counts = ", ".join(f"count(*) FILTER (WHERE {statement.conditions[ref]})" for ref in wanted)
    book = statement.book
    columns = ", ".join(["p.id AS partner_id", *book.selected()])
    base = f"SELECT {columns} FROM {book.source(scope.condition)} WHERE {scope.condition('p.id')} OFFSET 0"
    return f"SELECT {counts} FROM ({base}) layer", {**book.parameters, **scope.parameters}


def bare_scan(at: datetime, scope: Scope | None = None, only: Sequence[tuple[str, int]] | None = None) -> None:
    """Run the floor."""
    sql, parameters = bare_statement(at, scope, only)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        cursor.fetchall()


def timed(work: Callable[[], object]) -> float:
    """Return the seconds something took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def print_ratio(name: str, seconds: Sequence[float], floors: Sequence[float], **more: Any) -> None:
    """Print the medians of something and of its floor."""
    took, floor = statistics.median(seconds), statistics.median(floors)
    figures = {"seconds": took, "floor_seconds": floor, "ratio": took / floor}
    _print_line(name, partners=PARTNERS, rules=scale.RULES, **figures, **more)


def print_seconds(name: str, seconds: float, **more: Any) -> None:
    """Print how long something took that has no floor."""
    _print_line(name, partners=PARTNERS, rules=scale.RULES, seconds=seconds, **more)


def print_spread(name: str, milliseconds: Sequence[float], **more: Any) -> None:
    """Print the middle and the slow end of many times."""
    p50, p95 = statistics.median(milliseconds), statistics.quantiles(milliseconds, n=20)[-1]
    seconds = sum(milliseconds) / 1000
    _print_line(
        name, partners=PARTNERS, rules=scale.RULES, seconds=seconds, n=len(milliseconds), p50_ms=round(p50),
        p95_ms=round(p95), **more,
    )  # fmt: skip


def _print_line(name: str, **figures: Any) -> None:
    texts = (f"{key}={value:.2f}" if isinstance(value, float) else f"{key}={value}" for key, value in figures.items())
    print(f"BENCH {name} {' '.join(texts)}", flush=True)


@contextmanager
def _tell(what: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    print(f"  {what:<46}{time.perf_counter() - began:7.1f} s", flush=True)
