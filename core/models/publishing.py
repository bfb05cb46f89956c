"""Abstract records of what somebody writes, publishes, and retires one day."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models.base import Record
from core.models.program import Program
from core.periods import today


class PublishState(models.TextChoices):
    """Where something that is published is in its life."""

    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    PUBLISHED = "published", _("Published")
    EXPIRED = "expired", _("Expired")
    RETIRED = "retired", _("Retired")


class Publishable(Record):
    """Somebody looks after it; it is a draft until it is published, and is retired rather than deleted."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("owner"),
    )
    published_at = models.DateTimeField(null=True, editable=False)
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta(Record.Meta):
        abstract = True

    @property
    def is_offered(self) -> bool:
        """Whether it is published, be it for a day to come, and not retired."""
        return self.published_at is not None and self.retired_at is None

    @property
    def state(self) -> PublishState:
        """Draft, published or retired."""
        if self.retired_at:
            return PublishState.RETIRED
        return PublishState.PUBLISHED if self.published_at else PublishState.DRAFT


class ShownForAWhile(Publishable):
    """It may be published from a moment to come on, and end by itself after a day of the program's calendar."""

    last_day_on = models.DateField(_("shown until"), null=True, blank=True)

    class Meta(Publishable.Meta):
        abstract = True

    @property
    def state(self) -> PublishState:
        """Where it is now."""
        now = timezone.now()
        if self.retired_at or self.published_at is None:
            return super().state
        if self.last_day_on and self.last_day_on < today(at=now, zone=Program.current().zone):
            return PublishState.EXPIRED
        return PublishState.PUBLISHED if self.published_at <= now else PublishState.SCHEDULED
