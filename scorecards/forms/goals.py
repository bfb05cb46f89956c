"""Forms of goals and their parts."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm
from scorecards.forms.measured import MeasuredForm
from scorecards.forms.success_plans import MOST, shown
from scorecards.models import AddsUp
from scorecards.queries.goals import Candidate


def target_field(**how: Any) -> forms.DecimalField:
    """Return a field for a target."""
    return forms.DecimalField(max_digits=18, decimal_places=4, min_value=0, max_value=MOST, **how)


class GoalForm(MeasuredForm):
    """A goal with the program's target."""

    since_start = _("Since the goal's first day")

    name = forms.CharField(label=_("Goal"), max_length=160)
    text = forms.CharField(
        label=_("What partners are told"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea,
        help_text=_("What we are after, why, and what partners get out of it. Markdown."),
    )
    starts_on = forms.DateField(label=_("From"))
    ends_on = forms.DateField(label=_("To"))
    adds_up = forms.ChoiceField(label=_("Figures of many partners"), choices=AddsUp.choices, initial=AddsUp.SUM)
    target = target_field(label=_("The whole program's target"))
    unit = forms.CharField(label=_("Unit"), max_length=30, required=False, help_text=_("Such as EUR, people, deals."))
    shows_numbers = forms.BooleanField(
        label=_("Partners see the program's figures"),
        required=False,
        initial=True,
        help_text=_("Otherwise they read the text and their own part."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if (target := self.initial.get("target")) is not None:
            self.initial["target"] = shown(Decimal(target))

    @property
    def said(self) -> dict[str, Any]:
        """The goal's texts in the service's words."""
        names = ("name", "text", "starts_on", "ends_on", "adds_up", "unit", "shows_numbers", "expression")
        return {name: self.cleaned_data[name] for name in names}


class DivideForm(HubForm):
    """Targets for those a target is divided among. Left empty, nobody gets a part."""

    def __init__(self, *args: Any, candidates: Sequence[Candidate], **kwargs: Any) -> None:
        """Take those to whom parts may be handed."""
        super().__init__(*args, **kwargs)
        self.candidates = list(candidates)
        for one in self.candidates:
            part, suggested = one.part, one.suggested
            number = target_field(label=str(one.whose), required=False)
            number.initial = shown(suggested if suggested is not None else part.target if part else None)
            number.widget.attrs["class"] = "input input-sm"
            words = forms.CharField(required=False, max_length=2000, label=_("What it means here"))
            words.initial, words.widget.attrs["class"] = part.text if part else "", "input input-sm"
            self.fields[f"target-{one.key}"], self.fields[f"text-{one.key}"] = number, words

    @property
    def rows(self) -> list[tuple[Candidate, forms.BoundField, forms.BoundField]]:
        """Each of them with its fields."""
        return [(one, self[f"target-{one.key}"], self[f"text-{one.key}"]) for one in self.candidates]

    @property
    def said(self) -> list[tuple[Candidate, Decimal | None, str]]:
        """What was said of each."""
        data = self.cleaned_data
        return [(one, data[f"target-{one.key}"], data[f"text-{one.key}"]) for one in self.candidates]
