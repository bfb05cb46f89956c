"""Signs of life of the processes, kept as rows so that a deaf worker is noticed."""

from datetime import datetime

from core.models import Heartbeat


def beat(*, name: str, at: datetime) -> None:
    """Note that a process did its work at this moment."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": at})
