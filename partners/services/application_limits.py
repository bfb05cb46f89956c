"""How often a visitor without a name may do something, counted in the database per network and per e-mail address."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from partners.models import ApplicationAttempt


class Act(StrEnum):
    """What is counted."""

    START = "start"
    LINK = "link"
    CHECK = "check"
    MESSAGE = "message"
    FILES = "files"


WINDOW = timedelta(hours=1)
#: How many an hour: an office may share a network, an address is one person's.
PER_NETWORK = {Act.START: 20, Act.LINK: 20, Act.CHECK: 300, Act.MESSAGE: 60, Act.FILES: 20}
PER_ADDRESS = {Act.START: 4, Act.LINK: 4, Act.CHECK: 0, Act.MESSAGE: 20, Act.FILES: 6}


def take(*, act: Act, network: str, email: str = "", at: datetime) -> bool:
    """Count one attempt before it is made. Returns whether it may be made.

    The rows come first and are counted with the others, so that attempts made at once cannot slip past together.
    """
    limits = {f"network {network}": PER_NETWORK[act]}
    if email:
        limits[f"address {_digest(email)}"] = PER_ADDRESS[act]
    with transaction.atomic():
        rows = _note(act, limits, at)
    if all(_recent(act, key, at) <= limit for key, limit in limits.items()):
        return True
    ApplicationAttempt.objects.filter(pk__in=rows).delete()
    return False


def forget(*, at: datetime) -> int:
    """Remove attempts that count no more. Returns how many."""
    return ApplicationAttempt.objects.filter(at__lte=at - WINDOW).delete()[0]


def _note(act: Act, keys: Iterable[str], at: datetime) -> list[int]:
    return [ApplicationAttempt.objects.create(act=act, key=key, at=at).pk for key in keys]


def _recent(act: Act, key: str, at: datetime) -> int:
    return ApplicationAttempt.objects.filter(act=act, key=key, at__gt=at - WINDOW).count()


def _digest(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()
