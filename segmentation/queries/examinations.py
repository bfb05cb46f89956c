"""What a category's criteria say of one partner, as partners keeps it with decisions: registered there."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from criteria.explain import Explanation
from criteria.fields import Catalog, registry
from criteria.tree import CriteriaError
from partners.models import Category, Partner
from partners.queries.examinations import ClauseFound, Examination, register_examiner
from segmentation import engine
from segmentation.queries.why import asked_of, explain, partner_sees


@register_examiner
def examine(partner: Partner, category: Category, at: datetime) -> Examination | None:
    """Return what the criteria that hold for a partner say; None without criteria, or while they cannot be run."""
    asked = asked_of(category, partner)
    if asked is None or asked.criteria is None:
        return None
    try:
        with transaction.atomic():
            found = explain(partner=partner, criteria=asked.criteria, at=at)
    except (CriteriaError, *engine.FAULTS_OF_RULES):
        return None
    clauses = tuple(_clauses(found, registry.catalog(), turned=False))
    return Examination(found.met, asked.number, clauses, asked.region.name if asked.region else "")


def _clauses(node: Explanation, catalog: Catalog, *, turned: bool) -> Iterator[ClauseFound]:
    """Yield the clauses below a node; below a "none of these" one is met when it does not hold."""
    if node.joined:
        for part in node.parts:
            yield from _clauses(part, catalog, turned=turned != node.negated)
        return
    met = node.met != turned
    secret = node.clause is not None and not partner_sees(node.clause, catalog)
    yield ClauseFound(
        node.path, node.asked, node.has, "" if met else node.missing, met, _plain(node.value), secret=secret
    )


def _plain(value: Any) -> Any:
    """Return a value as JSON keeps it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value
