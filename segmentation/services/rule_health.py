"""Rules that cannot be run: noted, told to those who can mend them, tried again, struck off once they work.

A rule that fails keeps its last answers and stands aside. It is among the others again after anything is published,
with the daily run, and when somebody asks for it; then it fails once more, or the next full run strikes it off.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import structlog
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import VendorRole
from accounts.services import notifications
from core.services import versions
from criteria.fields import RuleKind
from segmentation import engine, queries
from segmentation.models import RuleHealth

log = structlog.get_logger("segmentation")


def note(*, at: datetime) -> None:
    """Set aside the rules that cannot be compiled now."""
    aside = set(RuleHealth.objects.filter(tried_at__isnull=True).values_list("kind", "rule_id"))
    for (kind, _key), (rule_id, error) in engine.broken_rules(at=at).items():
        if (kind.value, rule_id) not in aside:
            set_aside(kind=kind, rule_id=rule_id, error=error, at=at)


def set_aside(*, kind: RuleKind, rule_id: int, error: str, at: datetime) -> None:
    """Note that a rule failed; it keeps its last answers. The same failure of the same version is told once."""
    definition = queries.RULES[kind.value]._default_manager.get(pk=rule_id)
    published = versions.published_of(definition)
    found = {"error": error[:2000], "number": published.number if published else 0}
    row, created = RuleHealth.objects.select_for_update().get_or_create(
        kind=kind.value, rule_id=rule_id, defaults={"failed_at": at, **found}
    )
    news = created or {"error": row.error, "number": row.number} != found
    if row.tried_at is not None:
        RuleHealth.objects.filter(pk=row.pk).update(tried_at=None, failed_at=at, attempts=F("attempts") + 1, **found)
    if news:
        _tell(kind, definition, at=at)
    log.warning("rule.failed", kind=kind.value, rule=rule_id, error=error[:200])


def try_again(*, at: datetime, kind: str = "", rule_id: int | None = None) -> int:
    """Let rules that failed be among the others again: all of them, or one. Returns how many."""
    rows = RuleHealth.objects.filter(tried_at__isnull=True)
    if rule_id is not None:
        rows = rows.filter(kind=kind, rule_id=rule_id)
    return rows.update(tried_at=at)


def strike_off(*, tried_before: datetime) -> int:
    """Forget the failures of rules that a full run, begun after they were tried again, had no trouble with."""
    return RuleHealth.objects.filter(tried_at__lte=tried_before).delete()[0]


def _tell(kind: RuleKind, definition: Any, *, at: datetime) -> None:
    """Tell the rule's owner, else the program admins, each in their language."""
    for reader in _owners(definition):
        with translation.override(reader.language):
            text = _("%(kind)s “%(name)s” cannot be computed and keeps its last answers.") % {
                "kind": queries.kind_label(kind),
                "name": definition,
            }
        notifications.notify(
            user_ids=[reader.pk],
            kind="rule.failed",
            text=text,
            url=queries.page_of(kind, definition) or reverse("vendor:freshness"),
            dedupe_key=f"rule.failed {kind.value} {definition.pk} {at.isoformat()}",
        )


def _owners(definition: Any) -> Iterable[User]:
    owner = getattr(definition, "owner", None)
    if owner is not None and owner.is_active and owner.is_vendor:
        return [owner]
    return User.objects.filter(role=VendorRole.PROGRAM_ADMIN, is_active=True)
