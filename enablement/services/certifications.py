"""Certifications: defined, recorded for the people and companies who hold them, revoked.

What each asks is in `requirements`, how they are earned in `awards`.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.refusals import Refusal
from core.services import outbox
from enablement.models import Certification, HeldCertification
from enablement.services import achievements, badges, enrollments
from enablement.services.certification_rows import upsert_many
from enablement.services.fields import apply, known
from enablement.services.keys import free_key
from partners.models import Partner, Person
from partners.signals import announce_partners

__all__ = ["correct", "create", "record", "restore", "retire", "revoke", "update", "upsert_many"]

REVOKED = "enablement.certification_revoked"
EDITABLE = frozenset(
    {"name", "summary", "level", "product_line", "issued_by", "for_company", "valid_months", "renewal_days"}
)


def create(*, by: User | None, at: datetime, name: str, key: str = "", **fields: Any) -> Certification:
    """Define a certification."""
    if Certification.objects.filter(name__iexact=name).exists():
        raise Refusal({"name": _("There is a certification of this name already.")})
    certification = Certification(name=name, key=key or free_key(Certification, name))
    for field in fields.keys() & EDITABLE:
        setattr(certification, field, fields[field])
    certification.full_clean(exclude=["public_id"])
    with action("certification.create", by=by):
        certification.save()
    return certification


def update(*, certification: Certification, by: User | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change a definition. Expiry dates already given stay. Returns the names of the fields that changed."""
    changed = [name for name in changes if name in EDITABLE and getattr(certification, name) != changes[name]]
    for name in changed:
        setattr(certification, name, changes[name])
    if changed:
        certification.clean_fields()
        with action("certification.update", by=by):
            certification.save(update_fields=changed)
            holders = HeldCertification.objects.filter(certification=certification)
            announce_partners(holders.values_list("partner_id", flat=True))
    return changed


def retire(*, certification: Certification, by: User | None, at: datetime, credit_until_on: date | None = None) -> None:
    """Offer a certification no longer. Who holds it keeps it until it expires, or until its credit ends."""
    if certification.retired_at is None or certification.credit_until_on != credit_until_on:
        certification.retired_at = certification.retired_at or at
        certification.credit_until_on = credit_until_on
        with action("certification.retire", by=by):
            certification.save(update_fields=["retired_at", "credit_until_on"])
            _announce_holders(certification)


def restore(*, certification: Certification, by: User | None, at: datetime) -> None:
    """Offer a retired certification again."""
    if certification.retired_at is not None:
        certification.retired_at = certification.credit_until_on = None
        with action("certification.restore", by=by):
            certification.save(update_fields=["retired_at", "credit_until_on"])
            _announce_holders(certification)


def record(
    *,
    certification: Certification,
    earned_on: date,
    by: Any,
    at: datetime,
    person: Person | None = None,
    partner: Partner | None = None,
    expires_on: date | None = None,
    reference: str = "",
) -> HeldCertification:
    """Record that a person, or a company as a whole, earned a certification on a day. Told twice, it is recorded once.

    What was revoked is recorded anew by this.
    """
    if person is None and (partner is None or not certification.for_company):
        raise Refusal({"person": _("Say who earned it.")})
    expires_on = expires_on or certification.expiry(earned_on)
    _check_period(earned_on, expires_on)
    partner_id = person.partner_id if person else partner.pk  # type: ignore[union-attr]
    whose: dict[str, Any] = {"person": person} if person else {"person": None, "partner_id": partner_id}
    with action("certification.record", by=by):
        held, created = HeldCertification.objects.get_or_create(
            **whose,
            certification=certification,
            earned_on=earned_on,
            defaults={
                "partner_id": partner_id,
                "for_company": certification.for_company,
                "expires_on": expires_on,
                "reference": reference,
            },
        )
        now = {"expires_on": expires_on, "revoked_at": None, "revoked_by": None, "revoked_reason": ""}
        if reference:
            now["reference"] = reference
        if not created and (changed := apply(held, now)):
            held.save(update_fields=changed)
        badges.issue(held=held, at=at)
        if person is not None:
            achievements.follow(person=person, at=at)
        else:
            enrollments.catch_up(partner_ids=[partner_id], at=at)
        announce_partners([partner_id])
    return held


def correct(*, held: HeldCertification, by: Any, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Correct until when a certificate counts, or its number. Returns the names of what changed."""
    changed = apply(held, known(changes, frozenset({"expires_on", "reference"})))
    _check_period(held.earned_on, held.expires_on)
    if changed:
        with action("certification.correct", by=by):
            held.save(update_fields=changed)
            announce_partners([held.partner_id])
    return changed


def revoke(*, held: HeldCertification, by: User | None, at: datetime, reason: str) -> bool:
    """Take a certificate away, with a reason; its badge says so. Steps done by it stay done."""
    if not reason.strip():
        raise Refusal({"reason": _("Say why; whoever holds it reads it.")})
    with action("certification.revoke", by=by):
        locked = HeldCertification.objects.select_for_update().get(pk=held.pk)
        if locked.revoked_at is not None:
            return False
        locked.revoked_at, locked.revoked_by, locked.revoked_reason = at, by, reason.strip()[:300]
        locked.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
        outbox.put(topic=REVOKED, payload={"held": locked.pk})
        announce_partners([locked.partner_id])
    return True


def _announce_holders(certification: Certification) -> None:
    announce_partners(certification.held.values_list("partner_id", flat=True))


def _check_period(earned_on: date, expires_on: date | None) -> None:
    if expires_on is not None and expires_on <= earned_on:
        raise ValidationError({"expires_on": _("It must expire after the day it was earned.")}, code="invalid_period")
