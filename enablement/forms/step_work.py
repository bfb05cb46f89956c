"""What people hand in, agree and answer for steps of journeys."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.files import ENDINGS
from core.forms import HubForm
from enablement.models import JourneyStep, Proof
from enablement.services.step_questions import ANSWER_LENGTH, QuestionForm

PROPOSED_AT_ONCE = 3
YES_NO = (("yes", _("Yes")), ("no", _("No")))


class ProofForm(HubForm):
    """What shows that a task was done: what the step asks for, and a few words where somebody likes."""

    link = forms.URLField(label=_("Where it can be seen"), max_length=500, assume_scheme="https")
    file = forms.FileField(
        label=_("The file that shows it"),
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
        help_text=_("A document, a picture or a recording of up to 25 MB."),
    )
    text = forms.CharField(label=_("In your words"), max_length=4_000, widget=forms.Textarea)

    def __init__(self, *args: Any, step: JourneyStep, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {Proof.LINK, Proof.FILE} - {Proof(step.proof)}:
            del self.fields[name]
        if step.proof != Proof.TEXT:
            self.fields["text"].required = False
            self.fields["text"].label = _("Anything we should know")


class DecisionForm(HubForm):
    """What we say to something handed in."""

    reply = forms.CharField(
        label=_("What you found"),
        required=False,
        max_length=500,
        widget=forms.Textarea,
        help_text=_("The partner reads it. Needed when something is missing."),
    )


class ProposalForm(HubForm):
    """When one side could meet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(1, PROPOSED_AT_ONCE + 1):
            self.fields[f"moment_{place}"] = forms.DateTimeField(
                label=_("Proposal %(place)d") % {"place": place},
                required=place == 1,
                widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "input"}, format="%Y-%m-%dT%H:%M"),
            )

    @property
    def moments(self) -> list[datetime]:
        """Return what was proposed."""
        return [moment for moment in self.cleaned_data.values() if moment]


class HeldForm(HubForm):
    """When a meeting was held."""

    held_on = forms.DateField(label=_("Held on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class AnswersForm(HubForm):
    """The questions of a step, as it asks them."""

    def __init__(self, *args: Any, questions: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for one in questions:
            self.fields[one["key"]] = _field(one)
        for field in self.fields.values():
            if isinstance(field.widget, forms.RadioSelect):
                field.widget.attrs["class"] = "radio radio-sm radio-primary"
            else:
                kind = "textarea" if isinstance(field.widget, forms.Textarea) else "input"
                field.widget.attrs |= {"class": kind, **({"rows": 3} if kind == "textarea" else {})}

    @property
    def answers(self) -> dict[str, Any]:
        """Return the answers by key, in the service's shape."""
        kinds = {one["key"]: one["kind"] for one in self.questions}
        return {
            key: value == "yes" if kinds[key] == QuestionForm.YES_NO and value else value
            for key, value in self.cleaned_data.items()
        }


def answers_as_given(questions: Iterable[Mapping[str, Any]], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return kept answers as the form shows them again."""
    yes_no = {one["key"] for one in questions if one["kind"] == QuestionForm.YES_NO}
    return {key: ("yes" if value else "no") if key in yes_no else value for key, value in answers.items()}


def _field(asked: Mapping[str, Any]) -> forms.Field:
    common: dict[str, Any] = {"label": asked["text"], "required": asked["is_required"]}
    match asked["kind"]:
        case QuestionForm.CHOICE:
            choices = [(one, one) for one in asked["choices"]]
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
        case QuestionForm.YES_NO:
            return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect, **common)
        case QuestionForm.NUMBER:
            return forms.DecimalField(max_digits=15, **common)
    return forms.CharField(max_length=ANSWER_LENGTH, widget=forms.Textarea, **common)
