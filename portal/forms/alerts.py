"""The form of when alerts are opened."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HubModelForm
from scorecards.models import AlertKind, AlertPolicy
from scorecards.services.alert_facts import THRESHOLDS


class AlertPolicyForm(HubModelForm):
    """The thresholds, and which kinds are wanted at all."""

    wanted = forms.MultipleChoiceField(
        label=_("Alerts that are opened"),
        choices=AlertKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = AlertPolicy
        fields = THRESHOLDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        off = set(self.instance.switched_off)
        self.fields["wanted"].initial = [kind for kind in AlertKind.values if kind not in off]

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, as the service takes it."""
        given = {name: self.cleaned_data[name] for name in THRESHOLDS}
        wanted = set(self.cleaned_data["wanted"])
        return {**given, "switched_off": [kind for kind in AlertKind.values if kind not in wanted]}
