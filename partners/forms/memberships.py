"""Forms of memberships."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm
from partners.models import Category, Partner
from partners.queries import memberships


class AssignForm(HubForm):
    """Putting a partner into a category."""

    category = forms.ModelChoiceField(label=_("Category"), queryset=Category.objects.none())
    is_primary = forms.BooleanField(
        label=_("Primary category"), required=False, help_text=_("The one that describes the partner best.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False, widget=forms.Textarea)

    def __init__(self, *args: Any, partner: Partner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category: Any = self.fields["category"]
        category.queryset = memberships.assignable(partner)
        category.empty_label = _("Choose a category")


class EndForm(HubForm):
    """Ending a membership, or turning it down."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("The partner reads it."), widget=forms.Textarea
    )


class GraceForm(HubForm):
    """Giving a partner time to mend what is missing."""

    reason = forms.CharField(
        label=_("What is missing"), max_length=300, help_text=_("The partner reads it."), widget=forms.Textarea
    )


class DeclareForm(HubForm):
    """A partner says it is in a category."""

    statement = forms.CharField(
        label=_("What shows it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea,
        help_text=_("Customers, people or contracts that speak for it. With this, your vendor is asked to review it."),
    )
