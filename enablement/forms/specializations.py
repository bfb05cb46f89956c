"""Forms of specializations."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm
from enablement.models import SpecializationKind


class SpecializationForm(HubForm):
    """What a specialization says of itself. Its criteria have an editor of their own."""

    name = forms.CharField(label=_("Name"), max_length=120)
    public_name = forms.CharField(
        label=_("Name customers see"), max_length=120, required=False, help_text=_("Empty: the same.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=SpecializationKind.choices)
    meaning = forms.CharField(label=_("What it proves"), required=False, widget=forms.Textarea, help_text=_("Markdown"))
    requirements = forms.CharField(
        label=_("How to get it"), required=False, widget=forms.Textarea, help_text=_("Markdown; partners read it.")
    )
    valid_months = forms.IntegerField(
        label=_("Valid for months"), required=False, min_value=1, max_value=600,
        help_text=_("Then it is looked at again. Empty: it ends when the criteria no longer hold."),
    )  # fmt: skip
    needs_approval = forms.BooleanField(label=_("Somebody approves each"), required=False)


class ReasonForm(HubForm):
    """Why something is refused or taken away."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea, help_text=_("The partner reads it.")
    )
