"""Partners in categories: declared, confirmed, ended. A stay that ended is kept; coming back is a new stay.

suggested ─────┐
self_declared ─┼─▶ active ◀─▶ grace        every one of them ─▶ ended
    └▶ pending ┘

What criteria suggest is in `suggestions.py`, what happens when they cease to hold in `grace.py`, and the look at every
membership from time to time in `reviews.py`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core import audit
from partners.models import Category, CategoryMembership, MembershipSource, MembershipState, Partner
from partners.models.memberships import HOLDING_STATES
from partners.services import stays, suggestions
from partners.services.stays import MEMBERSHIP_CHANGED, NotAllowed, ReasonMissing
from partners.signals import announce_partners

__all__ = [
    "MEMBERSHIP_CHANGED",
    "NotAllowed",
    "ReasonMissing",
    "ask_review",
    "assign",
    "confirm",
    "declare",
    "end",
    "make_primary",
]


def assign(
    *,
    partner: Partner,
    category: Category,
    by: Any | None,
    at: datetime,
    is_primary: bool = False,
    source: str = MembershipSource.ASSIGNED,
    reason: str = "",
    evidence: Mapping[str, Any] | None = None,
) -> CategoryMembership:
    """Put a partner into a category at once. Whatever was waiting for a decision is decided by it.

    The first category a partner holds is its primary one.
    """
    with audit.action("membership.assign", by=by):
        stays.lock(partner.pk)
        membership = stays.open_of(partner.pk, category.pk)
        if membership is None:
            active = MembershipState.ACTIVE
            membership = stays.begin(partner, category, active, source, by=by, at=at, reason=reason, evidence=evidence)
        elif membership.state != MembershipState.ACTIVE:
            stays.activate(membership, by=by, at=at, reason=reason)
        if is_primary:
            stays.make_primary(membership)
    membership.refresh_from_db()
    return membership


def declare(
    *,
    partner: Partner,
    category: Category,
    by: Any | None,
    at: datetime,
    statement: str = "",
    evidence: Mapping[str, Any] | None = None,
) -> CategoryMembership:
    """A partner says it is in a category. With a statement of what shows it, the vendor is asked to review at once."""
    said = dict(evidence or {}) | ({"statement": statement} if statement else {})
    with audit.action("membership.declare", by=by):
        stays.lock(partner.pk)
        membership = stays.open_of(partner.pk, category.pk)
        if membership is None:
            state, source = MembershipState.SELF_DECLARED, MembershipSource.DECLARED
            membership = stays.begin(partner, category, state, source, by=by, at=at, evidence=said)
        elif membership.state == MembershipState.SUGGESTED:
            suggestions.accept(membership=membership, by=by, at=at, statement=statement)
        if statement and membership.state == MembershipState.SELF_DECLARED:
            _hand_in(membership, by=by, at=at, said=said)
    membership.refresh_from_db()
    return membership


def ask_review(*, membership: CategoryMembership, by: Any | None, at: datetime, statement: str) -> CategoryMembership:
    """A partner hands in what shows that it is in a category it declared or that was suggested to it."""
    with audit.action("membership.ask_review", by=by):
        locked = stays.locked(membership)
        if locked.state != MembershipState.PENDING:
            verb = _("handed in for review")
            stays.expect(locked, MembershipState.SELF_DECLARED, MembershipState.SUGGESTED, verb=verb)
            _hand_in(locked, by=by, at=at, said={"statement": statement})
    membership.refresh_from_db()
    return membership


def confirm(*, membership: CategoryMembership, by: Any | None, at: datetime, reason: str = "") -> CategoryMembership:
    """Somebody at the vendor agrees: from now on the partner holds the category. Held already, nothing changes."""
    with audit.action("membership.confirm", by=by):
        locked = stays.locked(membership)
        if locked.state != MembershipState.ACTIVE:
            stays.expect(locked, *(set(MembershipState) - {MembershipState.ENDED}), verb=_("confirmed"))
            stays.activate(locked, by=by, at=at, reason=reason)
    membership.refresh_from_db()
    return membership


def make_primary(*, membership: CategoryMembership, by: Any | None, at: datetime) -> CategoryMembership:
    """Make a category the one that describes the partner best; the one that did so before no longer does."""
    with audit.action("membership.make_primary", by=by):
        locked = stays.locked(membership)
        stays.expect(locked, *HOLDING_STATES, verb=_("made primary"))
        if stays.make_primary(locked):
            announce_partners([locked.partner_id])
    membership.refresh_from_db()
    return membership


def end(*, membership: CategoryMembership, by: Any | None, at: datetime, reason: str) -> CategoryMembership:
    """End a stay, or turn down what was suggested or declared, and say why. Ended already, nothing changes."""
    if not reason.strip():
        raise ReasonMissing({"reason": _("Say why: the partner reads it.")})
    with audit.action("membership.end", by=by):
        locked = stays.locked(membership)
        if locked.state != MembershipState.ENDED:
            stays.end(locked, by=by, at=at, reason=reason.strip())
    membership.refresh_from_db()
    return membership


def _hand_in(membership: CategoryMembership, *, by: Any | None, at: datetime, said: Mapping[str, Any]) -> None:
    before = membership.state
    membership.state = MembershipState.PENDING
    membership.evidence = membership.evidence | dict(said)
    membership.save(update_fields=["state", "evidence"])
    stays.note(membership, before=before, by=by, at=at)
