"""What all forms of definitions share: a name, the texts of a draft, and a short key made from the name."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm, HubModelForm, dress
from core.models import DefinitionVersion
from core.services.translations import MAX_LENGTH, NAME, old_in
from partners.queries import languages

KEY_LENGTH = 40
#: Before the name of a text: whether its translation, possibly old, is right still.
STILL = "still_"


class DefinitionForm(HubModelForm):
    """The name of a definition and the texts of its draft. `text_changes` and `own_changes` say what was typed."""

    #: Fields of the definition itself; the others are texts of the version.
    own_fields: tuple[str, ...] = ("name", "position")

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("A new name shows at once."))
    expected = forms.IntegerField(required=False, widget=forms.HiddenInput)

    field_order: tuple[str, ...] = ("name",)

    def __init__(
        self, *args: Any, definition: Any = None, draft: DefinitionVersion | None = None, **kwargs: Any
    ) -> None:
        initial = {"expected": draft.version if draft else None}
        if definition is not None:
            initial |= {name: getattr(definition, name) for name in self.own_fields}
        super().__init__(*args, initial=initial | (kwargs.pop("initial", None) or {}), **kwargs)

    @property
    def own_changes(self) -> dict[str, Any]:
        """What was typed for the definition itself."""
        return {name: self.cleaned_data[name] for name in self.own_fields if name in self.fields}

    @property
    def text_changes(self) -> dict[str, Any]:
        """What was typed for the draft."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class KeyMixin(forms.Form):
    """Asks for a key, or makes it from the name."""

    key = forms.CharField(
        label=_("Key"),
        max_length=KEY_LENGTH,
        required=False,
        validators=[validate_slug],
        help_text=_("A short name for criteria, imports and the API; it stays. Left empty, it is made from the name."),
    )

    def clean(self) -> Any:
        """Make the key from the name where none is given."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("key") and "key" not in self.errors:
            cleaned["key"] = slugify(cleaned.get("name", ""))[:KEY_LENGTH].strip("-")
            if not cleaned["key"] and cleaned.get("name"):
                self.add_error("key", _("No key can be made from this name. Please write one."))
        return cleaned


class PublishForm(HubForm):
    """What to say about a change when it is published."""

    note = forms.CharField(
        label=_("What changed, and why"),
        max_length=500,
        required=False,
        widget=forms.Textarea,
        help_text=_("Kept with the version, for those who read it later, and told to partners whom it affects."),
    )
    publish_on = forms.DateField(
        label=_("On a later day"),
        required=False,
        widget=forms.DateInput,
        help_text=_("It then holds from the beginning of that day in the program's time zone, checked once more."),
    )
    tell_ahead_days = forms.IntegerField(
        label=_("Tell partners so many days ahead"),
        required=False,
        min_value=1,
        max_value=180,
        help_text=_("Empty: they are told when it holds."),
    )


class TranslationForm(HubForm):
    """The texts of a version in one language. Translations that are possibly old may be said to be right still."""

    expected = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, version: Any, language: str, draft: Any = None, **kwargs: Any) -> None:
        self.names = languages.translatable(version)
        kept = version.translations.get(language, {})
        initial = {name: kept.get(name, "") for name in self.names} | {"expected": draft.version if draft else None}
        super().__init__(*args, initial=initial, **kwargs)
        for name in self.names:
            widget = forms.TextInput if name == NAME else forms.Textarea
            field = forms.CharField(
                label=languages.label_of(version, name), required=False, max_length=MAX_LENGTH, widget=widget
            )
            field.widget.attrs["lang"] = language
            dress(field)
            self.fields[name] = field
        self.old = old_in(version, language)
        for name in self.old:
            self.fields[f"{STILL}{name}"] = forms.BooleanField(
                label=_("The translation still says the same"), required=False
            )
            dress(self.fields[f"{STILL}{name}"])

    @property
    def texts(self) -> dict[str, str]:
        """What was typed, by text."""
        return {name: self.cleaned_data[name] for name in self.names}

    @property
    def confirmed(self) -> list[str]:
        """The texts whose translation is right still."""
        return [name for name in self.old if self.cleaned_data[f"{STILL}{name}"]]

    def still(self, name: str) -> Any:
        """Return the field that asks whether a translation is right still, of those that are possibly old."""
        return self[f"{STILL}{name}"] if name in self.old else None


def add_refusal(form: Any, refusal: ValidationError) -> None:
    """Show a refusal in a form: at its fields where the form has them, above the form otherwise."""
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for name, errors in refusal.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
