"""Rules that cannot be run: noted, told to people who can mend them, forgotten once mended."""

from datetime import datetime

from accounts.models import User
from accounts.roles import VendorRole
from accounts.services import notifications
from segmentation import engine
from segmentation.models import RuleHealth


def note(*, at: datetime) -> None:
    """Keep one row per rule that is broken now, and tell program admins about new ones."""
    broken = engine.broken_rules(at=at)
    known = {(row.kind, row.rule_id): row for row in RuleHealth.objects.all()}
    for ref, (rule_id, error) in broken.items():
        if (ref[0].value, rule_id) not in known:
            set_aside(kind=ref[0].value, key=ref[1], rule_id=rule_id, error=error, at=at)


def set_aside(*, kind: str, key: str, rule_id: int, error: str, at: datetime) -> None:
    """Note that a rule failed; it keeps its last answers. Noting it twice changes nothing."""
    _, created = RuleHealth.objects.get_or_create(
        kind=kind, rule_id=rule_id, defaults={"failed_at": at, "error": error[:2000]}
    )
    if created:
        admins = User.objects.filter(role=VendorRole.PROGRAM_ADMIN, is_active=True).values_list("pk", flat=True)
        notifications.notify(
            user_ids=list(admins),
            kind="rule.failed",
            text=f"The {kind} “{key}” cannot be computed and keeps its last answers.",
            url="",
            dedupe_key=f"rule.failed {kind} {rule_id} {at.isoformat()}",
        )


def forget(*, kind: str, rule_id: int | None = None) -> None:
    """Give a rule another chance: after a new version is published, or for a whole kind."""
    rows = RuleHealth.objects.filter(kind=kind)
    (rows if rule_id is None else rows.filter(rule_id=rule_id)).delete()
