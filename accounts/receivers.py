"""E-mails of accounts, sent from the outbox."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse

from accounts import notice_kinds
from accounts.models import Invitation, Notification, User
from accounts.services import digests, invitations, notice_choices, notifications
from core.services import mail, outbox


@outbox.handler("accounts.invited")
def send_invitation(payload: Mapping[str, Any]) -> None:
    """Send the link of an invitation, unless it has been accepted or replaced meanwhile."""
    invitation = (
        Invitation.objects.select_related("user", "invited_by")
        .filter(pk=payload["invitation"], accepted_at=None, revoked_at=None)
        .first()
    )
    if invitation is None:
        return
    path = reverse("accounts:invitation-accept", args=[invitations.token_of(invitation)])
    mail.send(
        to=invitation.user.email,
        template="emails/accounts/invitation",
        language=invitation.user.language,
        context={"invitation": invitation, "link": settings.PUBLIC_URL + path, "days": settings.INVITATION_DAYS},
    )


@outbox.handler("accounts.password_reset_requested")
def send_password_reset(payload: Mapping[str, Any]) -> None:
    """Send the link by which somebody chooses a new password."""
    user = User.objects.filter(pk=payload["user"], is_active=True).first()
    if user is None:
        return
    path = reverse("accounts:password-set", args=[user.public_id, default_token_generator.make_token(user)])
    mail.send(
        to=user.email,
        template="emails/accounts/password_reset",
        language=user.language,
        context={
            "user": user,
            "link": settings.PUBLIC_URL + path,
            "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
        },
    )


@outbox.handler(notifications.NOTIFIED)
def send_notification(payload: Mapping[str, Any]) -> None:
    """Send a notification as an e-mail, to whoever may still sign in and see what it is about."""
    notification = (
        Notification.objects.select_related("user").filter(pk=payload["notification"], user__is_active=True).first()
    )
    if notification is None or not notifications.still_seen(notification.user, [notification]):
        return
    kind = notice_kinds.of(notification.kind)
    mail.send(
        to=notification.user.email,
        template="emails/accounts/notification",
        language=notification.user.language,
        context={
            "notification": notification,
            "kind": kind,
            "link": settings.PUBLIC_URL + notification.url if notification.url else "",
            "unsubscribe": notice_choices.link_of(notification.user, kind) if kind.may_be_chosen else "",
        },
        headers=notice_choices.headers_of(notification.user, kind),
    )


outbox.handler(digests.DIGEST)(digests.send)
