"""What people of partners looked for in the library and did not find: by words, and of one partner."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from core.models import Program
from core.periods import today
from enablement.models import VainSearch
from partners.models import Partner

RECENT_DAYS = 90
NAMED = 3


def looked_for(user: Any, *, at: datetime) -> QuerySet[VainSearch, dict[str, Any]]:
    """Return the words of late, the most wanted first: `text`, `times`, `partners`, `last_on`; of partners one sees."""
    rows = _recent(at).visible_to(user).values("text")
    rows = rows.annotate(times=Sum("times"), partners=Count("partner", distinct=True), last_on=Max("day"))
    return rows.order_by("-partners", "-times", "text")


def who(user: Any, texts: Iterable[str], *, at: datetime) -> Mapping[str, list[Partner]]:
    """Return for each of some words the partners that looked for them last, of those somebody sees, a few each."""
    found: dict[str, list[Partner]] = {text: [] for text in texts}
    rows = _recent(at).visible_to(user).filter(text__in=list(found)).values("text", "partner_id")
    rows = rows.annotate(last_at=Max("last_at"))
    place = Window(RowNumber(), partition_by="text", order_by=[F("last_at").desc(), "partner_id"])
    named = list(rows.annotate(place=place).filter(place__lte=NAMED).order_by("text", "place"))
    partners = Partner.objects.visible_to(user).in_bulk([row["partner_id"] for row in named])
    for row in named:
        if row["partner_id"] in partners:
            found[row["text"]].append(partners[row["partner_id"]])
    return found


def of_partner(partner: Partner, *, at: datetime, limit: int = 5) -> list[dict[str, Any]]:
    """Return what people of one partner looked for of late, the newest first."""
    rows = _recent(at).of(partner).values("text").annotate(times=Sum("times"), last_on=Max("day"))
    return list(rows.order_by("-last_on", "text")[:limit])


def _recent(at: datetime) -> Any:
    since = today(at=at, zone=Program.current().zone) - timedelta(days=RECENT_DAYS)
    return VainSearch.objects.filter(day__gt=since).order_by()
