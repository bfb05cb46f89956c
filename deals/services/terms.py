"""What a deal may say: its fields, its stage with its day, its amount, and who shares in it.

Nothing here writes. `apply` puts changes on a deal in memory and returns a plan; `writing` carries plans out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.money import Money, NoRateError, RateTable, scale
from deals.models import Customer, Deal, DealRole, DealStage, Product
from partners.models import Partner

PLAIN_FIELDS = ("name", "stage", "opened_on", "expected_close_on", "closed_on", "owner")
CHANGES = frozenset({*PLAIN_FIELDS, "customer", "amount", "partners", "products"})
STORED = ("name", "customer_id", "stage", "amount", "currency", "program_amount", "opened_on", "expected_close_on",
          "closed_on", "owner_id")  # fmt: skip
NOT_CHECKED_ALONE = {"customer", "owner", "currency", "program_amount", "public_id"}
WHOLE = Decimal(100)
HIGHEST = Decimal(10) ** 15
#: Somewhere it is tomorrow already.
CLOCK_ROOM = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Participation:
    """A partner in one role, with its share of that role."""

    partner: Partner | int
    role: str
    split_percent: Decimal = WHOLE

    @property
    def partner_id(self) -> int:
        """The partner's database id."""
        return self.partner if isinstance(self.partner, int) else self.partner.pk


@dataclass(frozen=True, slots=True)
class Line:
    """So many of one product."""

    product: Product
    quantity: int = 1


@dataclass
class Plan:
    """What is to be written of one deal. A list that is None stays as it is."""

    deal: Deal
    changed: list[str]
    participants: list[Participation] | None = None
    lines: list[Line] | None = None

    @property
    def is_new(self) -> bool:
        """Whether the deal is still to be made."""
        return self.deal.pk is None

    def sold_to(self, customer: Customer) -> None:
        """Name the customer, where it was found only after everything else was checked."""
        if self.deal.customer_id != customer.pk:
            self.deal.customer = customer
            self.changed.append("customer_id")


class Errors:
    """Everything wrong with a deal, by field, told at once."""

    def __init__(self) -> None:
        self.by_field: dict[str, list[ValidationError]] = {}

    def add(self, field_name: str, message: str, code: str) -> None:
        """Note one thing that is wrong."""
        self.by_field.setdefault(field_name, []).append(ValidationError(message, code=code))

    def take(self, error: ValidationError) -> None:
        """Take over what a check found."""
        for field_name, found in error.error_dict.items():
            self.by_field.setdefault(field_name, []).extend(found)

    def settle(self) -> None:
        """Raise all of them, if there are any."""
        if self.by_field:
            raise ValidationError(self.by_field)


def apply(deal: Deal, changes: Mapping[str, Any], *, rates: RateTable, today: date) -> Plan:
    """Put changes on a deal in memory. Raises ValidationError with everything that is wrong, by field."""
    if unknown := set(changes) - CHANGES:
        raise TypeError(f"A deal has no {', '.join(sorted(unknown))}.")
    before = {name: getattr(deal, name) for name in STORED}
    errors = Errors()
    for name in PLAIN_FIELDS:
        if name in changes:
            setattr(deal, name, changes[name])
    if "customer" in changes:
        if changes["customer"] is None:
            errors.add("customer", _("A deal needs its customer."), "required")
        else:
            deal.customer = changes["customer"]
    if "amount" in changes:
        _check(errors, lambda: _put_amount(deal, changes["amount"]))
    _check(errors, lambda: deal.clean_fields(exclude=NOT_CHECKED_ALONE | set(errors.by_field)))
    _check_stage(deal, changes, errors, today=today)
    participants, lines = changes.get("partners"), changes.get("products")
    if participants is not None:
        _check_shares(participants, errors)
    if lines is not None:
        _check_lines(lines, errors)
    if not errors.by_field:
        _put_program_amount(deal, before, errors, rates=rates)
    errors.settle()
    changed = [name for name in STORED if deal.pk is None or getattr(deal, name) != before[name]]
    return Plan(deal, changed, participants, lines)


def _check(errors: Errors, run: Callable[[], None]) -> None:
    try:
        run()
    except ValidationError as error:
        errors.take(error)


def _put_amount(deal: Deal, money: Money | None) -> None:
    if money is None:
        deal.amount = None  # type: ignore[assignment]  # told as missing by the checks that follow
        return
    currency = money.currency.strip().upper()
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise ValidationError(
            {"amount": ValidationError(_("Give the currency as three letters, such as EUR."), code="invalid_currency")}
        )
    if money.amount != Money(money.amount, currency).rounded().amount:
        raise ValidationError(
            {
                "amount": ValidationError(
                    _("%(currency)s has %(places)s decimal places.")
                    % {"currency": currency, "places": scale(currency)},
                    code="too_precise",
                )
            }
        )
    if money.amount < 0:
        raise ValidationError({"amount": ValidationError(_("The amount is below zero."), code="negative")})
    deal.amount, deal.currency = money.amount, currency


def _check_stage(deal: Deal, changes: Mapping[str, Any], errors: Errors, *, today: date) -> None:
    if deal.stage not in DealStage.values:
        return
    is_open = deal.stage == DealStage.OPEN
    if is_open and "closed_on" not in changes:
        deal.closed_on = None
    if is_open and deal.closed_on:
        errors.add("closed_on", _("An open deal has no closing day."), "open_deal_closed")
    elif not is_open and deal.closed_on is None:
        errors.add("closed_on", _("A deal that is won or lost needs the day it was closed."), "required")
    elif deal.closed_on and deal.closed_on > today + CLOCK_ROOM:
        errors.add("closed_on", _("A deal cannot have been closed in the future."), "date_in_future")


def _check_shares(participants: Sequence[Participation], errors: Errors) -> None:
    """Partners in one role share that role: together at most the whole of it, and nobody twice."""
    totals: dict[str, Decimal] = {}
    seen: set[tuple[int, str]] = set()
    for index, one in enumerate(participants):
        if one.role not in DealRole.values:
            errors.add(f"partners.{index}.role", _("“%s” is not a role on a deal.") % one.role, "invalid_choice")
            continue
        if not 0 <= one.split_percent <= WHOLE:
            errors.add(f"partners.{index}.split_percent", _("A share is from 0 to 100 percent."), "out_of_range")
        if (one.partner_id, one.role) in seen:
            errors.add(
                f"partners.{index}",
                _("This partner is named twice as %(role)s.") % {"role": DealRole(one.role).label},
                "repeated",
            )
        seen.add((one.partner_id, one.role))
        totals[one.role] = totals.get(one.role, Decimal(0)) + one.split_percent
    for role, total in totals.items():
        if total > WHOLE:
            errors.add(
                "partners",
                _("The shares of the role %(role)s add up to %(total)s percent, which is %(over)s too many.")
                % {
                    "role": DealRole(role).label,
                    "total": f"{total.normalize():f}",
                    "over": f"{(total - WHOLE).normalize():f}",
                },
                "shares_above_whole",
            )


def _check_lines(lines: Sequence[Line], errors: Errors) -> None:
    seen: set[int] = set()
    for index, line in enumerate(lines):
        if line.product.pk in seen:
            errors.add(f"products.{index}", _("%s is named twice.") % line.product, "repeated")
        if line.quantity < 1:
            errors.add(f"products.{index}.quantity", _("A quantity is 1 or more."), "out_of_range")
        seen.add(line.product.pk)


def _put_program_amount(deal: Deal, before: Mapping[str, Any], errors: Errors, *, rates: RateTable) -> None:
    """Work out the amount in the program's currency, when what it follows from has changed."""
    decides = ("amount", "currency", "opened_on", "closed_on")
    if deal.pk and all(getattr(deal, name) == before[name] for name in decides):
        return
    day = deal.closed_on or deal.opened_on
    try:
        deal.program_amount = rates.in_program_currency(Money(deal.amount, deal.currency), on=day)
    except NoRateError:
        errors.add(
            "amount",
            _("There is no exchange rate for %(currency)s on %(day)s: a program admin can add it.")
            % {"currency": deal.currency, "day": date_format(day)},
            "no_rate",
        )
        return
    if deal.program_amount >= HIGHEST:
        errors.add("amount", _("The amount is too large in the program's currency."), "too_large")


def decimal_of(value: Any) -> Decimal | None:
    """Return a number exactly as it was written, or None when it is not one."""
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
