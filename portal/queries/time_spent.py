"""Where time goes: minutes of touches by partner and class, against what is won, open and possible."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from statistics import quantiles
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from partners.models import Partner, Touch
from portal.queries.dashboard_filters import Names
from portal.queries.dashboard_rows import Reader, Row, rows_read

PERIODS = (30, 90, 365)
DEFAULT_PERIOD = 90
#: Touches without minutes count as so many, by kind.
USUAL_MINUTES = {"call": 15, "meeting": 45, "email": 5, "note": 5, "feedback": 20}
ENOUGH_PEERS = 5
#: Below half of its share of the value a partner is under-served, above twice over-served.
UNDER, OVER = Decimal("0.5"), Decimal(2)
LEAST_MINUTES = 30
SHOWN = 5
NOTHING = Decimal(0)


@dataclass(slots=True)
class Spent:
    """What went into a partner or a class of them, and what stands against it. Shares are of all that is shown."""

    name: str
    minutes: int
    touches: int
    won: Decimal
    pipeline: Decimal
    potential: Decimal
    partners: int = 1
    row: Row | None = None
    time_share: Decimal = NOTHING
    value_share: Decimal = NOTHING

    @property
    def index(self) -> Decimal | None:
        """Time against value: 1 is in balance, 2 twice the time that the value asks for; None without value."""
        return self.time_share / self.value_share if self.value_share else None


@dataclass(frozen=True, slots=True)
class Advice:
    """Who should get more or less time, in words, with the reason."""

    spent: Spent
    more: bool
    minutes: int
    reason: str


@dataclass(frozen=True, slots=True)
class WhereTimeGoes:
    """The whole page."""

    partners: list[Spent]
    by_tier: list[Spent]
    by_stage: list[Spent]
    by_category: list[Spent]
    minutes: int
    touches: int
    untouched: int
    advice: list[Advice]
    days: int


def where_time_goes(
    partners: QuerySet[Partner], names: Names, reader: Reader, *, days: int, by: Any = None
) -> WhereTimeGoes:
    """Return where the time of so many days went; that of one person only, where one is named."""
    rows = rows_read(partners, names, reader)
    spent = _spent(rows, reader, days=days, by=by)
    _share(spent)
    return WhereTimeGoes(
        partners=sorted(spent, key=lambda one: (-one.minutes, -(one.won + one.pipeline), one.name)),
        by_tier=_classes(spent, lambda row: [row.tier or _("No tier")]),
        by_stage=_classes(spent, lambda row: [row.stage or _("No stage yet")]),
        by_category=_classes(spent, lambda row: row.categories[:1] or [_("No category")]),
        minutes=sum(one.minutes for one in spent),
        touches=sum(one.touches for one in spent),
        untouched=sum(not one.touches for one in spent),
        advice=_advice(spent, days=days),
        days=days,
    )


def _spent(rows: Sequence[Row], reader: Reader, *, days: int, by: Any) -> list[Spent]:
    ids = [row.partner.pk for row in rows]
    since = reader.at - timedelta(days=days)
    touches = Touch.objects.filter(partner__in=ids, happened_at__gt=since)
    if by is not None:
        touches = touches.filter(logged_by=by)
    known: dict[int, tuple[int, int]] = {}
    counted = (
        touches.order_by()
        .values("partner_id", "kind")
        .annotate(n=Count("pk"), said=Sum("minutes"), unsaid=Count("pk", filter=Q(minutes__isnull=True)))
    )
    for one in counted:
        minutes, number = known.get(one["partner_id"], (0, 0))
        usual = one["unsaid"] * USUAL_MINUTES.get(one["kind"], 0)
        known[one["partner_id"]] = (minutes + (one["said"] or 0) + usual, number + one["n"])
    reachable = _reachable(rows)
    spent = []
    for row in rows:
        minutes, number = known.get(row.partner.pk, (0, 0))
        potential = max(NOTHING, reachable(row) - row.won)
        spent.append(Spent(row.partner.name, minutes, number, row.won, row.pipeline, potential, row=row))
    return spent


def _reachable(rows: Sequence[Row]) -> Callable[[Row], Decimal]:
    """Return a function that says what partners like one win where things go well: the upper quarter of its category.

    With too few in its category, of all that are shown.
    """
    by_category: defaultdict[str, list[Decimal]] = defaultdict(list)
    for row in rows:
        by_category[_kind(row)].append(row.won)
    everybody = _upper_quarter([row.won for row in rows])
    upper = {name: _upper_quarter(won) for name, won in by_category.items() if len(won) >= ENOUGH_PEERS}
    return lambda row: upper.get(_kind(row), everybody)


def _kind(row: Row) -> str:
    return row.categories[0] if row.categories else ""


def _upper_quarter(values: Sequence[Decimal]) -> Decimal:
    return Decimal(quantiles(values, n=4)[2]) if len(values) > 1 else (values[0] if values else NOTHING)


def _share(spent: Iterable[Spent]) -> None:
    """Give each its share of the time, and of the value: the average of its shares of won, pipeline and potential."""
    rows = list(spent)
    minutes = Decimal(sum(one.minutes for one in rows))
    totals = [sum((getattr(one, name) for one in rows), NOTHING) for name in ("won", "pipeline", "potential")]
    counting = [total for total in totals if total] or [Decimal(1)]
    for one in rows:
        one.time_share = Decimal(one.minutes) / minutes if minutes else NOTHING
        values = (one.won, one.pipeline, one.potential)
        parts = [value / total for value, total in zip(values, totals, strict=True) if total]
        one.value_share = sum(parts, NOTHING) / len(counting)


def _classes(spent: Sequence[Spent], names: Callable[[Row], Iterable[str]]) -> list[Spent]:
    found: dict[str, Spent] = {}
    for one in spent:
        for name in names(one.row) if one.row else ():
            total = found.setdefault(name, Spent(name, 0, 0, NOTHING, NOTHING, NOTHING, partners=0))
            total.partners += 1
            for figure in ("minutes", "touches", "won", "pipeline", "potential", "time_share", "value_share"):
                setattr(total, figure, getattr(total, figure) + getattr(one, figure))
    return sorted(found.values(), key=lambda one: (-one.minutes, one.name))


def _advice(spent: Sequence[Spent], *, days: int) -> list[Advice]:
    """Return who should get more and who less, those furthest out of balance first."""
    total = sum(one.minutes for one in spent)
    if not total:
        return []
    typical = Decimal(1) / len(spent)
    under = [one for one in spent if one.value_share >= typical and (one.index is None or one.index < UNDER)]
    over = [one for one in spent if one.minutes >= LEAST_MINUTES and (one.index is None or one.index > OVER)]
    under.sort(key=lambda one: one.time_share - one.value_share)
    over.sort(key=lambda one: one.value_share - one.time_share)
    return [_advise(one, total, days, more=True) for one in under[:SHOWN]] + [
        _advise(one, total, days, more=False) for one in over[:SHOWN]
    ]


def _advise(one: Spent, total: int, days: int, *, more: bool) -> Advice:
    fair = int(one.value_share * total)
    difference = abs(fair - one.minutes) * 30 // days
    rounded = max(5, int(round(difference / 5.0)) * 5)
    names = {
        "time": _percent(one.time_share),
        "value": _percent(one.value_share),
        "minutes": one.minutes,
        "touches": one.touches,
    }
    if more and not one.touches:
        reason = _("%(value)s of the value, and nobody was in touch.")
    elif more:
        reason = _("%(value)s of the value, and %(time)s of the time: %(minutes)s minutes.")
    else:
        reason = _("%(time)s of the time, %(minutes)s minutes, and %(value)s of the value.")
    return Advice(one, more, rounded, reason % names)


def _percent(share: Decimal) -> str:
    return f"{round(share * 100)} %" if share >= Decimal("0.01") or not share else "< 1 %"
