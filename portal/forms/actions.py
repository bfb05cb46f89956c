"""Forms about things to do: a touch in two clicks, and what is put away for later."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm
from partners.models import TouchKind

KEY = r"^(alert|task|step|categories|stage)-\d{1,18}$"


class QuickTouchForm(forms.Form):
    """A touch that has just happened. The button pressed says of what kind it was."""

    kind = forms.ChoiceField(choices=TouchKind.choices)
    minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=1, max_value=1440)
    note = forms.CharField(required=False, max_length=10_000)
    once = forms.UUIDField(required=False)
    key = forms.RegexField(KEY, required=False)


TOMORROW, WEEK, MONTH, DAY, NEVER = "tomorrow", "week", "month", "day", "never"
DAYS = {TOMORROW: 1, WEEK: 7, MONTH: 30}


class SetAsideForm(HubForm):
    """When a thing to do comes back, and why it is put away."""

    when = forms.ChoiceField(
        label=_("Remind me"),
        choices=[
            (TOMORROW, _("Tomorrow")),
            (WEEK, _("In a week")),
            (MONTH, _("In a month")),
            (DAY, _("On a day")),
            (NEVER, _("Not again")),
        ],
        initial=WEEK,
        widget=forms.RadioSelect,
    )
    day = forms.DateField(label=_("Which day"), required=False)
    reason = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("Such as: on holiday until the 12th, or agreed by phone.")
    )
    key = forms.RegexField(KEY, widget=forms.HiddenInput)
    title = forms.CharField(max_length=300, widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Ask for the day where one was to be named."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("when") == DAY and not given.get("day") and "day" not in self.errors:
            self.add_error("day", _("Choose the day."))
        return given

    @property
    def decided(self) -> dict[str, Any]:
        """What was decided, as the service takes it."""
        given = self.cleaned_data
        days = DAYS.get(given["when"])
        until = given["day"] if given["when"] == DAY else self.today + timedelta(days=days) if days else None
        return {"key": given["key"], "title": given["title"], "reason": given["reason"], "until_on": until}
