"""Reads of accounts, shaped for its pages."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import Integration, Invitation, Notification, User


def unread_count(user: Any) -> int:
    """Return how many notifications somebody has not read."""
    return Notification.objects.filter(user=user, read_at=None).count()


def notifications_of(user: Any) -> QuerySet[Notification]:
    """Return somebody's notifications, newest first."""
    return Notification.objects.filter(user=user).order_by("-created_at", "-pk")


def vendor_users(*, text: str = "", at: datetime) -> QuerySet[User]:
    """Return the vendor's people by name, with `is_invited` for those whose invitation is open."""
    open_ones = Invitation.objects.filter(user=OuterRef("pk"), accepted_at=None, revoked_at=None, expires_at__gt=at)
    users = User.objects.exclude(role="").annotate(is_invited=Exists(open_ones)).order_by("name", "pk")
    return users.filter(Q(name__icontains=text) | Q(email__icontains=text)) if text else users


def integrations() -> QuerySet[Integration]:
    """Return the integrations by name, with their owner, source and number of secrets."""
    return (
        Integration.objects.select_related("owner", "source")
        .annotate(credential_count=Count("credentials"))
        .order_by("name")
    )
