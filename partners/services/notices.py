"""Tells people what was decided about their partner's categories."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from partners.models import CategoryMembership, MembershipState
from partners.models.memberships import HOLDING_STATES
from partners.services import membership_notices
from partners.services.telling import manager_of, people_of, tell

#: What a partner hears about: everything but suggestions that came and went.
HEARD_BY_PARTNERS = frozenset(set(MembershipState) - {MembershipState.SUGGESTED})


def membership_changed(payload: Mapping[str, Any]) -> None:
    """Tell the channel account manager what waits for a decision, and a partner's people what was decided."""
    membership = (
        CategoryMembership.objects.select_related("partner", "category").filter(pk=payload["membership_id"]).first()
    )
    if membership is None:
        return
    partner, after = membership.partner, payload["after"]
    names = {"partner": partner, "category": membership.category, "reason": membership.reason}
    key = f"membership-{membership.pk}-{after}"
    if after == MembershipState.GRACE or payload["before"] == MembershipState.GRACE:
        membership_notices.in_or_out_of_grace(membership, payload)
        return
    if after == MembershipState.PENDING:
        asks = gettext_noop("%(partner)s asks to be in %(category)s.")
        page = reverse("vendor:membership-list")
        tell(manager_of(partner), kind="membership", text=asks, names=names, url=page, key=key)
    elif text := _decision(payload["before"], after) if payload["before"] != after else "":
        page = reverse("partner:category-detail", args=[membership.category.public_id])
        by_mail = "application" not in membership.evidence  # whoever was just let in reads it in that e-mail
        tell(people_of(partner), kind="membership", text=text, names=names, url=page, key=key, by_mail=by_mail)


def _decision(before: str, after: str) -> str:
    """Return the sentence for a partner; nothing for what it need not hear."""
    if after == MembershipState.ACTIVE:
        return gettext_noop("You are in the category %(category)s now.")
    if after != MembershipState.ENDED or before not in HEARD_BY_PARTNERS:
        return ""
    if before in HOLDING_STATES:
        return gettext_noop("You are no longer in the category %(category)s: %(reason)s")
    return gettext_noop("You were not taken into the category %(category)s: %(reason)s")
