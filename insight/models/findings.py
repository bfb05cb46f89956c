"""What seems wrong in the design of the program, since when, and what somebody decided about it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from partners.models import Category
from segmentation.models import Segment


class FindingKind(models.TextChoices):
    """What may be wrong; the last three propose a change of the definitions."""

    TOO_MANY = "too_many", _("Too many categories")
    SAME_MEMBERS = "same_members", _("Nearly the same members")
    SAME_BENEFITS = "same_benefits", _("Nearly the same benefits")
    NO_MEMBERS = "no_members", _("Nobody in it")
    NO_DATA = "no_data", _("Members without data")
    OVERDUE = "overdue", _("Memberships past their review")
    RIGID = "rigid", _("Data moved, nobody did")
    UNTOLD = "untold", _("Partners never told")
    UNHEARD = "unheard", _("Feedback not acted on")
    LIKE_ALL_OTHERS = "like_all_others", _("A segment treated like all others")
    MERGE = "merge", _("Perhaps merge")
    SPLIT = "split", _("Perhaps split")
    RETIRE = "retire", _("Perhaps retire")


#: Findings that propose a change.
PROPOSALS = (FindingKind.MERGE, FindingKind.SPLIT, FindingKind.RETIRE)


@tracked()
class Finding(Record):
    """One thing that seems wrong, from the night it was first seen to the night it was gone.

    `numbers` are the figures behind it, by name, as they were when it was last seen.
    """

    kind = models.CharField(max_length=16, choices=FindingKind)
    category = models.ForeignKey(Category, null=True, on_delete=models.CASCADE, related_name="findings")
    other = models.ForeignKey(Category, null=True, on_delete=models.CASCADE, related_name="+")
    segment = models.ForeignKey(Segment, null=True, on_delete=models.CASCADE, related_name="findings")
    numbers = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    remind_on = models.DateField(null=True, help_text=_("Until this day nobody is reminded of it."))
    aside_reason = models.CharField(max_length=300, blank=True)
    aside_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "category", "other", "segment"],
                condition=models.Q(gone_at__isnull=True),
                nulls_distinct=False,
                name="finding_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(gone_at__isnull=True) | models.Q(gone_at__gte=models.F("found_at")),
                name="finding_period",
            ),
            models.CheckConstraint(
                condition=models.Q(remind_on__isnull=True) | ~models.Q(aside_reason=""),
                name="finding_aside_with_reason",
            ),
        ]

    def __str__(self) -> str:
        about = " / ".join(str(one) for one in (self.category, self.other, self.segment) if one)
        return f"{self.get_kind_display()}: {about}" if about else str(self.get_kind_display())
