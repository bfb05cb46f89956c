"""Forms of touches."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm
from partners.models import TouchKind


class TouchForm(HubForm):
    """A call, a meeting, a note. Only the kind has to be said; everything else helps later."""

    kind = forms.ChoiceField(label=_("What it was"), choices=TouchKind.choices, initial=TouchKind.CALL)
    happened_at = forms.DateTimeField(label=_("When"))
    with_whom = forms.CharField(label=_("With whom"), max_length=300, required=False)
    minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=1, max_value=1440)
    note = forms.CharField(
        label=_("What was said"), required=False, max_length=10_000, widget=forms.Textarea, help_text=_("Markdown")
    )
    next_step = forms.CharField(label=_("Next step"), max_length=300, required=False)
    next_on = forms.DateField(label=_("By when"), required=False)
    is_shared = forms.BooleanField(
        label=_("Share with the partner"),
        required=False,
        help_text=_("They read all of it under Calls and meetings. Otherwise only your colleagues see it."),
    )
    once = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        initial = {"happened_at": timezone.localtime().replace(second=0, microsecond=0)} | (kwargs.pop("initial", {}))
        super().__init__(*args, initial=initial, **kwargs)
