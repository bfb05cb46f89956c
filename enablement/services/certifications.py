"""Certifications: defined, and recorded for the people who hold them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.refusals import Refusal
from enablement.models import Certification, HeldCertification
from enablement.services import enrollments
from enablement.services.certification_rows import upsert_many
from enablement.services.keys import free_key
from partners.models import Person
from partners.signals import announce_partners

__all__ = ["create", "record", "restore", "retire", "update", "upsert_many", "withdraw"]

EDITABLE = frozenset({"name", "level", "product_line", "valid_months"})


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
            announce_partners(holders.values_list("person__partner_id", flat=True))
    return changed


def retire(*, certification: Certification, by: User | None, at: datetime) -> None:
    """Offer a certification no longer. Who holds it keeps it until it expires."""
    if certification.retired_at is None:
        certification.retired_at = at
        with action("certification.retire", by=by):
            certification.save(update_fields=["retired_at"])


def restore(*, certification: Certification, by: User | None, at: datetime) -> None:
    """Offer a retired certification again."""
    if certification.retired_at is not None:
        certification.retired_at = None
        with action("certification.restore", by=by):
            certification.save(update_fields=["retired_at"])


def record(
    *,
    person: Person,
    certification: Certification,
    earned_on: date,
    by: Any,
    at: datetime,
    expires_on: date | None = None,
) -> HeldCertification:
    """Record that a person earned a certification on a day. Told twice, it is recorded once."""
    expires_on = expires_on or certification.expiry(earned_on)
    _check_period(earned_on, expires_on)
    with action("certification.record", by=by):
        held, created = HeldCertification.objects.get_or_create(
            person=person, certification=certification, earned_on=earned_on, defaults={"expires_on": expires_on}
        )
        if not created and held.expires_on != expires_on:
            held.expires_on = expires_on
            held.save(update_fields=["expires_on"])
        enrollments.catch_up(partner_ids=[person.partner_id], at=at)
        announce_partners([person.partner_id])
    return held


def withdraw(*, held: HeldCertification, by: User | None, at: datetime) -> None:
    """Delete a record that was a mistake. Steps completed by it stay done."""
    partner_id = held.person.partner_id
    with action("certification.withdraw", by=by):
        held.delete()
        announce_partners([partner_id])


def _check_period(earned_on: date, expires_on: date | None) -> None:
    if expires_on is not None and expires_on <= earned_on:
        raise ValidationError({"expires_on": _("It must expire after the day it was earned.")}, code="invalid_period")
