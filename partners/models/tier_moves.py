"""What ever happened to partners on ladders, with the evidence of the day. Only grows."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Record
from partners.models.manual_overrides import ManualOverride
from partners.models.partners import Partner
from partners.models.tier_reviews import TierReview
from partners.models.tiers import HoldingSource, Tier, TierHolding, TierTrack
from partners.querysets import PartnerOwnedQuerySet

#: Rows are neither changed nor deleted; they may come to belong to another partner when two records are one.
APPEND_ONLY = pgtrigger.Trigger(
    name="append_only",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func="""
        IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - '{partner_id,version,updated_at}'::text[]) IS DISTINCT FROM
           (to_jsonb(OLD) - '{partner_id,version,updated_at}'::text[]) THEN
            RAISE EXCEPTION 'History is never changed.' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    """,
)


class MoveKind(models.TextChoices):
    """What happened."""

    PROMOTED = "promoted", _("Rose")
    GRACE_BEGAN = "grace_began", _("Entered a grace period")
    RESCUED = "rescued", _("Left the grace period, tier kept")
    DEMOTED = "demoted", _("Fell")
    ENDED = "ended", _("Left the track")
    KEPT = "kept", _("Kept at a review")
    OVERRIDE_BEGAN = "override_began", _("Manual override began")
    OVERRIDE_ENDED = "override_ended", _("Manual override ended")


class TierMove(Record):
    """One thing that happened to a partner on a ladder: what, when, by what or whom, why, and by which figures.

    `evidence` holds the values of that day by clause, of the version of `judged_tier` (or of its regional override)
    that it names, in the shape of a rule's transition.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="tier_moves")
    track = models.ForeignKey(TierTrack, on_delete=models.PROTECT, related_name="moves")
    kind = models.CharField(max_length=14, choices=MoveKind)
    at = models.DateTimeField()
    from_tier = models.ForeignKey(Tier, null=True, on_delete=models.PROTECT, related_name="+")
    to_tier = models.ForeignKey(Tier, null=True, on_delete=models.PROTECT, related_name="+")
    holding = models.ForeignKey(TierHolding, null=True, on_delete=models.PROTECT, related_name="moves")
    grace_ends_on = models.DateField(null=True)
    source = models.CharField(max_length=10, choices=HoldingSource)
    review = models.ForeignKey(TierReview, null=True, on_delete=models.PROTECT, related_name="moves")
    override = models.ForeignKey(ManualOverride, null=True, on_delete=models.PROTECT, related_name="moves")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    judged_tier = models.ForeignKey(Tier, null=True, on_delete=models.PROTECT, related_name="+")
    evidence = models.JSONField(default=dict, blank=True)

    objects = PartnerOwnedQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [*Record.Meta.triggers, APPEND_ONLY]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(kind__in=MoveKind.values), name="tier_move_kind_known"),
            models.CheckConstraint(
                condition=~models.Q(kind=MoveKind.PROMOTED) | models.Q(to_tier__isnull=False),
                name="tier_move_up_leads_somewhere",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["partner", "-at"], name="tier_move_by_partner")]

    def __str__(self) -> str:
        return f"{self.partner}: {self.get_kind_display()}"
