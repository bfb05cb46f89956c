"""Forms of customer references."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.files import ENDINGS
from core.forms import HubForm
from deals.models import Product, ReferenceVisibility


class ReferenceForm(HubForm):
    """A project at a customer."""

    customer_name = forms.CharField(label=_("Customer"), max_length=200)
    project = forms.CharField(label=_("Project"), max_length=200)
    summary = forms.CharField(label=_("What was done"), max_length=4000, required=False, widget=forms.Textarea)
    product = forms.ModelChoiceField(label=_("Product"), queryset=Product.objects.none(), required=False)
    year = forms.IntegerField(label=_("Year"), min_value=1990, max_value=2200)
    contact = forms.CharField(
        label=_("Contact at the customer"), max_length=300, required=False, help_text=_("Name and how to reach them.")
    )
    contact_may_be_asked = forms.BooleanField(label=_("The contact may be asked"), required=False)
    visibility = forms.ChoiceField(
        label=_("Who may be told"), choices=ReferenceVisibility.choices, initial=ReferenceVisibility.VENDOR
    )
    evidence = forms.FileField(
        label=_("Evidence"), required=False, widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
        help_text=_("An acceptance protocol, a letter of the customer: up to 25 MB."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        product: Any = self.fields["product"]
        product.queryset, product.empty_label = Product.objects.order_by("name"), _("None in particular")


class DecisionForm(HubForm):
    """What the vendor says of a reference."""

    decision = forms.CharField(
        label=_("What you found"), max_length=500, required=False, widget=forms.Textarea,
        help_text=_("The partner reads it."),
    )  # fmt: skip
    expires_on = forms.DateField(
        label=_("Counts until"), required=False, help_text=_("The first day on which it no longer counts.")
    )
