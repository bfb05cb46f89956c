"""What partners qualify for at a moment, reckoned anew without writing anything, with the values that decide."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from criteria.fields import RuleKind, registry
from segmentation.engine.statement import Statement
from segmentation.rulebook import RuleBook
from segmentation.scope import Scope

Judged = tuple[list[int], dict[int, dict[str, Any]]]


def judge(partner_ids: Sequence[int], tier_ids: Sequence[int], *, at: datetime) -> dict[int, Judged]:
    """Return for each partner all tiers whose criteria hold, and the evidence for the tiers asked about.

    The evidence has the shape of a rule's transition: version, values by clause, and the regional override that holds.
    """
    catalog = registry.catalog()
    rules = RuleBook.load(catalog)
    statement = Statement(rules, catalog, at)
    asked = [rule for rule in rules.of_kind(RuleKind.TIER) if rule.id in set(tier_ids)]
    columns = "".join(f", {statement.evidence_of(rule)} AS e_{rule.id}" for rule in asked)
    scope = Scope.some(list(partner_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT partner_id, new_tier_ids{columns} FROM ({statement.select(scope)}) found",
            statement.parameters(scope),
        )
        rows = cursor.fetchall()
    return {
        partner_id: (met, {rule.id: _read(value) for rule, value in zip(asked, evidence, strict=True)})
        for partner_id, met, *evidence in rows
    }


def _read(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else dict(json.loads(value or "{}"))
