"""Customers: found again by domain, else by name and country, so that one organisation is one record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from core import audit
from deals.models import Customer

FIRST_LABELS_DROPPED = ("www.",)


@dataclass(frozen=True, slots=True)
class CustomerName:
    """How somebody names a customer. Made by `named`, which brings the parts into one shape."""

    name: str
    domain: str = ""
    country: str = ""
    industry: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """The name and country, for finding customers whose domain nobody knows."""
        return (self.name.upper(), self.country)


def named(*, name: str, domain: str = "", country: str = "", industry: str = "") -> CustomerName:
    """Return the name in one shape. Raises ValidationError by part: name, domain, country, industry."""
    shaped = CustomerName(" ".join(name.split()), _bare_domain(domain), country.strip().upper(), industry.strip())
    customer = Customer(name=shaped.name, domain=shaped.domain, country=shaped.country, industry=shaped.industry)
    customer.clean_fields()
    if shaped.country and not (len(shaped.country) == 2 and shaped.country.isascii() and shaped.country.isalpha()):
        raise ValidationError(
            {"country": ValidationError(_("Give the country as two letters, such as DE."), "invalid")}
        )
    return shaped


def _bare_domain(text: str) -> str:
    """Return `acme.example` for `https://www.Acme.example/contact` and for `info@acme.example`."""
    domain = text.strip().lower().rpartition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0]
    for label in FIRST_LABELS_DROPPED:
        domain = domain.removeprefix(label)
    return domain.rstrip(".")


def find_or_create(
    *, name: str, by: Any, at: datetime, domain: str = "", country: str = "", industry: str = ""
) -> Customer:
    """Return the customer known by the domain, else by name and country; made when there is none."""
    wanted = named(name=name, domain=domain, country=country, industry=industry)
    return find_or_create_many(wanted=[wanted], by=by, at=at)[wanted]


def find_or_create_many(*, wanted: Iterable[CustomerName], by: Any, at: datetime) -> dict[CustomerName, Customer]:
    """Return a customer for every name, making those that are missing and filling what we did not know of the others.

    What is known already is never overwritten from here: a deal's row mentions its customer in passing.
    """
    names = list(dict.fromkeys(wanted))
    with audit.action("customer.find_or_create", by=by):
        known = _Known.of(names)
        if any(known.find(name) is None for name in names):
            _let_nobody_else_make_customers()
            known = _Known.of(names)
        found: dict[CustomerName, Customer] = {}
        new: list[Customer] = []
        for name in names:
            customer = known.find(name)
            if customer is None:
                customer = Customer(name=name.name, domain=name.domain, country=name.country, industry=name.industry)
                new.append(customer)
                known.add(customer)
            else:
                _fill(customer, name)
                known.add(customer)
            found[name] = customer
        Customer.objects.bulk_create(new)
        _save_filled(customer for customer in found.values() if getattr(customer, "_filled", False))
    return found


class _Known:
    """Customers at hand, found by domain first."""

    def __init__(self) -> None:
        self.by_domain: dict[str, Customer] = {}
        self.by_place: dict[tuple[str, str], list[Customer]] = {}

    @classmethod
    def of(cls, names: list[CustomerName]) -> "_Known":
        known = cls()
        places = {name.place for name in names}
        rows = Customer.objects.annotate(upper_name=Upper("name")).filter(
            Q(domain__in={name.domain for name in names if name.domain})
            | Q(upper_name__in={name for name, _country in places})
        )
        for customer in rows.order_by("pk"):
            known.add(customer)
        return known

    def add(self, customer: Customer) -> None:
        if customer.domain:
            self.by_domain[customer.domain] = customer
        same_place = self.by_place.setdefault((customer.name.upper(), customer.country), [])
        if customer not in same_place:
            same_place.append(customer)

    def find(self, name: CustomerName) -> Customer | None:
        if name.domain and name.domain in self.by_domain:
            return self.by_domain[name.domain]
        candidates = self.by_place.get(name.place, [])
        if name.domain:  # a namesake with another domain is another organisation
            candidates = [customer for customer in candidates if not customer.domain]
        return next(iter(candidates), None)


def _let_nobody_else_make_customers() -> None:
    """Hold back others who found nothing either, until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('deals/customers', 3))")


def _fill(customer: Customer, name: CustomerName) -> None:
    """Take over what the name says and the customer does not say yet."""
    for part in ("domain", "country", "industry"):
        if getattr(name, part) and not getattr(customer, part):
            setattr(customer, part, getattr(name, part))
            customer._filled = True  # type: ignore[attr-defined]


def _save_filled(customers: Iterable[Customer]) -> None:
    filled = [customer for customer in customers if customer.pk]
    Customer.objects.bulk_update(filled, ["domain", "country", "industry"], batch_size=200)
