"""Typed attributes that program admins add to partners without a deploy."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record


class AttributeKind(models.TextChoices):
    """The type of an attribute's value."""

    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    CHOICE = "choice", _("Choice")
    MULTI_CHOICE = "multi_choice", _("Several choices")
    DATE = "date", _("Date")
    YES_NO = "yes_no", _("Yes or no")


@tracked()
class AttributeDefinition(Record):
    """One attribute. Its value lives in `Partner.attributes` under `key`, in the shape its kind asks for."""

    key = models.SlugField(max_length=40, unique=True, help_text=_("Lower-case letters, digits and underscores."))
    label = models.CharField(_("label"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=AttributeKind)
    choices = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    description = models.CharField(_("description"), max_length=300, blank=True)
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    section = models.CharField(_("section"), max_length=60, blank=True, help_text=_("The heading it stands below."))
    is_required = models.BooleanField(_("needed"), default=False)
    partner_may_edit = models.BooleanField(_("partners may edit it"), default=False)
    partner_may_see = models.BooleanField(_("partners may see it"), default=True)
    position = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(kind__in=["choice", "multi_choice"]) | ~models.Q(choices=[]),
                name="attribute_choices_given",
            ),
            models.CheckConstraint(condition=models.Q(key__regex=r"^[a-z][a-z0-9_]*$"), name="attribute_key_shape"),
        ]

    def __str__(self) -> str:
        return self.label
