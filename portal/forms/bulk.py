"""Forms of what is done for many partners at once."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm


class BulkTaskForm(HubForm):
    """A task for each of the chosen partners."""

    side = forms.ChoiceField(
        label=_("Who does it"), choices=[("vendor", _("Us")), ("partner", _("The partner"))], widget=forms.RadioSelect,
        initial="vendor",
    )  # fmt: skip
    title = forms.CharField(label=_("What is to be done"), max_length=200)
    detail = forms.CharField(label=_("Details"), required=False, max_length=4000, widget=forms.Textarea)
    due_on = forms.DateField(label=_("Due on"), required=False)


class BulkMessageForm(HubForm):
    """A message to each of the chosen partners, in its own conversation."""

    text = forms.CharField(
        label=_("Message"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Each partner reads it in its own conversation and answers there; nobody sees who else got it."),
    )


class SavedViewForm(HubForm):
    """The name of a view, and for whom it is."""

    name = forms.CharField(label=_("Name"), max_length=60)
    is_shared = forms.BooleanField(label=_("Colleagues see it, too"), required=False)
    is_default = forms.BooleanField(label=_("Open the dashboard with it"), required=False)
