"""The dashboard of a channel manager: all partners by life stage or as a table, with what to do next and why.

A fixed number of statements, however many partners: `dashboard_facts` reads one kind of thing in each.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from itertools import zip_longest
from statistics import median
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from partners.models import Partner
from portal.queries import actions as action_reads
from portal.queries.actions import Action, WaitingApplications
from portal.queries.dashboard_filters import NO_STAGE, Asked, Names, narrowed
from portal.queries.dashboard_rows import MOST_PARTNERS, Beside, Reader, Row, in_order, ranked, read, rows_of
from scorecards.models import Quadrant

#: How many cards a stage shows at first, and how many more at a time.
CARDS_PER_STAGE, MORE_CARDS = 8, 30
ACTIONS_SHOWN = 6
PRIORITIES = 6
ACTIVE_DAYS = 30


@dataclass(slots=True)
class Column:
    """The partners of one life stage, the most urgent first. Its cards from `first` up to `end` are shown."""

    key: str
    name: str
    rows: list[Row] = field(default_factory=list)
    pipeline: Decimal = Decimal(0)
    first: int = 0
    end: int = CARDS_PER_STAGE

    @property
    def count(self) -> int:
        """How many partners are in the stage."""
        return len(self.rows)

    @property
    def shown(self) -> list[Row]:
        """The partners whose cards are shown."""
        return self.rows[self.first : self.end]

    @property
    def more(self) -> int:
        """How many partners come after those."""
        return max(self.count - self.end, 0)

    def after(self, first: int) -> "Column":
        """Return the next cards of it."""
        return replace(self, first=first, end=first + MORE_CARDS)


@dataclass(frozen=True, slots=True)
class Figures:
    """The key figures above the board."""

    partners: int
    pipeline: Decimal
    won: Decimal
    won_before: Decimal
    won_trend: list[float]
    active: int
    average_score: int | None
    score_change: int | None
    score_trend: list[float]
    late: int
    alerts: int


@dataclass(frozen=True, slots=True)
class Priority:
    """One thing to do among somebody's priorities, with its place on the board of four."""

    number: int
    action: Action
    quadrant: Quadrant
    effort: int
    impact: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything on the dashboard."""

    figures: Figures
    rows: list[Row]
    columns: list[Column]
    actions: list[Action]
    priorities: list[Priority]
    waiting: int
    set_aside: int
    applications: int
    in_focus: Any
    has_more: bool


def dashboard(
    *, partners: QuerySet[Partner], asked: Asked, names: Names, reader: Reader, applications: WaitingApplications
) -> Dashboard:
    """Return the dashboard over the partners somebody sees, narrowed as asked; so many of them at most."""
    found = list(read(narrowed(partners, asked, names, user=reader.user), reader)[: MOST_PARTNERS + 1])
    rows = rows_of(found[:MOST_PARTNERS], names, reader, deals := Beside())
    first = ranked(action for row in rows for action in row.actions[:1])
    every = ranked([*first, *applications.actions])
    kept = sum(len(row.all_actions) - len(row.actions) for row in rows)
    return Dashboard(
        figures=_figures(rows, deals, reader),
        rows=in_order(rows, asked.sort),
        columns=_columns(rows, names),
        actions=every[:ACTIONS_SHOWN],
        priorities=_priorities(rows),
        waiting=len(first),
        set_aside=kept,
        applications=applications.total,
        in_focus=first[0].partner if first else next((row.partner for row in rows), None),
        has_more=len(found) > MOST_PARTNERS,
    )


def _columns(rows: Iterable[Row], names: Names) -> list[Column]:
    columns = {one.pk: Column(one.key, one.name) for one in names.of("stage") if one.is_live}
    none = Column(NO_STAGE, _("No stage yet"))
    for row in sorted(rows, key=lambda row: (-row.urgency, row.partner.name)):
        column = columns.get(row.partner.stage_id, none)
        column.pipeline += row.pipeline
        column.rows.append(row)
    return [none, *columns.values()] if none.count else list(columns.values())


def _figures(rows: Sequence[Row], beside: Beside, reader: Reader) -> Figures:
    trend = [round(value, 1) for value in beside.scores.trend]
    measured = [row.score for row in rows if row.score is not None]
    moved = [row.change for row in rows if row.change is not None]
    since = reader.at - timedelta(days=ACTIVE_DAYS)
    return Figures(
        partners=len(rows),
        pipeline=sum((row.pipeline for row in rows), Decimal(0)),
        won=beside.deals.won_now,
        won_before=beside.deals.won_before,
        won_trend=beside.deals.trend,
        active=sum(row.partner.last_active_at is not None and row.partner.last_active_at >= since for row in rows),
        average_score=round(sum(measured) / len(measured)) if measured else None,
        score_change=round(sum(moved) / len(moved)) if moved else None,
        score_trend=trend,
        late=sum(row.late_tasks for row in rows),
        alerts=sum(len(row.alerts) for row in rows),
    )


# --- priorities


def _priorities(rows: Sequence[Row]) -> list[Priority]:
    """Return a few things to do, each in its quadrant: where the reader put it, else where it belongs.

    What the reader put somewhere comes first; then the most urgent of each quadrant in turn, so that all are seen.
    """
    worths = [row.pipeline + row.won for row in rows if row.pipeline + row.won]
    typical = median(worths) if worths else Decimal(0)
    chosen = {one["key"]: one["quadrant"] for row in rows for one in row.partner.choices if one["quadrant"]}
    queues: dict[Quadrant, list[Action]] = {quadrant: [] for quadrant in Quadrant}
    picked: list[tuple[Action, Quadrant]] = []
    for action in ranked(action for row in rows for action in row.actions):
        if action.key in chosen:
            picked.append((action, Quadrant(chosen.pop(action.key))))
        else:
            queues[action_reads.quadrant_of(action, typical_worth=typical)].append(action)
        if not chosen and all(len(queue) >= PRIORITIES for queue in queues.values()):
            break
    for turn in zip_longest(*queues.values()):
        picked += [(action, quadrant) for quadrant, action in zip(queues, turn, strict=True) if action]
    order = list(Quadrant)
    shown = sorted(picked[:PRIORITIES], key=lambda one: (order.index(one[1]), -one[0].urgency, one[0].key))
    places: Counter[Quadrant] = Counter()
    found = []
    for number, (action, quadrant) in enumerate(shown, start=1):
        found.append(Priority(number, action, quadrant, *_spot(quadrant, places[quadrant])))
        places[quadrant] += 1
    return found


#: Where things stand in a quadrant, in percent of its effort and impact: apart from each other, the first one highest.
SPOTS = ((30, 66), (62, 48), (22, 30), (74, 22), (46, 14), (84, 70))


def _spot(quadrant: Quadrant, place: int) -> tuple[int, int]:
    """Return where on the board of four something is drawn."""
    across, up = SPOTS[place % len(SPOTS)]
    is_quick = quadrant in (Quadrant.NOW, Quadrant.QUICK)
    matters = quadrant in (Quadrant.NOW, Quadrant.PLAN)
    return across // 2 + (0 if is_quick else 50), up // 2 + (50 if matters else 0)
