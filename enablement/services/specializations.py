"""Specializations: defined, granted by their criteria, approved, looked at again, withdrawn.

A specialization's criteria are those of a segment made for it alone, so the rule book runs, previews and explains them
like all others. Whoever comes into that segment gets it at once, or waits for approval. One with a validity is held
until its day and then looked at again: renewed while the criteria hold, ended otherwise. One without ends with them.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.models import Program
from core.periods import add_months, today
from core.refusals import Refusal
from core.services import outbox, versions
from criteria.tree import CriteriaError, parse
from enablement.models import HeldSpecialization, HeldState, Specialization
from enablement.services.keys import free_key
from partners.models import Partner
from partners.signals import announce_partners
from segmentation import engine
from segmentation.models import Classification, Segment
from segmentation.services import segments

CHANGED = "enablement.specialization_changed"
NOTICE = "enablement.specialization_expires"
NOTICE_DAYS = (60, 30, 7)
EDITABLE = frozenset(
    {"name", "public_name", "kind", "meaning", "requirements", "valid_months", "needs_approval", "position"}
)


def create(
    *, by: User | None, at: datetime, name: str, key: str = "", criteria: Any = None, **fields: Any
) -> Specialization:
    """Define a specialization with the segment that holds its criteria; without criteria nobody gets it yet."""
    _expect_known(fields)
    _expect_free_name(name)
    key = key or free_key(Specialization, name)
    with action("specialization.create", by=by):
        rule = segments.create(
            key=free_key(Segment, f"specialization-{key}"),
            name=name,
            description=_("Who fulfils what the specialization asks."),
            is_audience=True,
            criteria=criteria,
            by=by,
            at=at,
        )
        specialization = Specialization(key=key, name=name, rule=rule, **fields)
        specialization.full_clean(exclude=["public_id"])
        specialization.save()
        if criteria is not None:
            segments.publish(version=segments.draft_of(segment=rule, by=by, at=at), by=by, at=at)
    return specialization


def update(*, specialization: Specialization, by: User | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change what it says of itself. Who holds it keeps it until its day. Returns the names of what changed."""
    _expect_known(changes)
    changed = [name for name, value in changes.items() if getattr(specialization, name) != value]
    if not changed:
        return []
    if "name" in changed:
        _expect_free_name(changes["name"], besides=specialization)
    for name in changed:
        setattr(specialization, name, changes[name])
    specialization.full_clean(exclude=["public_id"])
    with action("specialization.update", by=by):
        specialization.save(update_fields=changed)
        if "name" in changed:
            segments.update(segment=specialization.rule, by=by, at=at, changes={"name": specialization.name})
    return changed


def retire(*, specialization: Specialization, by: User | None, at: datetime) -> bool:
    """Grant it to nobody any more. Who holds it keeps it until its day."""
    with action("specialization.retire", by=by):
        locked = Specialization.objects.select_for_update(no_key=True).get(pk=specialization.pk)
        if locked.retired_at is not None:
            return False
        specialization.retired_at = at
        specialization.save(update_fields=["retired_at"])
    return True


def follow(*, partner_ids: Iterable[int], at: datetime) -> int:
    """Grant specializations to partners whose criteria hold now, and end those that last no longer. Bears repeating."""
    ids = sorted(set(partner_ids))
    day = today(at=at, zone=Program.current().zone)
    changed = 0
    for specialization in Specialization.objects.filter(retired_at__isnull=True).select_related("rule").order_by("pk"):
        there = set(_in_rule(specialization.rule_id, ids))
        rows = specialization.held.filter(partner__in=ids, ends_at__isnull=True)
        held = {one.partner_id: one for one in rows}
        decided = set(_declined_since(specialization, ids))
        for partner_id in sorted(there - held.keys() - decided):
            changed += _grant(specialization, partner_id, day=day, at=at)
        for partner_id in sorted(held.keys() - there):
            if held[partner_id].expires_on is None:
                changed += _end(held[partner_id], HeldState.EXPIRED, _("The criteria hold no longer."), None, at)
    return changed


def decide(*, held: HeldSpecialization, by: User, at: datetime, grant: bool, reason: str = "") -> bool:
    """Grant or refuse what waits for approval. Returns whether it still waited."""
    if not grant and not reason:
        raise Refusal({"reason": _("Say why; the partner reads it.")})
    day = today(at=at, zone=Program.current().zone)
    with action("specialization.decide", by=by):
        locked = _locked(held)
        if locked.state != HeldState.PENDING:
            return False
        if not grant:
            return _end(locked, HeldState.DECLINED, reason, by, at)
        locked.state, locked.decided_by, locked.reason = HeldState.ACTIVE, by, reason
        locked.expires_on = _expiry(locked.specialization, day)
        locked.save(update_fields=["state", "decided_by", "reason", "expires_on"])
        _announce(locked)
    return True


def withdraw(*, held: HeldSpecialization, by: User, at: datetime, reason: str) -> bool:
    """Take a specialization away before its day, with a reason. Returns whether the partner had it."""
    if not reason.strip():
        raise Refusal({"reason": _("Say why; the partner reads it.")})
    with action("specialization.withdraw", by=by):
        locked = _locked(held)
        return locked.ends_at is None and _end(locked, HeldState.WITHDRAWN, reason, by, at)


def review(*, at: datetime) -> int:
    """Look again at what has reached its day, and put notices for what will soon. Returns how many were looked at."""
    day = today(at=at, zone=Program.current().zone)
    due = HeldSpecialization.objects.filter(state=HeldState.ACTIVE, expires_on__lte=day).order_by("pk")
    looked_at = list(due.values_list("pk", flat=True))
    for pk in looked_at:
        _look_again(pk, day=day, at=at)
    last = date.fromordinal(day.toordinal() + max(NOTICE_DAYS))
    soon = HeldSpecialization.objects.filter(state=HeldState.ACTIVE, expires_on__gt=day, expires_on__lte=last)
    soon = soon.exclude(noticed_days=min(NOTICE_DAYS))
    for held in soon.order_by("pk"):
        _notice(held, day=day)
    return len(looked_at)


def _notice(held: HeldSpecialization, *, day: date) -> None:
    """Put one message for each of the days on which people are told, however often this runs."""
    assert held.expires_on is not None
    left = (held.expires_on - day).days
    mark = min(one for one in NOTICE_DAYS if left <= one)
    untold = Q(noticed_days__isnull=True) | Q(noticed_days__gt=mark)
    with action("specialization.notice", by=None):
        still = HeldSpecialization.objects.filter(untold, pk=held.pk, expires_on=held.expires_on, ends_at__isnull=True)
        if still.update(noticed_days=mark):
            outbox.put(topic=NOTICE, payload={"held": held.pk, "mark": mark})


def _look_again(pk: int, *, day: date, at: datetime) -> None:
    with action("specialization.review", by=None):
        held = HeldSpecialization.objects.select_for_update(no_key=True, of=("self",)).select_related(
            "specialization__rule"
        ).get(pk=pk)  # fmt: skip
        if held.state != HeldState.ACTIVE or held.expires_on is None or held.expires_on > day:
            return
        specialization = held.specialization
        if specialization.retired_at or not _in_rule(specialization.rule_id, [held.partner_id]):
            _end(held, HeldState.EXPIRED, _("Its time is over and the criteria do not hold any more."), None, at)
            return
        held.expires_on, held.renewed_at, held.noticed_days = _expiry(specialization, day), at, None
        held.rule_number, held.evidence = _evidence(specialization, held.partner_id, at)
        held.save(update_fields=["expires_on", "renewed_at", "noticed_days", "rule_number", "evidence"])


def _grant(specialization: Specialization, partner_id: int, *, day: date, at: datetime) -> int:
    waits = specialization.needs_approval
    number, evidence = _evidence(specialization, partner_id, at)
    with action("specialization.grant", by=None):
        Partner.objects.select_for_update(no_key=True).get(pk=partner_id)
        held, is_new = HeldSpecialization.objects.get_or_create(
            partner_id=partner_id,
            specialization=specialization,
            ends_at=None,
            defaults={
                "state": HeldState.PENDING if waits else HeldState.ACTIVE,
                "starts_at": at,
                "expires_on": None if waits else _expiry(specialization, day),
                "rule_number": number,
                "evidence": evidence,
            },
        )
        if is_new:
            _announce(held)
    return int(is_new)


def _end(held: HeldSpecialization, state: HeldState, reason: str, by: User | None, at: datetime) -> bool:
    with action("specialization.end", by=by):
        held.state, held.reason, held.decided_by, held.ends_at = state, reason[:300], by, max(at, held.starts_at)
        held.save(update_fields=["state", "reason", "decided_by", "ends_at"])
        _announce(held)
    return True


def _announce(held: HeldSpecialization) -> None:
    announce_partners([held.partner_id])
    outbox.put(topic=CHANGED, payload={"held": held.pk, "state": held.state})


def _locked(held: HeldSpecialization) -> HeldSpecialization:
    rows = HeldSpecialization.objects.select_for_update(no_key=True, of=("self",)).select_related("specialization")
    locked: HeldSpecialization = rows.get(pk=held.pk)
    return locked


def _in_rule(segment_id: int, partner_ids: Iterable[int]) -> list[int]:
    rows = Classification.objects.filter(partner__in=partner_ids, segment_ids__contains=[segment_id])
    return list(rows.values_list("partner_id", flat=True))


def _declined_since(specialization: Specialization, partner_ids: Iterable[int]) -> list[int]:
    """Return the partners whom somebody refused or took it from, under the criteria as they are now."""
    published = versions.published_of(specialization.rule)
    rows = specialization.held.filter(
        partner__in=partner_ids,
        state__in=(HeldState.DECLINED, HeldState.WITHDRAWN),
        rule_number=published.number if published else None,
    )
    return list(rows.values_list("partner_id", flat=True))


def _expiry(specialization: Specialization, day: date) -> date | None:
    return add_months(day, specialization.valid_months) if specialization.valid_months else None


def _evidence(specialization: Specialization, partner_id: int, at: datetime) -> tuple[int | None, list[dict[str, str]]]:
    """Return the version of the criteria and, clause by clause, what the partner had on that day."""
    published = versions.published_of(specialization.rule)
    if published is None or published.criteria is None:
        return None, []
    try:
        found = engine.explain(parse(published.criteria), partner_id=partner_id, at=at)
    except CriteriaError:
        return published.number, []
    return published.number, [{"asked": leaf.asked, "has": leaf.has} for leaf in found.leaves if leaf.asked]


def _expect_free_name(name: str, besides: Specialization | None = None) -> None:
    if Specialization.objects.filter(name__iexact=name).exclude(pk=besides.pk if besides else 0).exists():
        raise Refusal({"name": _("There is a specialization of this name already.")})


def _expect_known(fields: Mapping[str, Any]) -> None:
    if unknown := fields.keys() - EDITABLE:
        raise TypeError(f"Not a field of specializations: {', '.join(sorted(unknown))}")
