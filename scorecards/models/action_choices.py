"""What somebody decided about a thing to do: later, not at all, or where among their priorities."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Record
from partners.models import Partner
from partners.querysets import PartnerOwnedQuerySet


class Quadrant(models.TextChoices):
    """A place among priorities, by what comes of it and what it takes."""

    NOW = "now", _("Do now")
    PLAN = "plan", _("Plan")
    QUICK = "quick", _("Quick wins")
    LATER = "later", _("Later")


class ActionChoice(Record):
    """One person's decision about one thing to do, named by `key`, such as `alert-17` or `task-4`.

    Set aside until a day, or for good where there is none; a thing to do that comes anew has another key.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="action_choices")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="action_choices")
    key = models.CharField(max_length=60)
    title = models.CharField(max_length=300, help_text=_("What it was, for the list of what was set aside."))
    set_aside_at = models.DateTimeField(null=True)
    until_on = models.DateField(null=True, help_text=_("The day on which it comes back; none: never."))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    quadrant = models.CharField(max_length=5, choices=Quadrant, blank=True)

    objects = PartnerOwnedQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="action_choice_once"),
            models.CheckConstraint(
                condition=models.Q(set_aside_at__isnull=False)
                | (models.Q(until_on__isnull=True) & models.Q(reason="") & ~models.Q(quadrant="")),
                name="action_choice_says_something",
            ),
            models.CheckConstraint(
                condition=models.Q(set_aside_at__isnull=True) | ~models.Q(reason=""),
                name="action_choice_set_aside_for_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(quadrant="") | models.Q(quadrant__in=Quadrant.values),
                name="action_choice_quadrant_known",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["partner", "user"], name="action_choice_by_partner")]

    def __str__(self) -> str:
        return self.title
