"""Categories: what a partner is in the program, as published definitions."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import DefinitionVersion, Record
from core.models.base import version_constraints


@tracked()
class Category(Record):
    """A named kind of partner with meaning in the program. Its texts and criteria are on its versions."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return self.name


@tracked()
class CategoryVersion(DefinitionVersion):
    """One text of a category: what it means, who may be in it, what it asks and gives."""

    definition = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="versions")
    meaning = models.TextField(_("definition"), blank=True)
    examples = models.TextField(_("examples"), blank=True)
    counter_examples = models.TextField(_("counter-examples"), blank=True)
    objective = models.TextField(_("objective"), blank=True)
    requirements = models.TextField(_("requirements"), blank=True)
    benefits = models.TextField(_("benefits"), blank=True)
    obligations = models.TextField(_("obligations"), blank=True)
    review_interval_months = models.PositiveSmallIntegerField(_("review every (months)"), default=12)

    class Meta(DefinitionVersion.Meta):
        constraints: ClassVar = [*version_constraints("category_version")]

    def __str__(self) -> str:
        return f"{self.definition} {self.number}"
