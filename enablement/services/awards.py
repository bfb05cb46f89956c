"""Certifications given to who fulfils what they ask, and people on the way to one.

The first certificate comes by itself with the last thing it asks. A renewal is asked for, from the day on which the
certificate may be renewed: the old one stays valid until its end, the new one begins where that ends.
"""

from datetime import date, datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.models import Program
from core.periods import add_months, today
from core.refusals import Refusal
from core.services import outbox
from enablement.models import (
    Certification,
    CertificationEnrollment,
    HeldCertification,
    HeldOrigin,
)
from enablement.queries.certifying import Achieved
from enablement.services import badges
from partners.models import Partner, Person
from partners.signals import announce_partners

EARNED = "enablement.certification_earned"


def enroll(*, certification: Certification, person: Person, by: User | None, at: datetime) -> CertificationEnrollment:
    """Set out for a certification, or renew the one that ends soon or has ended. Set out already, nothing happens."""
    day = today(at=at, zone=Program.current().zone)
    with action("certification.enroll", by=by):
        _lock(certification, person)
        if certification.retired_at:
            raise Refusal(_("This certification is not offered any more."))
        if not certification.requirements.exists():
            raise Refusal(_("This certification is recorded by the vendor; it cannot be earned here."))
        held = Achieved.of(person, day).held.get(certification.pk)
        if held is not None and held.is_valid_on(day):
            if held.renewable_from_on is None:
                raise Refusal(_("You hold it, and it never expires."))
            if day < held.renewable_from_on:
                raise Refusal(_("You hold it. It can be renewed from %(day)s.") % {"day": held.renewable_from_on})
        enrollment, created = CertificationEnrollment.objects.get_or_create(
            certification=certification,
            person=person,
            completed_at=None,
            defaults={"started_at": at, "is_renewal": held is not None},
        )
        if created:
            follow(person=person, at=at)
            enrollment.refresh_from_db()
    return enrollment


def follow(*, person: Person, at: datetime) -> list[HeldCertification]:
    """Give a person every certification whose requirements they fulfil now. Bears repeating."""
    day = today(at=at, zone=Program.current().zone)
    asked = _asked()
    if not asked:
        return []
    given: list[HeldCertification] = []
    with action("certification.award", by=None):
        while True:  # one given may be what another one asks
            record = Achieved.of(person, day)
            due = next((one for one in asked if _is_due(one, person, record)), None)
            if due is None:
                break
            _lock(due, person)
            given.append(_give(due, person, record.held.get(due.pk), day=day, at=at))
        if given:
            announce_partners([person.partner_id])
    return given


def _asked() -> list[Certification]:
    offered = Certification.objects.filter(retired_at=None, requirements__isnull=False).distinct()
    return list(offered.prefetch_related("requirements").order_by("pk"))


def _is_due(certification: Certification, person: Person, record: Achieved) -> bool:
    held = record.held.get(certification.pk)
    requirements = certification.requirements.all()
    if not all(record.fulfils(one, since=held.renewable_from_on if held else None) for one in requirements):
        return False
    if held is None:
        return True
    asked_for = CertificationEnrollment.objects.filter(
        certification=certification, person=person, completed_at=None, is_renewal=True
    )
    return held.earned_on < record.day and asked_for.exists()


def _give(
    certification: Certification, person: Person, before: HeldCertification | None, *, day: date, at: datetime
) -> HeldCertification:
    """Write a certificate with its badge; a renewal begins where the one before ends."""
    expires_on = certification.expiry(day)
    if before is not None and before.expires_on and before.expires_on > day and certification.valid_months:
        expires_on = add_months(before.expires_on, certification.valid_months)
    held, created = HeldCertification.objects.get_or_create(
        person=person,
        certification=certification,
        earned_on=day,
        defaults={
            "partner_id": person.partner_id,
            "for_company": certification.for_company,
            "expires_on": expires_on,
            "origin": HeldOrigin.EARNED,
        },
    )
    CertificationEnrollment.objects.filter(
        certification=certification, person=person, completed_at=None, started_at__lte=at
    ).update(completed_at=at)
    if not created and held.revoked_at is not None:  # earned anew on the day it was taken away
        held.revoked_at, held.revoked_by, held.revoked_reason = None, None, ""
        held.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    badges.issue(held=held, at=at)
    outbox.put(topic=EARNED, payload={"held": held.pk})
    return held


def _lock(certification: Certification, person: Person) -> None:
    """Let one at a time give somebody a certificate, so that two things passed at once do not give it twice."""
    if certification.for_company:
        Partner.objects.select_for_update(no_key=True).get(pk=person.partner_id)
    else:
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
