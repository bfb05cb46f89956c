"""Forms of the program's settings and of its exchange rates."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf.locale import LANG_INFO
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm, HubModelForm
from core.models import Program
from core.models.program import validate_languages


class LanguagesField(forms.CharField):
    """Languages, one a line: a code, and a name where the usual one will not do."""

    def prepare_value(self, value: Any) -> Any:
        """Write the list as people type it."""
        return "\n".join(f"{one['code']} {one['name']}" for one in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Return the list; a language that Django knows needs no name."""
        found = []
        for line in (super().to_python(value) or "").splitlines():
            code, _space, name = line.strip().partition(" ")
            if code:
                known = LANG_INFO.get(code.lower(), {}).get("name_local", code)
                found.append({"code": code, "name": name.strip() or known})
        validate_languages(found)
        return found

    def run_validators(self, value: Any) -> None:
        """Nothing more: the list is sound."""


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

    languages = LanguagesField(
        label=_("Further languages of definitions"),
        required=False,
        widget=forms.Textarea,
        help_text=_("One a line, the code and the name: de Deutsch. Translations are written beside each definition."),
    )

    class Meta:
        model = Program
        fields = (
            *("name", "hub_name", "timezone", "fiscal_year_start_month", "currency"),
            *("language", "languages", "shows_glossary"),
        )
        help_texts = {
            "language": _("The code of the language in which definitions are written first, such as en."),
            "shows_glossary": _("Anybody may read what categories, tiers and life stages mean, without signing in."),
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="rate_%s", **kwargs)  # another form of the page asks for a currency, too

    def clean_currency(self) -> str:
        """Take the letters in either case."""
        return str(self.cleaned_data["currency"]).upper()
