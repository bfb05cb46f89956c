"""Forms of skills and ways of working: what each is, what proves it, and what people say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import HubForm
from enablement.forms.content import owners
from enablement.models import Adopted, Certification, Course, Process, Skill, SkillLevel
from partners.models import Person
from segmentation.models import Segment
from segmentation.queries.audiences import to_choose_from

NOTE = _("Note")


class SkillForm(HubForm):
    """A skill with what each level means."""

    name = forms.CharField(label=_("Name"), max_length=120)
    area = forms.CharField(label=_("Area or product line"), max_length=80, required=False)
    description = forms.CharField(label=_("What it is"), max_length=500, required=False, widget=forms.Textarea)
    aware = forms.CharField(
        label=_("Aware means"), max_length=300, required=False,
        help_text=_("People choose their level by these texts. Leave out a level that does not exist."),
    )  # fmt: skip
    working = forms.CharField(label=_("Working means"), max_length=300, required=False)
    proficient = forms.CharField(label=_("Proficient means"), max_length=300, required=False)
    expert = forms.CharField(label=_("Expert means"), max_length=300, required=False)
    valid_months = forms.IntegerField(
        label=_("Valid for months"), required=False, min_value=1, max_value=240,
        help_text=_("Then it is to be said or proven anew. Certificates have an end of their own. Empty: no end."),
    )  # fmt: skip
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["owner"].queryset = owners()


class EvidenceForm(HubForm):
    """What proves a skill, and at which level."""

    course = forms.ModelChoiceField(label=_("Course completed"), queryset=Course.objects.none(), required=False)
    certification = forms.ModelChoiceField(
        label=_("Certification held"), queryset=Certification.objects.none(), required=False
    )
    level = forms.TypedChoiceField(label=_("Level it proves"), choices=SkillLevel.choices, coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["course"].queryset = Course.objects.published().order_by("name")
        fields["certification"].queryset = Certification.objects.filter(retired_at=None).order_by("name")

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        data = super().clean() or self.cleaned_data
        if bool(data.get("course")) == bool(data.get("certification")):
            self.add_error("course", _("Choose a course or a certification, one of the two."))
        return data


class SayForm(HubForm):
    """How well somebody can do something. The levels are those that the skill explains."""

    level = forms.TypedChoiceField(label=_("Level"), coerce=int, widget=forms.RadioSelect)
    since_on = forms.DateField(
        label=_("Since"), required=False, widget=forms.DateInput, help_text=_("Empty: since today.")
    )
    note = forms.CharField(label=NOTE, max_length=300, required=False, widget=forms.Textarea)

    def __init__(self, *args: Any, skill: Skill, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["level"].choices = [
            (level.value, f"{level.label}: {text}") for level, text in skill.anchors if text
        ] or SkillLevel.choices


class ConfirmSkillForm(HubForm):
    """What the vendor confirms of somebody at a partner."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none())
    skill = forms.ModelChoiceField(label=_("Skill"), queryset=Skill.objects.none())
    level = forms.TypedChoiceField(label=_("Level"), choices=SkillLevel.choices, coerce=int)
    since_on = forms.DateField(
        label=_("Since"), required=False, widget=forms.DateInput, help_text=_("Empty: since today.")
    )
    note = forms.CharField(
        label=NOTE,
        max_length=300,
        widget=forms.Textarea,
        help_text=_("How you know. The person and their admins read it."),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["person"].queryset = people
        fields["skill"].queryset = Skill.objects.offered().order_by("area", "name")


class ProcessForm(HubForm):
    """A way of working."""

    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(label=_("What it means"), max_length=500, required=False, widget=forms.Textarea)
    rule = forms.ModelChoiceField(
        label=_("Shown by"), queryset=Segment.objects.none(), required=False, empty_label=_("What people say"),
        help_text=_("A segment whose criteria show who works this way. Then nobody needs to tell."),
    )  # fmt: skip
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["rule"].queryset = to_choose_from(self.initial.get("rule"))
        fields["owner"].queryset = owners()


class AdoptionForm(HubForm):
    """How far a partner is with a way of working."""

    state = forms.ChoiceField(label=_("How far"), choices=Adopted.choices, widget=forms.RadioSelect)
    since_on = forms.DateField(
        label=_("Since"), required=False, widget=forms.DateInput, help_text=_("Empty: since today.")
    )
    note = forms.CharField(label=NOTE, max_length=300, required=False, widget=forms.Textarea)


class ConfirmProcessForm(AdoptionForm):
    """How far the vendor finds a partner."""

    process = forms.ModelChoiceField(label=_("Way of working"), queryset=Process.objects.none())
    field_order = ("process", "state", "since_on", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["process"].queryset = Process.objects.offered().filter(rule=None).order_by("name")
