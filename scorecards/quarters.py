"""Quarters of the program's fiscal year: the rhythm in which plans have targets and are reviewed."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from core.models import Program
from core.periods import add_months

MONTHS = 3


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three months of the program, from `starts_on` to and with `ends_on`."""

    starts_on: date
    fiscal_start: int = 1

    @property
    def ends_on(self) -> date:
        """Its last day."""
        return add_months(self.starts_on, MONTHS) - timedelta(days=1)

    @property
    def number(self) -> int:
        """Which quarter of the fiscal year it is, from 1 to 4."""
        return (self.starts_on.month - self.fiscal_start) % 12 // MONTHS + 1

    @property
    def year(self) -> int:
        """The year in which its fiscal year ends."""
        return add_months(self.starts_on, (5 - self.number) * MONTHS - 1).year

    @property
    def following(self) -> "Quarter":
        """The next one."""
        return Quarter(add_months(self.starts_on, MONTHS), self.fiscal_start)

    def __str__(self) -> str:
        return _("Q%(number)d %(year)d") % {"number": self.number, "year": self.year}


def quarter_of(day: date) -> Quarter:
    """Return the quarter of the program that a day lies in."""
    fiscal_start = Program.current().fiscal_year_start_month
    behind = (day.month - fiscal_start) % MONTHS
    return Quarter(add_months(day.replace(day=1), -behind), fiscal_start)


def quarters_between(first: date, last: date) -> list[Quarter]:
    """Return the quarters that a period touches, its last day included."""
    found = [quarter_of(first)]
    while found[-1].ends_on < last:
        found.append(found[-1].following)
    return found
