"""When the criteria of a membership cease to hold: time to mend it, notices at set days, and the end.

Days are the program's own. The last day of grace still counts: the membership ends with the day after it.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from core import audit
from core.models import VersionState
from core.services import outbox
from partners.models import (
    CategoryMembership,
    CategoryVersion,
    MembershipMove,
    MembershipPolicy,
    MembershipState,
)
from partners.queries import examinations
from partners.queries.grace_lengths import GraceLengths
from partners.services import stays
from partners.signals import announce_partners

GRACE_NOTICE = "partners.grace_notice"
BATCH = 200
#: How many memberships one run looks at again; what is left waits for the next, an hour later at most.
AT_ONCE = 5_000
#: How long grace lasts where somebody grants it although the program has none by itself.
DAYS_BY_HAND = 30

Verdicts = Mapping[int, set[int]]


def start(*, membership: CategoryMembership, by: Any | None, at: datetime, reason: str) -> CategoryMembership:
    """Somebody gives a partner time to mend what is missing. In grace already, nothing changes."""
    if not reason.strip():
        raise stays.ReasonMissing({"reason": _("Say what is missing: the partner reads it.")})
    with audit.action("membership.grace", by=by):
        locked = stays.locked(membership)
        if locked.state != MembershipState.GRACE:
            stays.expect(locked, MembershipState.ACTIVE, verb=_("put into grace"))
            days = GraceLengths.current().of(locked) or DAYS_BY_HAND
            found = examinations.evidence_of(partner=locked.partner, category=locked.category, at=at)
            _start(locked, days=days, by=by, at=at, reason=reason.strip(), evidence=found)
    membership.refresh_from_db()
    return membership


def follow_verdicts(eligible: Verdicts, *, at: datetime, left: Mapping[int, Mapping[Any, Any]] | None = None) -> int:
    """Note what criteria say of the memberships of some partners; `eligible` has the categories whose criteria hold.

    Those that ceased to hold for a membership that is on start its grace, where the program has it so; those that hold
    again end it. Returns how many verdicts changed.
    """
    rows = list(
        CategoryMembership.objects.open()
        .filter(partner_id__in=list(eligible))
        .values_list("pk", "partner_id", "category_id", "criteria_hold")
    )
    asks = examinations.asking({row[2] for row in rows}) if rows else set()
    changed = {
        pk: holds
        for pk, partner_id, category_id, before in rows
        if (holds := examinations.verdict(category_id, eligible[partner_id], asks)) != before
    }
    if changed:
        with audit.action("membership.follow_criteria", by=None):
            _note_verdicts(changed, at=at, left=left or {})
    return len(changed)


def follow_stored_verdicts(*, at: datetime) -> int:
    """Do the same wherever a membership says something else than the last recompute. Returns how many verdicts changed.

    Verdicts are followed as they change; this finds what a category's new version, or a membership that is new, left.
    """
    holds = Q(partner__classification__category_ids__contains=[F("category_id")])
    asks = Exists(
        CategoryVersion.objects.filter(
            definition=OuterRef("category"), state=VersionState.PUBLISHED, criteria__isnull=False
        )
    )
    other = CategoryMembership.objects.open().filter(
        (holds & ~Q(criteria_hold__isnull=False, criteria_hold=True))
        | (~holds & Q(asks) & ~Q(criteria_hold__isnull=False, criteria_hold=False))
        | (~holds & ~Q(asks) & Q(criteria_hold__isnull=False)),
        partner__classification__isnull=False,
    )
    ids = sorted(set(other.order_by("partner_id").values_list("partner_id", flat=True)[:AT_ONCE]))
    batches = (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
    return sum(follow_verdicts(examinations.stored_verdicts(batch), at=at) for batch in batches)


def remind(*, at: datetime) -> int:
    """Tell partners at the program's set days that grace is running out. Returns how many were told now."""
    today, told = stays.today_of(at), 0
    for days in sorted(MembershipPolicy.current().grace_notice_days):
        due = CategoryMembership.objects.filter(
            Q(grace_told_days__isnull=True) | Q(grace_told_days__gt=days),
            state=MembershipState.GRACE,
            grace_ends_on__gte=today,
            grace_ends_on__lte=today + timedelta(days=days),
        )
        for pk in list(due.order_by("pk").values_list("pk", flat=True)):
            told += _remind(pk, due, days=days)
    return told


def end_due(*, at: datetime) -> int:
    """End the memberships whose last day of grace is over. Returns how many."""
    today = stays.today_of(at)
    over = CategoryMembership.objects.filter(state=MembershipState.GRACE, grace_ends_on__lt=today)
    return sum(_end(pk, at=at) for pk in list(over.order_by("pk").values_list("pk", flat=True)))


def _start(
    membership: CategoryMembership,
    *,
    days: int,
    by: Any | None,
    at: datetime,
    reason: str,
    evidence: Mapping[str, Any],
) -> None:
    before = membership.state
    membership.state = MembershipState.GRACE
    membership.grace_ends_on = stays.today_of(at) + timedelta(days=days)
    membership.grace_told_days = None
    membership.reason, membership.decided_by = reason, stays.person(by)
    membership.save(update_fields=stays.MOVED)
    stays.note(membership, before=before, by=by, at=at, reason=reason, evidence=evidence)


def _note_verdicts(changed: Mapping[int, bool | None], *, at: datetime, left: Mapping[int, Mapping[Any, Any]]) -> None:
    locked = list(
        CategoryMembership.objects.open()
        .select_for_update(no_key=True, of=("self",))
        .filter(pk__in=list(changed))
        .select_related("category", "category_version", "partner__region")
        .order_by("pk")
    )
    lengths = GraceLengths.current()
    ceased = [one for one in locked if _ceased(one, changed[one.pk], lengths)]
    rescued = [one for one in locked if one.state == MembershipState.GRACE and changed[one.pk]]
    for holds in (True, False, None):
        ids = [one.pk for one in locked if changed[one.pk] is holds]
        if ids:
            since = at if holds is not None else None
            CategoryMembership.objects.filter(pk__in=ids).update(criteria_hold=holds, criteria_since=since)
    _move(ceased, MembershipState.GRACE, lengths=lengths, at=at, reason=_("The criteria no longer hold"), left=left)
    _move(rescued, MembershipState.ACTIVE, lengths=lengths, at=at, reason=_("The criteria hold again"), left={})


def _ceased(membership: CategoryMembership, holds: bool | None, lengths: GraceLengths) -> bool:
    return (
        membership.state == MembershipState.ACTIVE
        and membership.criteria_hold is True
        and holds is False
        and lengths.of(membership) > 0
        and membership.source in lengths.policy.grace_sources
    )


def _move(
    memberships: Iterable[CategoryMembership],
    state: MembershipState,
    *,
    lengths: GraceLengths,
    at: datetime,
    reason: str,
    left: Mapping[int, Mapping[Any, Any]],
) -> None:
    """Move many at once: for each day on which grace ends as many statements as for one."""
    rows = list(memberships)
    if not rows:
        return
    today = stays.today_of(at)
    by_end: dict[date | None, list[int]] = {}
    for one in rows:
        ends_on = today + timedelta(days=lengths.of(one)) if state == MembershipState.GRACE else None
        by_end.setdefault(ends_on, []).append(one.pk)
    moves = [
        MembershipMove(
            membership=one,
            before=one.state,
            after=state,
            at=at,
            reason=reason,
            evidence=_evidence(left.get(one.partner_id, {}), one.category_id),
        )
        for one in rows
    ]
    for ends_on, ids in by_end.items():
        CategoryMembership.objects.filter(pk__in=ids).update(
            state=state, grace_ends_on=ends_on, grace_told_days=None, reason=reason, decided_by=None
        )
    MembershipMove.objects.bulk_create(moves)
    for one in rows:
        payload = {"membership_id": one.pk, "before": str(one.state), "after": str(state)}
        outbox.put(topic=stays.MEMBERSHIP_CHANGED, payload=payload)
    announce_partners(one.partner_id for one in rows)


def _evidence(found: Mapping[Any, Any], category_id: int) -> dict[str, Any]:
    kept = found.get(str(category_id)) or found.get(category_id)
    return {"rule": dict(kept)} if kept else {}


def _remind(pk: int, due: Any, *, days: int) -> int:
    with audit.action("membership.grace_notice", by=None):
        told: int = due.filter(pk=pk).update(grace_told_days=days)
        if told:
            outbox.put(topic=GRACE_NOTICE, payload={"membership_id": pk, "days": days})
    return told


def _end(pk: int, *, at: datetime) -> int:
    with audit.action("membership.grace_over", by=None):
        membership = stays.locked(CategoryMembership.objects.get(pk=pk))
        last_day = membership.grace_ends_on
        if last_day is None or last_day >= stays.today_of(at):
            return 0
        stays.end(membership, by=None, at=at, reason=_("The time of grace is over"))
    return 1
