"""Partners by life stage, page by page: how many, for how long, and who is stuck. A fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from core.models import VersionState
from partners.models import LifeStage, LifeStageVersion, Partner
from partners.queries.partners import with_classification

PER_COLUMN = 25
#: What a column may be sorted by: the word in the address, and the columns.
SORTS: Mapping[str, tuple[Any, ...]] = {
    "longest": (F("classification__stage_since").asc(nulls_last=True), "pk"),
    "newest": (F("classification__stage_since").desc(nulls_last=True), "pk"),
    "name": ("name", "pk"),
    "quiet": (F("last_active_at").asc(nulls_first=True), "pk"),
}
DEFAULT_SORT = "longest"


@dataclass(frozen=True, slots=True)
class Card:
    """A partner on the board."""

    partner: Any
    days: int | None
    is_stuck: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A life stage with some of its partners; `stage` is None for those in none. `start` is the place of the first."""

    stage: LifeStage | None
    stuck_after: int | None
    count: int
    stuck: int
    cards: list[Card]
    start: int = 0

    @property
    def next_start(self) -> int | None:
        """The place of the first partner that is not shown, or None when all are."""
        shown = self.start + len(self.cards)
        return shown if shown < self.count else None


def board(partners: QuerySet[Partner], *, at: datetime, sort: str = DEFAULT_SORT) -> list[Column]:
    """Return a column for each life stage in use, in the order of a life, with its first partners by a sort."""
    limits = _limits()
    counts = _counts(partners, limits, at)
    cards: dict[int | None, list[Card]] = {}
    for partner in _first(partners, sort):
        stage_id = partner.stage_id
        cards.setdefault(stage_id, []).append(_card(partner, limits.get(stage_id), at))
    stages = list(_stages(counts))
    columns = [_column(stage, stage.pk, limits, counts, cards) for stage in stages]
    return [*columns, _column(None, None, limits, counts, cards)] if counts.get(None) else columns


def column(
    partners: QuerySet[Partner], stage: LifeStage | None, *, at: datetime, sort: str = DEFAULT_SORT, start: int = 0
) -> Column:
    """Return one stage with the partners from a place on."""
    limits = _limits()
    counts = _counts(partners.filter(classification__stage=stage), limits, at)
    stage_id = stage.pk if stage is not None else None
    rows = _shown(partners.filter(classification__stage=stage)).order_by(*SORTS[sort])[start : start + PER_COLUMN]
    cards = {stage_id: [_card(partner, limits.get(stage_id), at) for partner in rows]}
    return _column(stage, stage_id, limits, counts, cards, start)


def stuck_since(at: datetime, days: int) -> datetime:
    """Return the moment by which who entered a stage has been in it for more than so many whole days."""
    return at - timedelta(days=days + 1)


def _limits() -> dict[int | None, int | None]:
    """Return after how many days partners are stuck, by the id of their stage."""
    published = LifeStageVersion.objects.filter(state=VersionState.PUBLISHED)
    return dict(published.values_list("definition_id", "stuck_after_days"))


def _counts(
    partners: QuerySet[Partner], limits: Mapping[int | None, int | None], at: datetime
) -> dict[int | None, tuple[int, int]]:
    stuck = Q(pk__isnull=True)
    for stage_id, days in limits.items():
        if days is not None:
            stuck |= Q(classification__stage=stage_id, classification__stage_since__lte=stuck_since(at, days))
    rows = partners.order_by().values("classification__stage").annotate(n=Count("pk"), stuck=Count("pk", filter=stuck))
    return {stage: (n, many) for stage, n, many in rows.values_list("classification__stage", "n", "stuck")}


def _first(partners: QuerySet[Partner], sort: str) -> QuerySet[Any]:
    """Return the first partners of every stage by a sort; only for them is read what a card shows."""
    placed = partners.annotate(
        place=Window(RowNumber(), partition_by=F("classification__stage"), order_by=list(SORTS[sort]))
    )
    first = placed.filter(place__lte=PER_COLUMN).order_by().values("pk")
    return _shown(Partner.objects.filter(pk__in=first)).order_by(*SORTS[sort])


def _shown(partners: QuerySet[Any]) -> QuerySet[Any]:
    return with_classification(partners).annotate(stage_id=F("classification__stage"))


def _card(partner: Any, stuck_after: int | None, at: datetime) -> Card:
    days = (at - partner.stage_since).days if partner.stage_since else None
    return Card(partner, days, stuck_after is not None and days is not None and days > stuck_after)


def _stages(counts: Mapping[int | None, Any]) -> QuerySet[LifeStage]:
    """Return the stages in use, and retired ones that partners have not left yet."""
    ids = [pk for pk in counts if pk is not None]
    in_use = Q(retired_at__isnull=True, versions__state=VersionState.PUBLISHED)
    return LifeStage.objects.filter(in_use | Q(pk__in=ids)).distinct().order_by("position", "pk")


def _column(
    stage: LifeStage | None,
    stage_id: int | None,
    limits: Mapping[int | None, int | None],
    counts: Mapping[int | None, tuple[int, int]],
    cards: Mapping[int | None, list[Card]],
    start: int = 0,
) -> Column:
    count, stuck = counts.get(stage_id, (0, 0))
    return Column(stage, limits.get(stage_id), count, stuck, cards.get(stage_id, []), start)
