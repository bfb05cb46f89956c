"""Forms of tasks, for both sides."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import HubForm
from scorecards.models import TaskSide


class OwnTaskForm(HubForm):
    """A task as a partner writes it: for its own side."""

    title = forms.CharField(label=_("What is to be done"), max_length=200)
    detail = forms.CharField(label=_("Details"), required=False, max_length=5000, widget=forms.Textarea)
    due_on = forms.DateField(label=_("By when"), required=False)
    assignee = forms.ModelChoiceField(
        label=_("Who does it"), queryset=User.objects.none(), required=False, to_field_name="public_id"
    )
    once = forms.UUIDField(widget=forms.HiddenInput, required=False)
    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)

    nobody = _("Nobody in particular: our admins hear of it")

    def __init__(self, *args: Any, people: "QuerySet[User]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["assignee"]
        choice.queryset = people
        choice.empty_label = self.nobody


class TaskForm(OwnTaskForm):
    """A task as the vendor writes it, for either side."""

    nobody = _("Nobody in particular: the partner's admins, or its manager")

    side = forms.ChoiceField(
        label=_("Whose task it is"), choices=TaskSide.choices, initial=TaskSide.VENDOR, widget=forms.RadioSelect
    )
    is_shared = forms.BooleanField(
        label=_("The partner sees it"),
        required=False,
        help_text=_("A task of the partner is always seen by the partner."),
    )

    field_order = ("title", "side", "assignee", "due_on", "detail", "is_shared")
