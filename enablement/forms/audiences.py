"""Which people of the partners in an audience something is for, as form fields."""

from typing import Any

from django import forms
from django.conf import global_settings
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm
from enablement.models import Certification
from partners.models import JobFunction

#: Content may be in a language that the portal itself does not speak.
LANGUAGES = [(code, _(name)) for code, name in sorted(global_settings.LANGUAGES, key=lambda one: one[1])]
#: Languages people work in, without their regional kinds.
SPOKEN = ("ar", "cs", "da", "de", "en", "es", "fi", "fr", "it", "ja", "ko", "nb", "nl", "pl", "pt", "sv", "tr", "zh")


PEOPLE_FIELDS = ("for_functions", "for_languages", "for_certifications")


class ForPeopleForm(HubForm):
    """People by function, language and certification; nothing chosen leaves everybody in."""

    for_functions = forms.MultipleChoiceField(
        label=_("For people who work in"),
        required=False,
        choices=JobFunction.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: everybody. Who has no function told sees only what is for everybody."),
    )
    for_languages = forms.MultipleChoiceField(
        label=_("For people who speak"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("By the language in a person's record, else the one they use here."),
    )
    for_certifications = forms.MultipleChoiceField(
        label=_("For people who hold"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("One of the chosen ones, not expired."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict(LANGUAGES)
        fields: Any = self.fields
        fields["for_languages"].choices = [(code, names[code]) for code in SPOKEN if code in names]
        held = Certification.objects.filter(retired_at__isnull=True) | Certification.objects.filter(
            pk__in=self.initial.get("for_certifications") or []
        )
        fields["for_certifications"].choices = [(str(one.pk), one.name) for one in held.order_by("name")]
        if not fields["for_certifications"].choices:
            del fields["for_certifications"]

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        """The fields that say nothing of people."""
        return [field for field in self if field.name not in PEOPLE_FIELDS]

    @property
    def people_fields(self) -> list[forms.BoundField]:
        """The fields that narrow an audience to certain people."""
        return [self[name] for name in PEOPLE_FIELDS if name in self.fields]

    @property
    def narrows_people(self) -> bool:
        """Whether something is chosen there, or wrong."""
        return any(field.value() or field.errors for field in self.people_fields)

    def clean_for_certifications(self) -> list[int]:
        """Return the database ids of the certifications chosen."""
        return sorted(int(pk) for pk in self.cleaned_data["for_certifications"])
