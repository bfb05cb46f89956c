"""The program's day on all ladders: what ends, who is told, which reviews are due, who is out of step. Once a day."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.doorbell import ring_after_commit
from core.models import Program
from core.periods import today
from core.queues import Queue
from core.services import outbox
from partners.models import HoldingState, ManualOverride, TierDay, TierHolding, TierTrack
from partners.queries import tier_standings
from partners.services import manual_overrides, tier_following, tier_invitations, tier_reviews
from partners.tier_policy import notice_due

log = structlog.get_logger("partners")

BATCH = 500
#: Told in the outbox: `holding_ids` whose grace goes to an end, `override_ids` that do.
GRACE_ENDS_SOON = "partners.grace_ends_soon"
OVERRIDES_END_SOON = "partners.overrides_end_soon"
#: How many days before its end an override is spoken of.
OVERRIDE_NOTICE_DAYS = (14, 1)


def keep(*, at: datetime) -> bool:
    """Do all that a new day brings. Each step may be repeated; done today already, nothing happens."""
    day, _made = TierDay.objects.get_or_create(day=today(at=at, zone=Program.current().zone))
    if day.kept_at is not None:
        return False
    tier_invitations.end_due(at=at)
    manual_overrides.end_due(at=at)
    tier_reviews.open_due(at=at)
    ring_after_commit("partners.tasks.continue_tier_reviews", queue=Queue.REPORTS)
    follow(at=at)
    tell_of_grace(at=at)
    tell_of_overrides(at=at)
    TierDay.objects.filter(pk=day.pk, kept_at__isnull=True).update(kept_at=at)
    log.debug("tier_day.kept", day=day.day.isoformat())
    return True


def follow(*, at: datetime, track: TierTrack | None = None) -> int:
    """Bring everybody in line whom the policy moves today though no figure changed. Returns the number of moves."""
    ids = tier_standings.out_of_step(today=today(at=at, zone=Program.current().zone), track=track)
    moved = 0
    for batch in _batches(ids):
        qualified = tier_standings.stored_qualifications(batch)
        moved += len(tier_following.follow_qualifications(qualified=qualified, at=at))
    return moved


def policy_changed(payload: Mapping[str, Any]) -> None:
    """Bring the partners of a track in line with its new policy."""
    track = TierTrack.objects.filter(pk=payload["track_id"]).first()
    if track is not None:
        follow(at=timezone.now(), track=track)


def tell_of_grace(*, at: datetime) -> int:
    """Let partners in grace hear of it on the days that their track sets. Returns how many hear of it now."""
    rows = TierHolding.objects.open().filter(state=HoldingState.GRACE)
    found = rows.values_list("pk", "grace_ends_on", "notice_given_days", "track__notice_days")
    return _tell_once(TierHolding, found, topic=GRACE_ENDS_SOON, ids="holding_ids", at=at)


def tell_of_overrides(*, at: datetime) -> int:
    """Let people hear of manual overrides that end soon. Returns of how many."""
    first = today(at=at, zone=Program.current().zone) + timedelta(days=max(OVERRIDE_NOTICE_DAYS))
    rows = ManualOverride.objects.open().filter(last_day_on__lte=first)
    found = [(*row, OVERRIDE_NOTICE_DAYS) for row in rows.values_list("pk", "last_day_on", "notice_given_days")]
    return _tell_once(ManualOverride, found, topic=OVERRIDES_END_SOON, ids="override_ids", at=at)


def _tell_once(model: Any, rows: Iterable[Any], *, topic: str, ids: str, at: datetime) -> int:
    """Put one message for many whose notice is due, and note with them that it was given."""
    day = today(at=at, zone=Program.current().zone)
    due: dict[int, list[int]] = {}
    for pk, last_day, told, days in rows:
        if (notice := notice_due(days, last_day=last_day, today=day, told=told)) is not None:
            due.setdefault(notice, []).append(pk)
    for notice, pks in due.items():
        for batch in _batches(sorted(pks)):
            with transaction.atomic():
                fresh: QuerySet[Any] = model.objects.select_for_update(no_key=True).filter(
                    Q(notice_given_days__isnull=True) | Q(notice_given_days__gt=notice), pk__in=batch
                )
                told_now = list(fresh.order_by("pk").values_list("pk", flat=True))
                model.objects.filter(pk__in=told_now).update(notice_given_days=notice)
                if told_now:
                    outbox.put(topic=topic, payload={ids: told_now, "days": notice})
    return sum(len(pks) for pks in due.values())


def _batches(ids: list[int]) -> Iterable[list[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
