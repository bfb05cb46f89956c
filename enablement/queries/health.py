"""How well the library is kept: what is stale, unused, ending, seen by nobody, and where it has holes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Avg, BigIntegerField, Count, Exists, Func, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import Program
from core.periods import today
from enablement.models import Activity, ActivityKind, Asset, AssetKind, AssetPart, TextState
from enablement.queries.library import ENOUGH_RATINGS
from partners.models import Partner
from segmentation.models import Classification

STALE_DAYS = 365
UNUSED_DAYS = 90
ENDING_DAYS = 30
LOW_STARS = 2.5
USED = (ActivityKind.VIEW, ActivityKind.DOWNLOAD)


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that may be wrong with content, and what to do about it."""

    key: str
    label: str | Promise
    advice: str | Promise
    icon: str


CONCERNS = (
    Concern("review", _("Review due"), _("Read it, mend what is old, and give it a new day."), "calendar-clock"),
    Concern("stale", _("Stale"), _("Nobody has changed it for a year. Read it, or retire it."), "hourglass"),
    Concern("ending", _("Ends soon"), _("Let it end, or give it a later day."), "calendar-x"),
    Concern("unused", _("Never used"), _("Published for three months, opened by nobody. Is it needed?"), "eye-off"),
    Concern("nobody", _("Without audience"), _("Published, and nobody sees it: mind audience and regions."), "users"),
    Concern("disliked", _("Rated low"), _("Read what people say would make it better."), "thumbs-down"),
    Concern("unread", _("Not found by its text"), _("Its file could not be read. Save it anew, with text."), "file-x"),
    Concern("silent", _("Video without captions"), _("Who cannot hear it now needs captions."), "captions-off"),
)  # fmt: skip
BY_KEY = {one.key: one for one in CONCERNS}


@dataclass(frozen=True, slots=True)
class Tally:
    """A concern with how many assets have it."""

    concern: Concern
    count: int


def concerned(key: str, *, at: datetime) -> QuerySet[Asset]:
    """Return published assets of which one thing may be wrong, the most urgent first."""
    day = today(at=at, zone=Program.current().zone)
    rows = Asset.objects.published().select_related("owner", "audience").without_words()
    order: Sequence[Any] = ("published_at", "pk")
    if key == "review":
        rows, order = rows.filter(review_on__lte=day), ("review_on", "pk")
    elif key == "stale":
        limit = at - timedelta(days=STALE_DAYS)
        touched = AssetPart.objects.filter(asset=OuterRef("pk"), updated_at__gt=limit)
        later = Q(review_on__isnull=False, review_on__gt=day)
        rows = rows.filter(published_at__lte=limit, updated_at__lte=limit).filter(~Exists(touched)).exclude(later)
    elif key == "ending":
        last = day + timedelta(days=ENDING_DAYS)
        rows, order = rows.filter(last_day_on__lte=last), ("last_day_on", "pk")
    elif key == "unused":
        used = Activity.objects.filter(asset=OuterRef("pk"), kind__in=USED)
        rows = rows.filter(published_at__lte=at - timedelta(days=UNUSED_DAYS)).filter(~Exists(used))
    elif key == "nobody":
        rows = rows.filter(_seen_by_nobody())
    elif key == "disliked":
        rows = rows.annotate(liked=Avg("opinions__stars"), raters=Count("opinions__stars"))
        rows, order = rows.filter(raters__gte=ENOUGH_RATINGS, liked__lte=LOW_STARS), ("liked", "pk")
    elif key == "unread":
        rows = rows.filter(Exists(_parts(text_state=TextState.FAILED)))
    elif key == "silent":
        rows = rows.filter(Exists(_parts(kind=AssetKind.VIDEO, captions="").exclude(file="")))
    else:
        return rows.none()
    return rows.order_by(*order)


def tallies(*, at: datetime, owner: Any = None) -> list[Tally]:
    """Count the assets of each concern, of everybody or of one owner, in one statement."""
    mine = Q(owner=owner) if owner is not None else Q()
    counts = [
        concerned(one.key, at=at).filter(mine).order_by().values("pk").query.sql_with_params() for one in CONCERNS
    ]
    columns = ", ".join(f"(SELECT count(*) FROM ({sql}) counted)" for sql, _given in counts)  # noqa: S608 - by Django
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", [one for _sql, given in counts for one in given])
        row = cursor.fetchone()
    return [Tally(one, count) for one, count in zip(CONCERNS, row, strict=True)]


def _parts(**what: Any) -> QuerySet[AssetPart]:
    return AssetPart.objects.current().filter(asset=OuterRef("pk"), **what)


class _ArrayOf(Func):
    """An array with one number in it."""

    template = "ARRAY[%(expressions)s]"
    output_field = ArrayField(BigIntegerField())


def _seen_by_nobody() -> Q:
    """A segment that holds for no partner, or regions in which no partner is."""
    inside = Classification.objects.filter(segment_ids__contains=_ArrayOf(OuterRef("audience_id")))
    there = Partner.objects.filter(region__path__overlap=OuterRef("region_ids"))
    empty = Q(audience__isnull=False) & ~Q(Exists(inside))
    return empty | (~Q(region_ids=[]) & ~Q(Exists(there)))
