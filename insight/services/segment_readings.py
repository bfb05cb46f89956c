"""What is known of segments, reckoned at night where the program is too large to reckon it while somebody waits."""

from datetime import datetime

import structlog
from django.db import connection, transaction

from criteria.tree import CriteriaError
from insight.models import SegmentReading
from insight.queries import seen
from insight.queries.segment_readings import reckon
from partners.models import Partner
from segmentation import engine
from segmentation.models import Segment

log = structlog.get_logger("insight")


def refresh(*, at: datetime) -> int:
    """Reckon every segment in use anew, one after the other. Returns how many; none in a small program."""
    everybody = Partner.objects.all()
    if not seen.is_large(everybody):
        SegmentReading.objects.all().delete()
        return 0
    in_use = Segment.objects.filter(is_audience=False, retired_at__isnull=True).order_by("pk")
    SegmentReading.objects.exclude(segment__in=in_use).delete()
    return sum(_refresh_one(one, at=at) for one in in_use)


def _refresh_one(segment: Segment, *, at: datetime) -> bool:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('insight.readings', %s))", [segment.pk])
            document = reckon(segment, visible=Partner.objects.all(), at=at)
            SegmentReading.objects.update_or_create(
                segment=segment, defaults={"document": document, "worked_out_at": at}
            )
    except (CriteriaError, *engine.FAULTS_OF_RULES):
        log.warning("segment.not_read", segment=segment.pk)
        return False
    return True
