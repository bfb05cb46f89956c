"""Categories: what a partner is in the program, as published definitions."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record, TranslatedVersion
from core.models.base import version_constraints


@tracked()
class Category(Record):
    """A named kind of partner with meaning in the program. Its texts and criteria are on its versions."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveIntegerField(default=0)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("owner"),
    )
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return self.name


class CategoryTexts(models.Model):
    """What can be said of a category, by the program and by each region. All of it is Markdown."""

    meaning = models.TextField(_("definition"), blank=True)
    examples = models.TextField(_("examples"), blank=True)
    counter_examples = models.TextField(_("counter-examples"), blank=True)
    objective = models.TextField(_("objective"), blank=True)
    eligibility = models.TextField(_("eligibility"), blank=True)
    requirements = models.TextField(_("requirements"), blank=True)
    benefits = models.TextField(_("benefits"), blank=True)
    incentives = models.TextField(_("incentives"), blank=True)
    obligations = models.TextField(_("obligations"), blank=True)
    training = models.TextField(_("training"), blank=True)
    co_selling = models.TextField(_("co-selling motion"), blank=True)
    deal_terms = models.TextField(_("deal registration terms"), blank=True)
    marketing_kit = models.TextField(_("marketing kit"), blank=True)
    contacts = models.TextField(_("contacts"), blank=True)

    class Meta:
        abstract = True


#: The names of those texts, in the order in which they are read.
CATEGORY_TEXTS = tuple(field.name for field in CategoryTexts._meta.fields)


@tracked()
class CategoryVersion(CategoryTexts, TranslatedVersion):
    """One text of a category: what it means, who may be in it, what it asks and gives."""

    translatable = CATEGORY_TEXTS
    required_texts = ("meaning",)

    definition = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="versions")
    review_interval_months = models.PositiveSmallIntegerField(_("review every (months)"), default=12)
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(365)],
        help_text=_("Left empty, as long as for every category. 0: nothing happens when criteria cease to hold."),
    )

    class Meta(TranslatedVersion.Meta):
        constraints: ClassVar = [*version_constraints("category_version")]

    def __str__(self) -> str:
        return f"{self.definition} {self.number}"
