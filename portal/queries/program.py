"""The program's exchange rates and the history of its settings, as their page shows them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.apps import apps
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from core.models import CurrencyRate, Program
from core.templatetags.formats import day

HISTORY_ROWS = 20


@dataclass(frozen=True, slots=True)
class RateRow:
    """A rate, until the day before the next one of its currency; `is_now` marks the one that holds today."""

    currency: str
    rate: Decimal
    starts_on: date
    ends_before: date | None
    is_now: bool

    @property
    def worth(self) -> str:
        """The rate without the zeros at its end."""
        return number_format(_short(self.rate))


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody changed the settings or a rate."""

    at: datetime
    by: str
    title: str
    text: str = ""


def rates(*, today: date) -> list[RateRow]:
    """Return the whole table, by currency, the newest rate first."""
    rows = CurrencyRate.objects.order_by("currency", "-starts_on")
    found: list[RateRow] = []
    for _currency, group in groupby(rows, key=lambda one: one.currency):
        next_day: date | None = None
        for one in group:
            is_now = one.starts_on <= today and (next_day is None or today < next_day)
            found.append(RateRow(one.currency, one.rate, one.starts_on, next_day, is_now))
            next_day = one.starts_on
    return found


def history(*, limit: int = HISTORY_ROWS) -> list[Entry]:
    """Return the newest changes of settings and rates, as the audit trail has them."""
    entries = [*_program_changes(limit), *_rate_changes(limit)]
    return sorted(entries, key=lambda one: one.at, reverse=True)[:limit]


def _program_changes(limit: int) -> list[Entry]:
    model: Any = apps.get_model("core", "ProgramEvent")
    events = list(model.objects.order_by("-pgh_id")[: limit + 1])
    return [
        Entry(after.pgh_created_at, _by(after), _("The settings were changed"), _difference(before, after))
        for after, before in zip(events, events[1:], strict=False)
    ]


def _difference(before: Any, after: Any) -> str:
    names = (
        *("name", "hub_name", "timezone", "fiscal_year_start_month", "currency"),
        *("language", "languages", "shows_glossary"),
    )
    return "; ".join(
        f"{Program._meta.get_field(name).verbose_name}: {getattr(before, name)} → {getattr(after, name)}"  # type: ignore[union-attr]
        for name in names
        if getattr(before, name) != getattr(after, name)
    )


def _rate_changes(limit: int) -> list[Entry]:
    model: Any = apps.get_model("core", "CurrencyRateEvent")
    titles = {
        "insert": _("%(currency)s was added"),
        "update": _("%(currency)s was corrected"),
        "delete": _("%(currency)s was removed"),
    }
    return [
        Entry(
            one.pgh_created_at,
            _by(one),
            titles[one.pgh_label] % {"currency": one.currency},
            _("%(rate)s from %(day)s") % {"rate": number_format(_short(one.rate)), "day": day(one.starts_on)},
        )
        for one in model.objects.order_by("-pgh_id")[:limit]
    ]


def _short(rate: Decimal) -> str:
    return f"{rate.normalize():f}"


def _by(event: Any) -> str:
    return str((event.pgh_context or {}).get("by_name") or "")
