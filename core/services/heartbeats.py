"""Signs of life of the processes, kept as rows so that a deaf worker is noticed."""

from datetime import datetime, timedelta

from core.models import Heartbeat

WORKER = "worker"

#: Who was not heard for so long is taken to be deaf.
SILENCE = timedelta(seconds=60)


def beat(*, name: str, at: datetime) -> None:
    """Note that a process did its work at this moment."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": at})


def is_heard(*, name: str, at: datetime) -> bool:
    """Say whether a process left a sign of life lately."""
    return Heartbeat.objects.filter(name=name, beat_at__gt=at - SILENCE).exists()
