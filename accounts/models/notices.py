"""How people want to hear of things: each kind of notice, and the digest."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.users import User
from accounts.notice_kinds import Way
from core.audit import tracked
from core.models import Record


@tracked()
class NoticeChoice(Record):
    """How somebody wants one kind of notice. Where there is none, it comes as `notice_kinds` suggests."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=60)
    way = models.CharField(max_length=7, choices=Way)

    class Meta(Record.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "kind"], name="notice_choice_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind} {self.way}"


class Rhythm(models.TextChoices):
    """How often the digest comes."""

    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Once a week")
    NEVER = "never", _("Never")


class Weekday(models.IntegerChoices):
    """The days of a week, as ISO counts them."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


LAST_HOUR = 23


@tracked()
class DigestSetting(Record):
    """When somebody gets the digest, in their own time zone. Without one it comes on Mondays at eight."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="digest_setting")
    rhythm = models.CharField(_("how often"), max_length=6, choices=Rhythm, default=Rhythm.WEEKLY)
    weekday = models.PositiveSmallIntegerField(_("on"), choices=Weekday, default=Weekday.MONDAY)
    hour = models.PositiveSmallIntegerField(
        _("at"), default=8, validators=[MinValueValidator(0), MaxValueValidator(LAST_HOUR)]
    )

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(weekday__range=(1, 7)), name="digest_weekday"),
            models.CheckConstraint(condition=models.Q(hour__range=(0, LAST_HOUR)), name="digest_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.rhythm}"
