"""What is published and retired: shown to those it is for, and taken away again without being lost."""

from datetime import datetime
from typing import Any

from core.audit import action
from core.models import Publishable


def publish(thing: Publishable, *, name: str, by: Any | None, at: datetime) -> bool:
    """Show something, or show it again after it was retired. Returns whether it was not shown before.

    `name` is what the audit trail calls it, such as ``course``. Since when it is published stays what it was.
    """
    if thing.is_offered:
        return False
    thing.published_at, thing.retired_at = thing.published_at or at, None
    with action(f"{name}.publish", by=by):
        thing.save(update_fields=["published_at", "retired_at"])
    return True


def retire(thing: Publishable, *, name: str, by: Any | None, at: datetime) -> bool:
    """Take something away from those it was for. Returns whether it was not retired before."""
    if thing.retired_at:
        return False
    thing.retired_at = at
    with action(f"{name}.retire", by=by):
        thing.save(update_fields=["retired_at"])
    return True
