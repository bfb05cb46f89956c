"""Regional overrides: what a category or tier says and asks in a region and all below it.

Every text that an override leaves empty is inherited: from the next override up the region tree, else from the
definition itself. Criteria are inherited likewise, unless the version says that it has its own.
"""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record, TranslatedVersion
from core.models.base import version_constraints
from partners.models.categories import CATEGORY_TEXTS, Category, CategoryTexts
from partners.models.regions import Region
from partners.models.tiers import Tier
from partners.querysets import OverrideQuerySet


class Override(Record):
    """What is special about a definition in one region. A subclass adds the foreign key named by `subject_field`."""

    subject_field: ClassVar[str]

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("region"))
    retired_at = models.DateTimeField(null=True, editable=False)

    objects = OverrideQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.subject} · {self.region}"

    @property
    def subject(self) -> Any:
        """The category or tier."""
        return getattr(self, self.subject_field)


class OverrideVersion(TranslatedVersion):
    """One text of an override. Without `overrides_criteria` it inherits them; with it, empty criteria mean nobody."""

    overrides_criteria = models.BooleanField(
        _("own criteria"), default=False, help_text=_("Otherwise those of the definition hold here too.")
    )

    class Meta(TranslatedVersion.Meta):
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it. Whoever writes criteria means them to hold: then they are not inherited."""
        if self.criteria is not None and not self.overrides_criteria:
            self.overrides_criteria = True
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "overrides_criteria"}
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return f"{self.definition} {self.number}"  # type: ignore[attr-defined]


def override_constraints(name: str, subject: str) -> list[models.BaseConstraint]:
    """Return what holds for overrides: one in use for each definition and region."""
    return [
        models.UniqueConstraint(
            fields=[subject, "region"], condition=models.Q(retired_at__isnull=True), name=f"{name}_once_per_region"
        )
    ]


def inherited_criteria(name: str) -> models.CheckConstraint:
    """Return the rule that a version which inherits criteria keeps none that would be ignored in silence."""
    condition = models.Q(overrides_criteria=True) | models.Q(criteria__isnull=True)
    return models.CheckConstraint(condition=condition, name=f"{name}_criteria_inherited_or_own")


@tracked()
class CategoryOverride(Override):
    """What is special about a category in one region."""

    subject_field = "category"

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="overrides")

    class Meta(Override.Meta):
        constraints: ClassVar = [*override_constraints("category_override", "category")]


@tracked()
class CategoryOverrideVersion(CategoryTexts, OverrideVersion):
    """One text of a category's override."""

    translatable = CATEGORY_TEXTS

    definition = models.ForeignKey(CategoryOverride, on_delete=models.PROTECT, related_name="versions")
    review_interval_months = models.PositiveSmallIntegerField(_("review every (months)"), null=True, blank=True)
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"), null=True, blank=True, validators=[MaxValueValidator(365)]
    )

    class Meta(OverrideVersion.Meta):
        constraints: ClassVar = [
            *version_constraints("category_override_version"),
            inherited_criteria("category_override_version"),
        ]


@tracked()
class TierOverride(Override):
    """What is special about a tier in one region."""

    subject_field = "tier"

    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="overrides")

    class Meta(Override.Meta):
        constraints: ClassVar = [*override_constraints("tier_override", "tier")]


@tracked()
class TierOverrideVersion(OverrideVersion):
    """One text of a tier's override."""

    translatable = ("meaning", "benefits")

    definition = models.ForeignKey(TierOverride, on_delete=models.PROTECT, related_name="versions")
    meaning = models.TextField(_("definition"), blank=True)
    benefits = models.TextField(_("benefits"), blank=True)

    class Meta(OverrideVersion.Meta):
        constraints: ClassVar = [
            *version_constraints("tier_override_version"),
            inherited_criteria("tier_override_version"),
        ]
