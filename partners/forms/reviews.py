"""Forms of reviews of memberships."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm
from partners.forms.partners import ProfileForm
from partners.models import ReviewDecision
from partners.profile_fields import PROFILE_FIELDS


class AnswerReviewForm(HubForm):
    """What a partner says of a membership that is reviewed."""

    reply = forms.CharField(
        label=_("What you want to add"),
        max_length=2000,
        required=False,
        widget=forms.Textarea,
        help_text=_("What changed, or what shows that it still is what you do."),
    )


class DecideReviewForm(HubForm):
    """What the vendor decides about a membership that is reviewed."""

    reply = forms.CharField(
        label=_("Note to the partner"),
        max_length=300,
        required=False,
        widget=forms.Textarea,
        help_text=_("The condition, what is missing, or why it ends. Not needed to renew."),
    )
    verdict = forms.ChoiceField(choices=ReviewDecision.choices, widget=forms.HiddenInput)


class OpenReviewForm(HubForm):
    """Why a membership is looked at before its time, and by when the partner is to answer."""

    reason = forms.CharField(
        label=_("Why now"), max_length=300, required=False, help_text=_("The partner reads it. Best in a sentence.")
    )
    due_on = forms.DateField(
        label=_("Answer by"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Empty: as many days as at any review."),
    )


class SpanForm(forms.Form):
    """The days of a list of what comes due."""

    since = forms.DateField()
    until = forms.DateField()


class RemarkForm(HubForm):
    """What somebody says of one difference of a review."""

    note = forms.CharField(
        label=_("What is to be mended"),
        max_length=300,
        required=False,
        help_text=_("It goes into the note to the partner, where you can still change it."),
    )


class ReviewProfileForm(ProfileForm):
    """The fields of the profile that feed the criteria of one category, of those a partner may change itself."""

    def __init__(self, *args: Any, names: set[str], **kwargs: Any) -> None:
        self.profile_fields = tuple(  # type: ignore[misc] # this form asks for fewer
            one for one in PROFILE_FIELDS if one.own and one.name in names
        )
        super().__init__(*args, **kwargs)

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields that are shown."""
        return [field for field in self if not field.is_hidden]
