"""What days bring to assets: their owners are told when a review is due, or when one is about to end.

Publication and the last day need no clock: `Asset.objects.published()` asks for the moment.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, DateField, F, Q, QuerySet, When
from django.urls import reverse
from django.utils.translation import gettext_noop

from core.audit import action
from core.models import Program
from core.periods import today
from core.services import outbox
from enablement.models import Asset
from partners.services.telling import Day, program_admins, tell

DUE = "enablement.asset_due"
#: Owners are told so many days before the last day on which an asset is shown.
END_AHEAD_DAYS = 14
ENDS = (gettext_noop("“%(asset)s” is shown until %(day)s."), gettext_noop("Let it end, or give it a later day."))
REVIEW = (
    gettext_noop("“%(asset)s” is to be reviewed."),
    gettext_noop("Read it, mend what is old, and give it a new day."),
)


def tell_owners(*, at: datetime) -> int:
    """Put one message for each asset that came due since its owner was told last. Returns how many."""
    told = 0
    for asset in due(at=at).order_by("pk"):
        with action("asset.tell_owner", by=None):
            still = Asset.objects.filter(pk=asset.pk).filter(_untold(asset.due_on))
            if still.update(told_on=asset.due_on):
                outbox.put(topic=DUE, payload={"asset": asset.pk, "on": asset.due_on.isoformat()})
                told += 1
    return told


def due(*, at: datetime) -> QuerySet[Any]:
    """Return published assets whose review is due or whose end is near, with that day as `due_on`, not told yet."""
    day = today(at=at, zone=Program.current().zone)
    near = day + timedelta(days=END_AHEAD_DAYS)
    ends = Q(last_day_on__gte=day, last_day_on__lte=near)
    rows = Asset.objects.published().filter(ends | Q(review_on__lte=day))
    rows = rows.annotate(
        due_on=Case(When(ends, then=F("last_day_on")), default=F("review_on"), output_field=DateField())
    )
    found: QuerySet[Any] = rows.filter(Q(told_on__isnull=True) | ~Q(told_on=F("due_on"))).without_words()
    return found


def _untold(day: object) -> Q:
    return Q(told_on__isnull=True) | ~Q(told_on=day)


def say_due(payload: Mapping[str, Any]) -> None:
    """Tell an asset's owner, or the program admins where nobody owns it. People of the vendor see every asset."""
    asset = Asset.objects.filter(pk=payload["asset"]).select_related("owner").first()
    if asset is None:
        return
    ends = asset.last_day_on is not None and asset.last_day_on.isoformat() == payload["on"]
    owners = [asset.owner] if asset.owner and asset.owner.is_active else program_admins()
    text, detail = ENDS if ends else REVIEW
    tell(
        owners,
        kind="asset",
        text=text,
        detail=detail,
        names={"asset": asset.title, "day": Day(date.fromisoformat(payload["on"]))},
        url=reverse("vendor:asset-detail", args=[asset.public_id]),
        key=f"asset-{asset.pk}-due-{payload['on']}",
    )
