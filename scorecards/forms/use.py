"""Forms about scorecards of one partner: why one is switched on or off, and asking for a self-assessment."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm
from scorecards.models import Scorecard
from scorecards.queries.fits import switchable


class ReasonForm(HubForm):
    """Why a scorecard is switched on or off for a partner."""

    reason = forms.CharField(
        label=_("Why"), required=False, max_length=300, help_text=_("Colleagues read it later; partners do not.")
    )


class SwitchManyForm(HubForm):
    """Which scorecard is switched on for the chosen partners, and whether for those it does not fit, too."""

    scorecard = forms.ModelChoiceField(
        label=_("Scorecard"), queryset=Scorecard.objects.none(), to_field_name="public_id"
    )
    reason = forms.CharField(
        label=_("Why"), required=False, max_length=300, help_text=_("Colleagues read it later; partners do not.")
    )
    everyone = forms.BooleanField(label=_("Also for those it does not fit"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer what is switched on for single partners and published."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["scorecard"]
        field.queryset = switchable()


class SwitchOffManyForm(HubForm):
    """Which scorecard is switched off for those of the chosen partners for whom it is on."""

    scorecard = forms.ModelChoiceField(
        label=_("Scorecard"), queryset=Scorecard.objects.none(), to_field_name="public_id"
    )
    reason = forms.CharField(
        label=_("Why"), required=False, max_length=300, help_text=_("Colleagues read it later; partners do not.")
    )

    def __init__(self, *args: Any, on: "QuerySet[Scorecard]", **kwargs: Any) -> None:
        """Offer what is `on` for one of them at least."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["scorecard"]
        field.queryset = on


class AskForm(HubForm):
    """Until when a partner is asked to assess itself, with a word from the channel manager."""

    due_on = forms.DateField(label=_("Please answer by"), widget=forms.DateInput)
    message = forms.CharField(
        label=_("Message"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It goes to the partner's people with the request."),
    )
