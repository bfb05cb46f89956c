"""Where what is said and what the data show differ: declared but not fulfilled, fulfilled but not declared, lapsed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import CategoryMembership, MembershipMove, MembershipState, Partner
from partners.models.memberships import HOLDING_STATES, WAITING_STATES
from partners.queries import examinations


class Kind(models.TextChoices):
    """In which way they differ."""

    UNPROVEN = "unproven", gettext_lazy("Declared, but criteria do not hold")
    UNDECLARED = "undeclared", gettext_lazy("Criteria hold, but not declared")
    LAPSED = "lapsed", gettext_lazy("Held, but criteria no longer hold")


WHERE: dict[str, Q] = {
    Kind.UNPROVEN: Q(state__in=[MembershipState.SELF_DECLARED, MembershipState.PENDING], criteria_hold=False),
    Kind.UNDECLARED: Q(state=MembershipState.SUGGESTED),
    Kind.LAPSED: Q(state__in=HOLDING_STATES, criteria_hold=False),
}
ANY = Q(*WHERE.values(), _connector=Q.OR)
#: How the queue may be ordered: the oldest first, or the partners with most revenue.
ORDERS = {"age": ("since", "pk"), "weight": (F("partner__annual_revenue").desc(nulls_last=True), "since", "pk")}


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference in words for either side."""

    kind: Kind
    to_partner: str
    to_vendor: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A suggestion that was refused, and still counts: when, by whom, why."""

    move: MembershipMove
    by_partner: bool


def queue(user: Any, *, kind: str = "", category: str = "", order: str = "age") -> QuerySet[CategoryMembership]:
    """Return the memberships a person may see in which something differs."""
    wanted = WHERE.get(kind, ANY)
    rows: QuerySet[CategoryMembership] = CategoryMembership.objects.visible_to(user).open().filter(wanted)
    if category:
        rows = rows.filter(category__key=category)
    return (
        rows.annotate(since=Coalesce("criteria_since", "starts_at"))
        .select_related("partner", "category")
        .order_by(*ORDERS.get(order, ORDERS["age"]))
    )


def of(membership: CategoryMembership | None) -> Difference | None:
    """Return in which way a membership differs from what the data show; None where it does not."""
    if membership is None or membership.state == MembershipState.ENDED:
        return None
    if membership.state == MembershipState.SUGGESTED:
        return Difference(
            Kind.UNDECLARED,
            _("You fulfil what it asks, and have not said that you do this."),
            _("Fulfils the criteria, has not declared it"),
        )
    if membership.criteria_hold is not False:
        return None
    if membership.state in WAITING_STATES:
        return Difference(
            Kind.UNPROVEN,
            _("You say that you do this; your data do not show it yet."),
            _("Declared, does not fulfil the criteria"),
        )
    return Difference(
        Kind.LAPSED,
        _("You hold it, and your data no longer show what it asks."),
        _("Holds it, no longer fulfils the criteria"),
    )


def last_refusal(stays: Sequence[CategoryMembership]) -> Refusal | None:
    """Return the refusal of the last suggestion, where nothing came after it.

    `stays` are those of one partner in one category, the newest first.
    """
    last = next(iter(stays), None)
    if last is None or last.state != MembershipState.ENDED or last.decided_by_id is None:
        return None
    moves = last.moves.filter(after=MembershipState.ENDED, before=MembershipState.SUGGESTED, moved_by__isnull=False)
    move = moves.select_related("moved_by").first()
    return Refusal(move, by_partner=not move.moved_by.is_vendor) if move and move.moved_by else None


def suggestions(partner: Partner) -> QuerySet[CategoryMembership]:
    """Return what criteria suggest to a partner now, the newest last."""
    rows: QuerySet[CategoryMembership] = CategoryMembership.objects.of(partner).open()
    return (
        rows.filter(state=MembershipState.SUGGESTED)
        .select_related("category", "partner__region")
        .order_by("starts_at", "pk")
    )


def refused(partner: Partner) -> QuerySet[MembershipMove]:
    """Return the suggestions that somebody refused, the newest first."""
    moves: QuerySet[MembershipMove] = MembershipMove.objects.of(partner)
    return (
        moves.filter(before=MembershipState.SUGGESTED, after=MembershipState.ENDED, moved_by__isnull=False)
        .select_related("membership__category", "moved_by")
        .order_by("-at", "-pk")
    )


def again_words(membership: CategoryMembership) -> str:
    """Return why something refused is suggested again; nothing where it was never refused."""
    again = membership.evidence.get("again")
    if not again:
        return ""
    if not again["changed"]:
        return _("It was refused before (“%(reason)s”). Since then your data changed.") % {"reason": again["reason"]}
    return _("It was refused before (“%(reason)s”). Since then this changed: %(changed)s.") % {
        "reason": again["reason"],
        "changed": "; ".join(again["changed"]),
    }


def examined(membership: CategoryMembership, at: Any) -> examinations.Examination | None:
    """Return what the criteria of a membership's category say now."""
    return examinations.examine(partner=membership.partner, category=membership.category, at=at)
