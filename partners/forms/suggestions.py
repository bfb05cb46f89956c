"""Forms of suggestions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm


class RefuseForm(HubForm):
    """Saying no to a suggestion."""

    reason = forms.CharField(
        label=_("Why not"),
        max_length=300,
        widget=forms.Textarea,
        help_text=_("It is remembered, so that nobody suggests it again for nothing."),
    )
