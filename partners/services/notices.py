"""Tells people what was decided about their partner: in the reader's own language, once."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from accounts.models import User
from accounts.services import notifications
from partners.models import CategoryMembership, MembershipState, Partner, Tier, TierTrack
from partners.models.memberships import HOLDING_STATES

#: What a partner hears about: everything but suggestions that came and went.
HEARD_BY_PARTNERS = frozenset(set(MembershipState) - {MembershipState.SUGGESTED})


def tier_changed(payload: Mapping[str, Any]) -> None:
    """Tell a partner's people and its channel account manager that it holds another tier."""
    partner = Partner.objects.filter(pk=payload["partner_id"]).first()
    track = TierTrack.objects.filter(pk=payload["track_id"]).first()
    if partner is None or track is None:
        return
    tiers = Tier.objects.in_bulk([pk for pk in (payload["from_tier_id"], payload["to_tier_id"]) if pk])
    before, after = tiers.get(payload["from_tier_id"]), tiers.get(payload["to_tier_id"])
    key = f"tier-{payload['holding_id']}-{payload['to_tier_id'] or 'ended'}"
    names = {"partner": partner, "track": track, "before": before, "after": after}
    if after:
        own = gettext_noop("%(track)s: you are %(after)s now.")
        theirs = gettext_noop("%(track)s: %(partner)s is %(after)s now.")
    else:
        own = gettext_noop("%(track)s: you are no longer %(before)s.")
        theirs = gettext_noop("%(track)s: %(partner)s is no longer %(before)s.")
    _tell(_people_of(partner), "tier", own, names, reverse("partner:tier-detail"), key)
    _tell(_manager_of(partner), "tier", theirs, names, _vendor_page(partner), key)


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
    if after == MembershipState.PENDING:
        asks = gettext_noop("%(partner)s asks to be in %(category)s.")
        _tell(_manager_of(partner), "membership", asks, names, reverse("vendor:membership-list"), key)
    elif text := _decision(payload["before"], after):
        page = reverse("partner:category-detail", args=[membership.category.public_id])
        _tell(_people_of(partner), "membership", text, names, page, key)


def _decision(before: str, after: str) -> str:
    """Return the sentence for a partner; nothing for what it need not hear."""
    if after == MembershipState.ACTIVE:
        return gettext_noop("You are in the category %(category)s now.")
    if after != MembershipState.ENDED or before not in HEARD_BY_PARTNERS:
        return ""
    if before in HOLDING_STATES:
        return gettext_noop("You are no longer in the category %(category)s: %(reason)s")
    return gettext_noop("You were not taken into the category %(category)s: %(reason)s")


def _tell(users: Iterable[User], kind: str, text: str, names: Mapping[str, Any], url: str, key: str) -> None:
    for user in users:
        with translation.override(user.language):
            said = gettext(text) % names
        notifications.notify(user_ids=[user.pk], kind=kind, text=said, url=url, dedupe_key=key)


def _people_of(partner: Partner) -> list[User]:
    return list(User.objects.filter(person__partner=partner, person__left_at__isnull=True, is_active=True))


def _manager_of(partner: Partner) -> list[User]:
    return list(User.objects.filter(assignments__partner=partner, assignments__ends_at__isnull=True, is_active=True))


def _vendor_page(partner: Partner) -> str:
    return reverse("vendor:membership-history", args=[partner.public_id])
