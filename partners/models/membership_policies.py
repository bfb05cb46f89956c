"""How the program treats memberships: grace, reviews, suggestions and flags. One row of settings."""

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from partners.models.memberships import MembershipSource

LONGEST_DAYS = 365


def days(label: Any, default: int, help_text: Any) -> models.PositiveSmallIntegerField:
    """Return a column of a number of days."""
    return models.PositiveSmallIntegerField(
        label, default=default, help_text=help_text, validators=[MaxValueValidator(LONGEST_DAYS)]
    )


def notice_days() -> list[int]:
    """Return on which days before an end people are reminded, unless the program says otherwise."""
    return [14, 3]


def grace_sources() -> list[str]:
    """Return which memberships go into grace by themselves: all but those that the vendor assigned."""
    return [MembershipSource.DECLARED, MembershipSource.RULE, MembershipSource.CRM]


def day_list(label: Any, help_text: Any) -> ArrayField:
    """Return a column of numbers of days before an end."""
    return ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(LONGEST_DAYS)]),
        verbose_name=label,
        default=notice_days,
        blank=True,
        help_text=help_text,
    )


@tracked()
class MembershipPolicy(Record):
    """What holds for every membership of the program. There is exactly one row."""

    accepting_asks_review = models.BooleanField(
        _("An accepted suggestion is handed in for review at once"),
        default=False,
        help_text=_("Otherwise it is self-declared until the partner hands in what shows it."),
    )
    grace_days = days(
        _("Days of grace"),
        30,
        _("How long a membership lasts once its criteria cease to hold, unless its category says so. 0: nothing."),
    )
    grace_sources = ArrayField(
        models.CharField(max_length=10, choices=MembershipSource),
        verbose_name=_("Memberships that go into grace"),
        default=grace_sources,
        blank=True,
    )
    grace_notice_days = day_list(_("Notices before grace ends"), _("Days before the last day of grace."))
    review_lead_days = days(_("Reviews open"), 30, _("Days before a membership is due."))
    review_reminder_days = day_list(_("Reminders before a review is due"), _("Days before the due day."))
    review_escalate_days = days(
        _("Late reviews go to program admins"), 7, _("Days after the due day. The partner's manager hears at once.")
    )
    flag_due_days = days(_("Flags are answered within"), 10, _("Days from the day a flag is sent."))

    class Meta(Record.Meta):
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="membership_policy_single_row")]

    def __str__(self) -> str:
        return str(_("Membership rules"))

    @classmethod
    def current(cls) -> Self:
        """Return the policy; until somebody changes it, its defaults."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
