"""Deals as pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, ExpressionWrapper, F, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import Money
from deals.models import Deal, DealParticipant, DealRole, DealStage
from partners.models import Partner
from partners.queries import timeline

#: Key of an order → columns. Each ends in the key, so that pages neither repeat nor miss a deal.
ORDERS: Mapping[str, tuple[Any, ...]] = {
    "newest": ("-latest_on", "-pk"),
    "amount": ("-program_amount", "-pk"),
    "closing": (F("expected_close_on").asc(nulls_last=True), "-pk"),
    "customer": ("customer__name", "-pk"),
}
WHOLE_AMOUNT = F("program_amount")
SHARE_OF_AMOUNT = ExpressionWrapper(
    F("program_amount") * F("share_percent") / 100, output_field=DecimalField(max_digits=24, decimal_places=4)
)
PANEL_DEALS = 5


@dataclass(frozen=True, slots=True)
class Totals:
    """How many deals are in each stage, and what they are worth in the program's currency."""

    open_count: int
    open_amount: Decimal
    won_count: int
    won_amount: Decimal
    lost_count: int

    @property
    def win_rate(self) -> Decimal | None:
        """The share of closed deals that were won, or None where nothing is closed."""
        closed = self.won_count + self.lost_count
        return Decimal(self.won_count) / closed if closed else None


def totals(deals: QuerySet[Deal], *, worth: Any = WHOLE_AMOUNT) -> Totals:
    """Return the totals of deals in one statement; `worth` is what counts of each."""
    found = deals.order_by().aggregate(
        **{f"{stage.value}_count": Count("pk", filter=Q(stage=stage)) for stage in DealStage},
        **{
            f"{stage.value}_amount": Coalesce(
                Sum(worth, filter=Q(stage=stage)), Decimal(0), output_field=DecimalField()
            )
            for stage in (DealStage.OPEN, DealStage.WON)
        },
    )
    return Totals(**found)


def listed(deals: QuerySet[Deal], *, order: str) -> QuerySet[Deal]:
    """Return deals with what a row of the vendor's list shows."""
    participants = DealParticipant.objects.select_related("partner").order_by("pk")
    rows = deals.dated().select_related("customer").order_by(*ORDERS[order])  # type: ignore[attr-defined]
    return rows.prefetch_related(Prefetch("participants", participants))


# --- what a partner sees


@dataclass(frozen=True, slots=True)
class OwnRole:
    """What the partner itself does on a deal, and what its share of that is worth."""

    label: str
    split_percent: Decimal
    amount: Money


def own_deals(partner: Partner, *, order: str = "newest") -> QuerySet[Deal]:
    """Return the partner's deals; each knows only the partner's own participations, as `own_participations`."""
    own = DealParticipant.objects.filter(partner=partner).order_by("-split_percent", "pk")
    rows = Deal.objects.of(partner).shared_by(partner).dated().select_related("customer")
    return rows.order_by(*ORDERS[order]).prefetch_related(Prefetch("participants", own, to_attr="own_participations"))


def own_totals(deals: QuerySet[Deal]) -> Totals:
    """Return the totals of a partner's deals, counting its own share only."""
    return totals(deals.prefetch_related(None), worth=SHARE_OF_AMOUNT)


def own_roles(deal: Deal) -> list[OwnRole]:
    """Return what the partner does on one of `own_deals`. Nothing here tells of others on the deal."""
    return [
        OwnRole(row.get_role_display(), row.split_percent, _share(deal, row.split_percent))
        for row in deal.own_participations  # type: ignore[attr-defined]
    ]


def _share(deal: Deal, percent: Decimal) -> Money:
    return Money(deal.amount * percent / 100, deal.currency).rounded()


# --- what a partner's page at the vendor shows


@dataclass(frozen=True, slots=True)
class PartnerDeals:
    """A partner's deals in short: the last twelve months, and the newest ones."""

    totals: Totals
    newest: list[Deal]


def partner_deals(partner: Partner, *, since: date) -> PartnerDeals:
    """Return the totals since a day and the newest deals of a partner."""
    deals = Deal.objects.of(partner)
    own = DealParticipant.objects.filter(partner=partner).order_by("pk")
    rows = deals.dated().select_related("customer").order_by(*ORDERS["newest"])
    newest = rows.prefetch_related(Prefetch("participants", own, to_attr="own_participations"))[:PANEL_DEALS]
    return PartnerDeals(totals(deals.since(since)), list(newest))


# --- history

SHOWN_IN_HISTORY = ("name", "customer_id", "stage", "amount", "currency", "opened_on", "expected_close_on", "closed_on",
                    "owner_id")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One moment in a deal's history: who, when, and the names of what changed (none: it was recorded)."""

    at: datetime
    by: str
    fields: Sequence[str]


def history(deal: Deal, *, limit: int = 20) -> list[Change]:
    """Return the newest changes of a deal out of the audit trail, newest first."""
    events = list(deal.events.order_by("-pgh_id")[: limit + 1])  # type: ignore[attr-defined]
    changes = []
    for event, before in zip(events, [*events[1:], None], strict=True):
        fields = _differing(event, before) if before else []
        if fields or event.pgh_label == "insert":
            changes.append(Change(event.pgh_created_at, (event.pgh_context or {}).get("by_name", ""), fields))
    return changes[:limit]


def _differing(event: Any, before: Any) -> list[str]:
    names = [name for name in SHOWN_IN_HISTORY if getattr(event, name) != getattr(before, name)]
    labels = [getattr(Deal._meta.get_field(name.removesuffix("_id")), "verbose_name", name) for name in names]
    return list(dict.fromkeys(str(label) for label in labels))


# --- in the history of a partner


def _history_rows() -> str:
    """Return the statement that reads when the partner came onto deals and left them, and how its deals went."""
    mine = "SELECT deal_id FROM deals_dealparticipant WHERE partner_id = %(partner)s"
    took_part = timeline.part_of("deals", DealParticipant, "event.partner_id = %(partner)s")
    went = timeline.part_of("deals", Deal, f"event.pgh_obj_id IN ({mine}) AND event.pgh_label = 'update'")
    return f"({took_part}) UNION ALL ({went})"


def _tell(row: timeline.Row, names: Mapping[int, str]) -> tuple[Any, ...] | None:
    """Put what happened on a deal into words."""
    if "split_percent" in row.after:
        name = {"name": names.get(row.after["deal_id"], "–"), "role": DealRole(row.after["role"]).label}
        if row.label == "delete":
            return _("No longer on the deal %(name)s: %(role)s") % name, "handshake", "", []
        return (_("On the deal %(name)s: %(role)s") % name, "handshake", "", []) if row.before is None else None
    stage, was = row.after["stage"], (row.before or {}).get("stage")
    if stage == was:
        return None
    told = {"name": row.after["name"], "stage": DealStage(stage).label}
    tone = {DealStage.WON: "success", DealStage.LOST: "warning"}.get(DealStage(stage), "")
    return _("Deal %(name)s: %(stage)s") % told, "handshake", tone, []


HISTORY = timeline.Source("deals", gettext_lazy("Deals"), _history_rows, _tell, (Deal, "deal_id"))
