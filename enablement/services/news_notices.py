"""Tells people of news, range by range; who may read an item is asked when it is told."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from accounts.models import User
from core.services import outbox
from enablement.models import Importance, NewsItem
from enablement.queries import news as queries
from enablement.services.news import PUBLISHED, REMIND, page_of
from partners.models import Person
from partners.services.telling import tell

BATCH = 500
SIGHT = "news"


def tell_published(payload: Mapping[str, Any]) -> None:
    """Tell an item's readers that it is there, unless it was retired meanwhile or is to come at another moment."""
    item = _shown(payload)
    if item is None or item.published_at != datetime.fromisoformat(payload["at"]):
        return
    _each_range(PUBLISHED, payload, queries.readers_of(item), lambda people: _tell_of(item, people))


def tell_reminded(payload: Mapping[str, Any]) -> None:
    """Remind those who have not acknowledged an item, each once a day."""
    item = _shown(payload)
    if item is None or not item.must_be_acknowledged:
        return

    def remind(people: Iterable[Person]) -> None:
        for person in people:
            _say(
                item, person, text=gettext_noop("Still to be acknowledged: %(title)s"),
                key=f"news-{item.pk}-reminder-{payload['day']}",
            )  # fmt: skip

    _each_range(REMIND, payload, queries.not_acknowledged(item), remind)


def _shown(payload: Mapping[str, Any]) -> NewsItem | None:
    return NewsItem.objects.published().filter(pk=payload["news"]).first()


def _each_range(
    topic: str, payload: Mapping[str, Any], readers: QuerySet[Person], say: Callable[[Iterable[Person]], None]
) -> None:
    """Take the next so many people; those after them are a message of their own."""
    rest = readers.filter(pk__gte=payload.get("from", 0)).select_related("user").order_by("pk")
    people = list(rest[: BATCH + 1])
    say(people[:BATCH])
    if len(people) > BATCH:
        outbox.put(topic=topic, payload={**payload, "from": people[BATCH].pk})


def _tell_of(item: NewsItem, people: Iterable[Person]) -> None:
    text = gettext_noop("Please read and acknowledge: %(title)s") if item.must_be_acknowledged else "%(title)s"
    for person in people:
        _say(item, person, text=text, key=f"news-{item.pk}")


def _say(item: NewsItem, person: Person, *, text: str, key: str) -> None:
    words = queries.said_to(item, person.user)
    tell(
        [person.user],  # type: ignore[list-item]  # readers have a user
        kind="news_must" if item.must_be_acknowledged else "news",
        text=text,
        detail="%(summary)s" if words.summary else "",
        names={"title": words.title, "summary": words.summary},
        url=page_of(item),
        key=key,
        by_mail=item.importance != Importance.NORMAL,
        about=f"{SIGHT} {item.public_id}",
    )


def seen_by(user: User, public_ids: set[str]) -> set[str]:
    """Return which items of news somebody may read now."""
    seen = NewsItem.objects.visible_to(user).filter(public_id__in=public_ids)
    return {str(one) for one in seen.values_list("public_id", flat=True)}
