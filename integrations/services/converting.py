"""From the cells of a row to the values a service writes; everything wrong with the row is told at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from core import countries
from core.models import Program
from integrations.models import ImportFile, ImportResource
from integrations.services import cells
from integrations.services.cells import CellError
from integrations.services.fields import LANGUAGE_CODES, Field, Kind, of
from integrations.services.reading import Fault, RawRow
from integrations.services.references import References, domain_of
from partners.models import Region

Values = dict[str, Any]
Read = Callable[[str], Any]


@dataclass(slots=True)
class Converted:
    """A row on its way to a service: typed values by field key, and what is wrong so far."""

    line: int
    raw: RawRow
    values: Values = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


class Converter:
    """Reads rows as a file's mapping and options say. Made once per run; a chunk's references are read together."""

    def __init__(self, file: ImportFile, *, fields: Mapping[str, Field] | None = None) -> None:
        self.file = file
        self.fields = fields or of(file.resource)
        self.options: Mapping[str, Any] = file.options
        self.currency = self.options.get("currency") or Program.current().currency
        self.clears = self.options.get("empty") == "clear"
        self.number_of = {
            file.mapping[name]: at for at, name in enumerate(file.columns, start=1) if name in file.mapping
        }
        self.reads = [
            (self.number_of[key] - 1, key, self._reader(self.fields[key], file.columns[self.number_of[key] - 1]))
            for key in self.number_of
        ]

    def rows(self, raw: Sequence[RawRow]) -> list[Converted]:
        """Return the rows with their values by field key, references resolved, as the resource's service wants them."""
        converted = [self._convert(row) for row in raw]
        references = References(self.file, [row.values for row in converted if not row.faults])
        for row in converted:
            if not row.faults:
                row.values = SHAPES[self.file.resource](self, row, references)
        return converted

    def number(self, name: str) -> int:
        """Return the number of the column an error of a service belongs to; 0 is the row as a whole."""
        for key in _column_keys(name):
            if key in self.number_of:
                return self.number_of[key]
        return 0

    def fault(self, row: Converted, key: str, code: str, message: str) -> None:
        """Note what is wrong in the column of a field."""
        row.faults.append(Fault(self.number(key), code, message))

    def _convert(self, raw: RawRow) -> Converted:
        row = Converted(raw.line, raw)
        if raw.fault:
            row.faults.append(raw.fault)
            return row
        for at, key, read in self.reads:
            cell = raw.cells[at].strip()
            if not cell:
                if self.clears:
                    row.values[key] = None
                continue
            try:
                row.values[key] = read(cell)
            except CellError as error:
                row.faults.append(Fault(at + 1, error.code, error.message))
        return row

    def _reader(self, target: Field, column: str) -> Read:
        mark = self.options.get("decimals", {}).get(column, cells.DecimalMark.POINT)
        order = self.options.get("dates", {}).get(column, cells.DayOrder.DAY_FIRST)
        readers: dict[Kind, Read] = {
            Kind.TEXT: str,
            Kind.COUNTRY: _country,
            Kind.REGION: self._region_reader(target),
            Kind.LIST: cells.several,
            Kind.LANGUAGES: _languages,
            Kind.WHOLE: partial(cells.whole_number, mark=mark),
            Kind.NUMBER: partial(cells.number, mark=mark),
            Kind.OWN_MONEY: partial(_own_money, mark=mark, own=self.currency),
            Kind.MONEY: partial(cells.money, mark=mark),
            Kind.CURRENCY: cells.currency,
            Kind.DAY: partial(cells.day, order=order),
            Kind.YES_NO: cells.yes_no,
            Kind.CHOICE: partial(
                _choice, words={word.casefold(): value for word, value in (target.words or {}).items()}
            ),
        }
        return readers[target.kind]

    def _region_reader(self, target: Field) -> Read:
        if target.kind is not Kind.REGION:
            return str
        by_name: dict[str, Region] = {}
        for region in Region.objects.all():
            by_name |= {region.key.casefold(): region, region.name.casefold(): region}
        return partial(_region, by_name=by_name)


def _column_keys(name: str) -> list[str]:
    """Return the fields whose column an error may belong to, the likeliest first."""
    head, _dot, rest = name.partition(".")
    if head in {"partners", "participants"}:
        wanted = rest.rpartition(".")[2]
        return [wanted] if wanted in {"role", "split_percent"} else _column_keys("partner")
    also = {
        "partner": ["partner.external_id", "partner.domain", "partner.name"],
        "person": ["person.external_id", "email"],
        "domain": ["website"],
        "websites": ["website"],
        "parent": ["parent.external_id"],
        "name": ["last_name", "first_name"],
        "customer": ["customer.name", "customer.domain"],
        "closed_on": ["close_on"],
        "expected_close_on": ["close_on"],
        "external_id": ["domain", "website"],
    }
    short = [head] if head in {"products"} else []
    return [name, *short, *also.get(name, [])]


# --- cells of one kind each


def _country(cell: str) -> str:
    found = countries.code_of(cell)
    if found is None:
        raise CellError("unknown_country", _("“%(text)s” is not a country we know.") % {"text": cell[:60]})
    return found


def _region(cell: str, *, by_name: Mapping[str, Region]) -> Region:
    found = by_name.get(cell.casefold())
    if found is None:
        raise CellError("unknown_region", _("There is no region “%(text)s”.") % {"text": cell[:60]})
    return found


def _languages(cell: str) -> list[str]:
    return [LANGUAGE_CODES.get(part.casefold(), part) for part in cells.several(cell)]


def _own_money(cell: str, *, mark: str, own: str) -> Decimal:
    amount, currency = cells.money(cell, mark)
    if currency and currency != own:
        message = _("This is in %(currency)s; the field is kept in %(own)s.")
        raise CellError("other_currency", message % {"currency": currency, "own": own})
    return amount


def _choice(cell: str, *, words: Mapping[str, str]) -> str:
    found = words.get(" ".join(cell.casefold().replace("_", " ").split()))
    if found is None:
        known = ", ".join(dict.fromkeys(words.values()))
        message = _("“%(text)s” is not one of: %(known)s.")
        raise CellError("unknown_choice", message % {"text": cell[:60], "known": known})
    return found


# --- rows of one kind each


def _partner(converter: Converter, row: Converted, references: References) -> Values:
    values = {key: value for key, value in row.values.items() if "." not in key and key != "website"}
    website = row.values.get("website")
    if "website" in row.values:
        values["websites"] = [website] if website else []
    if website and not values.get("domain"):
        derived = domain_of(website)
        if derived:
            values["domain"] = derived
    attributes = {key.partition(".")[2]: value for key, value in row.values.items() if key.startswith("attributes.")}
    if attributes:
        values["attributes"] = {key: _json(value) for key, value in attributes.items()}
    if "parent.external_id" in row.values:
        values["parent_id"] = references.parent(converter, row)
    if not values.get("external_id") and not values.get("domain"):
        message = _("Give an id, a domain or a website: without one the partner could not be recognised next time.")
        converter.fault(row, "external_id", "identity_missing", message)
    return values


def _json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _person(converter: Converter, row: Converted, references: References) -> Values:
    values = {
        key: value for key, value in row.values.items() if "." not in key and key not in {"first_name", "last_name"}
    }
    parts = [row.values[key] for key in ("first_name", "last_name") if row.values.get(key)]
    if parts and not values.get("name"):
        values["name"] = " ".join(parts)
    if isinstance(values.get("language"), list):
        values["language"] = values["language"][0] if values["language"] else ""
    if partner_id := references.partner(converter, row, needed=True):
        values["partner_id"] = partner_id
    return values


def _deal(converter: Converter, row: Converted, references: References) -> Values:
    values = {
        key: value
        for key, value in row.values.items()
        if "." not in key and key not in {"role", "split_percent", "currency"}
    }
    customer = {key.partition(".")[2]: value for key, value in row.values.items() if key.startswith("customer.")}
    if "close_on" in values:
        is_open = values.get("stage", "open") == "open"
        values["expected_close_on" if is_open else "closed_on"] = values.pop("close_on")
    if any(customer.values()):
        if customer.get("domain"):
            customer["domain"] = domain_of(customer["domain"]) or customer["domain"]
        values["customer"] = customer
    if values.get("amount") is not None:
        amount, currency = values["amount"]
        values["amount"] = {"amount": amount, "currency": currency or row.values.get("currency") or converter.currency}
    if partner_id := references.partner(converter, row, needed=False):
        role = row.values.get("role") or converter.options.get("role", "resell")
        values["partners"] = [
            {"partner_id": partner_id, "role": role, "split_percent": row.values.get("split_percent")}
        ]
    return values


def _certification(converter: Converter, row: Converted, references: References) -> Values:
    values: Values = {
        name: row.values[name]
        for name in ("certification", "earned_on", "expires_on", "reference")
        if name in row.values
    }
    if person_id := references.person(converter, row):
        values["person_id"] = person_id
    return values


Shape = Callable[[Converter, Converted, References], Values]
SHAPES: dict[str, Shape] = {
    ImportResource.PARTNERS: _partner,
    ImportResource.PEOPLE: _person,
    ImportResource.DEALS: _deal,
    ImportResource.CERTIFICATIONS: _certification,
}
