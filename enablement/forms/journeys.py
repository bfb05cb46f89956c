"""Journeys as people enter them; their steps are in `steps`."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import HubForm
from enablement.forms.audiences import ForPeopleForm
from enablement.forms.content import owners
from enablement.models import Entry, JourneyVersion, Leaving, Readiness
from partners.models import Category, LifeStage
from segmentation.models import Segment
from segmentation.queries.audiences import to_choose_from


class JourneyForm(ForPeopleForm):
    """A journey without its steps."""

    field_order = ("name", "summary", "owner", "audience", "admins_only", "onboards")

    name = forms.CharField(label=_("Name"), max_length=160)
    summary = forms.CharField(
        label=_("Summary"), max_length=500, required=False, widget=forms.Textarea, help_text=_("What it is good for.")
    )
    audience = forms.ModelChoiceField(
        label=_("Audience"),
        queryset=Segment.objects.none(),
        required=False,
        empty_label=_("Every partner"),
        help_text=_("Who sees it. Whether they are enrolled by themselves is part of its versions."),
    )
    admins_only = forms.BooleanField(
        label=_("Only for the partner's admins"), required=False, help_text=_("Their colleagues do not see it.")
    )
    onboards = forms.ModelChoiceField(
        label=_("Onboarding of a category"),
        queryset=Category.objects.none(),
        required=False,
        empty_label=_("No, a journey like others"),
        help_text=_("Then the days to the first deal are measured from its beginning."),
    )
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"].queryset = to_choose_from(self.initial.get("audience"))  # type: ignore[attr-defined]
        self.fields["owner"].queryset = owners()  # type: ignore[attr-defined]
        categories = Category.objects.filter(Q(retired_at__isnull=True) | Q(pk=self.initial.get("onboards")))
        self.fields["onboards"].queryset = categories.order_by("name")  # type: ignore[attr-defined]


class EntryForm(HubForm):
    """On what partners are enrolled by themselves, and what happens when it no longer holds."""

    entry = forms.ChoiceField(label=_("Enrolled on"), choices=Entry.choices, widget=forms.RadioSelect)
    entry_segment = forms.ModelChoiceField(
        label=_("Segment"), queryset=Segment.objects.none(), required=False, empty_label=_("None")
    )
    entry_category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.none(), required=False, empty_label=_("None")
    )
    entry_stage = forms.ModelChoiceField(
        label=_("Life stage"), queryset=LifeStage.objects.none(), required=False, empty_label=_("None")
    )
    on_leaving = forms.ChoiceField(
        label=_("When what they began on holds no longer"), choices=Leaving.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["entry_segment"].queryset = to_choose_from(self.initial.get("entry_segment"))
        for name, model in (("entry_category", Category), ("entry_stage", LifeStage)):
            there = model.objects.filter(Q(retired_at__isnull=True) | Q(pk=self.initial.get(name)))
            fields[name].queryset = there.order_by("name")

    @property
    def changes(self) -> dict[str, Any]:
        """Return the answers in the service's words."""
        data = self.cleaned_data
        column = JourneyVersion.ENTERED.get(data["entry"])
        return {
            "entry": data["entry"],
            "entered": data[column] if column else None,
            "on_leaving": data["on_leaving"],
        }


class BranchForm(HubForm):
    """For whom a branch is: a segment there is, people who know little yet, or criteria of its own."""

    segment = forms.ModelChoiceField(
        label=_("A segment"), queryset=Segment.objects.none(), required=False, empty_label=_("None of these")
    )
    measure = forms.ChoiceField(
        label=_("Or partners whose readiness is low"), choices=[("", _("None")), *Readiness.choices], required=False
    )
    below = forms.IntegerField(label=_("Below (%)"), min_value=1, max_value=100, required=False, initial=50)
    name = forms.CharField(
        label=_("Or criteria of its own, called"),
        max_length=120,
        required=False,
        help_text=_("You write the criteria next, on the page of the segment."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["segment"].queryset = to_choose_from()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for one of the three."""
        data = super().clean() or self.cleaned_data
        said = [name for name in ("segment", "measure", "name") if data.get(name)]
        if not said:
            raise forms.ValidationError(_("Say for whom the branch is: choose one of the three."))
        if len(said) > 1:
            raise forms.ValidationError(_("Choose one of the three, and leave the others empty."))
        if data.get("measure") and not data.get("below"):
            self.add_error("below", _("Say below which score."))
        return data


class PreviewForm(HubForm):
    """As which partner to look: one for which these segments hold."""

    segments = forms.ModelMultipleChoiceField(
        label=_("A partner in these segments"),
        queryset=Segment.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, among: list[Segment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        segments = Segment.objects.filter(pk__in=[one.pk for one in among])
        self.fields["segments"].queryset = segments.order_by("name")  # type: ignore[attr-defined]


class PublishForm(HubForm):
    """What to say about a new version."""

    note = forms.CharField(
        label=_("What changed, and why"),
        max_length=500,
        required=False,
        widget=forms.Textarea,
        help_text=_("Kept with the version, for those who read it later."),
    )
    move = forms.BooleanField(
        label=_("Move partners under way to it, too"),
        required=False,
        help_text=_("What they did stays done where the step is still there. They are told."),
    )
