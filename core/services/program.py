"""The program's own settings, and its table of fixed exchange rates."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core import audit
from core.models import CurrencyRate, Program


def update(*, by: Any | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change settings of the program, such as its time zone. Returns the names of those that changed."""
    with audit.action("program.update", by=by):
        Program.current()
        program = Program.objects.select_for_update().get(pk=1)
        changed = [name for name, value in changes.items() if getattr(program, name) != value]
        if changed:
            for name in changed:
                setattr(program, name, changes[name])
            program.full_clean(exclude=["id", "public_id"])
            program.save(update_fields=changed)
    return changed


def set_rate(*, currency: str, starts_on: date, rate: Decimal, by: Any | None, at: datetime) -> bool:
    """Say what one unit of a currency is worth from a day on. Returns whether that is new."""
    with audit.action("currency_rate.set", by=by):
        found = CurrencyRate.objects.select_for_update().filter(currency=currency, starts_on=starts_on).first()
        if found is not None and found.rate == rate:
            return False
        one = found or CurrencyRate(currency=currency, starts_on=starts_on)
        one.rate = rate
        one.full_clean(exclude=["public_id"])
        one.save()
    return True
