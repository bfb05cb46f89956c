"""What people of partners did, summed up."""

from datetime import date, timedelta

from django.db.models import Count, Sum

from enablement.models import Activity, ActivityKind
from partners.models import Partner

RECENT_DAYS = 90


def recent(*, partner: Partner, today: date, days: int = RECENT_DAYS) -> dict[str, int]:
    """Return how often each kind of thing was done of late; under `people` and `days` by how many, on how many."""
    rows = Activity.objects.of(partner).filter(day__gt=today - timedelta(days=days)).order_by()
    counted = dict.fromkeys(ActivityKind.values, 0) | dict(rows.values_list("kind").annotate(Sum("times")))
    totals = rows.aggregate(people=Count("person", distinct=True), days=Count("day", distinct=True))
    return counted | totals
