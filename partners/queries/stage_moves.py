"""How partners move on from one life stage to the next: how many of those who entered, and after how long."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import TruncQuarter
from django.utils.formats import date_format

from core.models import Program, VersionState
from core.periods import add_months
from partners.models import LifeStage, LifeStagePeriod

MONTHS = 12


class Median(Aggregate):
    """The middle of the values there are."""

    name = "Median"
    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some moved on, and the days it took half of them."""

    entered: int
    moved: int
    median_days: int | None

    @property
    def percent(self) -> int:
        """The share that moved on."""
        return round(100 * self.moved / self.entered) if self.entered else 0


@dataclass(frozen=True, slots=True)
class Quarter:
    """Those who entered a stage in one quarter."""

    began_on: date
    share: Share


@dataclass(frozen=True, slots=True)
class Next:
    """Where those who entered a stage went first; None is nowhere yet."""

    stage: LifeStage | None
    partners: int
    percent: int
    median_days: int | None


@dataclass(frozen=True, slots=True)
class Conversion:
    """Of those who entered one stage within a year, how many reached another one, and what came next for them."""

    whole: Share
    quarters: list[Quarter]
    next_stages: list[Next]

    @property
    def points(self) -> list[tuple[str, int]]:
        """The shares by quarter, as charts take them."""
        return [(date_format(one.began_on, "M Y"), one.share.percent) for one in self.quarters]


def stages_in_use() -> list[LifeStage]:
    """Return the published stages in the order of a life."""
    rows = LifeStage.objects.filter(retired_at__isnull=True, versions__state=VersionState.PUBLISHED)
    return list(rows.order_by("position", "pk"))


def conversion(origin: LifeStage, target: LifeStage, *, user: Any, at: datetime) -> Conversion:
    """Return how partners that a person may see moved on from one stage to another in the last twelve months."""
    program = Program.current()
    since = at.astimezone(program.zone)
    first = add_months(since.date(), -MONTHS)
    entered = LifeStagePeriod.objects.visible_to(user).filter(
        stage=origin, starts_at__gte=datetime.combine(first, since.timetz()), starts_at__lte=at
    )
    later = LifeStagePeriod.objects.filter(partner=OuterRef("partner"), starts_at__gt=OuterRef("starts_at"))
    reached = entered.annotate(
        reached_at=Subquery(later.filter(stage=target).order_by("starts_at").values("starts_at")[:1])
    ).annotate(took=ExpressionWrapper(F("reached_at") - F("starts_at"), output_field=DurationField()))
    figures = {"entered": Count("pk"), "moved": Count("reached_at"), "median": Median("took")}
    whole = reached.aggregate(**figures)
    by_quarter = (
        reached.annotate(quarter=TruncQuarter("starts_at", tzinfo=program.zone))
        .order_by("quarter")
        .values("quarter")
        .annotate(**figures)
    )
    return Conversion(
        _share(whole),
        [Quarter(row["quarter"].date(), _share(row)) for row in by_quarter],
        _next(entered, later, whole["entered"]),
    )


def _next(entered: QuerySet[Any], later: QuerySet[Any], total: int) -> list[Next]:
    following = later.order_by("starts_at")
    rows = (
        entered.annotate(
            next_stage=Subquery(following.values("stage")[:1]), next_at=Subquery(following.values("starts_at")[:1])
        )
        .annotate(took=ExpressionWrapper(F("next_at") - F("starts_at"), output_field=DurationField()))
        .order_by()
        .values("next_stage")
        .annotate(n=Count("pk"), median=Median("took"))
    )
    found = list(rows)
    stages = LifeStage.objects.in_bulk([row["next_stage"] for row in found if row["next_stage"]])
    nexts = [
        Next(stages.get(row["next_stage"]), row["n"], round(100 * row["n"] / max(total, 1)), _days(row["median"]))
        for row in found
    ]
    return sorted(nexts, key=lambda one: (one.stage is None, -one.partners))


def _share(row: Any) -> Share:
    return Share(row["entered"], row["moved"], _days(row["median"]))


def _days(took: Any) -> int | None:
    return took.days if took is not None else None
