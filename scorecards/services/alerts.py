"""Alerts: opened when something begins to hold about a partner, closed when it no longer does."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from core import audit
from core.doorbell import ring_after_commit
from core.models import Program
from core.periods import today
from core.queues import Queue
from partners.models import Partner
from scorecards.models import Alert, AlertPolicy, AlertRun
from scorecards.services import alert_facts
from segmentation.models import Classification

log = structlog.get_logger("scorecards")

RANGE_PARTNERS = 1000


@transaction.atomic
def refresh(*, partner_ids: Sequence[int], at: datetime) -> int:
    """Open, keep and close the alerts of some partners as the facts say. Returns how many were opened or closed.

    Those who look at one partner at once take turns; the same look again changes nothing.
    """
    ids = _take_turns(partner_ids)
    if not ids:
        return 0
    zone = Program.current().zone
    scope = alert_facts.Scope.some(ids)
    facts = alert_facts.found(AlertPolicy.current(), scope, today=today(at=at, zone=zone), zone=zone)
    known = {(one.partner_id, one.kind): one for one in Alert.objects.open().filter(partner__in=ids)}
    over = [one.pk for key, one in known.items() if key not in facts]
    Alert.objects.filter(pk__in=over).update(ends_at=Greatest(at, F("starts_at")))
    changed = [one for key, one in known.items() if key in facts and _take(one, facts[key])]
    Alert.objects.bulk_update(changed, ["facts"], batch_size=500)
    new = [
        Alert(partner_id=partner_id, kind=kind, facts=values, starts_at=at)
        for (partner_id, kind), values in facts.items()
        if (partner_id, kind) not in known
    ]
    Alert.objects.bulk_create(new)
    if new or over:
        log.info("alerts.changed", opened=len(new), closed=len(over))
    return len(new) + len(over)


def _take_turns(partner_ids: Sequence[int]) -> list[int]:
    """Hold the partners' rows of verdicts, in id order as everybody does, and return the partners there are."""
    list(Classification.objects.select_for_update().filter(partner__in=partner_ids).order_by("partner_id").values("pk"))
    return list(Partner.objects.filter(pk__in=partner_ids).order_by("pk").values_list("pk", flat=True))


def _take(alert: Alert, facts: Mapping[str, Any]) -> bool:
    """Put newer facts into an alert. Returns whether they differ."""
    before, alert.facts = alert.facts, dict(facts)
    return bool(before != alert.facts)


# --- everybody


@transaction.atomic
def start_run(*, reason: str, slot: str | None = None) -> bool:
    """Ask for a look at everybody. A slot is run once; runs that nobody has begun are done by this one."""
    if slot is None:
        AlertRun.objects.create(reason=reason[:200])
    elif not AlertRun.objects.get_or_create(slot=slot, defaults={"reason": reason[:200]})[1]:
        return False
    ring_after_commit("scorecards.tasks.continue_alert_runs", queue=Queue.REPORTS)
    return True


def continue_run(*, at: datetime) -> bool:
    """Look at the next range of partners. Returns whether there was one.

    The place in the run and the work are one transaction: killed at any moment, the range is done again.
    """
    with transaction.atomic():
        waiting = AlertRun.objects.select_for_update(skip_locked=True).filter(done_at__isnull=True)
        run = waiting.order_by("pk").first()
        if run is None:
            return False
        rows = Partner.objects.filter(pk__gte=run.next_id).order_by("pk").values_list("pk", flat=True)
        ids = list(rows[:RANGE_PARTNERS])
        if ids:
            refresh(partner_ids=ids, at=at)
            AlertRun.objects.filter(pk=run.pk).update(next_id=ids[-1] + 1)
        else:
            AlertRun.objects.filter(pk=run.pk).update(done_at=at)
    return bool(ids)


def day_slot(*, at: datetime) -> str:
    """Return the name of the program's day, whose look is made once."""
    zone = Program.current().zone
    return f"{today(at=at, zone=zone).isoformat()} {zone}"


def is_day_done(*, at: datetime) -> bool:
    """Whether everybody was looked at on the program's day."""
    return AlertRun.objects.filter(slot=day_slot(at=at), done_at__isnull=False).exists()


# --- the policy


def update_policy(*, by: Any, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change when alerts are opened. Returns the names of what changed; everybody is looked at anew."""
    if unknown := changes.keys() - {*alert_facts.THRESHOLDS, "switched_off"}:
        raise TypeError(f"Not a part of the policy: {', '.join(sorted(unknown))}")
    AlertPolicy.current()
    with audit.action("alert_policy.update", by=by):
        policy = AlertPolicy.objects.select_for_update(no_key=True).get(pk=1)
        changed = [name for name, value in changes.items() if getattr(policy, name) != value]
        if not changed:
            return []
        for name in changed:
            setattr(policy, name, changes[name])
        policy.clean_fields(exclude=["public_id", "created_at", "updated_at", "version"])
        policy.save(update_fields=changed)
        start_run(reason="The thresholds of alerts were changed")
    return changed
