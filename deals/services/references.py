"""Customer references: told by partners, validated or not by the vendor."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from accounts.models import User
from core import files as file_rules
from core.audit import action
from core.refusals import Refusal
from core.services import outbox
from deals.models import CustomerReference, ReferenceState
from partners.models import Partner
from partners.signals import announce_partners

DECIDED = "deals.reference_decided"
SUBMITTED = "deals.reference_submitted"
EDITABLE = frozenset(
    {
        *("customer_name", "project", "summary", "product", "year", "contact", "contact_may_be_asked", "visibility"),
    }
)


def submit(
    *, partner: Partner, by: User | None, at: datetime, evidence: "File[bytes] | None" = None, **fields: Any
) -> CustomerReference:
    """Tell of a project. The vendor is asked to validate it."""
    _expect_known(fields)
    reference = CustomerReference(partner=partner, submitted_by=by, submitted_at=at, **fields)
    _check(reference, at)
    _put(reference, evidence)
    with action("reference.submit", by=by):
        reference.save(force_insert=True)
        announce_partners([partner.pk])
        outbox.put(topic=SUBMITTED, payload={"reference": reference.pk})
    return reference


def update(
    *,
    reference: CustomerReference,
    by: User | None,
    at: datetime,
    changes: Mapping[str, Any],
    evidence: "File[bytes] | None" = None,
) -> list[str]:
    """Correct a reference; the vendor looks at it anew. Returns the names of the fields that changed."""
    _expect_known(changes)
    changed = [name for name, value in changes.items() if getattr(reference, name) != value]
    if not changed and evidence is None:
        return []
    for name in changed:
        setattr(reference, name, changes[name])
    _check(reference, at)
    _put(reference, evidence)
    reference.state, reference.submitted_at, reference.submitted_by = ReferenceState.SUBMITTED, at, by
    reference.decided_at = reference.decided_by = reference.expires_on = None
    with action("reference.update", by=by):
        reference.save()
        announce_partners([reference.partner_id])
        outbox.put(topic=SUBMITTED, payload={"reference": reference.pk})
    return [*changed, *(["evidence"] if evidence is not None else [])]


def decide(
    *,
    reference: CustomerReference,
    by: User,
    at: datetime,
    is_valid: bool,
    decision: str = "",
    expires_on: date | None = None,
) -> bool:
    """Validate a reference or say why not. Returns whether that is new."""
    state = ReferenceState.VALIDATED if is_valid else ReferenceState.DECLINED
    if not is_valid and not decision.strip():
        raise Refusal({"decision": _("Say why; the partner reads it.")})
    with action("reference.decide", by=by):
        locked = CustomerReference.objects.select_for_update(no_key=True, of=("self",)).get(pk=reference.pk)
        if (locked.state, locked.decision, locked.expires_on) == (state, decision, expires_on):
            return False
        locked.state, locked.decided_at, locked.decided_by = state, at, by
        locked.decision, locked.expires_on = decision[:500], expires_on if is_valid else None
        locked.save(update_fields=["state", "decided_at", "decided_by", "decision", "expires_on"])
        announce_partners([locked.partner_id])
        outbox.put(topic=DECIDED, payload={"reference": locked.pk, "at": at.isoformat()})
    reference.refresh_from_db()
    return True


def _check(reference: CustomerReference, at: datetime) -> None:
    same = {name: getattr(reference, name) for name in ("partner", "customer_name", "project", "year")}
    if CustomerReference.objects.filter(**same).exclude(pk=reference.pk).exists():
        raise Refusal({"project": _("You have told of this project already.")})
    if reference.year > at.year + 1:
        raise Refusal({"year": _("This year lies too far ahead.")})
    if reference.contact_may_be_asked and not reference.contact:
        raise Refusal({"contact": _("Say whom we may ask.")})
    reference.clean_fields(exclude=["public_id", "evidence", "submitted_by", "decided_at", "decided_by"])


def _put(reference: CustomerReference, file: "File[bytes] | None") -> None:
    if file is None:
        return
    try:
        kind = file_rules.recognise(file)
    except Refusal as refusal:
        raise Refusal({"evidence": refusal.messages}) from refusal
    reference.evidence_name, reference.evidence_type = file_rules.shown_name(file.name or ""), kind.content_type
    reference.evidence = File(file, name=file_rules.stored_name(kind))


def _expect_known(fields: Mapping[str, Any]) -> None:
    if unknown := fields.keys() - EDITABLE:
        raise TypeError(f"Not a field of references: {', '.join(sorted(unknown))}")
