"""A small program as a program admin would define it, made through the services that its pages call."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from core.models import CurrencyRate, Program
from enablement.models import AssetKind, Journey
from enablement.services import content, journeys
from partners.models import Category, LifeStage, TierTrack
from partners.services import categories, life_stages, tiers
from segmentation.models import Segment
from segmentation.services import segments

Document = dict[str, Any]


def rule(field: str, operator: str, value: Any = None) -> Document:
    """Return a clause on a field of the partner."""
    return {"field": field, "operator": operator, "value": value}


def all_of(*rules: Document) -> Document:
    """Return a group that holds when all its rules do."""
    return {"combinator": "and", "not": False, "rules": list(rules)}


def won(operator: str, amount: int) -> Document:
    """Return a clause on what a partner won in the last two years."""
    return {
        "collection": "deals",
        "aggregate": "sum",
        "of": "amount",
        "where": all_of(rule("stage", "equals", "won")),
        "window": {"last": 24, "unit": "months"},
        "operator": operator,
        "value": amount,
    }


def certified(operator: str, people: int) -> Document:
    """Return a clause on how many people hold a certification that counts."""
    return {
        "collection": "certifications",
        "aggregate": "count_distinct",
        "of": "person",
        "where": all_of(rule("valid", "is_true")),
        "operator": operator,
        "value": people,
    }


@dataclass(frozen=True)
class SmallProgram:
    """What the story looks at."""

    integrator: Category
    track: TierTrack
    stages: dict[str, LifeStage]
    german: Segment
    sellers: Segment
    journey: Journey


def define(*, by: User, at: datetime) -> SmallProgram:
    """Define categories, a ladder, life stages, segments, content and a journey."""
    program = Program.current()
    program.name, program.hub_name = "Lumen", "Lumen Partner Hub"
    program.save()
    for currency, rate in (("USD", "0.92"), ("GBP", "1.15"), ("CHF", "1.05"), ("SEK", "0.09")):
        CurrencyRate.objects.create(currency=currency, starts_on=date(2000, 1, 1), rate=Decimal(rate))
    integrator = categories.define(
        key="integrator",
        name="System Integrator",
        by=by,
        at=at,
        meaning="Plans and builds whole solutions.",
        criteria=all_of(rule("employees", ">=", 50)),
    )
    track = tiers.define_track(
        key="solution",
        name="Solution",
        by=by,
        at=at,
        tiers=[
            {"key": "silver", "name": "Silver", "criteria": all_of(won(">=", 1))},
            {"key": "gold", "name": "Gold", "criteria": all_of(won(">=", 100_000), certified(">=", 2))},
            {"key": "platinum", "name": "Platinum", "criteria": all_of(won(">=", 100_000_000), certified(">=", 50))},
        ],
    )
    stages = {
        key: life_stages.define(key=key, name=name, by=by, at=at, criteria=criteria)
        for key, name, criteria in (
            ("prospective", "Prospective", all_of(rule("status", "equals", "prospect"))),
            ("activated", "Activated", all_of(won(">=", 1))),
            ("onboarded", "Recently onboarded", all_of(rule("joined_on", "within_last", {"n": 6, "unit": "months"}))),
            ("inactive", "Inactive", all_of()),
        )
    }
    german = segments.define(
        key="german", name="Partners in Germany", by=by, at=at, criteria=all_of(rule("country", "equals", "DE"))
    )
    sellers = segments.define(
        key="sellers", name="Partners that sell", by=by, at=at, criteria=all_of(won(">=", 50_000))
    )
    guide = content.create(
        by=by, at=at, title="Winning tenders in Germany", kind=AssetKind.PAGE, body="## Begin early", audience=german
    )
    content.publish(asset=guide, by=by, at=at)
    journey = journeys.create(by=by, at=at, name="First steps in Germany", audience=german)
    journeys.add_step(journey=journey, by=by, at=at, kind="content", title="Read how tenders work", asset=guide)
    journeys.add_step(journey=journey, by=by, at=at, kind="task", title="Name a contact for tenders")
    journeys.publish(journey=journey, by=by, at=at)
    return SmallProgram(integrator, track, stages, german, sellers, journey)
