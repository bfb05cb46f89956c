"""What the shell of every page shows about its reader."""

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest

from accounts import queries


def notifications(request: HttpRequest) -> dict[str, Callable[[], int]]:
    """Give the number of unread notifications, counted only by pages that show it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"unread_notifications": partial(queries.unread_count, user)}
