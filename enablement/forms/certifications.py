"""Certifications as people enter them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm
from enablement.models import CertificationLevel


class CertificationForm(HubForm):
    """A definition."""

    name = forms.CharField(label=_("Name"), max_length=200)
    level = forms.ChoiceField(label=_("Level"), choices=CertificationLevel.choices)
    product_line = forms.CharField(label=_("Product line"), max_length=80, required=False)
    valid_months = forms.IntegerField(
        label=_("Valid for months"),
        required=False,
        min_value=1,
        max_value=240,
        help_text=_("Empty: it never expires. Certificates recorded before keep their date."),
    )
