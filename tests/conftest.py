"""The cast: who acts in the tests; `now` is the fixed clock.

vera (CAM of Pinewood), vincent (CAM of Oakhurst), victor (program admin), rita (regional program admin of Pinewood's
region) and erin (executive) work at the vendor; paula (partner admin) and pete (seller) at Pinewood; olga at Oakhurst,
who must never see Pinewood; ian is an integration.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Integration, User
from accounts.roles import VendorRole
from core.models import Program
from partners.models import Assignment, Partner, PartnerStatus, Person, Region, RegionGrant
from segmentation.engine import previews
from tests.factories.accounts import IntegrationFactory, UserFactory, VendorUserFactory, bearer_token

#: A Monday morning, later than any clock a database may show while these tests are in use.
NOW = datetime(2030, 3, 18, 10, 0, tzinfo=UTC)

#: A session made before a test stops the clock at NOW is still good then.
FAR_ENOUGH = timedelta(days=3650)

#: Parameters of more characters than this give their test no name.
LONGEST_NAME = 200


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a test by what long texts and bytes are for; archives hold the second they were made in, names must stay."""
    return argname if isinstance(val, bytes) or (isinstance(val, str) and len(val) > LONGEST_NAME) else None


@pytest.fixture
def now() -> Iterator[datetime]:
    """Stop the clock at NOW, for services that are given the time and for doors that read it."""
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Hash passwords cheaply: strength is not what most tests are about."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _fresh_program() -> None:
    """What one test made of the program, and how many partners it had, is nothing to the next."""
    Program.forget()
    previews.forget_size()


@pytest.fixture
def program(db: None) -> Program:
    """The one program."""
    return Program.current()


# --- at the vendor


@pytest.fixture
def vera(pinewood: Partner) -> User:
    """The channel account manager who looks after Pinewood."""
    vera = VendorUserFactory(name="Vera Vance", email="vera@vendor.example", role=VendorRole.CAM)
    Assignment.objects.create(partner=pinewood, user=vera, starts_at=NOW)
    return vera


@pytest.fixture
def vincent(oakhurst: Partner) -> User:
    """A channel account manager of another region, who looks after Oakhurst."""
    vincent = VendorUserFactory(name="Vincent Vale", email="vincent@vendor.example", role=VendorRole.CAM)
    Assignment.objects.create(partner=oakhurst, user=vincent, starts_at=NOW)
    return vincent


@pytest.fixture
def victor(db: None) -> User:
    """The program admin."""
    return VendorUserFactory(name="Victor Voss", email="victor@vendor.example", role=VendorRole.PROGRAM_ADMIN)


@pytest.fixture
def rita(pinewood: Partner) -> User:
    """The regional program admin of EMEA, where Pinewood is and Oakhurst is not."""
    rita = VendorUserFactory(name="Rita Roth", email="rita@vendor.example", role=VendorRole.REGIONAL_ADMIN)
    emea = Region.objects.create(key="emea-of-rita", name="EMEA")
    Region.objects.filter(pk=emea.pk).update(path=[emea.pk])
    RegionGrant.objects.create(user=rita, region=emea)
    Partner.objects.filter(pk=pinewood.pk).update(region=emea)
    pinewood.refresh_from_db()
    return rita


@pytest.fixture
def erin(db: None) -> User:
    """The executive, who reads."""
    return VendorUserFactory(name="Erin Ekholm", email="erin@vendor.example", role=VendorRole.EXECUTIVE)


# --- at partners


@pytest.fixture
def pinewood(db: None) -> Partner:
    """A partner that most tests are about."""
    return Partner.objects.create(name="Pinewood", domain="pinewood.example", country="DE", status=PartnerStatus.ACTIVE)


@pytest.fixture
def oakhurst(db: None) -> Partner:
    """Another partner."""
    return Partner.objects.create(name="Oakhurst", domain="oakhurst.example", country="US", status=PartnerStatus.ACTIVE)


def person_at(partner: Partner, *, name: str, email: str, is_admin: bool = False) -> User:
    """Make a person of a partner who may sign in; `user.person` is their record."""
    user = UserFactory(name=name, email=email)
    Person.objects.create(partner=partner, user=user, name=name, email=email, is_admin=is_admin)
    return user


@pytest.fixture
def paula(pinewood: Partner) -> User:
    """The partner admin at Pinewood."""
    return person_at(pinewood, name="Paula Park", email="paula@pinewood.example", is_admin=True)


@pytest.fixture
def pete(pinewood: Partner) -> User:
    """A seller at Pinewood."""
    return person_at(pinewood, name="Pete Pratt", email="pete@pinewood.example")


@pytest.fixture
def olga(oakhurst: Partner) -> User:
    """The partner admin at Oakhurst, who must never see Pinewood."""
    return person_at(oakhurst, name="Olga Oss", email="olga@oakhurst.example", is_admin=True)


# --- systems


@pytest.fixture
def ian(victor: User) -> Integration:
    """An integration with every scope."""
    return IntegrationFactory(name="Ian's CRM", owner=victor)


# --- how they call


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """Return a function that signs somebody in: `client_of(vera).get("/vendor/")`."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        session = client.session
        session.set_expiry(FAR_ENOUGH)
        session.save()
        return client

    return sign_in


@pytest.fixture
def api_of() -> Callable[[Integration], APIClient]:
    """Return a function that lets an integration call the API: `api_of(ian).get("/api/v1/partners")`."""

    def call_as(integration: Integration) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {bearer_token(integration)}")
        return client

    return call_as
