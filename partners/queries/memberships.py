"""Memberships as pages show them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, Value, When

from partners.models import Category, CategoryMembership, FlagState, MembershipReview, MembershipState, Partner
from partners.models.memberships import HOLDING_STATES, WAITING_STATES
from partners.models.reviews import OPEN_REVIEWS


@dataclass(frozen=True, slots=True)
class PartnerMemberships:
    """A partner's categories: held now, waiting for a decision, and those that ended."""

    held: list[CategoryMembership]
    waiting: list[CategoryMembership]
    ended: list[CategoryMembership]


def of_partner(partner: Partner) -> PartnerMemberships:
    """Return all memberships of a partner, past ones too, with the review under way and the number of open flags."""
    review = MembershipReview.objects.filter(membership=OuterRef("pk"), state__in=OPEN_REVIEWS)
    is_open = Q(flags__state=FlagState.OPEN)
    rows = list(
        CategoryMembership.objects.of(partner)
        .annotate(
            review_id=Subquery(review.values("public_id")[:1]),
            review_due_on=Subquery(review.values("due_on")[:1]),
            open_flags=Count("flags", filter=is_open),
        )
        .select_related("category", "category_version", "decided_by")
        .order_by("-ends_at", "-is_primary", "category__position", "-starts_at")
    )
    return PartnerMemberships(
        [row for row in rows if row.state in HOLDING_STATES],
        [row for row in rows if row.state in WAITING_STATES],
        [row for row in rows if row.state == MembershipState.ENDED],
    )


def all_of(partner: Partner) -> QuerySet[CategoryMembership]:
    """Return every stay of a partner in a category, past ones included."""
    rows: QuerySet[CategoryMembership] = CategoryMembership.objects.of(partner).select_related("category")
    return rows


def waiting_for(user: Any) -> QuerySet[CategoryMembership]:
    """Return the memberships that a person may decide about, those that partners asked for first, oldest first."""
    rows: QuerySet[CategoryMembership] = CategoryMembership.objects.visible_to(user).open()
    return (
        rows.filter(state__in=WAITING_STATES)
        .select_related("partner", "category")
        .order_by(_asked_first(), "starts_at", "pk")
    )


def assignable(partner: Partner) -> QuerySet[Category]:
    """Return the categories a partner may be put into: published, and not held already."""
    held = CategoryMembership.objects.open().filter(partner=partner, state__in=HOLDING_STATES).values("category_id")
    return (
        Category.objects.filter(retired_at__isnull=True, versions__state="published")
        .exclude(pk__in=held)
        .order_by("position", "pk")
    )


def _asked_first() -> Any:
    return Case(
        When(state=MembershipState.PENDING, then=Value(0)),
        When(state=MembershipState.SELF_DECLARED, then=Value(1)),
        default=Value(2),
    )
