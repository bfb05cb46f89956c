"""Versions of success plans: written as drafts, proposed, and locked once both sides have agreed."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from scorecards.models.success_plans import SuccessPlan
from scorecards.querysets.success_plans import PlanVersionQuerySet


class PlanVersionState(models.TextChoices):
    """Where a version of a plan is in its life."""

    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Proposed")
    AGREED = "agreed", _("Agreed")
    SUPERSEDED = "superseded", _("Superseded")


#: A draft is written, a proposal is agreed to or taken back, what was agreed only gives way to what is agreed next.
PROTECT_AGREED = pgtrigger.Trigger(
    name="protect_agreed",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    condition=pgtrigger.Condition("OLD.state <> 'draft'"),
    func="""
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'Only drafts are deleted.' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF OLD.state = 'proposed' THEN
            IF (NEW.plan_id, NEW.number, NEW.summary, NEW.ends_on, NEW.note) IS DISTINCT FROM
               (OLD.plan_id, OLD.number, OLD.summary, OLD.ends_on, OLD.note) THEN
                RAISE EXCEPTION 'What is proposed is not changed.' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END IF;
        IF (to_jsonb(NEW) - '{state,version,updated_at}'::text[]) IS DISTINCT FROM
           (to_jsonb(OLD) - '{state,version,updated_at}'::text[])
           OR NEW.state NOT IN (OLD.state, 'superseded') THEN
            RAISE EXCEPTION 'What was agreed is never changed.' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    """,
)


WRITTEN = [PlanVersionState.DRAFT, PlanVersionState.PROPOSED]
BOTH_AGREED = models.Q(vendor_agreed_at__isnull=False, partner_agreed_at__isnull=False)
NOBODY_AGREED = models.Q(vendor_agreed_at__isnull=True, partner_agreed_at__isnull=True)


@tracked()
class PlanVersion(Record):
    """One text of a plan: written as a draft, proposed to the partner, and locked once both sides have agreed."""

    plan = models.ForeignKey(SuccessPlan, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=PlanVersionState, default=PlanVersionState.DRAFT)
    summary = models.TextField(_("what we want to reach together"), blank=True)
    ends_on = models.DateField(_("to"))
    note = models.CharField(_("what is different"), max_length=500, blank=True)
    proposed_at = models.DateTimeField(null=True, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    vendor_agreed_at = models.DateTimeField(null=True, editable=False)
    vendor_agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    partner_agreed_at = models.DateTimeField(null=True, editable=False)
    partner_agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    objects = PlanVersionQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [*Record.Meta.triggers, PROTECT_AGREED]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_version_number_once"),
            models.UniqueConstraint(
                fields=["plan"], condition=models.Q(state__in=WRITTEN), name="plan_version_one_in_work"
            ),
            models.UniqueConstraint(
                fields=["plan"], condition=models.Q(state=PlanVersionState.AGREED), name="plan_version_one_agreed"
            ),
            models.CheckConstraint(
                condition=models.Q(state=PlanVersionState.DRAFT, proposed_at__isnull=True)
                | (~models.Q(state=PlanVersionState.DRAFT) & models.Q(proposed_at__isnull=False)),
                name="plan_version_proposed_at_known",
            ),
            models.CheckConstraint(
                condition=(models.Q(state=PlanVersionState.DRAFT) & NOBODY_AGREED)
                | (models.Q(state=PlanVersionState.PROPOSED) & ~BOTH_AGREED)
                | (models.Q(state__in=[PlanVersionState.AGREED, PlanVersionState.SUPERSEDED]) & BOTH_AGREED),
                name="plan_version_agreed_by_both",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.number}"

    @property
    def is_draft(self) -> bool:
        """Whether it may still be written."""
        return self.state == PlanVersionState.DRAFT
