"""Which column is which field: guessed from names, remembered from the last file of the same source, checked."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.models import Source
from integrations.models import ImportFile, ImportResource, ImportState
from integrations.services import cells
from integrations.services.fields import NUMERIC, Field, Kind, of, plain
from integrations.services.reading import Table

#: Of each, at least one must be mapped: by it a row is recognised when it comes again, or cannot be made at all.
NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    ImportResource.PARTNERS: (("external_id", "domain", "website"), ("name",)),
    ImportResource.PEOPLE: (
        ("partner.external_id", "partner.domain", "partner.name"),
        ("email",),
        ("name", "first_name", "last_name"),
    ),
    ImportResource.DEALS: (("external_id",), ("name",), ("amount",), ("customer.name", "customer.domain")),
    ImportResource.CERTIFICATIONS: (("person.external_id", "email"), ("certification",), ("earned_on",)),
}
DEFAULT_OPTIONS: dict[str, Any] = {"empty": "keep", "role": "resell", "create_certifications": True, "currency": ""}


def guess(*, resource: str, source: Source, columns: Iterable[str]) -> tuple[dict[str, str], dict[str, Any]]:
    """Return a mapping and options for a new file: as the last one of the source was mapped, else by the names."""
    last = _last(resource, source)
    known = last.mapping if last else {}
    seen = set(last.columns) if last else set()
    mapping = {column: known[column] for column in columns if column in known}
    fields = of(resource)
    mapping = {column: key for column, key in mapping.items() if key in fields}
    fresh = [column for column in columns if column not in seen]
    mapping |= _by_name(fresh, fields, taken=set(mapping.values()))
    options = {name: value for name, value in (last.options if last else {}).items() if name in DEFAULT_OPTIONS}
    return mapping, DEFAULT_OPTIONS | options


def _last(resource: str, source: Source) -> ImportFile | None:
    committed = ImportFile.objects.filter(resource=resource, source=source, started_at__isnull=False)
    return committed.exclude(state=ImportState.FAILED).order_by("-started_at").first()


def _by_name(columns: Iterable[str], fields: Mapping[str, Field], *, taken: set[str]) -> dict[str, str]:
    """Match names exactly; fields come in their order, and each is given to one column."""
    by_name = {plain(column): column for column in columns}
    found: dict[str, str] = {}
    for field in fields.values():
        if field.key in taken:
            continue
        names = [field.key, str(field.label), *field.names]
        column = next((by_name[plain(name)] for name in names if plain(name) in by_name), None)
        if column is not None and column not in found:
            found[column] = field.key
    return found


def check(*, resource: str, columns: Iterable[str], mapping: Mapping[str, str]) -> None:
    """Refuse a mapping that lacks what rows need, names a field twice or does not exist."""
    fields = of(resource)
    errors = []
    if unknown := [key for key in mapping.values() if key not in fields]:
        errors.append(_("There is no field %(key)s.") % {"key": unknown[0]})
    if gone := set(mapping) - set(columns):
        errors.append(_("The file has no column “%(name)s”.") % {"name": sorted(gone)[0]})
    for key, count in Counter(mapping.values()).items():
        if count > 1 and key in fields:
            errors.append(_("Two columns are mapped to “%(field)s”. Choose one.") % {"field": fields[key].label})
    for several in NEEDED[resource]:
        if not set(several) & set(mapping.values()):
            labels = [str(fields[key].label) for key in several]
            message = (
                _("Choose the column for “%(field)s”.")
                if len(labels) == 1
                else _("Choose a column for one of: %(field)s.")
            )
            errors.append(message % {"field": ", ".join(labels)})
    if errors:
        raise ValidationError(errors)


def evidence(*, resource: str, table: Table, mapping: Mapping[str, str]) -> dict[str, tuple[Kind, cells.Evidence]]:
    """Return, for each mapped column of days or numbers, how its cells show that they are to be read."""
    fields = of(resource)
    asked = {
        number: (column, fields[mapping[column]].kind)
        for number, column in enumerate(table.columns)
        if column in mapping and fields[mapping[column]].kind in {Kind.DAY, *NUMERIC}
    }
    values: dict[int, set[str]] = {number: set() for number in asked}
    for row in table.rows():
        if row.fault is None:
            for number in asked:
                values[number].add(row.cells[number])
    return {
        column: (kind, cells.day_order(values[number]) if kind is Kind.DAY else cells.decimal_mark(values[number]))
        for number, (column, kind) in asked.items()
    }
