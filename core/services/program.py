"""The program's own settings, and its table of fixed exchange rates."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core import audit
from core.models import CurrencyRate, Program
from core.signals import program_changed, program_changing, rate_changed


def update(*, by: Any | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change settings of the program, such as its time zone. Returns the names of those that changed.

    Another currency is refused while amounts are kept in the present one. It empties the table of exchange rates, which
    said what others are worth in it.
    """
    with audit.action("program.update", by=by):
        program = Program.objects.select_for_update().get_or_create(pk=1)[0]
        changed = [name for name, value in changes.items() if getattr(program, name) != value]
        if changed:
            for name in changed:
                setattr(program, name, changes[name])
            program.full_clean(exclude=["id", "public_id"])
            program_changing.send(sender=Program, changes={name: changes[name] for name in changed})
            program.save(update_fields=changed)
            if "currency" in changed:
                CurrencyRate.objects.all().delete()
            program_changed.send(sender=Program, changed=changed)
    return changed


def set_rate(*, currency: str, starts_on: date, rate: Decimal, by: Any | None, at: datetime) -> bool:
    """Say what one unit of a currency is worth from a day on. Returns whether that is new.

    Said again for the same day it corrects what was said; the trail keeps both.
    """
    with audit.action("currency_rate.set", by=by):
        if currency == Program.current().currency:
            own = _("%(currency)s is the program's own currency.") % {"currency": currency}
            raise ValidationError({"currency": ValidationError(own, code="own_currency")})
        found = CurrencyRate.objects.select_for_update().filter(currency=currency, starts_on=starts_on).first()
        if found is not None and found.rate == rate:
            return False
        one = found or CurrencyRate(currency=currency, starts_on=starts_on)
        one.rate = rate
        one.full_clean(exclude=["public_id"])
        one.save()
        rate_changed.send(sender=CurrencyRate, currency=currency, starts_on=starts_on)
    return True
