"""Feedback, actions and replies as people enter them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import HubForm
from enablement.forms.content import owners
from enablement.models import Survey, SurveyActionState
from partners.forms.fields import PartnerField
from partners.models import Partner, Person

OVER = [(one.value, one.label) for one in (SurveyActionState.DONE, SurveyActionState.DROPPED)]


class SurveyActionForm(HubForm):
    """What we make of something that partners said."""

    heard = forms.CharField(
        label=_("You said"), widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What partners told you, in a sentence or two. They read it beside the reply."),
    )  # fmt: skip
    title = forms.CharField(label=_("What we do about it"), max_length=200)
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none())
    due_on = forms.DateField(label=_("Due on"), required=False, widget=forms.DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners()  # type: ignore[attr-defined]


class SurveyActionEditForm(SurveyActionForm):
    """The same, with how far it is."""

    state = forms.ChoiceField(label=_("State"), choices=SurveyActionState.choices)


class SurveyReplyForm(HubForm):
    """The reply that partners read."""

    reply = forms.CharField(
        label=_("We did"), widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What is different now, or honestly why it is not."),
    )  # fmt: skip
    state = forms.ChoiceField(label=_("So it is"), choices=OVER, widget=forms.RadioSelect, initial="done")


class SurveyFeedbackForm(HubForm):
    """What somebody of a partner said in person."""

    survey = forms.ModelChoiceField(label=_("About what"), queryset=Survey.objects.none())
    person = forms.ModelChoiceField(
        label=_("Who said it"), queryset=Person.objects.none(), required=False, empty_label=_("Not told")
    )
    text = forms.CharField(label=_("What they said"), widget=forms.Textarea(attrs={"rows": 5}))
    heard_on = forms.DateField(label=_("When"), widget=forms.DateInput)

    def __init__(self, *args: Any, partner: Partner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["survey"].queryset = Survey.objects.published().filter(is_anonymous=False).order_by("name")
        fields["person"].queryset = Person.objects.filter(partner=partner, left_at=None).order_by("name")


class SurveyInviteForm(HubForm):
    """A partner to work it out with."""

    partner = PartnerField(label=_("Invite a partner"))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = Partner.objects.visible_to(user)  # type: ignore[attr-defined]

    def clean_partner(self) -> Partner:
        """Return the partner; somebody has to be named."""
        partner: Partner | None = self.cleaned_data["partner"]
        if partner is None:
            raise forms.ValidationError(_("Name a partner."))
        return partner
