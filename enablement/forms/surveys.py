"""Surveys and their questions as people enter them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import HubForm
from enablement.forms.audiences import ForPeopleForm
from enablement.forms.content import owners
from enablement.models import AnsweredBy, CutBy
from enablement.models.survey_questions import DECIDING, WITH_CHOICES, SurveyQuestionKind, possible_answers
from enablement.services.survey_questions import END_LENGTH, HELP_LENGTH, POINTS, TEXT_LENGTH
from segmentation.models import Segment
from segmentation.queries.audiences import to_choose_from


class SurveyForm(ForPeopleForm):
    """A survey without its questions."""

    field_order = (
        *("name", "summary", "owner", "audience", "opens_on", "open_days", "repeats_months"),
        *("answered_by", "is_anonymous", "cut_by", "cut_segment"),
    )

    name = forms.CharField(label=_("Name"), max_length=160)
    summary = forms.CharField(
        label=_("What it is about"), max_length=500, required=False, widget=forms.Textarea,
        help_text=_("Partners read it first: why you ask, and what you will do with the answers."),
    )  # fmt: skip
    audience = forms.ModelChoiceField(
        label=_("Audience"), queryset=Segment.objects.none(), required=False, empty_label=_("Every partner")
    )
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), required=False)
    opens_on = forms.DateField(
        label=_("Opens on"), required=False, widget=forms.DateInput, help_text=_("Empty: as soon as it is published.")
    )
    open_days = forms.IntegerField(label=_("Open for days"), min_value=1, max_value=365, initial=14)
    repeats_months = forms.IntegerField(
        label=_("Again after months"), min_value=1, max_value=36, required=False,
        help_text=_("Each round stands for itself. Empty: asked once."),
    )  # fmt: skip
    answered_by = forms.ChoiceField(
        label=_("One answer of"), choices=AnsweredBy.choices, widget=forms.RadioSelect, initial=AnsweredBy.PERSON
    )
    is_anonymous = forms.BooleanField(
        label=_("Anonymous"), required=False,
        help_text=_("You see who answered, and never who said what. Results are shown once the round is closed, and"
                    " only of five answers or more."),
    )  # fmt: skip
    cut_by = forms.ChoiceField(
        label=_("Anonymous results told apart by"), choices=CutBy.choices, required=False,
        help_text=_("One way, said before anybody answers. Groups with less than five answers are not shown."),
    )  # fmt: skip
    cut_segment = forms.ModelChoiceField(
        label=_("By which segment"), queryset=Segment.objects.none(), required=False, empty_label=_("None")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["audience"].queryset = to_choose_from(self.initial.get("audience"))
        fields["cut_segment"].queryset = to_choose_from(self.initial.get("cut_segment"))
        fields["owner"].queryset = owners()


class SurveyQuestionForm(HubForm):
    """One question, with what its kind asks for."""

    kind = forms.CharField(widget=forms.HiddenInput)
    text = forms.CharField(label=_("Question"), max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 2}))
    help = forms.CharField(
        label=_("Explained"), max_length=HELP_LENGTH, required=False, help_text=_("Stands below the question.")
    )
    points = forms.TypedChoiceField(
        label=_("Points"), coerce=int, choices=[(one, str(one)) for one in POINTS], initial=5
    )
    low = forms.CharField(label=_("What the lowest means"), max_length=END_LENGTH, required=False)
    high = forms.CharField(label=_("What the highest means"), max_length=END_LENGTH, required=False)
    choices = forms.CharField(label=_("Answers, one a line"), required=False, widget=forms.Textarea(attrs={"rows": 5}))
    minimum = forms.FloatField(label=_("Smallest"), required=False)
    maximum = forms.FloatField(label=_("Largest"), required=False)
    unit = forms.CharField(label=_("Unit"), max_length=END_LENGTH, required=False)
    is_required = forms.BooleanField(label=_("Has to be answered"), required=False)
    shown_if = forms.MultipleChoiceField(
        label=_("Shown only with these answers"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: always. Choose answers of one earlier question."),
    )  # fmt: skip

    #: Fields of some kinds only.
    OF_KIND = {
        "points": {SurveyQuestionKind.SCALE},
        "low": {SurveyQuestionKind.SCALE, SurveyQuestionKind.NPS},
        "high": {SurveyQuestionKind.SCALE, SurveyQuestionKind.NPS},
        "choices": WITH_CHOICES,
        "minimum": {SurveyQuestionKind.NUMBER},
        "maximum": {SurveyQuestionKind.NUMBER},
        "unit": {SurveyQuestionKind.NUMBER},
    }

    def __init__(self, *args: Any, earlier: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question_kind = str(self.data.get("kind") or self.initial.get("kind") or "")
        for name in [name for name, kinds in self.OF_KIND.items() if self.question_kind not in kinds]:
            del self.fields[name]
        groups = [
            (one["text"], [(f"{one['key']}:{answer}", words) for answer, words in possible_answers(one)])
            for one in earlier
            if one["kind"] in DECIDING
        ]
        if groups:
            self.fields["shown_if"].choices = groups  # type: ignore[attr-defined]
        else:
            del self.fields["shown_if"]

    def clean_shown_if(self) -> dict[str, Any]:
        """Return the question that decides, and with which answers."""
        chosen = [one.split(":", 1) for one in self.cleaned_data["shown_if"]]
        deciding = list(dict.fromkeys(key for key, _answer in chosen))
        if len(deciding) > 1:
            raise forms.ValidationError(_("Choose answers of one question only."))
        return {"question": deciding[0], "is": [answer for _key, answer in chosen]} if deciding else {}

    @property
    def said(self) -> dict[str, Any]:
        """Return the question in the service's words."""
        data = dict(self.cleaned_data)
        for name in ("minimum", "maximum"):
            if isinstance(data.get(name), float) and data[name].is_integer():
                data[name] = int(data[name])
        return data | {"choices": data.get("choices", "").splitlines()}


def as_initial(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return a question as its form shows it."""
    condition = question.get("shown_if") or {"question": "", "is": []}
    return dict(question) | {
        "choices": "\n".join(one["text"] for one in question.get("choices", [])),
        "shown_if": [f"{condition['question']}:{answer}" for answer in condition["is"]],
    }


class SurveyPublishForm(HubForm):
    """What to say about a new version."""

    note = forms.CharField(
        label=_("What changed, and why"), max_length=500, required=False, widget=forms.Textarea,
        help_text=_("Kept with the version, for those who read it later."),
    )  # fmt: skip
