"""An attribute of the program's own, as a form."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm
from partners.forms.fields import ListField
from partners.models import AttributeDefinition, AttributeKind


class AttributeForm(HubForm):
    """What may change once an attribute is there."""

    label = forms.CharField(label=_("Label"), max_length=120, help_text=_("What people read on the profile form."))
    description = forms.CharField(label=_("Description"), required=False, max_length=300)
    choices = ListField(label=_("Choices"), help_text=_("For choices only, with commas between them."))
    unit = forms.CharField(label=_("Unit"), required=False, max_length=30, help_text=_("Such as people or hours."))
    section = forms.CharField(
        label=_("Section"), required=False, max_length=60, help_text=_("The heading it stands below on the form.")
    )
    is_required = forms.BooleanField(
        label=_("Needed"), required=False, help_text=_("Partners cannot save their profile without it.")
    )
    partner_may_see = forms.BooleanField(label=_("Partners may see it"), required=False, initial=True)
    partner_may_edit = forms.BooleanField(label=_("Partners may edit it"), required=False)
    position = forms.IntegerField(
        label=_("Place"), required=False, min_value=0, help_text=_("Lower numbers come first on the form.")
    )

    def __init__(self, *args: Any, definition: AttributeDefinition | None = None, **kwargs: Any) -> None:
        if definition is not None:
            kwargs["initial"] = {name: getattr(definition, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Refuse what contradicts itself."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("partner_may_edit") and not cleaned.get("partner_may_see"):
            self.add_error("partner_may_edit", _("Partners can only edit what they may see."))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What was typed; a place left empty is the service's choice."""
        return {name: value for name, value in self.cleaned_data.items() if not (name == "position" and value is None)}


class RenameChoiceForm(HubForm):
    """Another name for one choice; partners that have it keep it."""

    before = forms.ChoiceField(label=_("Choice"))
    after = forms.CharField(label=_("New name"), max_length=120)

    def __init__(self, *args: Any, choices: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        before: Any = self.fields["before"]
        before.choices = [(one, one) for one in choices]


class NewAttributeForm(AttributeForm):
    """A new attribute. Its key and kind are for good."""

    key = forms.CharField(
        label=_("Key"),
        max_length=40,
        help_text=_("Its name in the API, files and criteria: lower-case letters, digits, underscores. It stays."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=AttributeKind.choices, help_text=_("It stays."))

    field_order = ("label", "key", "kind", "choices", "description", "unit")
