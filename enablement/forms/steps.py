"""Steps of journeys as people enter them: each kind asks for what it needs, and no more."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm, dress
from enablement.models import (
    Asset,
    Certification,
    Confirmation,
    Course,
    DueFrom,
    JourneyStep,
    JourneyVersion,
    Proof,
    Quiz,
    StepKind,
    Survey,
)
from enablement.services.step_questions import MAX_QUESTIONS, TEXT_LENGTH, QuestionForm
from enablement.services.steps import MAX_ALTERNATIVES, NEEDED
from partners.models import AttributeDefinition
from segmentation.models import Segment
from segmentation.queries.audiences import to_choose_from

#: Empty places for questions beside those there are.
MORE_QUESTIONS = 3
#: Where other assets are chosen that do instead of the first.
INSTEAD = tuple(f"instead_{place}" for place in range(1, MAX_ALTERNATIVES + 1))
#: What only some kinds ask for.
OF_KIND = {
    "asset": {StepKind.CONTENT, StepKind.TASK},
    **{name: {StepKind.CONTENT} for name in INSTEAD},
    "course": {StepKind.COURSE},
    "quiz": {StepKind.QUIZ},
    "certification": {StepKind.CERTIFICATION},
    "survey": {StepKind.SURVEY},
    "proof": {StepKind.TASK},
    "confirmed_by": {StepKind.TASK},
}


class StepForm(HubForm):
    """A step of one kind. `version` is the draft it is in, for what it may wait for."""

    field_order = (
        *("kind", "title", "instructions", "asset", *INSTEAD, "course", "quiz", "certification"),
        *("survey", "proof", "confirmed_by", "only_for", "needs", "due_days", "due_from", "minutes"),
    )

    kind = forms.ChoiceField(label=_("Kind"), choices=StepKind.choices, widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"), max_length=200)
    instructions = forms.CharField(
        label=_("Instructions"), required=False, max_length=10_000, widget=forms.Textarea, help_text=_("Markdown")
    )
    asset = forms.ModelChoiceField(
        label=_("Asset"), queryset=Asset.objects.none(), required=False, help_text=_("What there is to read or watch.")
    )
    instead_1 = forms.ModelChoiceField(
        label=_("Or instead"),
        queryset=Asset.objects.none(),
        required=False,
        help_text=_("The same in another medium: any one of them does the step."),
    )
    instead_2 = forms.ModelChoiceField(label=_("Or instead"), queryset=Asset.objects.none(), required=False)
    instead_3 = forms.ModelChoiceField(label=_("Or instead"), queryset=Asset.objects.none(), required=False)
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
    survey = forms.ModelChoiceField(
        label=_("Survey"),
        queryset=Survey.objects.none(),
        required=False,
        help_text=_(
            "The step completes itself when somebody of the partner has answered. While no round is open, they may go"
            " on without."
        ),
    )
    proof = forms.ChoiceField(label=_("What shows that it is done"), choices=Proof.choices, required=False)
    confirmed_by = forms.ChoiceField(label=_("Whose word makes it done"), choices=Confirmation.choices, required=False)
    only_for = forms.ModelChoiceField(
        label=_("Branch"),
        queryset=Segment.objects.none(),
        required=False,
        empty_label=_("The trunk: every partner on the journey"),
        help_text=_("A step of a branch is walked only by partners for whom its segment holds."),
    )
    needs = forms.MultipleChoiceField(
        label=_("Only after"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Steps of branches that a partner does not walk are not waited for."),
    )  # fmt: skip
    minutes = forms.IntegerField(label=_("Minutes it takes"), required=False, min_value=1, max_value=9999)
    due_days = forms.IntegerField(label=_("Due after days"), required=False, min_value=1, max_value=9999)
    due_from = forms.ChoiceField(label=_("Counted from"), choices=DueFrom.choices, required=False)

    def __init__(self, *args: Any, version: JourneyVersion | None, step: JourneyStep | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.step_kind = str(self.data.get("kind") or self.initial.get("kind") or StepKind.CONTENT)
        fields: Any = self.fields
        for name in [name for name, kinds in OF_KIND.items() if self.step_kind not in kinds]:
            del fields[name]
        for name, model in (("course", Course), ("quiz", Quiz), ("certification", Certification)):
            if name in fields:
                there = model.objects.filter(retired_at__isnull=True)
                fields[name].queryset = (there | model.objects.filter(pk=self.initial.get(name) or 0)).order_by("name")
        if "survey" in fields:
            kept_survey = Survey.objects.filter(pk=self.initial.get("survey") or 0)
            fields["survey"].queryset = (Survey.objects.published() | kept_survey).order_by("name")
        if "asset" in fields:
            kept = [self.initial.get("asset") or 0, *(self.initial.get("alternative_ids") or [])]
            assets = Asset.objects.filter(retired_at__isnull=True) | Asset.objects.filter(pk__in=kept)
            for name in ("asset", *(one for one in INSTEAD if one in fields)):
                fields[name].queryset = assets.only("title").order_by("title")
            self.initial.update(zip(INSTEAD, self.initial.get("alternative_ids") or [], strict=False))
        fields["only_for"].queryset = to_choose_from(self.initial.get("only_for"))
        others = version.steps.exclude(pk=step.pk if step else 0).order_by("position") if version else []
        fields["needs"].choices = [(str(one.key), one.title) for one in others]
        if not fields["needs"].choices:
            del fields["needs"]
        self.places = self._add_questions(fields) if self.step_kind == StepKind.FORM else 0

    def _add_questions(self, fields: Any) -> int:
        asked = list(self.initial.get("questions") or [])
        places = min(len(asked) + MORE_QUESTIONS, MAX_QUESTIONS)
        attributes = AttributeDefinition.objects.filter(retired_at__isnull=True).order_by("label")
        to_fill = [("", _("Nothing"))] + [(one.key, one.label) for one in attributes]
        for place in range(places):
            said = asked[place] if place < len(asked) else {}
            made = {
                "key": forms.CharField(required=False, widget=forms.HiddenInput),
                "text": forms.CharField(label=_("Question"), max_length=TEXT_LENGTH, required=False),
                "kind": forms.ChoiceField(label=_("Answered"), choices=QuestionForm.choices, required=False),
                "choices": forms.CharField(
                    label=_("Choices, one a line"), required=False, widget=forms.Textarea(attrs={"rows": 3})
                ),
                "is_required": forms.BooleanField(label=_("Has to be answered"), required=False),
                "attribute": forms.ChoiceField(label=_("Fills the attribute"), choices=to_fill, required=False),
            }
            for name, field in made.items():
                dress(field)
                fields[f"q{place}_{name}"] = field
                value = said.get(name, True if name == "is_required" else "")
                self.initial[f"q{place}_{name}"] = "\n".join(value) if name == "choices" else value
        return places

    @property
    def question_rows(self) -> list[list[Any]]:
        """Return the fields of each question, as the page groups them."""
        names = ("key", "text", "kind", "choices", "is_required", "attribute")
        return [[self[f"q{place}_{name}"] for name in names] for place in range(self.places)]

    @property
    def plain_fields(self) -> list[Any]:
        """Return the fields that are no questions."""
        return [self[name] for name in self.fields if not (name[0] == "q" and name[1].isdigit())]

    def clean(self) -> dict[str, Any]:
        """Ask for what the kind needs."""
        data = super().clean() or self.cleaned_data
        needed = JourneyStep.ABOUT.get(data.get("kind", ""))
        if needed and not data.get(needed):
            self.add_error(needed, NEEDED[StepKind(data["kind"])])
        return data

    @property
    def values(self) -> dict[str, Any]:
        """Return the step in the service's words; what belongs to other kinds is empty."""
        data = self.cleaned_data
        plain = {name: data.get(name) for name in ("kind", "title", "instructions", "only_for", "minutes", "due_days")}
        about = {name: data.get(name) for name in ("asset", "course", "quiz", "certification", "survey")}
        return (
            plain
            | about
            | {
                "alternative_ids": [data[name].pk for name in INSTEAD if data.get(name)],
                "needs": [UUID(key) for key in data.get("needs", [])],
                "proof": data.get("proof", ""),
                "confirmed_by": data.get("confirmed_by") or Confirmation.SELF,
                "due_from": data.get("due_from") or DueFrom.ENROLLMENT,
                "questions": self._questions(),
            }
        )

    def _questions(self) -> list[dict[str, Any]]:
        data = self.cleaned_data
        rows = [
            {
                name: data.get(f"q{place}_{name}")
                for name in ("key", "text", "kind", "choices", "is_required", "attribute")
            }
            for place in range(self.places)
        ]
        return [row | {"choices": (row["choices"] or "").splitlines()} for row in rows if (row["text"] or "").strip()]
