"""Forms as every page shows them: our widget classes, our field template, errors that say where they are."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.models import ModelChoiceField
from django.utils.choices import BlankChoiceIterator
from django.utils.translation import gettext_lazy as _

TEXTAREA_ROWS = 4

#: Widget → classes of its element, the nearest class of the widget's ancestry wins.
WIDGET_CLASSES: dict[type[forms.Widget], str] = {
    forms.CheckboxSelectMultiple: "checkbox checkbox-sm checkbox-primary",
    forms.RadioSelect: "radio radio-sm radio-primary",
    forms.CheckboxInput: "checkbox checkbox-sm checkbox-primary",
    forms.Select: "select",
    forms.Textarea: "textarea",
    forms.FileInput: "file-input",
    forms.widgets.Input: "input",
}


#: What Django writes where nothing is chosen.
DASHES = "---------"

#: Plain text inputs that browsers have a picker for → its type and the one format it understands.
PICKERS: dict[type[forms.Widget], tuple[str, str]] = {
    forms.DateInput: ("date", "%Y-%m-%d"),
    forms.DateTimeInput: ("datetime-local", "%Y-%m-%dT%H:%M"),
    forms.TimeInput: ("time", "%H:%M"),
}


def widget_classes(widget: forms.Widget) -> str:
    """Return the classes of a widget's element, or nothing for hidden ones."""
    if widget.is_hidden:
        return ""
    return next((WIDGET_CLASSES[kind] for kind in type(widget).__mro__ if kind in WIDGET_CLASSES), "")


class HubFormMixin:
    """Dresses the widgets of a form. Fields keep classes of their own."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            name_no_choice(field)
            dress(field)


def dress(field: forms.Field) -> None:
    """Give a field's widget its classes and the small attributes that make it pleasant."""
    for widget in getattr(field.widget, "widgets", [field.widget]):
        own = widget.attrs.get("class", "")
        if classes := f"{widget_classes(widget)} {own}".strip():
            widget.attrs["class"] = classes
        if isinstance(widget, forms.Textarea):
            widget.attrs["rows"] = TEXTAREA_ROWS if str(widget.attrs.get("rows")) == "10" else widget.attrs["rows"]
            widget.attrs.pop("cols", None)
        if type(widget) in PICKERS:
            widget.input_type, widget.format = PICKERS[type(widget)]


def name_no_choice(field: forms.Field) -> None:
    """Say in words what choosing nothing means, where the field does not say so itself."""
    words = _("Choose one") if field.required else _("None")
    if isinstance(field, ModelChoiceField):
        field.empty_label = words if field.empty_label == DASHES else field.empty_label
    elif isinstance(field, forms.ChoiceField) and isinstance(field.choices, BlankChoiceIterator):
        field.choices = [(value, words if label == DASHES else label) for value, label in field.choices]


class HubForm(HubFormMixin, forms.Form):
    """A plain form in the portal's dress."""


class HubModelForm(HubFormMixin, forms.ModelForm):  # type: ignore[type-arg]
    """A form of a record in the portal's dress."""


class FieldPicker(forms.Select):
    """A select one can search by typing; an ordinary select without script.

    `descriptions` maps a value to the sentence shown under its name.
    """

    template_name = "django/forms/widgets/field_picker.html"

    def __init__(self, *args: Any, descriptions: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.descriptions = descriptions or {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the description of a value to its option."""
        option = super().create_option(name, value, *args, **kwargs)
        if description := self.descriptions.get(str(value)):
            option["attrs"]["data-description"] = description
        return option


class TypeAhead(forms.TextInput):
    """A text that offers what is known while it is typed; an ordinary text without script.

    `url` answers suggestions for `?q=`; with `many` the text is a list with commas, and its last part is completed.
    """

    template_name = "django/forms/widgets/type_ahead.html"

    def __init__(self, *args: Any, url: Any, many: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.url, self.many = url, many

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Tell the template where suggestions come from."""
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"url": str(self.url), "many": self.many}
        return context
