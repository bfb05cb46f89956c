"""What every step of a membership shares: locks, beginnings, moves with their evidence, and who is told.

The services of memberships, suggestions, grace and reviews are written in these words; nobody else uses them.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from core.models import Program
from core.periods import add_months
from core.periods import today as day_at
from core.refusals import Refusal
from core.services import outbox, versions
from partners.models import (
    Category,
    CategoryMembership,
    MembershipMove,
    MembershipReview,
    MembershipState,
    Partner,
    ReviewState,
)
from partners.models.memberships import HOLDING_STATES
from partners.models.reviews import OPEN_REVIEWS
from partners.queries import examinations, overrides
from partners.services import tiers
from partners.signals import announce_partners

MEMBERSHIP_CHANGED = "partners.membership_changed"
#: What every step may write; the worker that notes verdicts writes other columns.
MOVED = ("state", "grace_ends_on", "grace_told_days", "next_review_on", "reason", "decided_by")


class NotAllowed(Refusal):
    """The membership cannot go from its state to the one asked for, or the category is not open."""


class ReasonMissing(Refusal):
    """Ending a membership needs a reason that the partner can read."""


def lock(partner_id: int) -> None:
    """Let nobody else decide about a partner's memberships until the transaction is over."""
    Partner.objects.select_for_update(no_key=True).only("pk").get(pk=partner_id)


def locked(membership: CategoryMembership) -> CategoryMembership:
    """Return a membership as it is now, with its partner locked."""
    lock(membership.partner_id)
    rows = CategoryMembership.objects.select_for_update(no_key=True, of=("self",)).select_related("partner", "category")
    found: CategoryMembership = rows.get(pk=membership.pk)
    return found


def open_of(partner_id: int, category_id: int) -> CategoryMembership | None:
    """Return the stay of a partner in a category that is on now."""
    found: CategoryMembership | None = (
        CategoryMembership.objects.open()
        .filter(partner_id=partner_id, category_id=category_id)
        .select_related("partner", "category")
        .first()
    )
    return found


def expect(membership: CategoryMembership, *states: str, verb: str) -> None:
    """Refuse what a membership in another state cannot do."""
    if membership.state not in states:
        raise NotAllowed(
            _("%(membership)s cannot be %(verb)s: it is in the state “%(state)s”.")
            % {"membership": membership, "verb": verb, "state": membership.get_state_display()},
            code="wrong_state",
        )


def person(by: Any | None) -> User | None:
    """Return who decided, where it was a person."""
    return by if isinstance(by, User) else None


def today_of(at: datetime) -> date:
    """Return the program's day at a moment."""
    return day_at(at=at, zone=Program.current().zone)


def begin(
    partner: Partner,
    category: Category,
    state: MembershipState,
    source: str,
    *,
    by: Any | None,
    at: datetime,
    reason: str = "",
    evidence: Mapping[str, Any] | None = None,
) -> CategoryMembership:
    """Begin a stay. A clock that is a little behind the end of the last stay begins it at that end."""
    version = versions.published_of(category)
    if version is None or category.retired_at is not None:
        raise NotAllowed(_("%(category)s is not open to partners now.") % {"category": category}, code="not_open")
    ended = CategoryMembership.objects.filter(partner=partner, category=category).aggregate(last=Max("ends_at"))["last"]
    starts_at = max(at, ended) if ended else at
    verdicts = examinations.stored_verdicts([partner.pk]).get(partner.pk)
    holds = (
        examinations.verdict(category.pk, verdicts, examinations.asking([category.pk]))
        if verdicts is not None
        else None
    )
    membership: CategoryMembership = CategoryMembership.objects.create(
        partner=partner,
        category=category,
        category_version=version,
        state=state,
        source=source,
        starts_at=starts_at,
        reason=reason,
        decided_by=person(by) if state == MembershipState.ACTIVE else None,
        evidence=dict(evidence or {}),
        criteria_hold=holds,
        criteria_since=at if holds is not None else None,
        next_review_on=next_review(starts_at, partner, category) if state == MembershipState.ACTIVE else None,
    )
    note(membership, before="", by=by, at=at, reason=reason, evidence=_examined(membership, state, by=by, at=at))
    if state == MembershipState.ACTIVE:
        after_activation(membership, at=at)
    return membership


def note(
    membership: CategoryMembership,
    *,
    before: str,
    by: Any | None,
    at: datetime,
    reason: str = "",
    evidence: Mapping[str, Any] | None = None,
) -> None:
    """Write a step into the history of a membership, and tell who has to hear."""
    MembershipMove.objects.create(
        membership=membership,
        before=before,
        after=membership.state,
        at=at,
        moved_by=person(by),
        reason=reason,
        evidence=dict(evidence or {}),
    )
    tell(membership.pk, membership.partner_id, before=before, after=membership.state)


def tell(membership_id: int, partner_id: int, *, before: str, after: str) -> None:
    """Announce a step, and put the notices that follow."""
    payload = {"membership_id": membership_id, "before": str(before), "after": str(after)}
    outbox.put(topic=MEMBERSHIP_CHANGED, payload=payload)
    announce_partners([partner_id])


def activate(membership: CategoryMembership, *, by: Any | None, at: datetime, reason: str) -> None:
    """Let a partner hold a category from now on; out of grace, it goes on holding it."""
    before = membership.state
    if before != MembershipState.GRACE:
        version = versions.published_of(membership.category)
        membership.evidence = membership.evidence | {"waiting_since": membership.starts_at.isoformat()}
        membership.starts_at = max(at, membership.starts_at)
        membership.category_version = version
        membership.next_review_on = next_review(membership.starts_at, membership.partner, membership.category)
    membership.state = MembershipState.ACTIVE
    membership.grace_ends_on = membership.grace_told_days = None
    membership.reason, membership.decided_by = reason, person(by)
    membership.save(update_fields=["starts_at", "category_version", "evidence", *MOVED])
    evidence = _examined(membership, membership.state, by=by, at=at)
    note(membership, before=before, by=by, at=at, reason=reason, evidence=evidence)
    after_activation(membership, at=at)


def after_activation(membership: CategoryMembership, *, at: datetime) -> None:
    """Make the first category the primary one, and open the ladders that are for its members."""
    primaries = CategoryMembership.objects.open().filter(partner_id=membership.partner_id, is_primary=True)
    if not primaries.exists():
        make_primary(membership)
    tiers.follow_stored_qualification(partner_id=membership.partner_id, at=at)


def make_primary(membership: CategoryMembership) -> bool:
    """Move the mark of the primary category. Returns whether it moved."""
    if membership.is_primary:
        return False
    CategoryMembership.objects.open().filter(partner_id=membership.partner_id, is_primary=True).update(is_primary=False)
    membership.is_primary = True
    membership.save(update_fields=["is_primary"])
    return True


def end(membership: CategoryMembership, *, by: Any | None, at: datetime, reason: str) -> None:
    """End a stay. A review that was on is dropped with it."""
    before = membership.state
    evidence = _examined(membership, before, by=by, at=at)
    membership.state, membership.ends_at = MembershipState.ENDED, max(at, membership.starts_at)
    membership.is_primary = False
    membership.grace_ends_on = membership.grace_told_days = membership.next_review_on = None
    membership.reason, membership.decided_by = reason, person(by)
    membership.save(update_fields=["ends_at", "is_primary", *MOVED])
    MembershipReview.objects.filter(membership=membership, state__in=OPEN_REVIEWS).update(state=ReviewState.DROPPED)
    note(membership, before=before, by=by, at=at, reason=reason, evidence=evidence)


def next_review(at: datetime, partner: Partner, category: Category) -> date | None:
    """Return the day by which what was decided at a moment is looked at again, as the partner's region has it."""
    applied = overrides.applying(category, partner)
    if applied is None or not applied.version.review_interval_months:
        return None
    return add_months(today_of(at), applied.version.review_interval_months)


def _examined(membership: CategoryMembership, state: str, *, by: Any | None, at: datetime) -> dict[str, Any]:
    """Return what criteria say where somebody decides; what criteria did by themselves is known by its own evidence."""
    decides = person(by) is not None and (state in HOLDING_STATES or state == MembershipState.SUGGESTED)
    if not decides:
        return {}
    return examinations.evidence_of(partner=membership.partner, category=membership.category, at=at)
