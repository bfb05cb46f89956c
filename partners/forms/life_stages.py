"""Forms of life stages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.forms.definitions import DefinitionForm, KeyMixin
from partners.models import LifeStageVersion


class LifeStageForm(DefinitionForm):
    """The texts of a life stage."""

    own_fields = ("name", "position", "precedence")

    position = forms.IntegerField(
        label=_("Place on pages"),
        min_value=0,
        max_value=10_000,
        help_text=_("Smaller numbers come first, as in a partner's life."),
    )
    precedence = forms.IntegerField(
        label=_("Order of checking"),
        min_value=0,
        max_value=10_000,
        help_text=_("A partner is in the first stage, by this number, whose criteria hold. Changed at once."),
    )

    stuck_after_days = forms.IntegerField(
        label=_("Stuck after (days)"),
        required=False,
        min_value=1,
        max_value=3650,
        help_text=_("Partners longer in this stage are marked on the board. Empty: a stage to stay in."),
    )

    class Meta:
        model = LifeStageVersion
        fields = ("meaning", "next_step", "stuck_after_days")

    field_order: tuple[str, ...] = ("name", *Meta.fields, "position", "precedence")


class NewLifeStageForm(KeyMixin, LifeStageForm):
    """A new life stage, shown and checked last."""

    position = None  # type: ignore[assignment]
    precedence = None  # type: ignore[assignment]
    field_order: tuple[str, ...] = ("name", "key", *LifeStageForm.Meta.fields)
