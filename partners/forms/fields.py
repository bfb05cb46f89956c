"""Form fields of values that are lists or other partners."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from core.forms import TypeAhead
from partners.models import Partner


class ListField(forms.CharField):
    """Several short texts with commas between them."""

    def __init__(self, **extra: Any) -> None:
        extra.setdefault("help_text", _("Put commas between them."))
        super().__init__(max_length=4000, **{"required": False, **extra})

    def prepare_value(self, value: Any) -> Any:
        """Write a list as people type it."""
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        """Return the parts that are not empty."""
        parts: Iterable[str] = (super().to_python(value) or "").split(",")
        return [part.strip() for part in parts if part.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the lists, not how they are written."""
        return list(initial or []) != self.to_python(data)


class PartnerField(forms.CharField):
    """Another partner by its domain or exact name: a list of all would be too long to choose from."""

    default_error_messages = {
        "unknown": _("No partner has this domain or name."),
        "ambiguous": _("Several partners have this name. Give the domain instead."),
    }

    def __init__(self, **extra: Any) -> None:
        extra.setdefault("help_text", _("Type a name to choose from, or its domain or exact name."))
        extra.setdefault("widget", TypeAhead(url=reverse_lazy("vendor:partner-choices-panel")))
        super().__init__(max_length=253, **{"required": False, **extra})
        self.queryset = Partner.objects.none()

    def prepare_value(self, value: Any) -> Any:
        """Write a partner by its domain, or its name where there is none."""
        return (value.domain or value.name) if isinstance(value, Partner) else value

    def to_python(self, value: Any) -> Partner | None:  # type: ignore[override]
        """Return the partner meant."""
        text = super().to_python(value)
        if not text:
            return None
        found = list(self.queryset.filter(domain=text.lower())[:1]) or list(self.queryset.filter(name__iexact=text)[:2])
        if len(found) != 1:
            code = "ambiguous" if found else "unknown"
            raise forms.ValidationError(self.error_messages[code], code=code)
        return found[0]

    def validate(self, value: Any) -> None:
        """Nothing more: the partner was found."""

    def run_validators(self, value: Any) -> None:
        """Nothing more: the partner was found."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what would be written."""
        return str(self.prepare_value(initial) or "") != str(data or "").strip()
