"""A plan to work with in tests: two objectives over a year, a milestone and a task of the partner."""

from datetime import date
from decimal import Decimal

from scorecards.models import PlanVersion
from scorecards.quarters import quarters_between
from scorecards.services import plan_agreement, plan_drafts, plan_parts

START, END = date(2030, 1, 1), date(2030, 12, 31)
WON = {"combinator": "and", "not": False, "rules": [{"field": "stage", "operator": "equals", "value": "won"}]}
WON_AMOUNT = {"collection": "deals", "aggregate": "sum", "of": "amount", "where": WON, "window": {"since": "start"}}


def quarterly(*numbers, start=START, end=END):
    quarters = quarters_between(start, end)
    return {one.starts_on: Decimal(number) for one, number in zip(quarters, numbers, strict=True)}


def drafted(partner, by, at, **said) -> PlanVersion:
    plan = plan_drafts.begin(partner=partner, name="Growth year", starts_on=START, ends_on=END, by=by, at=at, **said)
    return plan.versions.get()


def filled(partner, by, at) -> PlanVersion:
    draft = drafted(partner, by, at)
    revenue = {"name": "Revenue won", "expression": WON_AMOUNT, "weight": 3}
    people = {"name": "Employees", "expression": {"field": "employees"}, "weight": 1}
    to = {"version": draft, "by": by, "at": at}
    plan_parts.put_objective(targets=quarterly(100, 200, 300, 400), **revenue, **to)
    plan_parts.put_objective(targets=quarterly(10, 20, 30, 40), **people, **to)
    plan_parts.put_milestone(name="Campaign run", due_on=date(2030, 6, 30), **to)
    plan_parts.put_task(title="Name a sponsor", side="partner", due_on=date(2030, 2, 1), **to)
    return draft


def agreed(partner, cam, admin, at) -> PlanVersion:
    version = filled(partner, cam, at)
    plan_agreement.propose(version=version, by=cam, at=at)
    plan_agreement.agree(version=version, by=admin, at=at)
    return version
