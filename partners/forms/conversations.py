"""Forms of conversations."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.files import ENDINGS
from core.forms import HubForm
from partners.services.conversations import MAX_FILES, MAX_TEXT_LENGTH


class SeveralFiles(forms.FileInput):
    """A file input that takes several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; the service looks what they are."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files that were sent."""
        sent = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(one) for one in sent]


class MessageForm(HubForm):
    """What somebody says. `once` names the form, so that sending it twice says it once."""

    text = forms.CharField(
        label=_("Message"),
        required=False,
        max_length=MAX_TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("**bold**, - list, [link](https://…). An @ before a name tells that person."),
    )
    mentions = forms.MultipleChoiceField(
        label=_("Tell these people"), required=False, widget=forms.CheckboxSelectMultiple
    )
    attachments = FilesField(
        label=_("Files"),
        required=False,
        widget=SeveralFiles(attrs={"accept": ",".join(ENDINGS)}),
        help_text=_("Up to %(count)d files of 25 MB each.") % {"count": MAX_FILES},
    )
    is_internal = forms.BooleanField(
        label=_("Internal note"),
        required=False,
        help_text=_("Only colleagues see it; the partner never does."),
    )
    once = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, people: Iterable[User], at_vendor: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.public_id): one for one in people}
        mentions: Any = self.fields["mentions"]
        mentions.choices = [(key, str(one)) for key, one in self.people.items()]
        if not at_vendor:
            del self.fields["is_internal"]

    def clean_mentions(self) -> list[User]:
        """Return the people who were ticked."""
        return [self.people[key] for key in self.cleaned_data["mentions"]]


class CorrectForm(HubForm):
    """Correcting one's own message."""

    text = forms.CharField(
        label=_("Message"), required=False, max_length=MAX_TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 6})
    )
