"""Exact amounts with their currency."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

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


def in_program_currency(money: Money, *, on: date) -> Decimal:
    """Return the amount in the program's currency by the program's table for that day, with four decimal places.

    Raises NoRateError when the table has no rate for the currency on or before the day.
    """
    if money.currency == Program.current().currency:
        return money.amount.quantize(Decimal("0.0001"))
    rate = (
        CurrencyRate.objects.filter(currency=money.currency, starts_on__lte=on)
        .order_by("-starts_on")
        .values_list("rate", flat=True)
        .first()
    )
    if rate is None:
        raise NoRateError(f"No exchange rate for {money.currency} on {on}.")
    return (money.amount * rate).quantize(Decimal("0.0001"), ROUND_HALF_EVEN)
