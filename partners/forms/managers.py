"""Forms about who looks after partners beside their managers, and instead of them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import HubForm


class _PeopleForm(HubForm):
    """A form that names people at the vendor."""

    def offer(self, name: str, people: Any, label: Any) -> None:
        """Let a field offer people by name."""
        field: Any = self.fields[name]
        field.queryset = people.order_by("name", "pk")
        field.empty_label = label


class SecondaryForm(_PeopleForm):
    """Who is to help with the chosen partners."""

    user = forms.ModelChoiceField(label=_("Who helps"), queryset=User.objects.none(), to_field_name="public_id")
    reason = forms.CharField(
        label=_("Why"), max_length=200, required=False, help_text=_("Such as: speaks French, knows their data centre.")
    )

    def __init__(self, *args: Any, managers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("user", managers, _("Choose somebody"))


class LeaveCoverForm(_PeopleForm):
    """Who is away, who stands in, and on which days."""

    user = forms.ModelChoiceField(label=_("Who is away"), queryset=User.objects.none(), to_field_name="public_id")
    stand_in = forms.ModelChoiceField(
        label=_("Who stands in"),
        queryset=User.objects.none(),
        to_field_name="public_id",
        help_text=_("Sees the partners of who is away on these days, and hears of their messages and alerts."),
    )
    first_on = forms.DateField(label=_("First day"))
    last_on = forms.DateField(label=_("Last day"))
    note = forms.CharField(
        label=_("What to know"),
        max_length=300,
        required=False,
        widget=forms.Textarea,
        help_text=_("Such as: the renewal of Harbour Bank is due on the 12th."),
    )

    def __init__(self, *args: Any, managers: Any, away: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("user", away, _("Choose somebody"))
        self.offer("stand_in", managers, _("Choose somebody"))
