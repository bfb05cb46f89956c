"""Journeys and their steps as people enter them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import HubForm
from enablement.forms.audiences import ForPeopleForm
from enablement.forms.content import owners
from enablement.models import Asset, Certification, Course, JourneyStep, Quiz, StepKind
from enablement.services.steps import NEEDED
from segmentation.models import Segment
from segmentation.queries.audiences import to_choose_from


class JourneyForm(ForPeopleForm):
    """A journey without its steps."""

    field_order = ("name", "summary", "owner", "audience")

    name = forms.CharField(label=_("Name"), max_length=160)
    summary = forms.CharField(
        label=_("Summary"), max_length=500, required=False, widget=forms.Textarea, help_text=_("What it is good for.")
    )
    audience = forms.ModelChoiceField(
        label=_("Audience"),
        queryset=Segment.objects.none(),
        required=False,
        empty_label=_("Every partner"),
        help_text=_("Partners who enter this segment are enrolled. Who leaves it carries on."),
    )
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"].queryset = to_choose_from(self.initial.get("audience"))  # type: ignore[attr-defined]
        self.fields["owner"].queryset = owners()  # type: ignore[attr-defined]


class StepForm(HubForm):
    """A step. What it is about is asked for by its kind."""

    field_order = (
        *("kind", "title", "instructions", "asset", "course", "quiz", "certification"),
        *("only_for", "minutes", "due_days"),
    )

    kind = forms.ChoiceField(label=_("Kind"), choices=StepKind.choices)
    title = forms.CharField(label=_("Title"), max_length=200)
    instructions = forms.CharField(
        label=_("Instructions"), required=False, max_length=10_000, widget=forms.Textarea, help_text=_("Markdown")
    )
    asset = forms.ModelChoiceField(
        label=_("Asset"), queryset=Asset.objects.none(), required=False, help_text=_("For reading and watching.")
    )
    certification = forms.ModelChoiceField(
        label=_("Certification"),
        queryset=Certification.objects.none(),
        required=False,
        help_text=_("The step completes itself when somebody of the partner holds it."),
    )
    course = forms.ModelChoiceField(
        label=_("Course"),
        queryset=Course.objects.none(),
        required=False,
        help_text=_("The step completes itself when somebody of the partner has completed it."),
    )
    quiz = forms.ModelChoiceField(
        label=_("Quiz"),
        queryset=Quiz.objects.none(),
        required=False,
        help_text=_("The step completes itself when somebody of the partner has passed it, or taken the assessment."),
    )
    only_for = forms.ModelChoiceField(
        label=_("Only for"),
        queryset=Segment.objects.none(),
        required=False,
        empty_label=_("Every partner on the journey"),
        help_text=_("A step of an introductory branch is walked only by partners for whom this segment holds."),
    )
    minutes = forms.IntegerField(label=_("Minutes it takes"), required=False, min_value=1, max_value=9999)
    due_days = forms.IntegerField(
        label=_("Due after days"), required=False, min_value=1, max_value=9999, help_text=_("Counted from enrollment.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assets = Asset.objects.filter(retired_at__isnull=True) | Asset.objects.filter(pk=self.initial.get("asset") or 0)
        offered = Certification.objects.filter(retired_at__isnull=True)
        kept = Certification.objects.filter(pk=self.initial.get("certification") or 0)
        self.fields["asset"].queryset = assets.only("title").order_by("title")  # type: ignore[attr-defined]
        fields: Any = self.fields
        fields["certification"].queryset = (offered | kept).order_by("name")
        for name, model in (("course", Course), ("quiz", Quiz)):
            there = model.objects.filter(retired_at__isnull=True)
            chosen = model.objects.filter(pk=self.initial.get(name) or 0)
            fields[name].queryset = (there | chosen).order_by("name")
        fields["only_for"].queryset = to_choose_from(self.initial.get("only_for"))

    def clean(self) -> dict[str, Any]:
        """Keep only what belongs to the kind, and ask for what it needs."""
        data = super().clean() or self.cleaned_data
        needed = JourneyStep.ABOUT.get(data.get("kind", ""))
        if needed and not data.get(needed):
            self.add_error(needed, NEEDED[StepKind(data["kind"])])
        for name in JourneyStep.ABOUT.values():
            if name != needed and not (name == "asset" and data.get("kind") == StepKind.TASK):
                data[name] = None
        return data


class PublishForm(HubForm):
    """What to say about a new version."""

    note = forms.CharField(
        label=_("What changed, and why"),
        max_length=500,
        required=False,
        widget=forms.Textarea,
        help_text=_("Kept with the version, for those who read it later."),
    )
