"""People who sign in: their roles, their end, what they set for themselves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import VendorRole
from accounts.services import invitations
from core import audit
from core.refusals import Refusal
from core.services import outbox

OWN_FIELDS = ("name", "language", "timezone", "reading_language")


def create(*, email: str, name: str, role: str, by: Any, at: datetime) -> User:
    """Invite somebody at the vendor."""
    if role not in VendorRole.values:
        raise Refusal({"role": _("Choose one of the vendor's roles.")})
    known = User.objects.by_email(email).first()
    if known and known.has_usable_password():
        raise Refusal({"email": _("Somebody with this address has an account already.")})
    return invitations.invite(email=email, name=name, role=role, by=by, at=at)


def change_role(*, user: User, role: str, by: Any, at: datetime) -> bool:
    """Give somebody at the vendor another role, from their next request on. Returns whether it is another one."""
    if role not in VendorRole.values or not user.is_vendor:
        raise Refusal({"role": _("Choose one of the vendor's roles.")})
    with audit.action("user.change_role", by=by):
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.role == role:
            return False
        _keep_one_admin(user)
        user.role = role
        user.save(update_fields=["role"])
    return True


def deactivate(*, user: User, by: Any, at: datetime) -> bool:
    """End somebody's access with their next request. Returns whether they had any."""
    if user == by:
        raise Refusal(_("You cannot end your own access. Another program admin can."))
    with audit.action("user.deactivate", by=by):
        user = User.objects.select_for_update().get(pk=user.pk)
        if not user.is_active:
            return False
        _keep_one_admin(user)
        user.is_active = False
        user.save(update_fields=["is_active"])
        invitations.revoke(user=user, by=by, at=at)
    return True


def reactivate(*, user: User, by: Any, at: datetime) -> bool:
    """Let somebody in again. Returns whether they had been out."""
    with audit.action("user.reactivate", by=by):
        return bool(User.objects.filter(pk=user.pk, is_active=False).update(is_active=True))


def _keep_one_admin(user: User) -> None:
    """Refuse to leave the program without anybody who can manage its users."""
    if user.role != VendorRole.PROGRAM_ADMIN:
        return
    others = User.objects.filter(role=VendorRole.PROGRAM_ADMIN, is_active=True).exclude(pk=user.pk)
    if not others.select_for_update().exists():
        raise Refusal(_("%(name)s is the only program admin. Make somebody else one first.") % {"name": user})


def update_own(*, user: User, by: Any, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change what people set for themselves. Returns the names of the fields that changed; [] writes nothing."""
    changed = [name for name in OWN_FIELDS if name in changes and getattr(user, name) != changes[name]]
    if changed:
        with audit.action("user.update", by=by):
            for name in changed:
                setattr(user, name, changes[name])
            user.save(update_fields=changed)
    return changed


def set_password(*, user: User, password: str, by: Any, at: datetime) -> None:
    """Give somebody another password. Every other session of theirs ends with its next request."""
    with audit.action("user.set_password", by=by):
        user.set_password(password)
        user.save(update_fields=["password"])
        invitations.revoke(user=user, by=by, at=at)


def request_password_reset(*, email: str, at: datetime) -> None:
    """Send a link to whoever may sign in with this address; nobody can tell from outside whether there is one."""
    user = User.objects.by_email(email).filter(is_active=True).first()
    if user is None:
        return
    if user.has_usable_password():
        outbox.put(topic="accounts.password_reset_requested", payload={"user": user.pk})
    else:
        invitations.resend(user=user, by=None, at=at)
