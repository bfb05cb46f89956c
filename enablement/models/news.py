"""News and product updates: what we tell partners, and who has read it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record, ShownForAWhile
from enablement.models.audiences import ForPartners
from enablement.querysets import NewsQuerySet, PersonOwnedQuerySet
from partners.models import Person


class NewsKind(models.TextChoices):
    """What an item tells of."""

    NEWS = "news", _("News")
    PRODUCT = "product", _("Product update")
    PROGRAM = "program", _("Program change")
    NOTICE = "notice", _("Maintenance and security")


class Importance(models.TextChoices):
    """How much an item asks of its readers."""

    NORMAL = "normal", _("Normal")
    IMPORTANT = "important", _("Important")
    MUST = "must", _("Must be acknowledged")


@tracked()
class NewsItem(ForPartners, ShownForAWhile):
    """One thing we tell partners. Published in the future is scheduled; after `last_day_on` partners do not see it.

    It is edited in place, in the program's own language; `translations` holds language → text → words, as with versions
    of definitions. What somebody has acknowledged is not changed any more.
    """

    #: The texts that may be said in other languages.
    translatable: ClassVar[tuple[str, ...]] = ("title", "summary", "body")

    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("summary"), max_length=500, blank=True)
    body = models.TextField(_("text"), blank=True)
    kind = models.CharField(_("kind"), max_length=7, choices=NewsKind, default=NewsKind.NEWS)
    importance = models.CharField(_("importance"), max_length=9, choices=Importance, default=Importance.NORMAL)
    translations = models.JSONField(_("translations"), default=dict, blank=True)
    #: Language → text → digest of the original that the translation was made from, or last compared with.
    translated_from = models.JSONField(default=dict, blank=True, editable=False)
    reminded_at = models.DateTimeField(
        null=True, editable=False, help_text="When those who have not acknowledged it were last reminded."
    )

    objects = NewsQuerySet.as_manager()

    class Meta(ForPartners.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(title=""), name="news_titled"),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True) | ~models.Q(body=""), name="news_published_with_text"
            ),
            models.CheckConstraint(
                condition=models.Q(reminded_at__isnull=True) | models.Q(importance=Importance.MUST),
                name="news_reminded_where_asked",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["audience", "-published_at"], name="news_of_audience"),
            models.Index(fields=["-published_at"], name="news_newest"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def must_be_acknowledged(self) -> bool:
        """Whether its readers are asked to say that they have read it."""
        return self.importance == Importance.MUST


@tracked()
class NewsRead(Record):
    """That a person has opened an item, and perhaps acknowledged it."""

    item = models.ForeignKey(NewsItem, on_delete=models.PROTECT, related_name="reads")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="news_reads")
    read_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)

    objects = PersonOwnedQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "person"], name="news_read_once"),
            models.CheckConstraint(
                condition=models.Q(acknowledged_at__isnull=True) | models.Q(acknowledged_at__gte=models.F("read_at")),
                name="news_acknowledged_after_reading",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.item_id}"
