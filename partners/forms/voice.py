"""Forms of suggestions, flags, reviews and the rules of memberships."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import HubForm, HubModelForm
from partners.forms.partners import ProfileForm
from partners.models import (
    Category,
    FlagAbout,
    FlagAction,
    FlagReason,
    MembershipPolicy,
    MembershipSource,
    ReviewDecision,
)
from partners.profile_fields import PROFILE_FIELDS

OUR_MEMBERSHIP = _("That we are in it, or what is said of us")
ITS_DEFINITION = _("Its definition: what it means, asks or gives")


class RefuseForm(HubForm):
    """Saying no to a suggestion."""

    reason = forms.CharField(
        label=_("Why not"),
        max_length=300,
        widget=forms.Textarea,
        help_text=_("It is remembered, so that nobody suggests it again for nothing."),
    )


class FlagForm(HubForm):
    """Saying that something seems wrong."""

    about = forms.ChoiceField(label=_("What is it about"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(label=_("What is it"), choices=FlagReason.choices, widget=forms.RadioSelect)
    suggested = forms.ModelChoiceField(
        label=_("Which category fits better"), queryset=Category.objects.none(), required=False
    )
    text = forms.CharField(
        label=_("In your words"),
        max_length=2000,
        widget=forms.Textarea,
        help_text=_("What is wrong, and how do you know? A sentence or two are enough."),
    )

    def __init__(self, *args: Any, about: Sequence[str], others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {FlagAbout.MEMBERSHIP: OUR_MEMBERSHIP, FlagAbout.CATEGORY: ITS_DEFINITION}
        choice: Any = self.fields["about"]
        choice.choices = [(one, labels[FlagAbout(one)]) for one in about if one in labels]
        if len(choice.choices) < 2:
            del self.fields["about"]
        elif not self.is_bound:
            self.initial.setdefault("about", about[0])
        suggested: Any = self.fields["suggested"]
        if FlagAbout.TIER in about or not others.exists():
            del self.fields["suggested"]
        else:
            suggested.queryset, suggested.empty_label = others, _("None, or I do not know")


class AnswerFlagForm(HubForm):
    """Answering a flag."""

    reply = forms.CharField(
        label=_("Your reply"), max_length=2000, widget=forms.Textarea, help_text=_("The sender reads it.")
    )
    action = forms.ChoiceField(
        label=_("When you accept it"), widget=forms.RadioSelect, initial=FlagAction.NOTED, required=False
    )
    category = forms.ModelChoiceField(
        label=_("The category that fits"), queryset=Category.objects.none(), required=False
    )

    ACTIONS: ClassVar = [
        (FlagAction.NOTED, _("Only note it")),
        (FlagAction.CONFIRM, _("Confirm the membership")),
        (FlagAction.END, _("End the membership")),
        (FlagAction.REASSIGN, _("Put the partner into another category")),
    ]

    def __init__(self, *args: Any, is_about_membership: bool, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_about_membership:
            self.fields["action"].choices = self.ACTIONS  # type: ignore[attr-defined]
            category: Any = self.fields["category"]
            category.queryset, category.empty_label = others, _("Choose a category")
        else:
            del self.fields["action"], self.fields["category"]


class GiveFlagForm(HubForm):
    """Who answers a flag."""

    owner = forms.ModelChoiceField(label=_("Who answers"), queryset=User.objects.none(), to_field_name="public_id")

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset, owner.empty_label = colleagues, None
        owner.label_from_instance = lambda user: user.name


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


class PolicyForm(HubModelForm):
    """How the program treats memberships."""

    grace_sources = forms.MultipleChoiceField(
        label=_("Memberships that go into grace"),
        choices=MembershipSource.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("When their criteria cease to hold. Others stay as somebody decided, and are shown as different."),
    )
    grace_notice_days = SimpleArrayField(
        forms.IntegerField(min_value=1, max_value=365),
        label=_("Notices before grace ends"),
        required=False,
        help_text=_("Days before the last day of grace, with commas."),
    )
    review_reminder_days = SimpleArrayField(
        forms.IntegerField(min_value=1, max_value=365),
        label=_("Reminders before a review is due"),
        required=False,
        help_text=_("Days before the due day, with commas."),
    )

    class Meta:
        model = MembershipPolicy
        fields = (
            "accepting_asks_review",
            "grace_days",
            "grace_sources",
            "grace_notice_days",
            "review_lead_days",
            "review_reminder_days",
            "review_escalate_days",
            "flag_due_days",
        )
