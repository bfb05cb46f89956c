"""Carries out plans: many deals with their participants and lines in a fixed number of statements, differences only."""

from collections.abc import Iterable, Sequence

from django.db.models import F
from django.db.models.functions import Now

from deals.models import Deal, DealLine, DealParticipant
from deals.services.terms import Line, Participation, Plan
from partners.signals import partners_changed

NAMES = {"customer_id": "customer", "owner_id": "owner", "currency": "amount", "program_amount": "amount"}


def write(plans: Sequence[Plan]) -> list[list[str]]:
    """Write what differs and announce the partners concerned. Returns for each plan the names of what changed."""
    new = {id(plan) for plan in plans if plan.is_new}
    changed = [plan for plan in plans if plan.changed and not plan.is_new]
    Deal.objects.bulk_create([plan.deal for plan in plans if plan.is_new])
    _update(changed)
    before = _participants_of(plans)
    shared, listed = _write_participants(plans, before), _write_lines(plans)
    counted = {plan.deal.pk for plan in plans if id(plan) in new or plan.changed}
    _count_version((shared | listed) - counted)
    _announce(plans, before, counted | shared | listed)
    return [_named(plan, shared, listed) for plan in plans]


def _named(plan: Plan, shared: set[int], listed: set[int]) -> list[str]:
    names = [NAMES.get(name, name) for name in plan.changed]
    names += ["partners"] if plan.deal.pk in shared else []
    names += ["products"] if plan.deal.pk in listed else []
    return list(dict.fromkeys(names))


def _update(plans: Sequence[Plan]) -> None:
    """Update deals by one insert that meets itself: `bulk_update` writes a CASE per row and field, ten times slower."""
    names = sorted({name.removesuffix("_id") for plan in plans for name in plan.changed})
    if plans:
        Deal.objects.bulk_create(
            [plan.deal for plan in plans], update_conflicts=True, unique_fields=["id"], update_fields=names
        )


def _participants_of(plans: Sequence[Plan]) -> dict[int, list[DealParticipant]]:
    found: dict[int, list[DealParticipant]] = {plan.deal.pk: [] for plan in plans}
    for row in DealParticipant.objects.filter(deal__in=found).order_by("pk"):
        found[row.deal_id].append(row)
    return found


def _write_participants(plans: Sequence[Plan], before: dict[int, list[DealParticipant]]) -> set[int]:
    """Make participants what the plans say. Returns the ids of the deals on which that changed something."""
    new, updated, gone = [], [], []
    for plan in plans:
        if plan.participants is None:
            continue
        wanted = {(one.partner_id, one.role): one for one in plan.participants}
        for row in before[plan.deal.pk]:
            one = wanted.pop((row.partner_id, row.role), None)
            if one is None:
                gone.append(row)
            elif row.split_percent != one.split_percent:
                row.split_percent = one.split_percent
                updated.append(row)
        new += [_participant(plan.deal, one) for one in wanted.values()]
    DealParticipant.objects.filter(pk__in=[row.pk for row in gone]).delete()
    DealParticipant.objects.bulk_update(updated, ["split_percent"], batch_size=200)
    DealParticipant.objects.bulk_create(new)
    return {row.deal_id for row in (*new, *updated, *gone)}


def _participant(deal: Deal, one: Participation) -> DealParticipant:
    return DealParticipant(deal=deal, partner_id=one.partner_id, role=one.role, split_percent=one.split_percent)


def _write_lines(plans: Sequence[Plan]) -> set[int]:
    """Make product lines what the plans say. Returns the ids of the deals on which that changed something."""
    planned = {plan.deal.pk: plan for plan in plans if plan.lines is not None}
    wanted = {(pk, line.product.pk): line for pk, plan in planned.items() for line in plan.lines or []}
    updated, gone = [], []
    for row in DealLine.objects.filter(deal__in=planned):
        line = wanted.pop((row.deal_id, row.product_id), None)
        if line is None:
            gone.append(row)
        elif row.quantity != line.quantity:
            row.quantity = line.quantity
            updated.append(row)
    new = [_line(planned[pk].deal, line) for (pk, _product), line in wanted.items()]
    DealLine.objects.filter(pk__in=[row.pk for row in gone]).delete()
    DealLine.objects.bulk_update(updated, ["quantity"], batch_size=200)
    DealLine.objects.bulk_create(new)
    return {row.deal_id for row in (*new, *updated, *gone)}


def _line(deal: Deal, line: Line) -> DealLine:
    return DealLine(deal=deal, product=line.product, quantity=line.quantity)


def _count_version(deal_ids: Iterable[int]) -> None:
    """A deal whose participants or lines changed is another version of itself, though its own row says the same."""
    if ids := sorted(deal_ids):
        Deal.objects.filter(pk__in=ids).update(version=F("version") + 1, updated_at=Now())


def _announce(plans: Sequence[Plan], before: dict[int, list[DealParticipant]], fresh: set[int]) -> None:
    partner_ids: set[int] = set()
    for plan in plans:
        if plan.deal.pk in fresh:
            partner_ids.update(row.partner_id for row in before[plan.deal.pk])
            partner_ids.update(one.partner_id for one in plan.participants or [])
    if partner_ids:
        partners_changed.send(sender=Deal, partner_ids=sorted(partner_ids))
