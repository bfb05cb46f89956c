"""What criteria suggest, and what partner or vendor made of it. A refusal is remembered with its reason.

The same category is not suggested again under the same version of it, unless the data behind it changed materially.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from core import audit
from core.models import VersionState
from partners.models import (
    CategoryMembership,
    CategoryVersion,
    MembershipMove,
    MembershipPolicy,
    MembershipSource,
    MembershipState,
)
from partners.queries import examinations
from partners.services import grace, stays
from partners.signals import announce_partners

BATCH = 1_000
#: How many refusals one look examines at most.
LOOKED_AT_ONCE = 500

Evidence = Mapping[int, Mapping[Any, Any]]


def follow_eligibility(
    *,
    eligible: Mapping[int, Iterable[int]],
    at: datetime,
    evidence: Evidence | None = None,
    left: Evidence | None = None,
) -> int:
    """Bring memberships in line with the categories each partner is eligible for today: all of them, and no others.

    `eligible`, `evidence` and `left` are by partner id; the evidence of having entered or left a rule then by category
    id. Nothing is suggested that the partner has already, in whatever state, nor what somebody turned down under the
    same version of the category. What somebody decided about stays when its criteria cease to hold, or goes into grace,
    as the program has it. Returns how many suggestions began or ended.
    """
    wanted = {partner_id: set(category_ids) for partner_id, category_ids in eligible.items()}
    begun = _suggest(wanted, at=at, evidence=evidence or {})
    ended = _withdraw_all_but(wanted, at=at)
    grace.follow_verdicts(wanted, at=at, left=left or {})
    return begun + ended


def suggest(
    *, partner_id: int, category_ids: Iterable[int], at: datetime, evidence: Mapping[Any, Any] | None = None
) -> int:
    """Suggest categories to one partner, besides what is suggested already. Returns how many suggestions are new."""
    return _suggest({partner_id: set(category_ids)}, at=at, evidence={partner_id: evidence or {}})


def accept(*, membership: CategoryMembership, by: Any | None, at: datetime, statement: str = "") -> CategoryMembership:
    """A partner says yes to a suggestion: it is self-declared, or handed in for review, as the program has it."""
    with audit.action("membership.accept_suggestion", by=by):
        locked = stays.locked(membership)
        if locked.state not in (MembershipState.SELF_DECLARED, MembershipState.PENDING, MembershipState.ACTIVE):
            stays.expect(locked, MembershipState.SUGGESTED, verb=_("accepted"))
            asks = bool(statement) or MembershipPolicy.current().accepting_asks_review
            before = locked.state
            locked.state = MembershipState.PENDING if asks else MembershipState.SELF_DECLARED
            if statement:
                locked.evidence = locked.evidence | {"statement": statement}
            locked.save(update_fields=["state", "evidence"])
            found = examinations.evidence_of(partner=locked.partner, category=locked.category, at=at)
            stays.note(locked, before=before, by=by, at=at, evidence=found)
    membership.refresh_from_db()
    return membership


def refuse(*, membership: CategoryMembership, by: Any | None, at: datetime, reason: str) -> CategoryMembership:
    """Say no to a suggestion, with a reason that is remembered. Refused already, nothing changes."""
    if not reason.strip():
        raise stays.ReasonMissing({"reason": _("Say why: then it is not suggested again for nothing.")})
    with audit.action("membership.refuse_suggestion", by=by):
        locked = stays.locked(membership)
        if locked.state != MembershipState.ENDED:
            stays.expect(locked, MembershipState.SUGGESTED, verb=_("refused"))
            stays.end(locked, by=by, at=at, reason=reason.strip())
    membership.refresh_from_db()
    return membership


def look_again(*, at: datetime) -> int:
    """Suggest again what was refused, where the data behind it changed materially since. Returns how many."""
    return sum(_look_again_at(move, at=at) for move in _refusals_in_force())


def _refusals_in_force() -> list[MembershipMove]:
    """Return the refusals that keep a category from being suggested although its criteria hold, the oldest first."""
    kept = MembershipMove.objects.filter(
        before=MembershipState.SUGGESTED,
        after=MembershipState.ENDED,
        moved_by__isnull=False,
        evidence__has_key=examinations.KEPT,
        membership__category_version__state=VersionState.PUBLISHED,
        membership__category__retired_at__isnull=True,
        membership__partner__classification__category_ids__contains=[F("membership__category_id")],
    )
    rows = kept.select_related("membership__partner", "membership__category").order_by("-at", "-pk")[:LOOKED_AT_ONCE]
    newest: dict[tuple[int, int], MembershipMove] = {}
    for move in rows:
        newest.setdefault((move.membership.partner_id, move.membership.category_id), move)
    return list(reversed(newest.values()))


def _look_again_at(move: MembershipMove, *, at: datetime) -> int:
    stay = move.membership
    now = examinations.examine(partner=stay.partner, category=stay.category, at=at)
    changed = examinations.materially_differs(examinations.kept_in(move.evidence), now)
    if not (now and now.met and changed):
        return 0
    shown = [one.asked for one in changed if not one.secret]  # the partner reads it
    again = {"refused_at": move.at.isoformat(), "reason": move.reason, "changed": shown}
    with audit.action("membership.suggest_again", by=None):
        stays.lock(stay.partner_id)
        last = CategoryMembership.objects.filter(partner=stay.partner, category=stay.category).latest("starts_at", "pk")
        if last.pk != stay.pk:
            return 0
        state, source, evidence = MembershipState.SUGGESTED, MembershipSource.RULE, {"again": again}
        stays.begin(stay.partner, stay.category, state, source, by=None, at=at, evidence=evidence)
    return 1


def _suggest(wanted: Mapping[int, set[int]], *, at: datetime, evidence: Evidence) -> int:
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
            criteria_hold=True,
            criteria_since=at,
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
    reason = _("The criteria no longer hold")
    with audit.action("membership.withdraw", by=None):
        leaving = suggestions.filter(pk__in=[pk for pk, _partner_id in ceased]).select_for_update(no_key=True)
        ids = list(leaving.order_by("pk").values_list("pk", flat=True))
        CategoryMembership.objects.filter(pk__in=ids).update(
            state=MembershipState.ENDED, ends_at=Greatest("starts_at", Value(at)), reason=reason, criteria_hold=False
        )
        moved = {"before": MembershipState.SUGGESTED, "after": MembershipState.ENDED, "at": at, "reason": reason}
        MembershipMove.objects.bulk_create(MembershipMove(membership_id=pk, **moved) for pk in ids)
        announce_partners(partner_id for _pk, partner_id in ceased)
    return len(ids)


def _published_versions(category_ids: Iterable[int]) -> dict[int, int]:
    published = CategoryVersion.objects.filter(
        definition_id__in=list(category_ids), state=VersionState.PUBLISHED, definition__retired_at__isnull=True
    )
    return dict(published.values_list("definition_id", "pk"))


def _taken(partner_ids: Iterable[int], version_ids: Iterable[int]) -> set[tuple[int, int]]:
    """Return (partner, category) where there is a membership, or somebody decided under one of these versions."""
    decided = Q(category_version__in=list(version_ids), decided_by__isnull=False)
    rows = CategoryMembership.objects.filter(decided | Q(ends_at__isnull=True), partner_id__in=list(partner_ids))
    return set(rows.values_list("partner_id", "category_id"))


def _evidence_for(category_id: int, found: Mapping[Any, Any]) -> dict[str, Any]:
    return dict(found.get(category_id) or found.get(str(category_id)) or {})
