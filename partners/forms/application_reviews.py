"""The forms by which the vendor writes the application form and decides about applications."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import HubForm, HubModelForm
from partners.forms.fields import ListField, PartnerField
from partners.models import (
    AnswerGoesTo,
    ApplicationQuestion,
    ApplicationTerms,
    AttributeDefinition,
    AttributeKind,
    Category,
    DeclineReason,
    MembershipState,
    PartnerApplication,
    Region,
)
from partners.queries.application_questions import ASKABLE
from partners.queries.finder import Finding
from partners.queries.regions import options as region_options
from partners.services.application_reviews import TEXT_LENGTH

CATEGORY = "category_"


class TermsForm(HubModelForm):
    """How the program takes applications."""

    class Meta:
        model = ApplicationTerms
        fields: ClassVar = ["is_open", "welcome", "response_hours", "final_days"]


class QuestionForm(HubForm):
    """What may change of a question."""

    text = forms.CharField(label=_("Question"), max_length=200)
    help_text = forms.CharField(label=_("Help"), required=False, max_length=300, help_text=_("Stands below the field."))
    choices = ListField(
        label=_("Choices"),
        help_text=_("To pick from, with commas between them: for kinds with choices and for lists of the profile."),
    )
    categories = forms.ModelMultipleChoiceField(
        label=_("Asked for"),
        queryset=Category.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none, and everybody is asked before categories are chosen."),
    )
    is_required = forms.BooleanField(label=_("An answer is needed"), required=False)

    def __init__(self, *args: Any, question: ApplicationQuestion | None = None, **kwargs: Any) -> None:
        if question is not None:
            kept = {name: getattr(question, name) for name in ("text", "help_text", "choices", "is_required")}
            kwargs["initial"] = {**kept, "categories": question.category_ids}
        super().__init__(*args, **kwargs)
        categories: Any = self.fields["categories"]
        known = question.category_ids if question else []
        in_use = Category.objects.filter(retired_at__isnull=True) | Category.objects.filter(pk__in=known)
        categories.queryset = in_use.order_by("position", "pk")

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, by the names the service knows."""
        return {**self.cleaned_data, "categories": list(self.cleaned_data["categories"])}


class NewQuestionForm(QuestionForm):
    """A new question. Where its answer goes, and its kind, are for good."""

    goes_to = forms.ChoiceField(label=_("The answer goes to"), choices=AnswerGoesTo.choices, help_text=_("It stays."))
    profile_field = forms.ChoiceField(label=_("Field of the profile"), required=False)
    attribute = forms.ModelChoiceField(
        label=_("Attribute"), queryset=AttributeDefinition.objects.none(), required=False, empty_label="—"
    )
    kind = forms.ChoiceField(
        label=_("Kind of answer"),
        choices=[("", "—"), *AttributeKind.choices],
        required=False,
        help_text=_("For an answer that goes nowhere."),
    )

    field_order = ("text", "help_text", "goes_to", "profile_field", "attribute", "kind", "choices", "categories")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        profile_field: Any = self.fields["profile_field"]
        profile_field.choices = [("", "—"), *((name, one.label) for name, one in ASKABLE.items())]
        attribute: Any = self.fields["attribute"]
        attribute.queryset = AttributeDefinition.objects.filter(retired_at__isnull=True).order_by("position", "label")


class AskForm(HubForm):
    """Asking the applicant for more."""

    text = forms.CharField(
        label=_("What you need"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The applicant gets it by e-mail and can change every answer."),
    )


class DeclineForm(HubForm):
    """Saying no, kindly."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", "—"), *DeclineReason.choices], help_text=_("For your own statistics.")
    )
    text = forms.CharField(
        label=_("What the applicant reads"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Say plainly why, and thank them for their time."),
    )
    outlook = forms.CharField(
        label=_("What would change the answer"),
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReviewerForm(HubForm):
    """Who reviews an application."""

    reviewer = forms.ModelChoiceField(
        label=_("Reviewer"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        to_field_name="public_id",
    )

    def __init__(self, *args: Any, application: PartnerApplication, reviewers: Any, **kwargs: Any) -> None:
        current = application.reviewer.public_id if application.reviewer else None
        super().__init__(*args, initial={"reviewer": current}, **kwargs)
        field: Any = self.fields["reviewer"]
        field.queryset = reviewers


class ApproveForm(HubForm):
    """Everything that follows from a yes: categories, region, manager, and which partner it is."""

    partner = PartnerField(
        label=_("Link it to a partner that is there already"),
        help_text=_("Its domain, or its exact name. Left empty, a new partner is made."),
    )
    region = forms.ModelChoiceField(
        label=_("Region"), queryset=Region.objects.all(), required=False, to_field_name="key", empty_label=_("None")
    )
    manager = forms.ModelChoiceField(
        label=_("Channel account manager"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody yet"),
        to_field_name="public_id",
    )
    is_admin = forms.BooleanField(
        label=_("The applicant manages the partner's people and profile"), required=False, initial=True
    )

    def __init__(
        self,
        *args: Any,
        application: PartnerApplication,
        findings: Iterable[Finding],
        visible: Any,
        managers: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.findings = {f"{CATEGORY}{one.category.key}": one for one in findings}
        for name, finding in self.findings.items():
            field = forms.ChoiceField(label=finding.category.name, choices=STARTS, required=False)
            field.initial = _start_of(finding, application)
            field.widget.attrs["class"] = "select select-sm w-full"
            self.fields[name] = field
        for name, queryset in (("partner", visible), ("manager", managers)):
            known: Any = self.fields[name]
            known.queryset = queryset
        region: Any = self.fields["region"]
        region.choices = [("", region.empty_label), *region_options()]

    @property
    def category_rows(self) -> list[tuple[Any, Finding]]:
        """Each category's field with how the answers compare."""
        return [(self[name], finding) for name, finding in self.findings.items()]

    @property
    def decided(self) -> dict[Category, str]:
        """Return how each chosen category begins."""
        return {
            finding.category: self.cleaned_data[name]
            for name, finding in self.findings.items()
            if self.cleaned_data[name]
        }


STARTS = [
    ("", _("Not now")),
    (MembershipState.ACTIVE, _("Begins at once")),
    (MembershipState.PENDING, _("To be reviewed")),
]


def _start_of(finding: Finding, application: PartnerApplication) -> str:
    """Return what is proposed: what was applied for and fits begins at once, what does not is looked at again."""
    if finding.category.pk not in application.category_ids:
        return ""
    return MembershipState.ACTIVE if finding.checked.fits else MembershipState.PENDING
