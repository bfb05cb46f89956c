"""Plays as people enter them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import HubForm
from enablement.forms.content import owners
from enablement.models import Asset, Certification, Journey
from scorecards.models import LINKS, EffortUnit, Play, PlayKind
from scorecards.queries import plays as reads

MAX_TEXT_LENGTH = 10_000


class PlayForm(HubForm):
    """A play. What it links to is asked for by its kind, and needed for publishing."""

    name = forms.CharField(label=_("Name"), max_length=160)
    objective = forms.CharField(
        label=_("Objective"), max_length=300, help_text=_("What is different when it has worked.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=PlayKind.choices, initial=PlayKind.ACTIVITY)
    asset = forms.ModelChoiceField(
        label=_("Content"), queryset=Asset.objects.none(), required=False, help_text=_("For plays that give content.")
    )
    journey = forms.ModelChoiceField(
        label=_("Journey"), queryset=Journey.objects.none(), required=False, help_text=_("The partner is enrolled.")
    )
    certification = forms.ModelChoiceField(
        label=_("Certification"),
        queryset=Certification.objects.none(),
        required=False,
        help_text=_("Done once somebody there earns it."),
    )
    partner_does = forms.CharField(
        label=_("What the partner does"),
        required=False,
        max_length=MAX_TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Markdown. Partners read it; it can be put in other words for each."),
    )
    vendor_does = forms.CharField(
        label=_("What we do"),
        required=False,
        max_length=MAX_TEXT_LENGTH,
        widget=forms.Textarea,
        help_text=_("Markdown. Only your colleagues read it."),
    )
    effort = forms.IntegerField(label=_("Effort"), required=False, min_value=1, max_value=9999)
    effort_unit = forms.ChoiceField(label=_("Counted in"), choices=EffortUnit.choices, initial=EffortUnit.MINUTES)
    metric_keys = forms.MultipleChoiceField(
        label=_("Metrics it moves"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It is proposed for gaps in these."),
    )
    measure_keys = forms.MultipleChoiceField(
        label=_("Measures it moves"), required=False, widget=forms.CheckboxSelectMultiple
    )
    position = forms.IntegerField(
        label=_("Order"),
        min_value=0,
        max_value=32_000,
        initial=100,
        help_text=_("Lower is proposed first, until five partners show what it moves."),
    )
    outcome_days = forms.IntegerField(label=_("Look at the outcome after days"), min_value=1, max_value=730, initial=60)
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, play: Play | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = {name: getattr(play, f"{name}_id", None) for name in LINKS.values()}
        querysets = {
            "asset": _with_own(Asset.objects.published(), Asset, own["asset"]).order_by("title"),
            "journey": _with_own(Journey.objects.published(), Journey, own["journey"]).order_by("name"),
            "certification": _with_own(
                Certification.objects.filter(retired_at__isnull=True), Certification, own["certification"]
            ).order_by("name"),
            "owner": owners(),
        }
        for name, queryset in querysets.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]
        metrics, measures = reads.metric_choices(), reads.measure_choices()
        known = {key for _group, some in metrics for key, _name in some}
        gone = [(key, key) for key in (play.metric_keys if play else []) if key not in known]
        self.fields["metric_keys"].choices = [*metrics, *gone]  # type: ignore[attr-defined]
        held = [(key, key) for key in (play.measure_keys if play else []) if key not in dict(measures)]
        self.fields["measure_keys"].choices = [*measures, *held]  # type: ignore[attr-defined]
        if not measures and not held:
            del self.fields["measure_keys"]

    def clean(self) -> dict[str, Any]:
        """Ask for what the kind gives, at its field."""
        data = super().clean() or self.cleaned_data
        link = LINKS.get(PlayKind(data["kind"])) if data.get("kind") else None
        if link and not data.get(link) and link not in self.errors:
            self.add_error(link, ValidationError(_("Choose what this play gives to partners.")))
        return data


def _with_own(rows: Any, model: Any, pk: int | None) -> Any:
    """Return what may be chosen, and what is chosen already although it no longer may."""
    return model.objects.filter(pk__in=rows.values("pk")) | model.objects.filter(pk=pk)
