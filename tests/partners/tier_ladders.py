"""A ladder whose tiers ask for so many employees, so that tests raise and lower partners by one figure."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import time_machine

from core.models import OutboxMessage, Program
from core.services import outbox
from partners.models import Partner, TierHolding, TierMove, TierTrack
from partners.services import partners, tier_reviews, tiers
from segmentation.services import recompute

#: What each rung asks.
EMPLOYEES = {"silver": 10, "gold": 50, "platinum": 100}
#: In one the day begins early, in the other late; their clocks change on other days.
ZONES = ("Pacific/Auckland", "America/Los_Angeles")


def asks(employees: int) -> dict[str, Any]:
    """Return criteria that ask for so many employees."""
    return {"combinator": "and", "rules": [{"field": "employees", "operator": ">=", "value": employees}]}


def ladder(*, by: Any, at: datetime, key: str = "solution", **policy: Any) -> TierTrack:
    """Make the ladder with a policy."""
    rungs = [{"key": key, "name": key.title(), "criteria": asks(least)} for key, least in EMPLOYEES.items()]
    return tiers.define_track(key=key, name="Solution partners", tiers=rungs, by=by, at=at, **policy)


def grow(partner: Partner, employees: int, *, at: datetime) -> None:
    """Give a partner so many employees, and let workers do what follows."""
    partner.refresh_from_db()
    partners.update(partner=partner, by=None, at=at, changes={"employees": employees})
    work(at)


def work(at: datetime) -> None:
    """Do what workers do at a moment: recompute, deliver, go on with reviews."""
    with time_machine.travel(at, tick=False):
        recompute.everything(at=at)
        OutboxMessage.objects.update(due_at=at)
        outbox.deliver_due(at=at)
        while tier_reviews.continue_one(at=at):
            pass
        OutboxMessage.objects.update(due_at=at)
        outbox.deliver_due(at=at)


def held(partner: Partner) -> str:
    """Return what a partner holds, and whether in grace."""
    one = TierHolding.objects.open().filter(partner=partner).select_related("tier").first()
    return "" if one is None else f"{one.tier.key}{' in grace' if one.is_in_grace else ''}"


def moves(partner: Partner) -> list[str]:
    """Return what happened to a partner, in order."""
    return list(TierMove.objects.filter(partner=partner).order_by("at", "pk").values_list("kind", flat=True))


def in_zone(name: str) -> ZoneInfo:
    """Move the program to a time zone."""
    program = Program.current()
    program.timezone = name
    program.save(update_fields=["timezone"])
    Program.forget()
    return ZoneInfo(name)
