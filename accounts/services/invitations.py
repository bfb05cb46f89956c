"""Invitations: a link by which somebody chooses a password. It works once, for seven days.

The token is derived from the invitation and the installation's secret key, so that only its digest is kept and the
e-mail can be sent again with the same link.
"""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import Invitation, User
from core import audit
from core.refusals import Refusal
from core.services import outbox


class Gone(StrEnum):
    """Why an invitation does not work any more."""

    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"


class InvitationGoneError(Exception):
    """The invitation does not work; `why` says for what reason."""

    def __init__(self, why: Gone) -> None:
        super().__init__(str(why))
        self.why = why


def invite(*, email: str, name: str, role: str = "", by: Any, at: datetime, by_mail: bool = True) -> User:
    """Let somebody in by e-mail, at the vendor with a role or at a partner without, and return the user.

    A person who can sign in already gets no second invitation. Without `by_mail` the caller writes to them.
    """
    with audit.action("user.invite", by=by):
        user = _user(email=email, name=name, role=role)
        if not user.has_usable_password():
            _open(user, by=by, at=at, by_mail=by_mail)
    return user


def _user(*, email: str, name: str, role: str) -> User:
    address = email.strip().lower()
    user = User.objects.by_email(address).select_for_update().first()
    if user is None:
        return User.objects.create_user(address, name=name.strip(), role=role)
    if user.role != role:
        raise Refusal({"email": _("This address belongs to somebody who works elsewhere in the program.")})
    if not user.is_active:
        raise Refusal({"email": _("This person may not sign in any more. A program admin can change that.")})
    return user


def _open(user: User, *, by: Any, at: datetime, by_mail: bool = True) -> Invitation:
    """Replace the user's open invitation by a new one and have it sent."""
    user.invitations.filter(accepted_at=None, revoked_at=None).update(revoked_at=at)
    invitation = Invitation(
        user=user,
        invited_by=by if isinstance(by, User) else None,
        expires_at=at + timedelta(days=settings.INVITATION_DAYS),
        token_digest=_digest(f"{user.pk} {at.timestamp()}"),
    )
    invitation.save()
    invitation.token_digest = _digest(token_of(invitation))
    invitation.save(update_fields=["token_digest"])
    if by_mail:
        outbox.put(topic="accounts.invited", payload={"invitation": invitation.pk})
    return invitation


def resend(*, user: User, by: Any, at: datetime) -> None:
    """Send a person who has not signed in yet a new link; the old one stops working."""
    if user.has_usable_password():
        raise Refusal(_("%(name)s has accepted the invitation already.") % {"name": user})
    if not user.is_active:
        raise Refusal(_("%(name)s may not sign in any more. Let them back in first.") % {"name": user})
    with audit.action("user.invite_again", by=by):
        _open(user, by=by, at=at)


def revoke(*, user: User, by: Any, at: datetime) -> int:
    """Make the open links of a person stop working. Returns how many there were."""
    with audit.action("user.revoke_invitation", by=by):
        return user.invitations.filter(accepted_at=None, revoked_at=None).update(revoked_at=at)


def find(*, token: str, at: datetime) -> Invitation:
    """Return the invitation a link belongs to, or say why it does not work."""
    invitation = Invitation.objects.select_related("user", "invited_by").filter(token_digest=_digest(token)).first()
    if invitation is None:
        raise InvitationGoneError(Gone.UNKNOWN)
    if invitation.accepted_at:
        raise InvitationGoneError(Gone.USED)
    if invitation.revoked_at or not invitation.user.is_active:
        raise InvitationGoneError(Gone.REVOKED)
    if invitation.expires_at <= at:
        raise InvitationGoneError(Gone.EXPIRED)
    return invitation


def accept(*, token: str, name: str, password: str, at: datetime) -> User:
    """Give the invited person a name and a password, once. The password is checked by the form."""
    user = find(token=token, at=at).user
    with audit.action("user.accept_invitation", by=user):
        user = User.objects.select_for_update().get(pk=user.pk)
        invitation = find(token=token, at=at)
        user.name = name
        user.set_password(password)
        user.save(update_fields=["name", "password"])
        invitation.accepted_at = at
        invitation.save(update_fields=["accepted_at"])
    return user


def token_of(invitation: Invitation) -> str:
    """Return the token in the invitation's link."""
    return salted_hmac("accounts.invitation", str(invitation.public_id), algorithm="sha256").hexdigest()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
