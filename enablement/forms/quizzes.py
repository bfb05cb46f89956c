"""Quizzes and their questions as people enter them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import HubForm
from enablement.forms.audiences import ForPeopleForm
from enablement.forms.content import owners
from enablement.models import Asset, Lesson, QuestionKind, Quiz, QuizPurpose, Readiness
from enablement.models.quizzes import MAX_CHOICES
from segmentation.models import Segment
from segmentation.queries.audiences import to_choose_from


class QuizForm(ForPeopleForm):
    """A quiz without its questions."""

    field_order = (
        *("name", "summary", "purpose", "pass_percent", "measures", "questions_asked"),
        *("max_attempts", "minutes_limit", "owner", "audience"),
    )

    name = forms.CharField(label=_("Name"), max_length=160)
    summary = forms.CharField(
        label=_("Summary"), max_length=500, required=False, widget=forms.Textarea,
        help_text=_("Shown before it begins."),
    )  # fmt: skip
    purpose = forms.ChoiceField(label=_("Purpose"), choices=QuizPurpose.choices, widget=forms.RadioSelect)
    pass_percent = forms.IntegerField(
        label=_("Pass mark in percent"), min_value=0, max_value=100, initial=70, required=False,
        help_text=_("Of a check. An assessment is passed by taking it."),
    )  # fmt: skip
    measures = forms.ChoiceField(
        label=_("Measures"), required=False, choices=[("", _("Nothing the profile keeps")), *Readiness.choices],
        help_text=_("Of an assessment: rules can ask for the average and the best score of a partner's people."),
    )  # fmt: skip
    questions_asked = forms.IntegerField(
        label=_("Questions in an attempt"), required=False, min_value=1, max_value=200,
        help_text=_("Drawn from the pool by chance. Empty: all of them."),
    )  # fmt: skip
    max_attempts = forms.IntegerField(
        label=_("Attempts"), required=False, min_value=1, max_value=50,
        help_text=_("Empty: as many as somebody likes. After a pass the count begins anew."),
    )  # fmt: skip
    minutes_limit = forms.IntegerField(
        label=_("Minutes to answer"), required=False, min_value=1, max_value=600,
        help_text=_("Then the attempt ends with what was answered. Empty: no limit."),
    )  # fmt: skip
    audience = forms.ModelChoiceField(
        label=_("Audience"), queryset=Segment.objects.none(), required=False, empty_label=_("Every partner")
    )
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["audience"].queryset = to_choose_from(self.initial.get("audience"))
        fields["owner"].queryset = owners()
        self.initial.setdefault("purpose", QuizPurpose.CHECK)

    def clean(self) -> dict[str, Any]:
        """Ask a check for its pass mark."""
        data = super().clean() or self.cleaned_data
        if data.get("purpose") == QuizPurpose.CHECK and not data.get("pass_percent") and "pass_percent" in data:
            self.add_error("pass_percent", _("Say from how many percent on it is passed."))
        data["pass_percent"] = data.get("pass_percent") or 0
        return data


class QuestionForm(HubForm):
    """A question with room for its answers: `choices` are read from numbered fields."""

    kind = forms.ChoiceField(label=_("Kind"), choices=QuestionKind.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Question"), max_length=2000, widget=forms.Textarea({"rows": 3}), help_text=_("Markdown")
    )
    explanation = forms.CharField(
        label=_("Why"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3}),
        help_text=_("Shown with the result. Markdown."),
    )  # fmt: skip
    points = forms.IntegerField(label=_("Points"), min_value=1, max_value=20, initial=1)
    read_again = forms.ModelChoiceField(
        label=_("Lesson to read again"), queryset=Lesson.objects.none(), required=False,
        help_text=_("Who answers wrongly is sent there."),
    )  # fmt: skip
    asset = forms.ModelChoiceField(label=_("Asset to read again"), queryset=Asset.objects.none(), required=False)

    def __init__(self, *args: Any, quiz: Quiz, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("kind", QuestionKind.SINGLE)
        self.initial.setdefault("points", 1)
        lessons = Lesson.objects.filter(course__quiz=quiz) | Lesson.objects.filter(
            pk=self.initial.get("read_again") or 0
        )
        assets = Asset.objects.filter(retired_at__isnull=True) | Asset.objects.filter(pk=self.initial.get("asset") or 0)
        fields: Any = self.fields
        fields["read_again"].queryset = lessons.order_by("course", "position")
        fields["asset"].queryset = assets.only("title").order_by("title")
        if not fields["read_again"].queryset:
            del fields["read_again"]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Return the answers to show, as many as there is room for."""
        known = self.choices if self.is_bound else self.initial.get("choices") or []
        empty = [{"text": "", "right": False}] * MAX_CHOICES
        return [{**one, "number": number} for number, one in enumerate([*known, *empty][:MAX_CHOICES], start=1)]

    @property
    def choices(self) -> list[dict[str, Any]]:
        """Return the answers that were typed, in their order."""
        data: Any = self.data
        return [
            {"text": data.get(f"choice-{number}", "")[:1000], "right": data.get(f"right-{number}") == "on"}
            for number in range(1, MAX_CHOICES + 1)
        ]

    @property
    def changes(self) -> dict[str, Any]:
        """Return what the form says, as services want it."""
        return {**self.cleaned_data, "choices": self.choices}
