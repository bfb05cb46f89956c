"""What a service refused, shown beside the fields of the form it came from."""

from collections.abc import Mapping

from django import forms
from django.core.exceptions import ValidationError


def show_refusal(form: forms.BaseForm, error: ValidationError, names: Mapping[str, str] | None = None) -> None:
    """Add a service's errors to the form; `names` maps a service's field to the form's where they differ."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    for told, errors in by_field.items():
        name = (names or {}).get(told, told)
        form.add_error(name if name in form.fields else None, errors)
