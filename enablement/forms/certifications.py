"""Certifications as people enter them: what they are, what they ask, who holds them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm
from enablement.models import Certification, CertificationLevel, Course, Quiz
from partners.models import Partner, Person

RENEWAL_DAYS = 90


class CertificationForm(HubForm):
    """A definition."""

    name = forms.CharField(label=_("Name"), max_length=200)
    summary = forms.CharField(
        label=_("What it proves"), max_length=500, required=False, widget=forms.Textarea,
        help_text=_("Stands on the badge, for everybody to read."),
    )  # fmt: skip
    level = forms.ChoiceField(label=_("Level"), choices=CertificationLevel.choices)
    product_line = forms.CharField(label=_("Product line"), max_length=80, required=False)
    issued_by = forms.CharField(
        label=_("Issued by"), max_length=120, required=False,
        help_text=_("Who gives it, where it is not ours. Only ours have badges."),
    )  # fmt: skip
    for_company = forms.BooleanField(
        label=_("The company holds it"), required=False,
        help_text=_("It counts for the company, and stays when the person who earned it leaves."),
    )  # fmt: skip
    valid_months = forms.IntegerField(
        label=_("Valid for months"), required=False, min_value=1, max_value=240,
        help_text=_("Empty: it never expires. Certificates recorded before keep their date."),
    )  # fmt: skip
    renewal_days = forms.IntegerField(
        label=_("Renewed from days before its end"), required=False, min_value=1, max_value=730,
        help_text=_("Empty: 90."),
    )  # fmt: skip

    def clean_renewal_days(self) -> int:
        """Return the days, 90 where nothing was said."""
        return self.cleaned_data["renewal_days"] or RENEWAL_DAYS


class RequirementForm(HubForm):
    """One thing more that a certification asks. One of the three is chosen."""

    course = forms.ModelChoiceField(label=_("Course to complete"), queryset=Course.objects.none(), required=False)
    quiz = forms.ModelChoiceField(label=_("Quiz to pass"), queryset=Quiz.objects.none(), required=False)
    required = forms.ModelChoiceField(
        label=_("Certification to hold"), queryset=Certification.objects.none(), required=False
    )
    again = forms.BooleanField(
        label=_("Again for renewal"), required=False,
        help_text=_("The quiz is passed anew once the certificate may be renewed."),
    )  # fmt: skip

    def __init__(self, *args: Any, certification: Certification, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["course"].queryset = Course.objects.published().order_by("name")
        fields["quiz"].queryset = Quiz.objects.published().order_by("name")
        others = Certification.objects.filter(retired_at__isnull=True).exclude(pk=certification.pk)
        fields["required"].queryset = others.order_by("name")

    def clean(self) -> dict[str, Any]:
        """Ask for one of them, not for two."""
        data = super().clean() or self.cleaned_data
        chosen = [name for name in ("course", "quiz", "required") if data.get(name)]
        if len(chosen) != 1:
            self.add_error(chosen[1] if chosen else "course", _("Choose one: a course, a quiz or a certification."))
        return data


class RecordForm(HubForm):
    """A certificate that somebody at a partner, or the partner itself, has from elsewhere or from before."""

    certification = forms.ModelChoiceField(label=_("Certification"), queryset=Certification.objects.none())
    person = forms.ModelChoiceField(
        label=_("Person"), queryset=Person.objects.none(), required=False, empty_label=_("The company"),
        help_text=_("The company alone only where the certification is one that companies hold."),
    )  # fmt: skip
    earned_on = forms.DateField(label=_("Earned on"), widget=forms.DateInput)
    expires_on = forms.DateField(
        label=_("Expires on"), required=False, widget=forms.DateInput,
        help_text=_("The first day on which it no longer counts. Empty: as the certification says."),
    )  # fmt: skip
    reference = forms.CharField(label=_("Number or address of the certificate"), max_length=300, required=False)

    def __init__(self, *args: Any, partner: Partner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["certification"].queryset = Certification.objects.order_by("name")
        fields["person"].queryset = Person.objects.of(partner).filter(left_at__isnull=True).order_by("name")


class RevokeForm(HubForm):
    """Why a certificate is taken away."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea, help_text=_("Whoever holds it reads it.")
    )


class RetireForm(HubForm):
    """Until when certificates of a retired certification still count."""

    credit_until_on = forms.DateField(
        label=_("Counts until"), required=False, widget=forms.DateInput,
        help_text=_(
            "The first day on which no certificate of it counts any more. Empty: each counts until it expires."
        ),
    )  # fmt: skip
