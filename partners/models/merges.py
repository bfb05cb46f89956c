"""Partners that are one organisation: pairs that may be, and what became one record, kept so that it can be undone."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from partners.models.partners import Partner
from partners.querysets import sees_all_partners

#: How long a merge can be undone.
UNDO_DAYS = 30


class PairQuerySet(models.QuerySet[Any]):
    """Pairs of partners."""

    def visible_to(self, user: Any) -> Self:
        """Pairs of which the person may see both partners."""
        if not user.is_authenticated:
            return self.none()
        if sees_all_partners(user):
            return self
        seen = Partner.objects.visible_to(user).values("pk")
        return self.filter(first__in=seen, second__in=seen)

    def waiting(self) -> Self:
        """Pairs on which nobody has decided."""
        return self.filter(dismissed_at__isnull=True)


@tracked()
class DuplicatePair(Record):
    """Two partners that may be one organisation, with the reasons; or that somebody said are two."""

    first = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="+", db_index=False
    )  # duplicate_pair_once
    second = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField(_("how alike"))
    reasons = models.JSONField(default=list, help_text="Each with what it is and the points it gives or takes.")
    dismissed_at = models.DateTimeField(null=True)
    dismissed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("why they are two"), max_length=300, blank=True)

    objects = PairQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="duplicate_pair_in_order"),
            models.CheckConstraint(condition=models.Q(score__lte=100), name="duplicate_score_at_most_100"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["-score", "id"], condition=models.Q(dismissed_at__isnull=True), name="duplicate_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}"


class DuplicateCheck(models.Model):
    """A partner whose likeness to others is to be looked at. Appended by a trigger; claimed by deletion."""

    id = models.BigAutoField(primary_key=True)
    partner_id = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.partner_id)


class MergeQuerySet(models.QuerySet[Any]):
    """Merges."""

    def visible_to(self, user: Any) -> Self:
        """Merges into partners the person may see."""
        if not user.is_authenticated:
            return self.none()
        if sees_all_partners(user):
            return self
        return self.filter(survivor__in=Partner.objects.visible_to(user).values("pk"))

    def standing(self) -> Self:
        """Merges that were not undone."""
        return self.filter(undone_at__isnull=True)


@tracked()
class Merge(Record):
    """A partner that became part of another: all that is left of its record until the merge is undone.

    Its old addresses lead to the survivor. What was moved, changed or set aside is in `moves`, the record with it.
    """

    survivor = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="merges")
    merged_id = models.BigIntegerField(editable=False)
    merged_public_id = models.UUIDField(editable=False)
    merged_name = models.CharField(max_length=200)
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=300, blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = MergeQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merged_public_id"], condition=models.Q(undone_at__isnull=True), name="merge_stands_once"
            ),
            models.CheckConstraint(condition=~models.Q(merged_id=models.F("survivor")), name="merge_of_two"),
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True) | models.Q(undone_at__gte=models.F("merged_at")),
                name="merge_undone_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_name} → {self.survivor_id}"

    @property
    def undo_ends_at(self) -> datetime:
        """From when on it can no longer be undone."""
        return self.merged_at + timedelta(days=UNDO_DAYS)

    def can_be_undone(self, at: datetime) -> bool:
        """Whether there is still time, and it stands."""
        return self.undone_at is None and at < self.undo_ends_at


class MergeMove(models.Model):
    """One row that a merge touched: the columns as they were and as the merge left them; without `after`, set aside."""

    id = models.BigAutoField(primary_key=True)
    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="moves", db_index=False)  # merge_move_order
    step = models.PositiveIntegerField(help_text="In which order it was done; undone the other way round.")
    part = models.CharField(max_length=40, help_text="The registered part of a partner that the row belongs to.")
    model = models.CharField(max_length=80)
    row_id = models.BigIntegerField()
    before = models.JSONField()
    after = models.JSONField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["merge", "step"], name="merge_move_order")]

    def __str__(self) -> str:
        return f"{self.model} {self.row_id}"
