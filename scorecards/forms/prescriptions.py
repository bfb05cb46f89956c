"""What people say of a play given to one partner: accepted or declined, taken back, done."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.files import ENDINGS
from core.forms import HubForm
from partners.models import Partner
from partners.services.telling import manager_of, people_of, program_admins
from scorecards.models import TaskSide

MAX_TEXT_LENGTH = 10_000


class GivenForm(HubForm):
    """What is asked of whom, by when."""

    words = forms.CharField(
        label=_("What is to be done"),
        max_length=MAX_TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Markdown. The partner reads it."),
    )
    due_on = forms.DateField(label=_("By when"), required=False)
    doer = forms.ChoiceField(label=_("Who does it"), help_text=_("They get a task."))

    def __init__(self, *args: Any, partner: Partner, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = sorted(people_of(partner), key=lambda user: user.name)
        ours = {user.pk: user for user in (*manager_of(partner), by, *program_admins())}
        self.users = {str(user.public_id): user for user in (*people, *ours.values())}
        self.fields["doer"].choices = [  # type: ignore[attr-defined]
            (partner.name, [(TaskSide.PARTNER.value, _("Whoever it suits there")), *map(_named, people)]),
            (_("Us"), [(TaskSide.VENDOR.value, _("Who looks after the partner")), *map(_named, ours.values())]),
        ]

    @property
    def changes(self) -> dict[str, Any]:
        """Return the answers in the service's words."""
        doer = self.cleaned_data["doer"]
        user = self.users.get(doer)
        side = doer if user is None else TaskSide.VENDOR if user.is_vendor else TaskSide.PARTNER
        return {
            "words": self.cleaned_data["words"],
            "due_on": self.cleaned_data["due_on"],
            "side": TaskSide(side).value,
            "assignee": user,
        }


def _named(user: User) -> tuple[str, str]:
    return str(user.public_id), str(user)


class ReasonForm(HubForm):
    """Why not, or why no longer."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class DoneForm(HubForm):
    """What was done, and what shows it."""

    note = forms.CharField(
        label=_("What you did"),
        max_length=MAX_TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A sentence or two is enough."),
    )
    proof = forms.FileField(
        label=_("Proof"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
        help_text=_("If there is something to show. Up to 25 MB."),
    )
