"""How far the answers are behind, and what keeps them from being right."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Avg, Case, Count, F, Max, Min, Q, Value, When

from core.models import Heartbeat, OutboxMessage
from segmentation.models import FullRun, Pace, RuleHealth, RunRange, RunState, SetAsidePartner, StalePartner
from segmentation.queries.rules import RULES, kind_label, page_of

RECENT_RUNS = 6
WAITING_RUNS = 3
SHOWN_PARTS = 50
SHOWN_PARTNERS = 50
TREND_MINUTES = 30
RATE_MINUTES = 5
SILENT_AFTER = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far the answers are behind: marks waiting, the oldest of them, runs, and rules set aside."""

    waiting: int
    oldest: datetime | None
    running: FullRun | None
    last_run: FullRun | None
    broken: list[RuleHealth]

    @property
    def took(self) -> timedelta | None:
        """How long the last full run took."""
        if self.last_run is None or self.last_run.started_at is None or self.last_run.ended_at is None:
            return None
        return self.last_run.ended_at - self.last_run.started_at


def freshness() -> Freshness:
    """Return how fresh the answers are."""
    backlog = StalePartner.objects.aggregate(waiting=Count("id"), oldest=Min("marked_at"))
    return Freshness(
        backlog["waiting"],
        backlog["oldest"],
        FullRun.objects.filter(state=RunState.PENDING).order_by("id").first(),
        FullRun.objects.filter(state=RunState.DONE).order_by("-ended_at").first(),
        list(RuleHealth.objects.filter(tried_at__isnull=True).order_by("kind", "rule_id")),
    )


def health_of(kind: str, rule_id: int) -> RuleHealth | None:
    """Return the failure of a rule that is set aside; None for one that works."""
    return RuleHealth.objects.filter(kind=kind, rule_id=rule_id, tried_at__isnull=True).first()


def broken_ids(kind: str) -> set[int]:
    """Return which rules of a kind are set aside."""
    return set(RuleHealth.objects.filter(kind=kind, tried_at__isnull=True).values_list("rule_id", flat=True))


# --- for operators


@dataclass(frozen=True, slots=True)
class Backlog:
    """Marks that wait: how many, since when, from which writers; and partners set aside."""

    waiting: int
    oldest: datetime | None
    sources: list[tuple[str, int]]
    aside: list[SetAsidePartner]
    aside_count: int


@dataclass(frozen=True, slots=True)
class Rate:
    """How many partners a minute were recomputed lately, and in each of the last minutes."""

    per_minute: float
    trend: list[int]


@dataclass(frozen=True, slots=True)
class Run:
    """A full run with how its parts went."""

    run: FullRun
    parts: int
    done: int
    failed: int
    slowest: float | None
    average: float | None

    @property
    def duration(self) -> timedelta | None:
        """How long it took from the first part to the last."""
        if self.run.started_at is None or self.run.ended_at is None:
            return None
        return self.run.ended_at - self.run.started_at


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule set aside, with the definition it belongs to."""

    health: RuleHealth
    definition: Any
    label: str
    url: str

    @property
    def owner(self) -> Any:
        """Who is told, where the definition has an owner."""
        return getattr(self.definition, "owner", None)

    @property
    def public_id(self) -> str:
        """The definition's name outside."""
        return str(self.definition.public_id)


@dataclass(frozen=True, slots=True)
class Topic:
    """Follow-ups of one kind: how many wait, since when, and how many were given up."""

    name: str
    waiting: int
    failed: int
    oldest: datetime | None
    error: str


@dataclass(frozen=True, slots=True)
class Process:
    """A process and its last sign of life."""

    name: str
    beat_at: datetime
    is_silent: bool


@dataclass(frozen=True, slots=True)
class Operations:
    """Everything an operator looks at."""

    backlog: Backlog
    rate: Rate
    running: Run | None
    recent: list[Run]
    parts: list[RunRange]
    broken: list[BrokenRule]
    topics: list[Topic]
    processes: list[Process]

    @property
    def shown(self) -> Run | None:
        """The run whose parts are shown: the one that is on, else the last."""
        return self.running or (self.recent[0] if self.recent else None)

    @property
    def more_parts(self) -> int:
        """How many parts of that run are not shown."""
        return self.shown.parts - len(self.parts) if self.shown else 0

    @property
    def failed_messages(self) -> int:
        """How many follow-ups were given up."""
        return sum(topic.failed for topic in self.topics)

    @property
    def waiting_messages(self) -> int:
        """How many follow-ups wait."""
        return sum(topic.waiting for topic in self.topics)

    @property
    def silent(self) -> list[Process]:
        """The processes that gave no sign of life lately."""
        return [process for process in self.processes if process.is_silent]

    @property
    def failed_run(self) -> Run | None:
        """The last run, where it ended with parts that were given up."""
        last = self.recent[0] if self.recent else None
        return last if last is not None and last.run.state == RunState.FAILED else None

    @property
    def needs_somebody(self) -> bool:
        """Whether something will not come right by itself."""
        return bool(self.broken or self.backlog.aside_count or self.failed_messages or self.failed_run or self.silent)

    @property
    def is_busy(self) -> bool:
        """Whether workers have something to do."""
        return bool(self.backlog.waiting or self.running)

    @property
    def digest(self) -> str:
        """A short text that changes when the page would."""
        seen = (
            self.backlog.waiting,
            self.backlog.oldest,
            [(row.partner_id, row.attempts, row.retry_at) for row in self.backlog.aside],
            self.rate,
            [(run.run.pk, run.run.state, run.done, run.failed) for run in (*self.recent, self.running) if run],
            [(part.pk, part.state, part.attempts) for part in self.parts],
            [(rule.health.pk, rule.health.attempts) for rule in self.broken],
            self.topics,
            [(process.name, process.is_silent) for process in self.processes],
        )
        return sha256(repr(seen).encode()).hexdigest()[:16]


def operations(*, at: datetime) -> Operations:
    """Return everything an operator looks at."""
    running, recent = _runs()
    shown = running or next(iter(recent), None)
    return Operations(
        _backlog(),
        _rate(at),
        running,
        recent,
        _parts(shown.run) if shown else [],
        _broken(),
        _topics(),
        [Process(row.name, row.beat_at, at - row.beat_at > SILENT_AFTER) for row in Heartbeat.objects.order_by("name")],
    )


def _backlog() -> Backlog:
    sources = list(
        StalePartner.objects.values("source").annotate(n=Count("id"), oldest=Min("marked_at")).order_by("-n", "source")
    )
    aside = list(SetAsidePartner.objects.select_related("partner").order_by("failed_at", "id")[: SHOWN_PARTNERS + 1])
    return Backlog(
        sum(row["n"] for row in sources),
        min((row["oldest"] for row in sources), default=None),
        [(row["source"], row["n"]) for row in sources],
        aside[:SHOWN_PARTNERS],
        len(aside) if len(aside) <= SHOWN_PARTNERS else SetAsidePartner.objects.count(),
    )


def _rate(at: datetime) -> Rate:
    first = at.replace(second=0, microsecond=0) - timedelta(minutes=TREND_MINUTES - 1)
    rows = dict(Pace.objects.filter(minute_at__gte=first).values_list("minute_at", "partners"))
    trend = [rows.get(first + timedelta(minutes=minute), 0) for minute in range(TREND_MINUTES)]
    # The minute that has only begun would look like a slow one.
    lately = trend[-RATE_MINUTES - 1 : -1]
    return Rate(sum(lately) / RATE_MINUTES, trend)


def _runs() -> tuple[Run | None, list[Run]]:
    """Return the run that is on, oldest first where several wait, and those that ended last."""
    rows = FullRun.objects.annotate(
        parts=Count("ranges"),
        parts_done=Count("ranges", filter=Q(ranges__state=RunState.DONE)),
        parts_failed=Count("ranges", filter=Q(ranges__state=RunState.FAILED)),
        slowest=Max("ranges__seconds"),
        average=Avg("ranges__seconds"),
    ).order_by(F("ended_at").desc(nulls_first=True), "-id")[: RECENT_RUNS + WAITING_RUNS]
    runs = [Run(row, row.parts, row.parts_done, row.parts_failed, row.slowest, row.average) for row in rows]
    waiting = [run for run in runs if run.run.state == RunState.PENDING]
    over = [run for run in runs if run.run.state != RunState.PENDING]
    return (waiting[-1] if waiting else None), over[:RECENT_RUNS]


def _parts(run: FullRun) -> list[RunRange]:
    """Return the parts of a run worth looking at: what failed first, then what took longest."""
    return list(
        run.ranges.annotate(
            order=Case(When(~Q(state=RunState.DONE) & ~Q(error=""), then=Value(0)), default=Value(1))
        ).order_by("order", F("seconds").desc(nulls_last=True), "id")[:SHOWN_PARTS]
    )


def _broken() -> list[BrokenRule]:
    rows = list(RuleHealth.objects.filter(tried_at__isnull=True).order_by("failed_at", "id"))
    found: dict[tuple[str, int], Any] = {}
    for kind in {row.kind for row in rows}:
        for definition in _with_owner(RULES[kind], [row.rule_id for row in rows if row.kind == kind]):
            found[kind, definition.pk] = definition
    return [
        BrokenRule(row, found[row.kind, row.rule_id], kind_label(row.kind), page_of(row.kind, definition))
        for row in rows
        if (definition := found.get((row.kind, row.rule_id))) is not None
    ]


def _with_owner(model: Any, ids: list[int]) -> Iterable[Any]:
    rows = model._default_manager.filter(pk__in=ids)
    has_owner = any(field.name == "owner" for field in model._meta.fields)
    return rows.select_related("owner") if has_owner else rows


def _topics() -> list[Topic]:
    rows = OutboxMessage.objects.values("topic").annotate(
        waiting=Count("id", filter=Q(failed_at__isnull=True)),
        failed=Count("id", filter=Q(failed_at__isnull=False)),
        oldest=Min("created_at", filter=Q(failed_at__isnull=True)),
        error=Max("last_error"),
    )
    return [
        Topic(row["topic"], row["waiting"], row["failed"], row["oldest"], row["error"])
        for row in rows.order_by("-failed", "-waiting", "topic")
    ]
