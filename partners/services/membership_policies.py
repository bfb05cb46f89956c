"""How the program treats memberships: changed by program admins."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core import audit
from partners.models import MembershipPolicy


def update(*, by: Any | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change what holds for memberships, reviews and flags. Returns the names of what changed."""
    with audit.action("membership_policy.update", by=by):
        policy = MembershipPolicy.objects.select_for_update().get_or_create(pk=1)[0]
        wanted = {name: sorted(set(value), reverse=True) if _days(name) else value for name, value in changes.items()}
        changed = [name for name, value in wanted.items() if getattr(policy, name) != value]
        if changed:
            for name in changed:
                setattr(policy, name, wanted[name])
            policy.full_clean(exclude=["id", "public_id"])
            policy.save(update_fields=changed)
    return changed


def _days(name: str) -> bool:
    return name.endswith(("_notice_days", "_reminder_days"))
