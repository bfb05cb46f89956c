"""What holds for each partner now, and when it began to."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.periods import in_address
from partners.models import LifeStage, Partner
from partners.querysets import PartnerOwnedQuerySet


class RuleKind(models.TextChoices):
    """The kinds of rule in the rule book."""

    CATEGORY = "category", _("Category")
    TIER = "tier", _("Tier")
    STAGE = "stage", _("Life stage")
    SEGMENT = "segment", _("Segment")
    MEASURE = "measure", _("Measure")


def id_array() -> ArrayField:
    """Return a column of database ids, in ascending order."""
    return ArrayField(models.IntegerField(), default=list)


class Classification(models.Model):
    """One row per partner with every verdict of the rule book. Written by the recompute only.

    Membership is an array with an index instead of a row per pair: a whole rebuild compares and writes one row per
    partner.
    """

    partner = models.OneToOneField(
        Partner,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="classification",
    )
    segment_ids = id_array()
    category_ids = id_array()
    tier_ids = id_array()
    stage = models.ForeignKey(LifeStage, null=True, on_delete=models.PROTECT, related_name="+")
    stage_since = models.DateTimeField(null=True)
    computed_at = models.DateTimeField(null=True)

    objects = PartnerOwnedQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["segment_ids"], name="classification_segments"),
            GinIndex(fields=["category_ids"], name="classification_categories"),
            GinIndex(fields=["tier_ids"], name="classification_tiers"),
        ]

    def __str__(self) -> str:
        return f"Classification of {self.partner_id}"


class RuleTransition(models.Model):
    """A partner began or ceased to fulfil a rule, with the values that decided. Only grows.

    `evidence` names the version, and has a value for each of its clauses, in their order.
    """

    id = models.BigAutoField(primary_key=True)
    partner = models.ForeignKey(  # its index is transition_by_partner: this table is written by the million
        Partner, on_delete=models.CASCADE, related_name="rule_transitions", db_index=False
    )
    kind = models.CharField(max_length=10, choices=RuleKind)
    rule_id = models.IntegerField(help_text="Database id of the category, tier, life stage or segment.")
    entered = models.BooleanField()
    at = models.DateTimeField()
    evidence = models.JSONField(default=dict)

    objects = PartnerOwnedQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["partner", "-at"], name="transition_by_partner"),
            models.Index(fields=["kind", "rule_id", "-at"], name="transition_by_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} {'entered' if self.entered else 'left'} {self.kind} {self.rule_id}"

    @property
    def moment(self) -> str:
        """When it was, as addresses write it."""
        return in_address(self.at)
