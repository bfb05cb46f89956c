"""Shape of what people choose on the pages of imports."""

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm, dress
from core.models import Source
from integrations.models import ImportFile, ImportResource
from integrations.services import fields
from integrations.services.cells import DayOrder, DecimalMark
from integrations.services.fields import NUMERIC, Kind
from integrations.services.programs import MAX_BYTES
from integrations.services.reading import MAX_FILE_BYTES

DAY_ORDERS = [(DayOrder.DAY_FIRST, _("31/12/2026: day first")), (DayOrder.MONTH_FIRST, _("12/31/2026: month first"))]
DECIMAL_MARKS = [(DecimalMark.POINT, _("1,234.50: point")), (DecimalMark.COMMA, _("1.234,50: comma"))]


class UploadForm(HubForm):
    """A file, what its rows are, and which system it comes from."""

    resource = forms.ChoiceField(label=_("What the rows are"), choices=ImportResource.choices)
    source = forms.ModelChoiceField(
        Source.objects.order_by("label"),
        label=_("Where the file comes from"),
        required=False,
        empty_label=_("A new source"),
        help_text=_("Ids in the file are kept per source, so that the next file finds the same records."),
    )
    new_source = forms.CharField(
        label=_("Name of the new source"), required=False, max_length=40, help_text=_("Such as Salesforce or ERP.")
    )
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("UTF-8, with the names of the columns in the first line; commas, semicolons or tabs."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
        allow_empty_file=True,
    )

    def clean_file(self) -> Any:
        """Refuse a file that is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE_BYTES:
            raise forms.ValidationError(_("The file has more than %(max)d MiB.") % {"max": MAX_FILE_BYTES // 1024**2})
        return file

    def clean(self) -> dict[str, Any]:
        """Ask for one source: a known one, or the name of a new one."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("source") and not slugify(data.get("new_source", "")):
            self.add_error("new_source", _("Choose a source, or name a new one."))
        return data


class ProgramForm(HubForm):
    """A program's document: a file, or its text."""

    file = forms.FileField(
        label=_("JSON file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        allow_empty_file=True,
    )
    text = forms.CharField(
        label=_("Or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "font-mono text-xs", "spellcheck": "false"}),
    )
    publish = forms.BooleanField(
        label=_("Publish what is new or changed"),
        required=False,
        initial=True,
        help_text=_("Otherwise definitions with criteria are left as drafts, to be published one by one."),
    )

    def clean_file(self) -> Any:
        """Refuse a file that is too large before it is read."""
        file = self.cleaned_data["file"]
        if file and file.size > MAX_BYTES:
            message = _("The file has more than %(size)d KiB; a program has at most that.")
            raise forms.ValidationError(message % {"size": MAX_BYTES // 1024}, code="too_large")
        return file

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        given = [bool(data.get("file")), bool(data.get("text", "").strip())]
        if not self.errors and given.count(True) != 1:
            self.add_error("file", _("Choose a file or paste its text, one of the two."))
        return data

    def document(self) -> tuple[bytes, str]:
        """Return the bytes and the name of what was given."""
        file = self.cleaned_data["file"]
        return (file.read(), file.name) if file else (self.cleaned_data["text"].encode("utf-8", "replace"), "")


class MappingForm(HubForm):
    """Which column is which field, and how days and numbers are read. Field names carry the number of the column."""

    empty = forms.ChoiceField(
        label=_("Empty cells"),
        choices=[("keep", _("Leave the field as it is")), ("clear", _("Empty the field"))],
    )
    currency = forms.CharField(
        label=_("Currency of amounts that name none"), required=False, max_length=3, min_length=3,
        help_text=_("Three letters, such as EUR. Empty: the program's currency."),
    )  # fmt: skip
    role = forms.ChoiceField(
        label=_("Role of the partner where a row names none"),
        choices=[(role, role.capitalize()) for role in dict.fromkeys(fields.ROLES.values())],
    )
    create_certifications = forms.BooleanField(label=_("Define certifications that are not known yet"), required=False)

    def __init__(self, *args: Any, file: ImportFile, **extra: Any) -> None:
        self.file = file
        self.targets = fields.of(file.resource)
        choices = [("", _("Do not import")), *((key, field.label) for key, field in self.targets.items())]
        extra["initial"] = {name: file.options.get(name) for name in self.base_fields} | self._initial(file)
        super().__init__(*args, **extra)
        for number, column in enumerate(file.columns):
            self.fields[f"column-{number}"] = forms.ChoiceField(label=column, choices=choices, required=False)
            self.fields[f"days-{number}"] = forms.ChoiceField(label=_("Days"), choices=DAY_ORDERS, required=False)
            self.fields[f"mark-{number}"] = forms.ChoiceField(label=_("Numbers"), choices=DECIMAL_MARKS, required=False)
        if file.resource != ImportResource.DEALS:
            del self.fields["role"], self.fields["currency"]
        if file.resource != ImportResource.CERTIFICATIONS:
            del self.fields["create_certifications"]
        for field in self.fields.values():
            dress(field)

    @staticmethod
    def _initial(file: ImportFile) -> dict[str, Any]:
        initial = {}
        for number, column in enumerate(file.columns):
            initial[f"column-{number}"] = file.mapping.get(column, "")
            initial[f"days-{number}"] = file.options.get("dates", {}).get(column, DayOrder.DAY_FIRST)
            initial[f"mark-{number}"] = file.options.get("decimals", {}).get(column, DecimalMark.POINT)
        return initial

    def clean_currency(self) -> str:
        """Return the currency in capitals."""
        return str(self.cleaned_data["currency"]).upper()

    def columns(self) -> list[dict[str, Any]]:
        """Return, for each column, its form fields and what kind of cells the chosen field has."""
        rows = []
        for number, column in enumerate(self.file.columns):
            chosen = self[f"column-{number}"]
            target = self.targets.get(chosen.value() or "")
            rows.append(
                {
                    "number": number,
                    "name": column,
                    "target": chosen,
                    "reading": self._reading(number, target.kind if target else None),
                }
            )
        return rows

    def _reading(self, number: int, kind: Kind | None) -> Any:
        if kind is Kind.DAY:
            return self[f"days-{number}"]
        return self[f"mark-{number}"] if kind in NUMERIC else None

    def mapping(self) -> dict[str, str]:
        """Return the chosen field of every column that is imported."""
        chosen = {column: self.cleaned_data.get(f"column-{at}", "") for at, column in enumerate(self.file.columns)}
        return {column: key for column, key in chosen.items() if key}

    def options(self) -> dict[str, Any]:
        """Return how cells are read: as chosen where a column was of that kind already, else as its cells show."""
        data, before = self.cleaned_data, self.file.options
        found: dict[str, Any] = {name: data.get(name, self.initial.get(name)) for name in self.base_fields}
        found["dates"], found["decimals"] = {}, {}
        for number, column in enumerate(self.file.columns):
            if column in before.get("dates", {}):
                found["dates"][column] = data[f"days-{number}"] or DayOrder.DAY_FIRST
            if column in before.get("decimals", {}):
                found["decimals"][column] = data[f"mark-{number}"] or DecimalMark.POINT
        return found
