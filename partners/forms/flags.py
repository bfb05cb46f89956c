"""Forms of flags."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import HubForm
from partners.models import Category, FlagAbout, FlagAction, FlagReason

OUR_MEMBERSHIP = _("That we are in it, or what is said of us")
ITS_DEFINITION = _("Its definition: what it means, asks or gives")


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


#: Days beyond these are slips of the finger, and further out there is no calendar.
WITHIN_REASON = [MinValueValidator(date(1970, 1, 1)), MaxValueValidator(date(2200, 1, 1))]


class PeriodForm(HubForm):
    """The days between which flags were sent; either may be left open."""

    since = forms.DateField(label=_("From"), required=False, validators=WITHIN_REASON)
    until = forms.DateField(label=_("To"), required=False, validators=WITHIN_REASON)

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first."))
        return cleaned


class GiveFlagForm(HubForm):
    """Who answers a flag."""

    owner = forms.ModelChoiceField(label=_("Who answers"), queryset=User.objects.none(), to_field_name="public_id")

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset, owner.empty_label = colleagues, None
        owner.label_from_instance = lambda user: user.name
