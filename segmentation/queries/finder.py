"""Runs the criteria of categories over what an applicant answered: the finder of `partners.queries.finder`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction

from criteria.fields import registry
from criteria.tree import CriteriaError, Group, parse
from partners.queries.finder import Checked, register
from segmentation import engine
from segmentation.queries.why import for_partner, partner_sees
from segmentation.wording import speaker

#: What the explanation of the clauses that can be answered is called, beside that of all of them.
NOW = " now"


@register
def check(
    asked: Mapping[int, Any], values: Mapping[str, Any], fields: frozenset[str], at: datetime, veiled: bool
) -> dict[int, Checked]:
    """Return each criteria run over the values. What cannot be run is left out, and stops no other."""
    trees = {pk: tree for pk, document in asked.items() if (tree := _tree(document)) is not None}
    try:
        with transaction.atomic():
            return _checked(trees, values, fields, at, veiled)
    except (CriteriaError, DatabaseError):
        if len(trees) <= 1:
            return {}
    found: dict[int, Checked] = {}
    for pk, document in asked.items():
        found |= check({pk: document}, values, fields, at, veiled)
    return found


def _tree(document: Any) -> Group | None:
    try:
        return parse(document)
    except CriteriaError:
        return None


def _checked(
    trees: Mapping[int, Group], values: Mapping[str, Any], fields: frozenset[str], at: datetime, veiled: bool
) -> dict[int, Checked]:
    catalog = registry.catalog()
    now = {pk: tree for pk, one in trees.items() if (tree := engine.answerable(one, fields)) is not None}
    named = {str(pk): tree for pk, tree in trees.items()} | {f"{pk}{NOW}": tree for pk, tree in now.items()}
    explained = engine.explain_imagined(named, values=values, at=at, speak=speaker)
    found = {}
    for pk in trees:
        known = explained.get(f"{pk}{NOW}")
        clauses = [leaf.clause for leaf in known.leaves] if known else []
        later = [
            leaf.asked
            for leaf in explained[str(pk)].leaves
            if leaf.clause is not None
            and leaf.clause not in clauses
            and not (veiled and not partner_sees(leaf.clause, catalog))
        ]
        found[pk] = Checked(for_partner(known) if known and veiled else known, tuple(later))
    return found
