"""Amounts in the program's currency, worked out anew when its table of exchange rates says something else."""

from datetime import date

import structlog
from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from core import audit
from core.money import Money, RateTable
from deals.models import Deal
from deals.services.terms import HIGHEST

BATCH_ROWS = 1000
log = structlog.get_logger("deals")


def rework(*, currency: str, since: date) -> int:
    """Work out the amounts of the deals in a currency that the rates from a day on decide. Returns how many changed.

    Partners are marked stale by the table's triggers. An amount that would be too large to keep stays as it is.
    """
    rates = RateTable.load([currency])
    changed = 0
    with audit.action("deal.rework_amount", by=None, currency=currency):
        rows = _decided_since(currency, since)
        last = 0
        while batch := list(rows.filter(pk__gt=last)[:BATCH_ROWS]):
            last = batch[-1].pk
            differing = [deal for deal in batch if _put(deal, rates)]
            Deal.objects.bulk_update(differing, ["program_amount"])
            changed += len(differing)
    return changed


def _decided_since(currency: str, since: date) -> QuerySet[Deal]:
    deals: QuerySet[Deal] = Deal.objects.filter(currency=currency)
    rows = deals.annotate(decided_on=Coalesce("closed_on", "opened_on"))
    return rows.filter(decided_on__gte=since).select_for_update(no_key=True, of=("self",)).order_by("pk")


def _put(deal: Deal, rates: RateTable) -> bool:
    amount = rates.in_program_currency(Money(deal.amount, deal.currency), on=deal.closed_on or deal.opened_on)
    if amount >= HIGHEST:
        log.warning("deal.amount_too_large", deal=deal.pk)
        return False
    differs = bool(amount != deal.program_amount)
    deal.program_amount = amount
    return differs
