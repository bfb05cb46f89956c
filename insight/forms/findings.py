"""Input about findings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm


class AsideForm(HubForm):
    """Until when, and why, nobody needs to be reminded of a finding."""

    until = forms.DateField(label=_("Remind again on"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("Why this is all right"), max_length=300)
