"""Partners in categories: suggested, declared, confirmed, ended. A stay that ended is kept; coming back is a new stay.

suggested ─────┐
self_declared ─┼─▶ active ◀─▶ grace        every one of them ─▶ ended
    └▶ pending ┘
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.models import VersionState
from core.refusals import Refusal
from core.services import outbox, versions
from partners.models import Category, CategoryMembership, CategoryVersion, MembershipSource, MembershipState, Partner
from partners.models.memberships import HOLDING_STATES
from partners.services import tiers
from partners.signals import announce_partners

MEMBERSHIP_CHANGED = "partners.membership_changed"
BATCH = 1_000


class NotAllowed(Refusal):
    """The membership cannot go from its state to the one asked for, or the category is not open."""


class ReasonMissing(Refusal):
    """Ending a membership needs a reason that the partner can read."""


def follow_eligibility(
    *,
    eligible: Mapping[int, Iterable[int]],
    at: datetime,
    evidence: Mapping[int, Mapping[Any, Any]] | None = None,
) -> int:
    """Bring suggestions in line with the categories each partner is eligible for today: all of them, and no others.

    `eligible` and `evidence` are by partner id; evidence then by category id. Nothing is suggested that the partner has
    already, in whatever state, nor what somebody turned down under the same version of the category; what somebody
    decided about stays when its criteria cease to hold. Returns how many suggestions began or ended.
    """
    wanted = {partner_id: set(category_ids) for partner_id, category_ids in eligible.items()}
    begun = _suggest(wanted, at=at, evidence=evidence or {})
    return begun + _withdraw_all_but(wanted, at=at)


def suggest(
    *, partner_id: int, category_ids: Iterable[int], at: datetime, evidence: Mapping[Any, Any] | None = None
) -> int:
    """Suggest categories to one partner, besides what is suggested already. Returns how many suggestions are new."""
    return _suggest({partner_id: set(category_ids)}, at=at, evidence={partner_id: evidence or {}})


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
        _lock(partner.pk)
        membership = _open(partner.pk, category.pk)
        if membership is None:
            membership = _begin(partner, category, MembershipState.ACTIVE, source, by, at, reason, evidence)
            _after_activation(membership, before="", at=at)
        elif membership.state != MembershipState.ACTIVE:
            _activate(membership, by=by, at=at, reason=reason)
        if is_primary:
            _make_primary(membership)
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
        _lock(partner.pk)
        membership = _open(partner.pk, category.pk)
        if membership is None:
            state = MembershipState.SELF_DECLARED
            membership = _begin(partner, category, state, MembershipSource.DECLARED, by, at, "", said)
            _tell(membership, before="")
        if statement and membership.state in (MembershipState.SELF_DECLARED, MembershipState.SUGGESTED):
            _ask_review(membership, by=by, said=said)
    membership.refresh_from_db()
    return membership


def ask_review(*, membership: CategoryMembership, by: Any | None, at: datetime, statement: str) -> CategoryMembership:
    """A partner hands in what shows that it is in a category it declared or that was suggested to it."""
    with audit.action("membership.ask_review", by=by):
        locked = _locked(membership)
        if locked.state != MembershipState.PENDING:
            _expect(locked, MembershipState.SELF_DECLARED, MembershipState.SUGGESTED, verb=_("handed in for review"))
            _ask_review(locked, by=by, said={"statement": statement})
    membership.refresh_from_db()
    return membership


def confirm(*, membership: CategoryMembership, by: Any | None, at: datetime, reason: str = "") -> CategoryMembership:
    """Somebody at the vendor agrees: from now on the partner holds the category. Held already, nothing changes."""
    with audit.action("membership.confirm", by=by):
        locked = _locked(membership)
        if locked.state != MembershipState.ACTIVE:
            _expect(locked, *(set(MembershipState) - {MembershipState.ENDED}), verb=_("confirmed"))
            _activate(locked, by=by, at=at, reason=reason)
    membership.refresh_from_db()
    return membership


def make_primary(*, membership: CategoryMembership, by: Any | None, at: datetime) -> CategoryMembership:
    """Make a category the one that describes the partner best; the one that did so before no longer does."""
    with audit.action("membership.make_primary", by=by):
        locked = _locked(membership)
        _expect(locked, *HOLDING_STATES, verb=_("made primary"))
        if _make_primary(locked):
            announce_partners([locked.partner_id])
    membership.refresh_from_db()
    return membership


def end(*, membership: CategoryMembership, by: Any | None, at: datetime, reason: str) -> CategoryMembership:
    """End a stay, or turn down what was suggested or declared, and say why. Ended already, nothing changes."""
    if not reason.strip():
        raise ReasonMissing({"reason": _("Say why: the partner reads it.")})
    with audit.action("membership.end", by=by):
        locked = _locked(membership)
        if locked.state != MembershipState.ENDED:
            before = locked.state
            locked.state, locked.ends_at = MembershipState.ENDED, max(at, locked.starts_at)
            locked.is_primary = False
            locked.reason, locked.decided_by = reason.strip(), _person(by)
            locked.save(update_fields=["state", "ends_at", "is_primary", "reason", "decided_by"])
            _tell(locked, before=before)
    membership.refresh_from_db()
    return membership


def _begin(
    partner: Partner,
    category: Category,
    state: MembershipState,
    source: str,
    by: Any | None,
    at: datetime,
    reason: str,
    evidence: Mapping[str, Any] | None,
) -> CategoryMembership:
    version = versions.published_of(category)
    if version is None or category.retired_at is not None:
        raise NotAllowed(_("%(category)s is not open to partners now.") % {"category": category}, code="not_open")
    membership: CategoryMembership = CategoryMembership.objects.create(
        partner=partner,
        category=category,
        category_version=version,
        state=state,
        source=source,
        starts_at=at,
        reason=reason,
        decided_by=_person(by) if state == MembershipState.ACTIVE else None,
        evidence=dict(evidence or {}),
    )
    return membership


def _activate(membership: CategoryMembership, *, by: Any | None, at: datetime, reason: str) -> None:
    before = membership.state
    if before != MembershipState.GRACE:
        membership.evidence = membership.evidence | {"waiting_since": membership.starts_at.isoformat()}
        membership.starts_at = max(at, membership.starts_at)
        membership.category_version = versions.published_of(membership.category)
    membership.state = MembershipState.ACTIVE
    membership.reason, membership.decided_by = reason, _person(by)
    membership.save(update_fields=["state", "starts_at", "category_version", "evidence", "reason", "decided_by"])
    _after_activation(membership, before=before, at=at)


def _after_activation(membership: CategoryMembership, *, before: str, at: datetime) -> None:
    primaries = CategoryMembership.objects.open().filter(partner_id=membership.partner_id, is_primary=True)
    if not primaries.exists():
        _make_primary(membership)
    _tell(membership, before=before)
    tiers.follow_stored_qualification(partner_id=membership.partner_id, at=at)


def _ask_review(membership: CategoryMembership, *, by: Any | None, said: Mapping[str, Any]) -> None:
    before = membership.state
    membership.state = MembershipState.PENDING
    membership.evidence = membership.evidence | dict(said)
    membership.save(update_fields=["state", "evidence"])
    _tell(membership, before=before)


def _make_primary(membership: CategoryMembership) -> bool:
    if membership.is_primary:
        return False
    CategoryMembership.objects.open().filter(partner_id=membership.partner_id, is_primary=True).update(is_primary=False)
    membership.is_primary = True
    membership.save(update_fields=["is_primary"])
    return True


def _expect(membership: CategoryMembership, *states: str, verb: str) -> None:
    if membership.state not in states:
        raise NotAllowed(
            _("%(membership)s cannot be %(verb)s: it is in the state “%(state)s”.")
            % {"membership": membership, "verb": verb, "state": membership.get_state_display()},
            code="wrong_state",
        )


def _lock(partner_id: int) -> None:
    Partner.objects.select_for_update(no_key=True).only("pk").get(pk=partner_id)


def _locked(membership: CategoryMembership) -> CategoryMembership:
    _lock(membership.partner_id)
    locked: CategoryMembership = CategoryMembership.objects.select_related("partner", "category").get(pk=membership.pk)
    return locked


def _open(partner_id: int, category_id: int) -> CategoryMembership | None:
    found: CategoryMembership | None = (
        CategoryMembership.objects.open()
        .filter(partner_id=partner_id, category_id=category_id)
        .select_related("partner", "category")
        .first()
    )
    return found


def _published_versions(category_ids: Iterable[int]) -> dict[int, int]:
    published = CategoryVersion.objects.filter(
        definition_id__in=list(category_ids), state=VersionState.PUBLISHED, definition__retired_at__isnull=True
    )
    return dict(published.values_list("definition_id", "pk"))


def _suggest(wanted: Mapping[int, set[int]], *, at: datetime, evidence: Mapping[int, Mapping[Any, Any]]) -> int:
    published = _published_versions({pk for category_ids in wanted.values() for pk in category_ids})
    taken = _taken(wanted, published.values())
    rows = [
        CategoryMembership(
            partner_id=partner_id,
            category_id=category_id,
            category_version_id=published[category_id],
            state=MembershipState.SUGGESTED,
            source=MembershipSource.RULE,
            starts_at=at,
            evidence=_evidence_for(category_id, evidence.get(partner_id, {})),
        )
        for partner_id, category_ids in sorted(wanted.items())
        for category_id in sorted(category_ids & published.keys())
        if (partner_id, category_id) not in taken
    ]
    if rows:
        with audit.action("membership.suggest", by=None):
            CategoryMembership.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
            announce_partners(row.partner_id for row in rows)
    return len(rows)


def _withdraw_all_but(wanted: Mapping[int, set[int]], *, at: datetime) -> int:
    suggestions = CategoryMembership.objects.open().filter(
        partner_id__in=list(wanted), state=MembershipState.SUGGESTED, source=MembershipSource.RULE
    )
    ceased = [
        (pk, partner_id)
        for pk, partner_id, category_id in suggestions.values_list("pk", "partner_id", "category_id")
        if category_id not in wanted[partner_id]
    ]
    if not ceased:
        return 0
    with audit.action("membership.withdraw", by=None):
        ended = suggestions.filter(pk__in=[pk for pk, _partner_id in ceased]).update(
            state=MembershipState.ENDED,
            ends_at=Greatest("starts_at", Value(at)),
            reason=_("The criteria no longer hold"),
        )
        announce_partners(partner_id for _pk, partner_id in ceased)
    return ended


def _taken(partner_ids: Iterable[int], version_ids: Iterable[int]) -> set[tuple[int, int]]:
    """Return (partner, category) where there is a membership, or somebody decided under one of these versions."""
    decided = Q(category_version__in=list(version_ids), decided_by__isnull=False)
    rows = CategoryMembership.objects.filter(decided | Q(ends_at__isnull=True), partner_id__in=list(partner_ids))
    return set(rows.values_list("partner_id", "category_id"))


def _evidence_for(category_id: int, found: Mapping[Any, Any]) -> dict[str, Any]:
    return dict(found.get(category_id) or found.get(str(category_id)) or {})


def _person(by: Any | None) -> User | None:
    return by if isinstance(by, User) else None


def _tell(membership: CategoryMembership, *, before: str) -> None:
    outbox.put(
        topic=MEMBERSHIP_CHANGED,
        payload={"membership_id": membership.pk, "before": str(before), "after": str(membership.state)},
    )
    announce_partners([membership.partner_id])
