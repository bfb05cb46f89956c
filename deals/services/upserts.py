"""Many deals at once, from a file or a batch, found again by the ids a source gives them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core import audit
from core.models import Program, Source
from core.money import Money, RateTable
from core.periods import today
from core.rows import Result, RowError, RowOutcome
from core.services import external_ids
from deals.models import Customer, Deal, Product
from deals.services import customers, products, terms
from deals.services.customers import CustomerName
from deals.services.terms import Errors, Line, Participation, Plan, decimal_of
from deals.services.writing import write

RESOURCE = "deals"
PASSED_ON = ("name", "stage", "opened_on", "expected_close_on", "closed_on", "owner")
KNOWN = frozenset({*PASSED_ON, "external_id", "customer", "customer_id", "amount", "currency", "partners", "products"})
NEEDED = ("name", "customer", "amount")

Row = Mapping[str, Any]


@dataclass
class _Reading:
    """One row on its way: what it says, as far as it can be understood by itself."""

    index: int
    row: Row
    errors: Errors
    external_id: str = ""
    customer: CustomerName | None = None
    product_names: Sequence[tuple[str, int]] | None = None
    plan: Plan | None = None


def upsert_many(*, rows: Sequence[Row], source: Source, by: Any, at: datetime) -> list[RowOutcome]:
    """Record or change the deals that the source knows by `external_id`. A bad row fails alone and writes nothing.

    A row says any of: `name`, `customer` ({name, domain, country, industry}) or `customer_id`, `amount` (Money, or
    {amount, currency}, or a Decimal with `currency` beside it), `stage`, `opened_on`, `expected_close_on`, `closed_on`,
    `owner`, `partners` ([{partner_id, role, split_percent}], replaced whole) and `products` (names, keys, or
    {name, quantity}; replaced whole). Rows with the same external id are taken in their order.
    """
    outcomes: dict[int, RowOutcome] = {}
    with audit.action("deal.upsert", by=by, source=source.key):
        for wave in _waves(rows):
            outcomes.update(_upsert_wave(wave, source=source, by=by, at=at))
    return [outcomes[index] for index in range(len(rows))]


def _waves(rows: Sequence[Row]) -> list[list[tuple[int, Row]]]:
    """Part the rows so that no external id comes twice in a part."""
    waves: list[list[tuple[int, Row]]] = []
    times: dict[Any, int] = {}
    for index, row in enumerate(rows):
        key = row.get("external_id")
        turn = times[key] = times.get(key, -1) + 1
        if turn == len(waves):
            waves.append([])
        waves[turn].append((index, row))
    return waves


def _upsert_wave(wave: Sequence[tuple[int, Row]], *, source: Source, by: Any, at: datetime) -> dict[int, RowOutcome]:
    readings = [_read(index, row, source=source) for index, row in wave]
    known = _lock_known(readings, source=source)
    rates, the_day = _rates(readings, known.values()), today(at=at, zone=Program.current().zone)
    for reading in readings:
        _plan(reading, known.get(reading.external_id), rates=rates, today=the_day)
    good = [reading for reading in readings if reading.plan]
    _put_customers(good, by=by, at=at)
    _put_products(good, by=by, at=at)
    new = {reading.index for reading in good if reading.plan and reading.plan.is_new}
    changed = write([reading.plan for reading in good if reading.plan])
    external_ids.attach(
        RESOURCE,
        source,
        {reading.plan.deal.pk: reading.external_id for reading in good if reading.plan and reading.index in new},
    )
    outcomes = {reading.index: _refusal(reading) for reading in readings if not reading.plan}
    for reading, names in zip(good, changed, strict=True):
        result = Result.CREATED if reading.index in new else Result.UPDATED if names else Result.UNCHANGED
        outcomes[reading.index] = RowOutcome(reading.index, result, reading.plan.deal.pk if reading.plan else None)
    return outcomes


def _refusal(reading: _Reading) -> RowOutcome:
    errors = [
        RowError(field, error.code or "invalid", " ".join(error.messages))
        for field, found in reading.errors.by_field.items()
        for error in found
    ]
    return RowOutcome(reading.index, Result.FAILED, errors=errors)


# --- what a row says ------------------------------------------------------------------------------------------


def _read(index: int, row: Row, *, source: Source) -> _Reading:
    reading = _Reading(index, row, Errors())
    for name in sorted(set(row) - KNOWN):
        reading.errors.add(name, _("A deal has no such field."), "unknown_field")
    try:
        reading.external_id = external_ids.clean(source, str(row.get("external_id") or ""))
    except ValidationError as error:
        reading.errors.add("external_id", error.messages[0], "invalid")
    _read_customer(reading)
    if "products" in row:
        reading.product_names = _read_products(row["products"] or [], reading.errors)
    return reading


def _read_customer(reading: _Reading) -> None:
    says = reading.row.get("customer")
    if says is None:
        if "customer" in reading.row:
            reading.errors.add("customer", _("A deal needs its customer."), "required")
        return
    parts = {part: str(says.get(part) or "") for part in ("name", "domain", "country", "industry")}
    parts["name"] = parts["name"] or parts["domain"]
    try:
        reading.customer = customers.named(**parts)
    except ValidationError as error:
        for part, found in error.error_dict.items():
            for one in found:
                reading.errors.add(f"customer.{part}", " ".join(one.messages), one.code or "invalid")


def _read_products(says: Sequence[Any], errors: Errors) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for index, one in enumerate(says):
        name, quantity = (
            (one.get("name") or one.get("key"), one.get("quantity")) if isinstance(one, Mapping) else (one, 1)
        )
        name = " ".join(str(name or "").split())
        if not 0 < len(name) <= products.NAME_LENGTH:
            errors.add(f"products.{index}", _("A product's name has 1 to 200 characters."), "invalid")
        elif not isinstance(quantity or 1, int) or (quantity or 1) < 1:
            errors.add(f"products.{index}.quantity", _("A quantity is 1 or more."), "out_of_range")
        else:
            found[name] = found.get(name, 0) + (quantity or 1)
    return list(found.items())


def _money(row: Row, deal: Deal, errors: Errors) -> Money | None:
    says = row["amount"]
    if isinstance(says, Money) or says is None:
        return says
    parts = says if isinstance(says, Mapping) else {"amount": says, "currency": row.get("currency")}
    amount = decimal_of(parts.get("amount"))
    if amount is None:
        errors.add("amount", _("“%s” is not an amount.") % parts.get("amount"), "invalid")
        return None
    return Money(amount, str(parts.get("currency") or deal.currency or Program.current().currency))


def _participants(says: Sequence[Row] | None, errors: Errors) -> list[Participation]:
    found = []
    for index, one in enumerate(says or []):
        split = decimal_of(100 if one.get("split_percent") is None else one["split_percent"])
        if split is None:
            errors.add(f"partners.{index}.split_percent", _("A share is a number from 0 to 100."), "invalid")
        elif not one.get("partner_id"):
            errors.add(f"partners.{index}.partner", _("Name the partner."), "required")
        else:
            found.append(Participation(int(one["partner_id"]), str(one.get("role") or ""), split))
    return found


# --- what has to be written --------------------------------------------------------------------------------------


def _lock_known(readings: Sequence[_Reading], *, source: Source) -> dict[str, Deal]:
    """Return the deals known already by external id, locked in the order of their keys."""
    values = [reading.external_id for reading in readings if reading.external_id]
    external_ids.lock(RESOURCE, source, values)
    ids = external_ids.find(RESOURCE, source, values)
    rows = Deal.objects.select_for_update(of=("self",)).filter(pk__in=ids.values()).order_by("pk")
    deals = {deal.pk: deal for deal in rows}
    return {value: deals[pk] for value, pk in ids.items() if pk in deals}


def _rates(readings: Sequence[_Reading], deals: Any) -> RateTable:
    currencies = {deal.currency for deal in deals}
    for reading in readings:
        says = reading.row.get("amount")
        if isinstance(says, Money):
            currencies.add(says.currency.upper())
        elif isinstance(says, Mapping):
            currencies.add(str(says.get("currency") or "").upper())
        currencies.add(str(reading.row.get("currency") or "").upper())
    return RateTable.load(currencies)


def _plan(reading: _Reading, known: Deal | None, *, rates: RateTable, today: date) -> None:
    """Put the row on its deal in memory; what is wrong with it stays in `reading.errors`."""
    row, errors = reading.row, reading.errors
    deal = known or Deal()
    if known is None:
        _ask_for_the_needed(reading)
    changes = {name: row[name] for name in PASSED_ON if name in row}
    if known is None and row.get("opened_on") is None:
        changes["opened_on"] = row.get("closed_on") or today
    if "amount" in row:
        changes["amount"] = _money(row, deal, errors)
    if "partners" in row:
        changes["partners"] = _participants(row["partners"], errors)
    try:
        plan = terms.apply(deal, changes, rates=rates, today=today)
    except ValidationError as error:
        _merge(errors, error)
        return
    if not errors.by_field:
        reading.plan = plan


def _ask_for_the_needed(reading: _Reading) -> None:
    for name in NEEDED:
        if name not in reading.row and not (name == "customer" and reading.row.get("customer_id")):
            reading.errors.add(name, _("A new deal needs this."), "required")


def _merge(errors: Errors, found: ValidationError) -> None:
    """Take over what the deal's own checks found, unless the field is at fault already."""
    for field, several in found.error_dict.items():
        errors.by_field.setdefault(field, several)


def _put_customers(readings: Sequence[_Reading], *, by: Any, at: datetime) -> None:
    found = customers.find_or_create_many(
        wanted=[reading.customer for reading in readings if reading.customer], by=by, at=at
    )
    by_id = Customer.objects.in_bulk(
        [reading.row["customer_id"] for reading in readings if reading.row.get("customer_id")]
    )
    for reading in readings:
        customer = found[reading.customer] if reading.customer else by_id.get(reading.row.get("customer_id"))
        if reading.plan and customer:
            reading.plan.sold_to(customer)


def _put_products(readings: Sequence[_Reading], *, by: Any, at: datetime) -> None:
    names = [name for reading in readings for name, _quantity in reading.product_names or []]
    found = products.find_or_create_many(names=names, by=by, at=at) if names else {}
    for reading in readings:
        if reading.plan and reading.product_names is not None:
            reading.plan.lines = _lines(reading.product_names, found)


def _lines(names: Sequence[tuple[str, int]], found: Mapping[str, Product]) -> list[Line]:
    """Return one line per product, whatever names it went by."""
    lines: dict[int, Line] = {}
    for name, quantity in names:
        product = found[name]
        before = lines[product.pk].quantity if product.pk in lines else 0
        lines[product.pk] = Line(product, before + quantity)
    return list(lines.values())
