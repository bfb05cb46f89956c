"""Forms of the program's settings and of its exchange rates."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm, HubModelForm
from core.models import Program


class ProgramForm(HubModelForm):
    """What the program is called, when its days and years begin, and in which currency it counts."""

    timezone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("The program's days begin at midnight there: “today”, “this quarter”.")
    )
    fiscal_year_start_month = forms.TypedChoiceField(
        label=_("Fiscal year starts in"),
        coerce=int,
        choices=list(MONTHS.items()),
        help_text=_("Fiscal quarters and years in criteria follow it. Changed, everybody is recomputed."),
    )

    class Meta:
        model = Program
        fields = ("name", "hub_name", "timezone", "fiscal_year_start_month", "currency")
        help_texts = {
            "hub_name": _("Partners read it in the title of every page."),
            "currency": _(
                "Three letters, for all amounts. It can be changed only while no amounts are kept; changing it empties"
                " the table of exchange rates."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone: Any = self.fields["timezone"]
        zone.choices = [(name, name.replace("_", " ")) for name in sorted(available_timezones())]

    def clean_currency(self) -> str:
        """Take the letters in either case."""
        return str(self.cleaned_data["currency"]).upper()


class RateForm(HubForm):
    """What one unit of a currency is worth from a day on."""

    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3, help_text=_("Such as USD."))
    starts_on = forms.DateField(label=_("From"), widget=forms.DateInput)
    rate = forms.DecimalField(label=_("Worth"), max_digits=18, decimal_places=8, min_value=0)

    def clean_currency(self) -> str:
        """Take the letters in either case."""
        return str(self.cleaned_data["currency"]).upper()
