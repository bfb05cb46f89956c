"""Tells a partner and its manager of grace: that it began, that it runs out, how it ended."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from partners.models import CategoryMembership, MembershipState
from partners.services.telling import Day, manager_of, people_of, tell


def in_or_out_of_grace(membership: CategoryMembership, payload: Mapping[str, Any]) -> None:
    """Tell both sides that grace began, was ended by what the data show, or is over."""
    after = payload["after"]
    last = membership.moves.order_by("-at", "-pk").first()
    key = f"membership-{membership.pk}-{after}-{last.pk if last else 0}"
    if after == MembershipState.GRACE:
        if membership.state != MembershipState.GRACE:
            return
        own = gettext_noop("Your category %(category)s ends on %(day)s unless what is missing is there by then.")
        theirs = gettext_noop("%(partner)s is in grace for %(category)s until %(day)s.")
        detail = gettext_noop("%(reason)s. The category's page shows what is asked, what you have and what is missing.")
    elif after == MembershipState.ACTIVE:
        own = gettext_noop("You keep the category %(category)s.")
        theirs = gettext_noop("%(partner)s keeps the category %(category)s.")
        detail = gettext_noop("%(reason)s")
    else:
        own = gettext_noop("You are no longer in the category %(category)s: %(reason)s")
        theirs = gettext_noop("%(partner)s is no longer in the category %(category)s: %(reason)s")
        detail = gettext_noop("You may declare it again on the category's page once you have what it asks.")
    _tell_both(membership, own, theirs, detail=detail, key=key)


def grace_runs_out(payload: Mapping[str, Any]) -> None:
    """Remind both sides that grace is running out."""
    membership = (
        CategoryMembership.objects.select_related("partner", "category")
        .filter(pk=payload["membership_id"], state=MembershipState.GRACE)
        .first()
    )
    if membership is None:
        return
    own = gettext_noop("Your category %(category)s ends on %(day)s.")
    theirs = gettext_noop("%(partner)s loses the category %(category)s after %(day)s.")
    detail = gettext_noop("%(reason)s. The category's page shows what is asked, what you have and what is missing.")
    key = f"grace-{membership.pk}-{membership.grace_ends_on}-{payload['days']}"
    _tell_both(membership, own, theirs, detail=detail, key=key)


def _tell_both(membership: CategoryMembership, own: str, theirs: str, *, detail: str, key: str) -> None:
    names = {
        "partner": membership.partner,
        "category": membership.category,
        "reason": membership.reason,
        "day": Day(membership.grace_ends_on),
    }
    told: dict[str, Any] = {"kind": "membership", "names": names, "key": key}
    page = reverse("partner:category-detail", args=[membership.category.public_id])
    tell(people_of(membership.partner), text=own, detail=detail, url=page, by_mail=True, **told)
    vendor_page = reverse("vendor:membership-detail", args=[membership.public_id])
    tell(manager_of(membership.partner), text=theirs, url=vendor_page, **told)
