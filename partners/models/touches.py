"""Touches: what people at the vendor did with a partner outside the portal. They are the vendor's own."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from core.triggers import marks_stale
from partners.models.partners import Partner
from partners.querysets import TouchQuerySet


class TouchKind(models.TextChoices):
    """How somebody was in touch."""

    CALL = "call", _("Call")
    MEETING = "meeting", _("Meeting")
    EMAIL = "email", _("E-mail")
    NOTE = "note", _("Note")
    FEEDBACK = "feedback", _("Feedback given in person")


@tracked()
class Touch(Record):
    """One call, meeting, note, e-mail or piece of feedback. Partners see it only when it is shared with them."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="touches")
    kind = models.CharField(_("kind"), max_length=8, choices=TouchKind)
    happened_at = models.DateTimeField(_("when"))
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    with_whom = models.CharField(_("with whom"), max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    note = models.TextField(_("what was said"), blank=True)
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    next_on = models.DateField(_("by when"), null=True, blank=True)
    next_done_at = models.DateTimeField(null=True, editable=False)
    is_shared = models.BooleanField(_("share with the partner"), default=False)
    once_key = models.UUIDField(null=True, unique=True, editable=False)

    objects = TouchQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            *marks_stale("SELECT partner_id FROM changed", source="touches"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(next_on__isnull=True) | ~models.Q(next_step=""), name="touch_next_day_has_step"
            ),
            models.CheckConstraint(
                condition=models.Q(next_done_at__isnull=True) | ~models.Q(next_step=""), name="touch_done_was_a_step"
            ),
            models.CheckConstraint(
                condition=models.Q(minutes__isnull=True) | models.Q(minutes__range=(1, 1440)), name="touch_within_a_day"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["partner", "-happened_at"], name="touch_by_partner"),
            models.Index(
                fields=["logged_by", "next_on"],
                condition=models.Q(next_done_at__isnull=True) & ~models.Q(next_step=""),
                name="touch_next_steps",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.partner}"
