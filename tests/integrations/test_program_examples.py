"""The programs under examples/programs give every partner of their test vectors what the vectors say.

Each vector is a partner with records around a boundary, in a portal into which the program was imported; the rule book
judges all of them in one run, as it does in production.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from accounts.models import User
from core.models import Program
from core.money import Money
from core.services import program as settings
from deals.models import Customer, Deal, DealParticipant, DealRole, Product
from deals.services import deals
from deals.services.deals import Line, Participation
from enablement.models import Certification, HeldCertification
from integrations.services import programs
from partners.models import LifeStage, Partner, Tier
from segmentation import engine
from segmentation.models import Classification, Measure, Segment
from segmentation.services import recompute
from tests.factories.deals import CustomerFactory, ProductFactory
from tests.factories.enablement import ActivityFactory
from tests.factories.learning import HeldCertificationFactory
from tests.factories.partners import PartnerFactory, PersonFactory

pytestmark = pytest.mark.django_db
EXAMPLES = Path(__file__).parents[2] / "examples" / "programs"
NAMES = ["odoo", "wix", "atlassian", "starter"]
Vector = Mapping[str, Any]


def read(name: str) -> Any:
    """Return a file of the examples."""
    return programs.read((EXAMPLES / name).read_bytes())


def bring_in(name: str, by: User, at: datetime) -> None:
    """Import a program."""
    found = programs.plan(read(f"{name}.json"), by=by, at=at)
    assert found.faults == []
    programs.apply(found, by=by, at=at)


class World:
    """Makes the records of vectors."""

    def __init__(self, by: User, at: datetime) -> None:
        self.by, self.at = by, at
        self.products = {one.key: one for one in Product.objects.all()}
        self.certifications = {one.key: one for one in Certification.objects.all()}

    def partner(self, vector: Vector) -> Partner:
        """Make a partner with everything that a vector names."""
        partner = PartnerFactory(name=vector["says"][:120], **vector.get("partner", {}))
        for deal in vector.get("deals", []):
            self._deals(partner, deal)
        for person, key, expires_on in self._certified(vector):
            holder = PersonFactory(partner=partner, name=person)
            certification = self.certifications[key]
            HeldCertificationFactory(person=holder, certification=certification, expires_on=expires_on)
        for key, people in vector.get("certified_twice", {}).items():
            for held in HeldCertification.objects.filter(person__partner=partner)[:people]:
                HeldCertificationFactory(
                    person=held.person, certification=self.certifications[key], earned_on=date(2030, 2, 1)
                )
        self._activity(partner, vector.get("activity_days", 0))
        return partner

    def _certified(self, vector: Vector) -> Iterator[tuple[str, str, str | None]]:
        twice = vector.get("certified_twice", {})
        for key, people in {**vector.get("certified", {}), **twice}.items():
            yield from ((f"Person {number}", key, None) for number in range(people))
        for key, days in vector.get("certified_until", {}).items():
            yield from ((f"Person until {day}", key, day) for day in days)

    def _deals(self, partner: Partner, deal: Vector) -> None:
        if "customers" in deal:
            self._won_of_customers(partner, deal["customers"], deal["closed_on"])
            return
        for _time in range(deal.get("times", 1)):
            self._deal(partner, deal)

    def _deal(self, partner: Partner, deal: Vector) -> None:
        closed_on = date.fromisoformat(deal["closed_on"]) if "closed_on" in deal else None
        currency = deal.get("currency", Program.current().currency)
        split = Decimal(deal.get("split_percent", 100))
        deals.record(
            name="Deal",
            customer=CustomerFactory(),
            amount=Money(Decimal(deal.get("amount", "0")), currency),
            opened_on=date.fromisoformat(deal.get("opened_on", "2026-01-01")),
            closed_on=closed_on,
            stage=deal.get("stage", "won"),
            partners=[Participation(partner, DealRole.RESELL, split)],
            products=[Line(self._product(key), quantity) for key, quantity in deal.get("lines", {}).items()],
            by=self.by,
            at=self.at,
        )

    def _won_of_customers(self, partner: Partner, number: int, closed_on: str) -> None:
        """Win a deal of each of the partner's first so many customers: the same ones every time."""
        names = [f"Customer {one} of {partner.pk}" for one in range(number)]
        known = {one.name: one for one in Customer.objects.filter(name__in=names)}
        Customer.objects.bulk_create(Customer(name=name) for name in names if name not in known)
        customers = Customer.objects.filter(name__in=names)
        made = Deal.objects.bulk_create(
            Deal(
                name="Deal", customer=one, stage="won", amount=0, currency="EUR", program_amount=0,
                opened_on=date(2026, 1, 1), closed_on=closed_on,
            )
            for one in customers
        )  # fmt: skip
        DealParticipant.objects.bulk_create(
            DealParticipant(deal=deal, partner=partner, role=DealRole.RESELL) for deal in made
        )

    def _product(self, key: str) -> Product:
        if key not in self.products:
            self.products[key] = ProductFactory(key=key)
        return self.products[key]

    def _activity(self, partner: Partner, days: int) -> None:
        if days:
            person = PersonFactory(partner=partner)
            for number in range(days):
                ActivityFactory(person=person, day=self.at.date() - timedelta(days=number))


def answers(partner: Partner, at: datetime) -> dict[str, Any]:
    """Return what the rule book says of a partner, in the words of vectors."""
    stored = Classification.objects.get(partner=partner)
    tiers = Tier.objects.filter(pk__in=stored.tier_ids).select_related("track").order_by("rank")
    stage = LifeStage.objects.filter(pk=stored.stage_id).first()
    keys = list(Measure.objects.values_list("key", flat=True))
    fields = {key: {"field": f"measure_{key}"} for key in keys}
    return {
        "tiers": [f"{tier.track.key}.{tier.key}" for tier in tiers],
        "segments": set(Segment.objects.filter(pk__in=stored.segment_ids).values_list("key", flat=True)),
        "life_stage": stage.key if stage else None,
        "measures": engine.values(fields, partner_ids=[partner.pk], at=at)[partner.pk],
    }


def differs(expected: Vector, found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a vector says otherwise than the rule book."""
    wanted = dict(expected)
    if "segments" in wanted:
        wanted["segments"] = set(wanted["segments"])
    shown = {name: found[name] for name in wanted}
    if "measures" in wanted:
        shown["measures"] = {key: found["measures"][key] for key in wanted["measures"]}
    return {name: (wanted[name], shown[name]) for name in wanted if wanted[name] != shown[name]}


@pytest.mark.parametrize("name", NAMES)
def test_every_vector_gets_what_it_says(name: str, victor: User, now: datetime) -> None:
    bring_in(name, victor, now)
    file = read(f"{name}.vectors.json")
    assert file["on"] == now.date().isoformat()
    for currency, rate in file.get("rates", {}).items():
        settings.set_rate(currency=currency, starts_on=date(2020, 1, 1), rate=Decimal(rate), by=victor, at=now)
    world = World(victor, now)
    made = [(vector, world.partner(vector)) for vector in file["vectors"]]

    recompute.everything(at=now)

    wrong = {
        vector["says"]: difference
        for vector, partner in made
        if (difference := differs(vector["expect"], answers(partner, now)))
    }
    assert wrong == {}


@pytest.mark.parametrize("name", NAMES)
def test_an_example_fits_the_schema_and_is_kept_as_it_stands(name: str, victor: User, now: datetime) -> None:
    document = read(f"{name}.json")
    bring_in(name, victor, now)

    assert list(Draft202012Validator(programs.schema()).iter_errors(document)) == []
    assert programs.plan(document, by=victor, at=now).changes_nothing


def test_the_schema_beside_the_examples_is_the_portals() -> None:
    assert json.loads((EXAMPLES / "partner-program-1.schema.json").read_text()) == programs.schema()
