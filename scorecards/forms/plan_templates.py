"""Forms of templates of success plans and their parts."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm
from scorecards.forms.measured import MeasuredForm
from scorecards.forms.success_plans import figure, shown
from scorecards.models import Direction, TaskSide


class TemplateForm(HubForm):
    """A template's texts."""

    name = forms.CharField(label=_("Name"), max_length=160)
    purpose = forms.CharField(label=_("When to use it"), max_length=300, required=False)
    summary = forms.CharField(
        label=_("What we want to reach together"), required=False, max_length=10_000, widget=forms.Textarea
    )
    length_days = forms.IntegerField(label=_("Runs for (days)"), initial=365, min_value=7, max_value=1100)


class TemplateObjectiveForm(MeasuredForm):
    """An objective that plans begin with."""

    since_start = _("Since the plan began")

    name = forms.CharField(label=_("Objective"), max_length=160)
    why = forms.CharField(label=_("Why it matters"), max_length=500, required=False, widget=forms.Textarea)
    unit = forms.CharField(label=_("Unit"), max_length=30, required=False)
    direction = forms.ChoiceField(label=_("Direction"), choices=Direction.choices, initial=Direction.MORE)
    target = figure(_("Target at the end"))
    adds_to_today = forms.BooleanField(
        label=_("On top of where the partner stands"),
        required=False,
        help_text=_("The target is counted from the figure of the day on which the plan is drafted."),
    )
    weight = forms.IntegerField(label=_("Weight"), initial=1, min_value=1, max_value=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if (target := self.initial.get("target")) is not None:
            self.initial["target"] = shown(Decimal(target))

    @property
    def said(self) -> dict[str, Any]:
        """The objective in the service's words."""
        names = ("name", "why", "unit", "direction", "target", "adds_to_today", "weight", "expression")
        return {name: self.cleaned_data[name] for name in names}


class TemplateMilestoneForm(HubForm):
    """A milestone that plans begin with."""

    name = forms.CharField(label=_("What will have come so far"), max_length=200)
    after_days = forms.IntegerField(label=_("Days after the start"), min_value=0, max_value=1100)

    @property
    def said(self) -> dict[str, Any]:
        """The milestone in the service's words."""
        return self.cleaned_data


class TemplateTaskForm(HubForm):
    """A task that plans begin with."""

    title = forms.CharField(label=_("What is to be done"), max_length=200)
    side = forms.ChoiceField(
        label=_("Whose task it is"), choices=TaskSide.choices, initial=TaskSide.PARTNER, widget=forms.RadioSelect
    )
    after_days = forms.IntegerField(label=_("Days after the start"), min_value=0, max_value=1100)
    detail = forms.CharField(label=_("Details"), required=False, max_length=5000, widget=forms.Textarea)

    @property
    def said(self) -> dict[str, Any]:
        """The task in the service's words."""
        return self.cleaned_data
