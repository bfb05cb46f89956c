"""News: written, published, retired; read and acknowledged by people. Who is told is in `news_notices`."""

from collections.abc import Mapping
from copy import copy
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import notifications
from core.audit import action
from core.models import Program
from core.periods import today
from core.refusals import Refusal
from core.services import outbox, translations
from enablement.models import NewsItem, NewsRead
from enablement.models.audiences import PEOPLE_COLUMNS
from enablement.services.fields import apply, known
from partners.models import Person

#: The moment of an item has come: its readers are told. `from` is the first person of a range.
PUBLISHED = "enablement.news_published"
REMIND = "enablement.news_reminder"
TEXTS = frozenset(NewsItem.translatable)
EDITABLE = frozenset({*TEXTS, "kind", "importance", "audience", "owner", "last_day_on", *PEOPLE_COLUMNS})


def create(*, by: User | None, at: datetime, **fields: Any) -> NewsItem:
    """Make a draft."""
    item = NewsItem(**known(fields, EDITABLE))
    if item.owner is None:
        item.owner = by
    item.clean_fields(exclude=["public_id"])
    with action("news.create", by=by):
        item.save()
    return item


def update(*, item: NewsItem, by: User | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change an item. Returns the names of what changed; nothing changed writes nothing.

    Words that somebody has acknowledged stay as they are: they are what was agreed to.
    """
    before = copy(item)
    changed = apply(item, known(changes, EDITABLE))
    if not changed:
        return []
    item.clean_fields(exclude=["public_id"])
    if item.published_at and not item.body.strip():
        raise Refusal({"body": _("It is published; it needs its text.")})
    with action("news.update", by=by):
        NewsItem.objects.select_for_update().get(pk=item.pk)
        if TEXTS & set(changed):
            _expect_not_acknowledged(item)
            item.translated_from = translations.followed(before, item)
            changed.append("translated_from")
        if not item.must_be_acknowledged and item.reminded_at:
            item.reminded_at = None
            changed.append("reminded_at")
        item.save(update_fields=changed)
    return [name for name in changed if name in EDITABLE]


def translate(
    *, item: NewsItem, by: User | None, at: datetime, language: str, texts: Mapping[str, str], still: bool = False
) -> bool:
    """Say an item's texts in another language. Returns whether that changed anything.

    `still` says that translations whose original changed hold as they are.
    """
    before = copy(item)
    said = translations.cleaned({**item.translations, language: texts}, translatable=item.translatable)
    for name in ("title", "summary"):
        field: Any = NewsItem._meta.get_field(name)
        if len(said.get(language, {}).get(name, "")) > field.max_length:
            raise Refusal({name: _("Use at most %(n)d characters.") % {"n": field.max_length}})
    item.translations = said
    item.translated_from = translations.followed(before, item)
    if still:
        item.translated_from = translations.confirmed(item, language, item.translatable)
    if (item.translations, item.translated_from) == (before.translations, before.translated_from):
        return False
    with action("news.translate", by=by):
        NewsItem.objects.select_for_update().get(pk=item.pk)
        if item.translations != before.translations:
            _expect_not_acknowledged(item)
        item.save(update_fields=["translations", "translated_from"])
    return True


def publish(*, item: NewsItem, by: User | None, at: datetime, starts_at: datetime | None = None) -> bool:
    """Show an item to its audience, now or from a moment on, and tell its people then. A retired one comes back.

    Returns whether that changed anything: published is published, and only what is scheduled gets another moment.
    """
    when = starts_at or at
    with action("news.publish", by=by):
        locked = NewsItem.objects.select_for_update().get(pk=item.pk)
        is_on = locked.is_offered
        if is_on and (locked.published_at <= at or locked.published_at == when):
            return False
        if not locked.body.strip():
            raise Refusal(_("Write the text first."))
        if when < at:
            raise Refusal({"starts_at": _("This moment is over. Publish it now, or choose a later one.")})
        if locked.last_day_on and locked.last_day_on < today(at=when, zone=Program.current().zone):
            raise Refusal({"starts_at": _("By then its last day is over. Give it a later last day first.")})
        item.published_at, item.retired_at = when, None
        item.save(update_fields=["published_at", "retired_at"])
        outbox.put(topic=PUBLISHED, payload={"news": item.pk, "at": when.isoformat()}, due_at=when)
    return True


def retire(*, item: NewsItem, by: User | None, at: datetime) -> bool:
    """Take an item away from partners. Who read and acknowledged it stays known. Returns whether it was there."""
    with action("news.retire", by=by):
        retired = NewsItem.objects.filter(pk=item.pk, retired_at__isnull=True).update(retired_at=at)
    if retired:
        item.retired_at = at
    return bool(retired)


def remind(*, item: NewsItem, by: User | None, at: datetime) -> bool:
    """Remind everybody who has not acknowledged an item, once a day at most. Returns whether that is done now."""
    if not item.must_be_acknowledged:
        raise Refusal(_("Nobody is asked to acknowledge this item."))
    zone = Program.current().zone
    with action("news.remind", by=by):
        locked = NewsItem.objects.select_for_update().get(pk=item.pk)
        if not NewsItem.objects.published().filter(pk=item.pk).exists():
            raise Refusal(_("Partners do not see it now. Publish it first."))
        day = today(at=at, zone=zone)
        if locked.reminded_at and today(at=locked.reminded_at, zone=zone) >= day:
            return False
        item.reminded_at = at
        item.save(update_fields=["reminded_at"])
        outbox.put(topic=REMIND, payload={"news": item.pk, "day": day.isoformat()})
    return True


def read(*, item: NewsItem, person: Person, at: datetime) -> bool:
    """Remember that a person has opened an item, and so seen its notices. Returns whether it was the first time."""
    _read, is_new = NewsRead.objects.get_or_create(item=item, person=person, defaults={"read_at": at})
    if person.user is not None:
        notifications.mark_page_read(user=person.user, url=page_of(item), at=at)
    return is_new


def page_of(item: NewsItem) -> str:
    """Return where its readers find an item."""
    return reverse("partner:news-detail", args=[item.public_id])


def acknowledge(*, item: NewsItem, person: Person, by: User | None, at: datetime) -> bool:
    """Remember that a person says to have read and understood an item. Returns whether that is new."""
    if not item.must_be_acknowledged:
        raise Refusal(_("Nobody is asked to acknowledge this item."))
    with action("news.acknowledge", by=by):
        NewsItem.objects.select_for_update(no_key=True).get(pk=item.pk)  # its words stay as they are from now on
        read(item=item, person=person, at=at)
        mine = NewsRead.objects.filter(item=item, person=person, acknowledged_at__isnull=True)
        return bool(mine.update(acknowledged_at=at))


def _expect_not_acknowledged(item: NewsItem) -> None:
    if NewsRead.objects.filter(item=item, acknowledged_at__isnull=False).exists():
        raise Refusal(
            _("Somebody has acknowledged these words; they stay as they are. Write a new item for what is new.")
        )
