"""What enablement does on hearing others."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils import timezone

from accounts.access import partner_standing
from core.services import outbox
from enablement.models import ActivityKind
from enablement.services import (
    activity,
    asset_clocks,
    awards,
    certification_notices,
    certifications,
    enrollments,
    expiry,
    journeys,
    merge_rules,
    reminders,
    specialization_notices,
    specializations,
)
from partners.models import Partner
from partners.services import merge_parts
from segmentation.signals import partners_classified

BATCH = 10_000

merge_parts.register(*merge_rules.PARTS)


@receiver(partners_classified, dispatch_uid="enablement.enroll_classified")
def enroll_classified(sender: Any, partner_ids: list[int], at: datetime, **_: Any) -> None:
    """Enroll partners who came into the audience of a journey."""
    enrollments.enroll_classified(partner_ids=partner_ids, at=at)


@receiver(partners_classified, dispatch_uid="enablement.follow_specializations")
def follow_specializations(sender: Any, partner_ids: list[int], at: datetime, **_: Any) -> None:
    """Grant specializations to partners who fulfil what they ask."""
    specializations.follow(partner_ids=partner_ids, at=at)


outbox.handler(specializations.CHANGED)(specialization_notices.changed)
outbox.handler(specializations.NOTICE)(specialization_notices.expires)
outbox.handler(awards.EARNED)(certification_notices.earned)
outbox.handler(certifications.REVOKED)(certification_notices.revoked)
outbox.handler(expiry.EXPIRES)(certification_notices.expires)
outbox.handler(reminders.REMIND)(reminders.step_due)
outbox.handler(asset_clocks.DUE)(asset_clocks.say_due)


@receiver(user_logged_in, dispatch_uid="enablement.note_sign_in")
def note_sign_in(sender: Any, request: Any, user: Any, **_: Any) -> None:
    """Count a sign-in of a partner's person."""
    if standing := partner_standing(user):
        activity.note(person=standing[0], kind=ActivityKind.SIGN_IN, at=timezone.now())


@outbox.handler(journeys.PUBLISHED)
def enroll_audience(payload: Mapping[str, Any]) -> None:
    """Enroll the audience of a journey, one range of partners at a time; the next range is a message of its own."""
    first = int(payload.get("first_id", 0))
    last = Partner.objects.filter(pk__gte=first).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ids = list(last)
    if not ids:
        return
    end = ids[-1] + 1
    enrollments.enroll_audience(journey_id=payload["journey_id"], first_id=first, end_id=end, at=timezone.now())
    if len(ids) == BATCH:
        outbox.put(topic=journeys.PUBLISHED, payload={"journey_id": payload["journey_id"], "first_id": end})
