"""Writes what a program stands on: its settings, staff, regions, attributes, products and certifications."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.models import Integration, Invitation, User
from accounts.scopes import SCOPES
from accounts.services import integrations, invitations, users
from core import audit
from core.models import CurrencyRate, Program, Source
from deals.services import products
from enablement.services import certifications
from partners.models import Region as RegionRecord
from partners.services import attributes, region_countries, region_grants, regions
from portal.seed.shapes import Programme, Region

#: Everybody in the demo signs in with it; it is printed at every start.
PASSWORD = "partner-hub-demo"  # noqa: S105 - meant to be known
#: The table is fixed a year at a time.
RATE_AGES = (timedelta(days=1200), timedelta(days=365))
INTEGRATION_LIFE = timedelta(days=360)


def write_program(programme: Programme) -> None:
    """Set name, currency and time zone, and the currency table."""
    with audit.action("program.update", by=None):
        Program.objects.update_or_create(
            pk=1,
            defaults={
                "name": programme.vendor,
                "hub_name": programme.hub_name,
                "currency": programme.currency,
                "timezone": programme.timezone,
                "languages": [{"code": "de", "name": "Deutsch"}] if programme.german else [],
                "shows_glossary": bool(programme.german),
            },
        )


def write_rates(programme: Programme, *, by: User, at: datetime) -> None:
    """Write what foreign currencies are worth."""
    with audit.action("currency_rate.create", by=by):
        CurrencyRate.objects.bulk_create(
            CurrencyRate(currency=currency, starts_on=(at - age).date(), rate=rate)
            for currency, rates in programme.rates.items()
            for age, rate in zip(RATE_AGES, rates, strict=True)
        )


def write_staff(programme: Programme, *, at: datetime) -> dict[str, User]:
    """Write the people at the vendor, who have accepted their invitations; by e-mail address."""
    people: dict[str, User] = {}
    admin: User | None = None
    for one in programme.staff:
        user = users.create(email=one.email, name=one.name, role=one.role, by=admin, at=at)
        people[one.email] = user = let_in(user, at=at)
        users.update_own(user=user, by=user, at=at, changes={"timezone": one.timezone})
        admin = admin or user
    return people


def let_in(user: User, *, at: datetime) -> User:
    """Accept somebody's invitation with the password of the demo."""
    invitation = Invitation.objects.get(user=user, accepted_at=None, revoked_at=None)
    return invitations.accept(token=invitations.token_of(invitation), name=user.name, password=PASSWORD, at=at)


def write_regions(programme: Programme, *, by: User, at: datetime) -> None:
    """Write the tree of regions, each with the countries that partners come from."""

    def write(below: Sequence[Region], parent: RegionRecord | None) -> None:
        for one in below:
            region = regions.create(name=one.name, key=one.key, parent=parent, by=by, at=at)
            there = [place.country for place in programme.places if place.region == one.key]
            region_countries.name_countries(region=region, codes=there, by=by, at=at)
            write(one.below, region)

    write(programme.regions, None)


def write_regional_admins(programme: Programme, *, by: User, at: datetime) -> None:
    """Write the people who own what is said in single regions."""
    for name, email, keys in programme.regional_admins:
        user = let_in(users.create(email=email, name=name, role="regional_admin", by=by, at=at), at=at)
        region_grants.grant(user=user, regions=RegionRecord.objects.filter(key__in=keys), by=by, at=at)


def write_vocabulary(programme: Programme, *, by: User, at: datetime) -> None:
    """Write attributes, products and certifications."""
    for attribute in programme.attributes:
        attributes.create(by=by, at=at, **attribute)
    for key, name, line in programme.products:
        products.create(key=key, name=name, line=line, by=by, at=at)
    for key, name, level, line, months in programme.certifications:
        certifications.create(key=key, name=name, level=level, product_line=line, valid_months=months, by=by, at=at)


def write_integration(*, by: User, at: datetime) -> tuple[Integration, Source]:
    """Register the CRM that brought the records. Its secret is thrown away: make a new one to call the API."""
    source = integrations.register_source(key="salesforce", label="Salesforce", by=by)
    integration, _secret = integrations.create(
        name="Salesforce",
        source=source,
        scopes=list(SCOPES),
        expires_at=at + INTEGRATION_LIFE,
        owner=by,
        by=by,
        at=at,
    )
    return integration, source
