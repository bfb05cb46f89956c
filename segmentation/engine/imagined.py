"""Criteria run over somebody who is no partner yet: the compiled clauses, over one row that is nowhere stored."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import CharField, TextField

from criteria.explain import Explanation
from criteria.fields import registry
from criteria.sentence import Speak, Speaker
from criteria.tree import Group, Node
from partners.models import Partner
from segmentation.engine.explanations import explained
from segmentation.engine.stand_ins import StandIns
from segmentation.engine.stored import stored_book

#: No partner has this id, so nobody's records count for somebody imagined.
NOBODY = 0


def explain_imagined(
    trees: Mapping[str, Group], *, values: Mapping[str, Any], at: datetime, speak: Speak = Speaker
) -> dict[str, Explanation]:
    """Return why each tree holds or not for a partner with these columns and no records. Raises CriteriaError."""
    if not trees:
        return {}
    book = stored_book(registry.catalog(), at)
    row = json.dumps({**_blank(), **values, "id": NOBODY}, default=str)
    alone = StandIns(
        {"partners_partner": "SELECT * FROM jsonb_populate_record(NULL::partners_partner, %(imagined)s::jsonb)"},
        {"imagined": row},
    )
    return explained(trees, book, partner_id=NOBODY, speak=speak, stand_ins=alone)


def _blank() -> dict[str, Any]:
    """Return the columns of a partner of whom nothing is known."""
    columns = {one.attname: one.get_default() for one in Partner._meta.concrete_fields if one.has_default()}
    texts = {one.attname: "" for one in Partner._meta.concrete_fields if isinstance(one, CharField | TextField)}
    return {**texts, **columns, "changed_at": {}}


def answerable(tree: Group, fields: frozenset[str]) -> Group | None:
    """Return the tree with only those clauses that ask for some fields of the partner; None when none is left.

    What is left out counts for nothing: "two of three" of which one is left out becomes two of two.
    """
    kept = _kept(tree, fields)
    return kept if isinstance(kept, Group) else None


def _kept(node: Node, fields: frozenset[str]) -> Node | None:
    if node.disabled:
        return None
    if not isinstance(node, Group):
        other = node.value.get("field") if isinstance(node.value, dict) else None
        return node if node.operand.field in fields and (other is None or other in fields) else None
    rules = tuple(kept for rule in node.rules if (kept := _kept(rule, fields)) is not None)
    return replace(node, rules=rules, at_least=min(node.at_least, len(rules))) if rules else None
