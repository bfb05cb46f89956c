"""Forms of success plans: begun, written part by part, answered, closed, reviewed."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm
from scorecards.forms.measured import MeasuredForm
from scorecards.models import Direction, PlanTemplate, TaskSide
from scorecards.quarters import Quarter

MOST = Decimal(10) ** 13


def figure(label: Any, **how: Any) -> forms.DecimalField:
    """Return a field for a figure."""
    return forms.DecimalField(label=label, max_digits=18, decimal_places=4, min_value=-MOST, max_value=MOST, **how)


def shown(number: Decimal | None) -> str:
    """Return a figure as a field shows it: without zeros that say nothing."""
    return "" if number is None else f"{number.normalize():f}"


class BeginForm(HubForm):
    """A plan to begin: from which template, what it is called, from when."""

    template = forms.ModelChoiceField(
        label=_("Begin with"),
        queryset=PlanTemplate.objects.filter(retired_at=None).order_by("name"),
        required=False,
        to_field_name="key",
        empty_label=_("An empty plan"),
        help_text=_("Objectives, milestones and tasks are copied; you change them before you propose the plan."),
    )
    name = forms.CharField(label=_("Name"), max_length=160, help_text=_("Both sides read it."))
    starts_on = forms.DateField(label=_("From"), help_text=_("What counts from the start counts from this day."))
    ends_on = forms.DateField(
        label=_("To"), required=False, help_text=_("Left empty: as long as the template, or a year.")
    )


class DraftForm(HubForm):
    """The texts of a draft."""

    name = forms.CharField(label=_("Name"), max_length=160)
    summary = forms.CharField(
        label=_("What we want to reach together"), required=False, max_length=10_000, widget=forms.Textarea
    )
    ends_on = forms.DateField(label=_("To"))
    note = forms.CharField(
        label=_("What is different from before"),
        required=False,
        max_length=500,
        help_text=_("The partner reads it beside the differences."),
    )
    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ObjectiveForm(MeasuredForm):
    """An objective, with a target for each quarter."""

    since_start = _("Since the plan began")

    name = forms.CharField(label=_("Objective"), max_length=160)
    why = forms.CharField(label=_("Why it matters"), max_length=500, required=False, widget=forms.Textarea)
    unit = forms.CharField(label=_("Unit"), max_length=30, required=False, help_text=_("Such as EUR, people, deals."))
    direction = forms.ChoiceField(label=_("Direction"), choices=Direction.choices, initial=Direction.MORE)
    floor = figure(_("Starts from"), initial=0, help_text=_("Nothing is attained here, all of it at the target."))
    weight = forms.IntegerField(
        label=_("Weight"), initial=1, min_value=1, max_value=100, help_text=_("How much it counts beside the others.")
    )
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, quarters: Sequence[Quarter], targets: Mapping[date, Decimal], **kw: Any) -> None:
        """Take the quarters that want a target each, and the targets there are."""
        super().__init__(*args, **kw)
        self.quarters = list(quarters)
        for one in self.quarters:
            field = figure(_t("By the end of %(quarter)s") % {"quarter": one})
            field.widget.attrs["class"] = "input"
            self.fields[self._name(one)] = field
            self.initial[self._name(one)] = shown(targets.get(one.starts_on))
        if (floor := self.initial.get("floor")) is not None:
            self.initial["floor"] = shown(Decimal(floor))

    @staticmethod
    def _name(quarter: Quarter) -> str:
        return f"target-{quarter.starts_on.isoformat()}"

    @property
    def target_fields(self) -> list[forms.BoundField]:
        """The fields of targets, in order."""
        return [self[self._name(one)] for one in self.quarters]

    @property
    def asked(self) -> dict[date, Decimal]:
        """The targets that were given."""
        return {one.starts_on: self.cleaned_data[self._name(one)] for one in self.quarters}

    @property
    def last_target(self) -> str:
        """Where a remark about all targets stands."""
        return self._name(self.quarters[-1])

    @property
    def said(self) -> dict[str, Any]:
        """The objective in the service's words."""
        names = ("name", "why", "unit", "direction", "floor", "weight", "expression")
        return {name: self.cleaned_data[name] for name in names}


class MilestoneForm(HubForm):
    """A milestone of a draft."""

    name = forms.CharField(label=_("What will have come so far"), max_length=200)
    due_on = forms.DateField(label=_("By"))
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)


class PlannedTaskForm(HubForm):
    """A task of a draft."""

    title = forms.CharField(label=_("What is to be done"), max_length=200)
    side = forms.ChoiceField(
        label=_("Whose task it is"), choices=TaskSide.choices, initial=TaskSide.PARTNER, widget=forms.RadioSelect
    )
    due_on = forms.DateField(label=_("By when"))
    detail = forms.CharField(label=_("Details"), required=False, max_length=5000, widget=forms.Textarea)
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)


class ProposeForm(HubForm):
    """Putting a draft before the partner."""

    agrees = forms.BooleanField(label=_("I agree to it for our side"), required=False, initial=True)


class ChangesForm(HubForm):
    """What should be different."""

    words = forms.CharField(
        label=_("What should be different"),
        max_length=10_000,
        widget=forms.Textarea,
        help_text=_("It goes into the plan's conversation."),
    )


class CloseForm(HubForm):
    """Closing a plan whose work is done."""

    words = forms.CharField(label=_("What we take with us"), required=False, max_length=10_000, widget=forms.Textarea)


class EndForm(HubForm):
    """Ending a plan before its time."""

    words = forms.CharField(
        label=_("Why it ends"), max_length=10_000, widget=forms.Textarea, help_text=_("The partner reads it.")
    )


class ReviewForm(HubForm):
    """Notes of a quarter."""

    went_well = forms.CharField(label=_("What went well"), required=False, max_length=10_000, widget=forms.Textarea)
    went_badly = forms.CharField(label=_("What did not"), required=False, max_length=10_000, widget=forms.Textarea)
    decisions = forms.CharField(label=_("What we decided"), required=False, max_length=10_000, widget=forms.Textarea)
    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)
