"""E-mails to applicants, and what the vendor's people are told of applications. Handlers of the outbox.

An e-mail that came too late is not sent: each looks whether what it tells still holds.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import Invitation, User
from accounts.services import invitations
from core.services import mail
from partners.conversing import Outsider
from partners.models import ApplicationState, CategoryMembership, MembershipState, PartnerApplication
from partners.models.applications import WAITING_STATES
from partners.services import applications
from partners.services.telling import manager_of, program_admins, tell

KIND = "application"


def link_asked(payload: Mapping[str, Any]) -> None:
    """Send an applicant the link to their application."""
    if found := _find(payload):
        _write(found, "application_link")


def proof_asked(payload: Mapping[str, Any]) -> None:
    """Ask an applicant to open the link, by which the application is submitted."""
    found = _find(payload, ApplicationState.DRAFT)
    if found and found.wants_to_submit_at:
        _write(found, "application_proof_asked")


def left_alone(payload: Mapping[str, Any]) -> None:
    """Remind an applicant of a draft."""
    if found := _find(payload, ApplicationState.DRAFT):
        _write(found, "application_left_alone")


def submitted(payload: Mapping[str, Any]) -> None:
    """Tell the applicant that it has arrived, and whoever reviews it, or else program admins, that it is there."""
    found = _find(payload, *WAITING_STATES)
    if found is None:
        return
    _write(found, "application_submitted", again=not payload["first"])
    text = gettext_noop("%(name)s applies to become a partner.")
    if not payload["first"]:
        text = gettext_noop("%(name)s has answered; its application is back.")
    _tell(concerned(found), found, text=text, key=f"application-{found.pk}-{payload['at']}", by_mail=True)


def asked(payload: Mapping[str, Any]) -> None:
    """Tell the applicant what is still needed."""
    if found := _find(payload, ApplicationState.ASKED):
        _write(found, "application_asked")


def declined(payload: Mapping[str, Any]) -> None:
    """Tell the applicant the decision, why, and what would change it."""
    if found := _find(payload, ApplicationState.DECLINED):
        _write(found, "application_declined")


def reopened(payload: Mapping[str, Any]) -> None:
    """Tell the applicant that it is looked at again."""
    if found := _find(payload, *WAITING_STATES):
        _write(found, "application_reopened")


def approved(payload: Mapping[str, Any]) -> None:
    """Welcome the applicant with the invitation, and tell the manager of the new partner."""
    found = _find(payload, ApplicationState.APPROVED)
    if found is None or found.partner is None:
        return
    user = User.objects.by_email(found.contact_email).first()
    invitation = Invitation.objects.filter(user=user, accepted_at=None, revoked_at=None).first() if user else None
    path = (
        reverse("accounts:invitation-accept", args=[invitations.token_of(invitation)])
        if invitation
        else reverse("accounts:sign-in")
    )
    managers = manager_of(found.partner)
    rows = CategoryMembership.objects.open().filter(partner=found.partner).select_related("category")
    by_state: dict[str, list[str]] = {MembershipState.ACTIVE: [], MembershipState.PENDING: []}
    for membership in rows.order_by("-is_primary", "category__position", "pk"):
        by_state.setdefault(membership.state, []).append(membership.category.name)
    _write(
        found,
        "application_approved",
        link=settings.PUBLIC_URL + path,
        partner=found.partner,
        active=by_state[MembershipState.ACTIVE],
        pending=by_state[MembershipState.PENDING],
        manager=managers[0] if managers else None,
        invited=invitation is not None,
        days=settings.INVITATION_DAYS,
    )
    tell(
        [one for one in managers if one.pk != found.decided_by_id],
        kind=KIND,
        text=gettext_noop("%(name)s is a partner now, and yours to look after."),
        names={"name": found.partner},
        url=reverse("vendor:partner-detail", args=[found.partner.public_id]),
        key=f"application-{found.pk}-approved",
        by_mail=True,
    )


def withdrawn(payload: Mapping[str, Any]) -> None:
    """Tell whoever reviews it that the applicant took it back."""
    if found := _find(payload, ApplicationState.WITHDRAWN):
        text = gettext_noop("%(name)s has withdrawn its application.")
        _tell(concerned(found), found, text=text, key=f"application-{found.pk}-withdrawn")


def assigned(payload: Mapping[str, Any]) -> None:
    """Tell somebody that an application is theirs to review."""
    found = _find(payload)
    reviewer = User.objects.filter(pk=payload["reviewer"], is_active=True).first()
    if found is None or reviewer is None or found.reviewer_id != reviewer.pk:
        return
    text = gettext_noop("The application of %(name)s is yours to review.")
    key = f"application-{found.pk}-assigned-{payload['reviewer']}-{payload['by']}"
    _tell([reviewer], found, text=text, key=key, by_mail=True)


def late(payload: Mapping[str, Any]) -> None:
    """Tell program admins, and whoever reviews it, that an applicant waits longer than promised."""
    found = _find(payload, *WAITING_STATES)
    if found is None:
        return
    text = gettext_noop("%(name)s has been waiting for an answer to its application longer than promised.")
    detail = gettext_noop("Answer it, ask for what is missing, or give it to somebody who can.")
    people = {user.pk: user for user in [*program_admins(), *concerned(found)]}
    key = f"application-{found.pk}-late-{payload['due_at']}"
    _tell(people.values(), found, text=text, detail=detail, key=key, by_mail=True)


def _find(payload: Mapping[str, Any], *states: str) -> PartnerApplication | None:
    rows = PartnerApplication.objects.select_related("partner", "reviewer").filter(pk=payload["application"])
    return (rows.filter(state__in=states) if states else rows).first()


def applicant(application: PartnerApplication) -> list[Outsider]:
    """Return who applies: what the vendor says in the conversation reaches them by e-mail."""
    return [Outsider(application.contact_name, application.contact_email, application.language)]


def concerned(application: PartnerApplication) -> list[User]:
    """Return who hears of an application: its reviewer, else program admins."""
    reviewer = application.reviewer
    return [reviewer] if reviewer is not None and reviewer.is_active else program_admins()


def _write(application: PartnerApplication, template: str, **more: Any) -> None:
    link = settings.PUBLIC_URL + reverse("apply-link", args=[applications.token_of(application)])
    mail.send(
        to=application.contact_email,
        template=f"emails/partners/{template}",
        language=application.language,
        context={"application": application, "link": link, **more},
    )


def _tell(users: Iterable[User], application: PartnerApplication, *, text: str, key: str, **more: Any) -> None:
    url = reverse("vendor:application-detail", args=[application.public_id])
    tell(users, kind=KIND, text=text, names={"name": application.name}, url=url, key=key, **more)
