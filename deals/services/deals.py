"""Deals: recorded, changed, and shared among partners."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from core import audit
from core.models import Program
from core.money import Money, RateTable
from core.periods import today
from deals.models import Customer, Deal, DealStage
from deals.services import terms
from deals.services.terms import Line, Participation
from deals.services.upserts import upsert_many
from deals.services.writing import write

__all__ = ["Line", "Participation", "record", "set_participants", "set_products", "update", "upsert_many"]


def record(
    *,
    name: str,
    customer: Customer,
    amount: Money,
    opened_on: date,
    by: Any,
    at: datetime,
    stage: str = DealStage.OPEN,
    expected_close_on: date | None = None,
    closed_on: date | None = None,
    owner: Any | None = None,
    partners: Sequence[Participation] = (),
    products: Sequence[Line] = (),
) -> Deal:
    """Record a deal with everybody on it. Raises ValidationError with everything that is wrong, by field."""
    changes = {
        "name": name,
        "customer": customer,
        "amount": amount,
        "opened_on": opened_on,
        "stage": stage,
        "expected_close_on": expected_close_on,
        "closed_on": closed_on,
        "owner": owner,
        "partners": list(partners),
        "products": list(products),
    }
    deal = Deal()
    _write(deal, changes, action="deal.record", by=by, at=at)
    return deal


def update(*, deal: Deal, by: Any, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change a deal: any of record's fields by name. Returns what changed; the same again writes nothing.

    A deal opened anew loses its closing day. `partners` and `products` are replaced whole.
    """
    with audit.action("deal.update", by=by):
        locked = Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)
        changed = _write(locked, changes, action="deal.update", by=by, at=at)
        deal.refresh_from_db()
    return changed


def set_participants(*, deal: Deal, participants: Iterable[Participation], by: Any, at: datetime) -> bool:
    """Replace the partners on a deal. Returns whether that changed anything."""
    return bool(update(deal=deal, by=by, at=at, changes={"partners": list(participants)}))


def set_products(*, deal: Deal, products: Iterable[Line], by: Any, at: datetime) -> bool:
    """Replace the products of a deal. Returns whether that changed anything."""
    return bool(update(deal=deal, by=by, at=at, changes={"products": list(products)}))


def _write(deal: Deal, changes: Mapping[str, Any], *, action: str, by: Any, at: datetime) -> list[str]:
    money = changes.get("amount")
    rates = RateTable.load({deal.currency, money.currency.upper() if money else ""})
    plan = terms.apply(deal, changes, rates=rates, today=today(at=at, zone=Program.current().zone))
    with audit.action(action, by=by):
        [changed] = write([plan])
    return changed
