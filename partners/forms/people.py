"""Somebody who works at a partner, as a form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm
from partners.models import JobFunction, Person


class PersonForm(HubForm):
    """A person; the form is the same for the vendor and for partner admins."""

    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(label=_("E-mail address"))
    job_title = forms.CharField(label=_("Job title"), required=False, max_length=120)
    job_function = forms.ChoiceField(
        label=_("Job function"),
        required=False,
        choices=[("", "—"), *JobFunction.choices],
        help_text=_("Decides which content and news reach this person."),
    )
    phone = forms.CharField(label=_("Phone"), required=False, max_length=40)
    language = forms.CharField(
        label=_("Language"), required=False, max_length=10, help_text=_("A code such as en or pt-BR.")
    )
    is_admin = forms.BooleanField(
        label=_("Partner admin"), required=False, help_text=_("Edits the company's profile and invites its people.")
    )
    may_assess = forms.BooleanField(
        label=_("Answers self-assessments"),
        required=False,
        help_text=_("Says on scorecards how the company sees itself. Partner admins always may."),
    )

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        if person is not None:
            kwargs["initial"] = {name: getattr(person, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        if person is not None and person.user_id:
            self.fields["email"].help_text = _("The address for signing in stays as it was when they were invited.")

    @property
    def changes(self) -> dict[str, object]:
        """Only what was changed."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class NewPersonForm(PersonForm):
    """A new person, invited at once if wished."""

    invite = forms.BooleanField(
        label=_("Invite now"), required=False, initial=True, help_text=_("Sends an e-mail with a link to sign in.")
    )
