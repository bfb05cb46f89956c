"""The forms applicants fill in."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, dumps, loads
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import countries
from core.files import ENDINGS
from core.forms import HubForm, dress
from partners.forms.conversations import FilesField, SeveralFiles
from partners.forms.partners import attribute_field, profile_field
from partners.forms.refusals import show_refusal
from partners.models import AnswerGoesTo, ApplicationQuestion, AttributeDefinition, PartnerApplication
from partners.profile_fields import BY_NAME
from partners.services.application_talk import MAX_FILE_BYTES, MOST_FILES

#: Nobody fills in the first page by hand in less; programs do.
LEAST_SECONDS = 3
#: What a field of the kind "text" of the program's own may hold.
TEXT_LENGTH = 500
WHO = ("name", "domain", "tax_id", "country", "contact_name", "contact_title", "contact_email", "contact_phone")


class WhoForm(HubForm):
    """Who applies."""

    name = forms.CharField(
        label=_("Name of your organisation"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    domain = forms.CharField(
        label=_("Web site or e-mail domain"),
        max_length=300,
        required=False,
        help_text=_("Such as pinewood.example"),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"}),
    )
    tax_id = forms.CharField(
        label=_("Tax id"), max_length=40, required=False, help_text=_("If you have it at hand; it spares questions.")
    )
    country = forms.ChoiceField(
        label=_("Country of the head office"), widget=forms.Select(attrs={"autocomplete": "country"})
    )
    contact_name = forms.CharField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact_title = forms.CharField(
        label=_("Your job title"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    contact_email = forms.EmailField(
        label=_("Your e-mail address at work"),
        max_length=254,
        help_text=_("We send a link to it, by which you can come back."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    contact_phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "tel"})
    )

    def __init__(self, *args: Any, application: PartnerApplication | None = None, **kwargs: Any) -> None:
        if application is not None:
            kwargs["initial"] = {name: getattr(application, name) for name in WHO}
        super().__init__(*args, **kwargs)
        country: Any = self.fields["country"]
        country.choices = [("", _("Choose a country")), *countries.options()]

    @property
    def who(self) -> dict[str, Any]:
        """Return what was typed, by the names the service knows."""
        return {name: self.cleaned_data[name] for name in WHO}


class StartForm(WhoForm):
    """The first page, which programs that fill in every form find, too.

    `company_url` is out of sight of people; `began` says when the page was shown, signed. `seen` comes with the notice
    that the organisation is known: with it the form goes on.
    """

    company_url = forms.CharField(required=False, label=_("Leave this empty"))
    began = forms.CharField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["company_url"].widget.attrs |= {"tabindex": "-1", "autocomplete": "off"}
        if not self.is_bound:
            self.initial["began"] = dumps(timezone.now().timestamp(), salt="partners.application")

    def clean(self) -> dict[str, Any]:
        """Refuse what was filled in, all of it, faster than anybody types; sent once more it is taken."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not self._took_long_enough(cleaned.get("began", "")):
            again = dumps(timezone.now().timestamp() - LEAST_SECONDS, salt="partners.application")
            self.data = {**{name: self.data.get(name) for name in self.data}, "began": again}
            raise ValidationError(_("That was quicker than people type. Look at it once more, and send it again."))
        return cleaned

    def _took_long_enough(self, began: str) -> bool:
        try:
            shown_at = float(loads(began, salt="partners.application"))
        except (BadSignature, TypeError, ValueError):
            return False
        return timezone.now().timestamp() - shown_at >= LEAST_SECONDS

    @property
    def is_by_a_program(self) -> bool:
        """Whether the field was filled in that nobody sees."""
        return bool(self.data.get("company_url"))


class AnswersForm(HubForm):
    """Questions of the program, each as the place its answer goes to takes it."""

    def __init__(
        self,
        *args: Any,
        questions: Iterable[ApplicationQuestion],
        answers: Mapping[str, Any],
        **kwargs: Any,
    ) -> None:
        self.questions = {name_of(one): one for one in questions}
        kwargs["initial"] = {name: _as_typed(answers.get(str(one.public_id))) for name, one in self.questions.items()}
        super().__init__(*args, **kwargs)
        for name, question in self.questions.items():
            field = question_field(question)
            dress(field)
            self.fields[name] = field

    @property
    def values(self) -> dict[str, Any]:
        """Return what was answered, by the question's public id."""
        return {
            str(question.public_id): None if self.cleaned_data[name] in ("", []) else self.cleaned_data[name]
            for name, question in self.questions.items()
        }

    def show(self, error: ValidationError) -> None:
        """Put what the service refused beside the questions."""
        show_refusal(self, error, {str(one.public_id): name for name, one in self.questions.items()})


class MessageForm(HubForm):
    """A word to the vendor, with files or without."""

    text = forms.CharField(
        label=_("Write to us"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    attachments = FilesField(
        label=_("Files"),
        required=False,
        widget=SeveralFiles(attrs={"accept": ",".join(ENDINGS)}),
        help_text=format_lazy(
            _("PDF, pictures, office files: up to {count} of {size} MB each."),
            count=MOST_FILES,
            size=MAX_FILE_BYTES // 1024**2,
        ),
    )
    once_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class LinkForm(HubForm):
    """Asking for the link again."""

    email = forms.EmailField(
        label=_("Your e-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


def name_of(question: ApplicationQuestion) -> str:
    """Return the name of a question's form field."""
    return f"q{question.public_id.hex}"


def question_field(question: ApplicationQuestion) -> forms.Field:
    """Return the form field of a question."""
    if question.goes_to == AnswerGoesTo.PROFILE:
        field = _profile_field(question)
    else:
        field = attribute_field(
            question.attribute
            or AttributeDefinition(label=question.text, kind=question.kind, choices=question.choices, key="answer")
        )
        if type(field) is forms.CharField and question.attribute is None:
            field = forms.CharField(max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 3}))
    field.label, field.required = question.text, question.is_required
    field.help_text = question.help_text or (question.attribute.description if question.attribute else field.help_text)
    field.widget.is_required = question.is_required
    return field


def _profile_field(question: ApplicationQuestion) -> forms.Field:
    if question.choices:
        choices = [(one, one) for one in question.choices]
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple)
    return profile_field(BY_NAME[question.profile_field])


def _as_typed(value: Any) -> Any:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
