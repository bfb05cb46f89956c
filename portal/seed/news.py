"""Writes what the vendor tells its partners, and lets some of them read it."""

from datetime import datetime, timedelta

from accounts.models import User
from core.models import Program
from core.periods import today
from enablement.models import NewsItem
from enablement.queries import news as queries
from enablement.services import news
from portal.seed.lot import Lot
from portal.seed.shapes import News, Programme
from segmentation.models import Segment


def write(programme: Programme, *, by: User, at: datetime) -> None:
    """Write and publish the items, each on its day."""
    for one in programme.news:
        _write(one, by=by, at=at)


def _write(one: News, *, by: User, at: datetime) -> None:
    shown_at = at - timedelta(days=one.published_days_ago)
    written_at = min(at, shown_at)
    last_day = today(at=shown_at, zone=Program.current().zone) + timedelta(days=one.days_shown)
    item = news.create(
        by=by, at=written_at, title=one.title, summary=one.summary, body=one.body, kind=one.kind,
        importance=one.importance, audience=Segment.objects.get(key=one.audience) if one.audience else None,
        last_day_on=last_day if one.days_shown else None,
    )  # fmt: skip
    if one.german and "de" in Program.current().further_languages:
        news.translate(item=item, by=by, at=written_at, language="de", texts=one.german)
    if one.state == "published":
        news.publish(item=item, by=by, at=written_at, starts_at=shown_at)


def be_read(programme: Programme, *, at: datetime) -> None:
    """Let readers open what is older than a few days, and some of them acknowledge what they are asked to."""
    for item in NewsItem.objects.published().filter(published_at__lt=at - timedelta(days=3)).order_by("published_at"):
        lot = Lot(programme.key, "news", item.title)
        age_hours = int((at - item.published_at).total_seconds() // 3600)
        for person in queries.readers_of(item).order_by("email"):
            if not lot.happens(0.6):
                continue
            read_at = item.published_at + timedelta(hours=lot.randint(1, max(1, age_hours - 1)))
            if item.must_be_acknowledged and not person.is_admin:
                news.acknowledge(item=item, person=person, by=person.user, at=read_at)
            elif not item.must_be_acknowledged:
                news.read(item=item, person=person, at=read_at)
