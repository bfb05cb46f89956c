"""The cast with everything an address may name, in two variants: one for Pinewood, one that is not.

`subjects.py` says what each name in an address stands for.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Integration, User
from accounts.roles import VendorRole
from partners.models import Assignment, Partner
from tests.conftest import NOW, person_at
from tests.factories.accounts import IntegrationFactory, VendorUserFactory, bearer_token
from tests.factories.partners import RegionGrantFactory

PEOPLE = ("vera", "vincent", "victor", "rita", "erin", "paula", "pete", "olga")
IDENTITIES = ("anonymous", *PEOPLE, "ian")

#: Who sees what belongs to whom. This is the declared table; querysets are measured against it.
EVERYBODY = frozenset(IDENTITIES)
VENDOR = frozenset({"vera", "vincent", "victor", "rita", "erin", "ian"})
OF_PINEWOOD = frozenset({"vera", "victor", "rita", "erin", "paula", "pete", "ian"})
OF_OAKHURST = frozenset({"vincent", "victor", "erin", "olga", "ian"})


@dataclass(frozen=True)
class Thing:
    """Something an address names: its value in the address, and who may see it."""

    value: str
    seen_by: frozenset[str] = EVERYBODY
    record: Any = None


@dataclass(frozen=True)
class Variants:
    """One thing for Pinewood and, where there is one, one that Pinewood must not see.

    `within` names the subject that a thing is a part of: under another one it is not found.
    """

    own: Thing
    foreign: Thing | None = None
    missing: str = "00000000-0000-7000-8000-000000000000"
    within: str = ""


@dataclass
class World:
    """Everybody and everything, made once for a test."""

    people: dict[str, User]
    ian: Integration
    pinewood: Partner
    oakhurst: Partner
    token: str
    _things: dict[str, Variants] = field(default_factory=dict)
    _clients: dict[str, Client] = field(default_factory=dict)

    def client(self, identity: str) -> Client:
        """Return the client that calls as somebody."""
        if identity not in self._clients:
            self._clients[identity] = self._new_client(identity)
        return self._clients[identity]

    def _new_client(self, identity: str) -> Client:
        if identity == "ian":
            client = APIClient(raise_request_exception=False)
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {self.token}")
            return client
        client = Client(raise_request_exception=False)
        if identity != "anonymous":
            client.force_login(self.people[identity])
        return client

    def user(self, identity: str) -> Any:
        """Return who an identity is, or None for a stranger."""
        return self.ian if identity == "ian" else self.people.get(identity)

    def things(self, name: str, make: Callable[["World"], Variants]) -> Variants:
        """Return the things of a name, made at first use."""
        if name not in self._things:
            self._things[name] = make(self)
        return self._things[name]


def build() -> World:
    """Make the cast. The same people as in conftest, all at once."""
    pinewood = Partner.objects.create(name="Pinewood", domain="pinewood.example", country="DE", status="active")
    oakhurst = Partner.objects.create(name="Oakhurst", domain="oakhurst.example", country="US", status="active")
    people = {
        "vera": VendorUserFactory(name="Vera Vance", email="vera@vendor.example", role=VendorRole.CAM),
        "vincent": VendorUserFactory(name="Vincent Vale", email="vincent@vendor.example", role=VendorRole.CAM),
        "victor": VendorUserFactory(name="Victor", email="victor@vendor.example", role=VendorRole.PROGRAM_ADMIN),
        "rita": VendorUserFactory(name="Rita Roth", email="rita@vendor.example", role=VendorRole.REGIONAL_ADMIN),
        "erin": VendorUserFactory(name="Erin Ekholm", email="erin@vendor.example", role=VendorRole.EXECUTIVE),
        "paula": person_at(pinewood, name="Paula Park", email="paula@pinewood.example", is_admin=True),
        "pete": person_at(pinewood, name="Pete Pratt", email="pete@pinewood.example"),
        "olga": person_at(oakhurst, name="Olga Oss", email="olga@oakhurst.example", is_admin=True),
    }
    Assignment.objects.create(partner=pinewood, user=people["vera"], starts_at=NOW)
    Assignment.objects.create(partner=oakhurst, user=people["vincent"], starts_at=NOW)
    Partner.objects.filter(pk=pinewood.pk).update(region=RegionGrantFactory(user=people["rita"]).region)
    pinewood.refresh_from_db()
    ian = IntegrationFactory(name="Ian's CRM", owner=people["victor"])
    return World(people, ian, pinewood, oakhurst, token=bearer_token(ian))
