"""Partners in categories: any number at once, each with its own state, source, period and evidence."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from core.triggers import marks_stale
from partners.models.categories import Category, CategoryVersion
from partners.models.partners import Partner
from partners.querysets import MembershipPartQuerySet, PeriodQuerySet


class MembershipState(models.TextChoices):
    """Where a membership is in its life."""

    SUGGESTED = "suggested", _("Suggested")
    SELF_DECLARED = "self_declared", _("Self-declared")
    PENDING = "pending", _("Pending review")
    ACTIVE = "active", _("Active")
    GRACE = "grace", _("In grace")
    ENDED = "ended", _("Ended")


class MembershipSource(models.TextChoices):
    """Who said that the partner is in the category."""

    DECLARED = "declared", _("Declared by the partner")
    ASSIGNED = "assigned", _("Assigned by the vendor")
    RULE = "rule", _("Found by criteria")
    CRM = "crm", _("Told by a source system")


#: States in which the partner counts as holding the category.
HOLDING_STATES = (MembershipState.ACTIVE, MembershipState.GRACE)
#: States in which somebody at the vendor has to say yes or no.
WAITING_STATES = (MembershipState.SUGGESTED, MembershipState.SELF_DECLARED, MembershipState.PENDING)


class Period(models.Func):
    """The half-open period from one moment to another; without an end, it goes on."""

    function = "TSTZRANGE"
    template = "%(function)s(%(expressions)s, '[)')"
    output_field = DateTimeRangeField()


@tracked()
class CategoryMembership(Record):
    """One stay of a partner in a category. History is never lost: a stay ends, a new one is another row."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="memberships")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="memberships")
    category_version = models.ForeignKey(CategoryVersion, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=14, choices=MembershipState)
    source = models.CharField(max_length=10, choices=MembershipSource)
    is_primary = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True, help_text=_("Why it is in its state, in a person's words."))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    evidence = models.JSONField(default=dict, blank=True)
    criteria_hold = models.BooleanField(null=True, help_text=_("What criteria say; empty where they ask for nothing."))
    criteria_since = models.DateTimeField(null=True, help_text=_("Since when they say so."))
    grace_ends_on = models.DateField(null=True, help_text=_("The last day of grace."))
    grace_told_days = models.PositiveSmallIntegerField(null=True, help_text=_("The last notice: days before the end."))
    next_review_on = models.DateField(null=True, help_text=_("The day by which it is re-assessed."))

    objects = PeriodQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            *marks_stale("SELECT partner_id FROM changed", source="categories"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "category"], condition=models.Q(ends_at__isnull=True), name="membership_one_open"
            ),
            models.UniqueConstraint(
                fields=["partner"],
                condition=models.Q(ends_at__isnull=True, is_primary=True),
                name="membership_one_primary",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gte=models.F("starts_at")),
                name="membership_period",
            ),
            models.CheckConstraint(
                condition=models.Q(state=MembershipState.ENDED, ends_at__isnull=False)
                | (~models.Q(state=MembershipState.ENDED) & models.Q(ends_at__isnull=True)),
                name="membership_ended_has_end",
            ),
            models.CheckConstraint(
                condition=models.Q(state=MembershipState.GRACE, grace_ends_on__isnull=False)
                | (~models.Q(state=MembershipState.GRACE) & models.Q(grace_ends_on__isnull=True)),
                name="membership_grace_has_end",
            ),
            ExclusionConstraint(
                name="membership_periods_apart",
                expressions=[
                    ("partner", RangeOperators.EQUAL),
                    ("category", RangeOperators.EQUAL),
                    (Period("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["category"], condition=models.Q(ends_at__isnull=True), name="membership_open"),
            models.Index(
                fields=["next_review_on"], condition=models.Q(ends_at__isnull=True), name="membership_next_review"
            ),
            models.Index(
                fields=["criteria_since"],
                condition=models.Q(ends_at__isnull=True, criteria_hold=False),
                name="membership_differs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} in {self.category}"


class MembershipMove(models.Model):
    """One step of a membership: from which state to which, by whom, why, and what was known then. Only grows."""

    id = models.BigAutoField(primary_key=True)
    membership = models.ForeignKey(CategoryMembership, on_delete=models.PROTECT, related_name="moves")
    before = models.CharField(max_length=14, choices=MembershipState, blank=True)
    after = models.CharField(max_length=14, choices=MembershipState)
    at = models.DateTimeField()
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    evidence = models.JSONField(default=dict, blank=True)

    objects = MembershipPartQuerySet.as_manager()

    class Meta:
        triggers: ClassVar = [pgtrigger.Protect(name="only_grows", operation=pgtrigger.Update | pgtrigger.Delete)]
        indexes: ClassVar = [models.Index(fields=["membership", "at"], name="membership_move_order")]

    def __str__(self) -> str:
        return f"{self.membership}: {self.before or '–'} → {self.after}"
