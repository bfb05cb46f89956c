"""Letting an organisation in: its record, first person, categories, manager, verdicts and journey, or none of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.models import Program
from core.periods import today
from core.refusals import Refusal
from core.services import outbox
from partners.models import (
    ApplicationState,
    Category,
    MembershipSource,
    MembershipState,
    Partner,
    PartnerApplication,
    PartnerStatus,
    Person,
    Region,
)
from partners.models.applications import OPEN_STATES
from partners.queries.applications import as_partner
from partners.services import assignments, memberships, partners, people
from partners.services.application_reviews import expect, lock
from partners.services.stays import person
from partners.signals import partner_joined

APPROVED = "partners.application_approved"
#: In which states a category may begin: held at once, or to be looked at again.
BEGINNINGS = (MembershipState.ACTIVE, MembershipState.PENDING)


def approve(
    *,
    application: PartnerApplication,
    by: Any,
    at: datetime,
    categories: Mapping[Category, str],
    region: Region | None = None,
    manager: User | None = None,
    partner: Partner | None = None,
    is_admin: bool = True,
) -> bool:
    """Make the applicant a partner, or link it to one that is there, in one go: all that follows, or nothing.

    Of two reviewers at once one wins. Approved already, nothing changes. Returns whether that was a change. With
    `is_admin` the applicant manages the partner's people and profile.
    """
    if wrong := [str(category) for category, state in categories.items() if state not in BEGINNINGS]:
        raise Refusal({"categories": _("Say whether it begins at once: %(names)s.") % {"names": ", ".join(wrong)}})
    with audit.action("application.approve", by=by, application=application.pk):
        locked = lock(application)
        if locked.state == ApplicationState.APPROVED:
            application.refresh_from_db()
            return False
        expect(locked, *OPEN_STATES, verb=_("approved"))
        member = _linked(partner, locked, by=by, at=at) if partner else _made(locked, region, by=by, at=at)
        _let_in(member, locked, is_admin=is_admin, by=by, at=at)
        if manager is not None:
            assignments.assign(partners=[member], user=manager, by=by, at=at)
        _categorise(member, locked, categories, by=by, at=at)
        locked.state, locked.partner, locked.due_at = ApplicationState.APPROVED, member, None
        locked.decided_at, locked.decided_by, locked.closed_at = at, person(by), at
        locked.reviewer, locked.answered_at = locked.reviewer or person(by), locked.answered_at or at
        fields = ["state", "partner", "due_at", "decided_at", "decided_by", "closed_at", "reviewer", "answered_at"]
        locked.save(update_fields=fields)
        partner_joined.send(sender=PartnerApplication, partner_id=member.pk, at=at)
        outbox.put(topic=APPROVED, payload={"application": locked.pk})
    application.refresh_from_db()
    return True


def _made(application: PartnerApplication, region: Region | None, *, by: Any, at: datetime) -> Partner:
    values = as_partner(application) | ({"region_id": region.pk} if region else {})
    joined = {"status": PartnerStatus.ACTIVE, "joined_on": today(at=at, zone=Program.current().zone)}
    try:
        return partners.create(by=by, at=at, **_references(values), **joined)
    except ValidationError as error:
        if "domain" not in getattr(error, "error_dict", {}):
            raise
        known = _("A partner has the domain %(domain)s already. Link the application to it.")
        raise Refusal({"partner": known % {"domain": application.domain}}, code="already_exists") from None


def _linked(partner: Partner, application: PartnerApplication, *, by: Any, at: datetime) -> Partner:
    """Fill in what the partner's record does not say yet; what it says stays."""
    values = _references(as_partner(application))
    empty = {name: value for name, value in values.items() if name != "attributes" and not getattr(partner, name)}
    attributes = {
        key: value
        for key, value in values.get("attributes", {}).items()
        if partner.attributes.get(key) in (None, "", [])
    }
    changes: dict[str, Any] = empty | ({"attributes": attributes} if attributes else {})
    if "domain" in changes and Partner.objects.filter(domain=changes["domain"]).exists():
        del changes["domain"]
    if partner.status != PartnerStatus.ACTIVE:
        changes["status"] = PartnerStatus.ACTIVE
    if partner.joined_on is None:
        changes["joined_on"] = today(at=at, zone=Program.current().zone)
    if changes:
        partners.update(partner=partner, by=by, at=at, changes=changes)
    return partner


def _references(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as the partner's service takes them: a region by itself."""
    rest = {name: value for name, value in values.items() if name != "region_id"}
    region = Region.objects.filter(pk=values.get("region_id") or 0).first()
    return rest | ({"region": region} if region else {})


def _let_in(partner: Partner, application: PartnerApplication, *, is_admin: bool, by: Any, at: datetime) -> None:
    """Invite the applicant. The e-mail that tells of the approval has the link."""
    known = Person.objects.filter(
        partner=partner, email__iexact=application.contact_email, left_at__isnull=True
    ).first()
    somebody = known or people.add(
        partner=partner,
        by=by,
        at=at,
        name=application.contact_name,
        email=application.contact_email,
        phone=application.contact_phone,
        job_title=application.contact_title,
        language=application.language,
        is_admin=is_admin,
    )
    if known and is_admin and not known.is_admin:
        people.update(person=known, by=by, at=at, changes={"is_admin": True})
    try:
        people.invite(person=somebody, by=by, at=at, by_mail=False)
    except ValidationError as error:
        raise Refusal({"contact": " ".join(error.messages)}, code="already_exists") from None


def _categorise(
    partner: Partner, application: PartnerApplication, categories: Mapping[Category, str], *, by: Any, at: datetime
) -> None:
    evidence = {"application": str(application.public_id)}
    for category in _in_order(categories):
        declared = category.pk in application.category_ids
        if categories[category] == MembershipState.ACTIVE:
            memberships.assign(
                partner=partner,
                category=category,
                by=by,
                at=at,
                source=MembershipSource.DECLARED if declared else MembershipSource.ASSIGNED,
                evidence=evidence,
            )
        else:
            statement = _("Applied for it when becoming a partner") if declared else _("Suggested by the reviewer")
            memberships.declare(
                partner=partner, category=category, by=by, at=at, statement=statement, evidence=evidence
            )


def _in_order(categories: Iterable[Category]) -> list[Category]:
    return sorted(categories, key=lambda one: (one.position, one.pk))
