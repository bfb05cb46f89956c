"""Courses and their lessons as people enter them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import HubForm
from enablement.forms.audiences import ForPeopleForm
from enablement.forms.content import owners
from enablement.models import Asset, Package, Quiz, QuizPurpose
from segmentation.models import Segment
from segmentation.queries.audiences import to_choose_from


class CourseForm(ForPeopleForm):
    """A course without its lessons."""

    field_order = ("name", "summary", "product_line", "quiz", "activity_iri", "owner", "audience")

    name = forms.CharField(label=_("Name"), max_length=160)
    summary = forms.CharField(
        label=_("Summary"), max_length=500, required=False, widget=forms.Textarea, help_text=_("What one learns.")
    )
    product_line = forms.CharField(label=_("Product line"), max_length=80, required=False)
    quiz = forms.ModelChoiceField(
        label=_("Quiz at the end"),
        queryset=Quiz.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_("It is then open only to those who see the course. None: the last lesson completes it."),
    )
    activity_iri = forms.CharField(
        label=_("Activity elsewhere"),
        max_length=500,
        required=False,
        help_text=_(
            "What other learning systems call it in their statements (xAPI), such as"
            " https://learn.example.com/courses/42. Who passes it there completes the course here."
        ),
    )
    audience = forms.ModelChoiceField(
        label=_("Audience"),
        queryset=Segment.objects.none(),
        required=False,
        empty_label=_("Every partner"),
        help_text=_("Nobody else sees the course, its lessons or its quiz."),
    )
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["audience"].queryset = to_choose_from(self.initial.get("audience"))
        fields["owner"].queryset = owners()
        offered = Quiz.objects.filter(retired_at__isnull=True, purpose=QuizPurpose.CHECK)
        kept = Quiz.objects.filter(pk=self.initial.get("quiz") or 0)
        fields["quiz"].queryset = (offered | kept).order_by("name")


class LessonForm(HubForm):
    """A lesson: a text of its own, an asset of the library or a package, with a word before it or without."""

    title = forms.CharField(label=_("Title"), max_length=200)
    body = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea({"rows": 12}),
        help_text=_("Markdown"),
    )
    asset = forms.ModelChoiceField(
        label=_("Asset"),
        queryset=Asset.objects.none(),
        required=False,
        help_text=_("To read or watch. Who may not see the asset does not see this lesson."),
    )
    package = forms.ModelChoiceField(
        label=_("Package"),
        queryset=Package.objects.none(),
        required=False,
        help_text=_("SCORM: the lesson is done once the package says so."),
    )
    minutes = forms.IntegerField(label=_("Minutes it takes"), required=False, min_value=1, max_value=9999)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["package"].queryset = Package.objects.order_by("name", "pk")  # type: ignore[attr-defined]
        assets = Asset.objects.filter(retired_at__isnull=True) | Asset.objects.filter(pk=self.initial.get("asset") or 0)
        self.fields["asset"].queryset = assets.only("title").order_by("title")  # type: ignore[attr-defined]
