"""Exact amounts with their currency."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Self

from django.utils.functional import lazy

from core.models import CurrencyRate, Program

#: Decimal places of currencies that do not have two (ISO 4217).
SCALES = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


class NoRateError(LookupError):
    """The program has no rate for a currency on a day."""


def _program_currency() -> str:
    return Program.current().currency


#: The program's currency, read when it is shown: the unit of amounts that criteria ask about.
program_currency = lazy(_program_currency, str)()


def scale(currency: str) -> int:
    """Return how many decimal places the currency has."""
    return SCALES.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency, in the currency's own scale."""

    amount: Decimal
    currency: str

    def rounded(self) -> "Money":
        """Return the amount rounded half-even to the currency's scale."""
        return Money(
            self.amount.quantize(Decimal(1).scaleb(-scale(self.currency)), ROUND_HALF_EVEN),
            self.currency,
        )


class RateTable:
    """The program's currency table, read once for many amounts."""

    def __init__(self, currency: str, rates: Mapping[str, list[tuple[date, Decimal]]]) -> None:
        """Take the program's currency, and by currency its rates with their first days, the newest first."""
        self.currency = currency
        self._rates = rates

    @classmethod
    def load(cls, currencies: Iterable[str]) -> Self:
        """Read the rates of some currencies."""
        rates: dict[str, list[tuple[date, Decimal]]] = {}
        rows = CurrencyRate.objects.filter(currency__in=set(currencies)).order_by("-starts_on")
        for currency, starts_on, rate in rows.values_list("currency", "starts_on", "rate"):
            rates.setdefault(currency, []).append((starts_on, rate))
        return cls(Program.current().currency, rates)

    def in_program_currency(self, money: Money, *, on: date) -> Decimal:
        """Return the amount in the program's currency by the table for that day, with four decimal places.

        Raises NoRateError when the table has no rate for the currency on or before the day.
        """
        if money.currency == self.currency:
            return money.amount.quantize(Decimal("0.0001"))
        rate = next((rate for starts_on, rate in self._rates.get(money.currency, []) if starts_on <= on), None)
        if rate is None:
            raise NoRateError(f"No exchange rate for {money.currency} on {on}.")
        return (money.amount * rate).quantize(Decimal("0.0001"), ROUND_HALF_EVEN)


def in_program_currency(money: Money, *, on: date) -> Decimal:
    """Return one amount in the program's currency by its table for that day: see `RateTable`."""
    return RateTable.load([money.currency]).in_program_currency(money, on=on)
