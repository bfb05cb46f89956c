"""Shape and validity of what a version of a scorecard says beside its parts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm, HubModelForm
from partners.models import LifeStage
from scorecards.models import ScorecardVersion
from scorecards.services.scorecard_versions import peer_groups


class VersionForm(HubModelForm):
    """Zones, peers, and the life stages a scorecard is proposed for."""

    stages = forms.MultipleChoiceField(
        label=_("Proposed for life stages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Channel managers are asked to switch it on for partners in these stages."),
    )
    peers = forms.ChoiceField(
        label=_("Compared with"),
        help_text=_("Benchmarks and ranks are shown where at least five partners are alike."),
    )
    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = ScorecardVersion
        fields = ("amber_from", "green_from", "peers", "stages")
        help_texts = {  # noqa: RUF012 - Django's own
            "amber_from": _("Scores below are red."),
            "green_from": _("Scores from here on are green."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = LifeStage.objects.filter(retired_at__isnull=True).order_by("position", "pk")
        self._offer("stages", list(stages.values_list("key", "name")))
        self._offer("peers", list(peer_groups().items()))
        self.initial["expected"] = self.instance.version

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _post_clean(self) -> None:
        """Leave the record as it is: the service writes it."""

    def changes(self) -> dict[str, Any]:
        """Return the answers in the service's words."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class PublishForm(HubForm):
    """A word about the change, for whoever reads the versions later, and the day from which it is to hold."""

    note = forms.CharField(label=_("Note about this change"), max_length=500, required=False)
    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)
    publish_on = forms.DateField(
        label=_("On a later day"),
        required=False,
        widget=forms.DateInput,
        help_text=_("It then measures from the beginning of that day in the program's time zone, checked once more."),
    )


class DuplicateForm(HubForm):
    """What the copy is called."""

    name = forms.CharField(label=_("Name of the copy"), max_length=160)
