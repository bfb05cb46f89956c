"""Reviews of a ladder: what would happen to everybody on a day, looked at by somebody or carried out at once."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from partners.models.partners import Partner
from partners.models.tiers import Tier, TierTrack
from partners.querysets import PartnerOwnedQuerySet
from partners.tier_policy import OutcomeKind


class TierReviewState(models.TextChoices):
    """How far a review is."""

    PREPARING = "preparing", _("Being prepared")
    WAITING = "waiting", _("Waits for a reviewer")
    APPLYING = "applying", _("Being carried out")
    DONE = "done", _("Carried out")
    SKIPPED = "skipped", _("Skipped")


@tracked(exclude=("next_partner_id",))
class TierReview(Record):
    """The review of a track on one day. Prepared and carried out in batches, each in a transaction of its own.

    `since_on` is the day of the review before it: where any day counts, from there on.
    """

    track = models.ForeignKey(TierTrack, on_delete=models.PROTECT, related_name="reviews")
    day = models.DateField()
    since_on = models.DateField()
    raises = models.BooleanField()
    lowers = models.BooleanField()
    state = models.CharField(max_length=10, choices=TierReviewState, default=TierReviewState.PREPARING)
    next_partner_id = models.BigIntegerField(default=0)
    prepared_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["track", "day"], name="tier_review_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(raises=True) | models.Q(lowers=True), name="tier_review_does_something"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=TierReviewState.values), name="tier_review_state_known"
            ),
            models.CheckConstraint(condition=models.Q(since_on__lte=models.F("day")), name="tier_review_window"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["state"],
                condition=models.Q(state__in=[TierReviewState.PREPARING, TierReviewState.APPLYING]),
                name="tier_review_unfinished",
            )
        ]

    def __str__(self) -> str:
        return f"{self.track} {self.day}"

    @property
    def is_open(self) -> bool:
        """Whether exceptions may still be made."""
        return self.state in (TierReviewState.PREPARING, TierReviewState.WAITING)


class TierReviewOutcome(Record):
    """What a review finds for one partner, with the evidence of its day; perhaps decided otherwise by hand.

    There are as many as partners at every review: the row itself says who made an exception, when and why, and the
    moves that follow are history, so the audit trail does not keep it a second time.
    """

    review = models.ForeignKey(TierReview, on_delete=models.CASCADE, related_name="outcomes")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    held_tier = models.ForeignKey(Tier, null=True, on_delete=models.PROTECT, related_name="+")
    qualified_tier = models.ForeignKey(Tier, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=OutcomeKind)
    to_tier = models.ForeignKey(Tier, null=True, on_delete=models.PROTECT, related_name="+")
    grace_ends_on = models.DateField(null=True)
    judged_tier = models.ForeignKey(Tier, null=True, on_delete=models.PROTECT, related_name="+")
    evidence = models.JSONField(default=dict, blank=True)
    exempted_at = models.DateTimeField(null=True)
    exempted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    exemption_reason = models.CharField(max_length=300, blank=True)
    applied_at = models.DateTimeField(null=True)
    was_overtaken = models.BooleanField(default=False)

    objects = PartnerOwnedQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "partner"], name="tier_review_outcome_once"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=OutcomeKind.values), name="tier_review_outcome_known"
            ),
            models.CheckConstraint(
                condition=models.Q(exempted_at__isnull=True) | ~models.Q(exemption_reason=""),
                name="tier_review_outcome_exempted_for_a_reason",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["review", "outcome"], name="tier_outcome_by_kind")]

    def __str__(self) -> str:
        return f"{self.partner}: {self.get_outcome_display()}"

    @property
    def is_exempted(self) -> bool:
        """Whether somebody decided that nothing happens, whatever the figures say."""
        return self.exempted_at is not None


class TierDay(models.Model):
    """A day of the program on which all that a new day brings to ladders is done, once."""

    day = models.DateField(primary_key=True)
    kept_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.day.isoformat()
