"""Yes and no about tiers: partners invited to one, and partners that qualify for one and wait for an approval."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from core.triggers import marks_stale
from partners.models.partners import Partner
from partners.models.tiers import Tier, TierTrack
from partners.querysets import PeriodQuerySet


@tracked()
class TierInvitation(Record):
    """A partner is invited to a tier, until the end of a day. Criteria may ask for it; alone it gives nothing."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="tier_invitations")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("tier"))
    starts_at = models.DateTimeField(editable=False)
    last_day_on = models.DateField(_("last day"))
    ends_at = models.DateTimeField(null=True, editable=False)
    message = models.CharField(_("message to the partner"), max_length=500, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = PeriodQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            *marks_stale("SELECT partner_id FROM changed", source="tier"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "tier"], condition=models.Q(ends_at__isnull=True), name="tier_invitation_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gte=models.F("starts_at")),
                name="tier_invitation_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner}, invited to {self.tier}"


class ProposalState(models.TextChoices):
    """What became of the question."""

    WAITING = "waiting", _("Waits for a decision")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    LAPSED = "lapsed", _("No longer qualifies")


@tracked()
class TierProposal(Record):
    """A partner qualifies for a tier that somebody has to approve, with the evidence of the day it came to.

    It is open while the partner qualifies and nobody approved it: declined, the question is not asked again until the
    partner ceased to qualify or qualifies for another tier.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="tier_proposals")
    track = models.ForeignKey(TierTrack, on_delete=models.PROTECT, related_name="proposals")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.WAITING)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    evidence = models.JSONField(default=dict, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "track"], condition=models.Q(ends_at__isnull=True), name="tier_proposal_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gte=models.F("starts_at")),
                name="tier_proposal_period",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ProposalState.WAITING) | models.Q(ends_at__isnull=True),
                name="tier_proposal_waits_while_open",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_at__isnull=False)
                | models.Q(state__in=[ProposalState.WAITING, ProposalState.LAPSED]),
                name="tier_proposal_decided_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["track"], condition=models.Q(state=ProposalState.WAITING), name="tier_proposal_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.partner}, up for {self.tier}"
