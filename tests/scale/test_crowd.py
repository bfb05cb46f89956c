"""The synthetic crowd that benchmarks stand on."""

from contextlib import nullcontext
from datetime import datetime

import pytest
from django.db import connection

from benchmarks._crowd import bare_statement
from deals.models import Deal
from enablement.models import Activity, HeldCertification
from partners.models import Partner
from portal.seed import scale
from segmentation.models import Classification, RuleHealth, Segment, StalePartner
from segmentation.services import recompute

PARTNERS = 150


@pytest.mark.django_db(transaction=True)
def test_a_crowd_has_everything_its_rules_ask_about(now: datetime) -> None:
    scale.load(partners=PARTNERS, at=now, tell=lambda _what: nullcontext())
    recompute.everything(at=now)

    assert Partner.objects.count() == PARTNERS
    assert Deal.objects.count() == PARTNERS * scale.DEALS
    assert Activity.objects.count() > PARTNERS * scale.ACTIVITY_DAYS * 0.9
    assert HeldCertification.objects.count() > PARTNERS * 3
    assert Segment.objects.count() == scale.RULES
    assert not RuleHealth.objects.exists()
    assert Classification.objects.exclude(segment_ids=[]).count() > PARTNERS * 0.9

    sql, parameters = bare_statement(now)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        counted = sorted(cursor.fetchone())
    stored = sorted(
        Classification.objects.filter(segment_ids__contains=[pk]).count()
        for pk in Segment.objects.values_list("pk", flat=True)
    )
    assert counted == stored

    Partner.objects.order_by("pk").first().save()
    assert StalePartner.objects.exists(), "triggers must be on again"
