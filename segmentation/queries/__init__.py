"""Reads shaped for pages: members, moves, why, freshness."""

from segmentation.queries.freshness import Freshness, Operations, broken_ids, freshness, health_of, operations
from segmentation.queries.members import Standing, draft_ids, member_counts, members, recent_moves, standing
from segmentation.queries.moves import Transition, move_at, moves_of, transitions
from segmentation.queries.rules import DEFINITIONS, RULES, decided_by, kind_label, page_of, rule_choices, sentence_of
from segmentation.queries.why import (
    Asked,
    Past,
    Why,
    asked_of,
    clause_at,
    explain,
    for_partner,
    heading,
    partner_sees,
    records,
    why,
    why_then,
)

__all__ = [
    "DEFINITIONS",
    "RULES",
    "Asked",
    "Past",
    "asked_of",
    "clause_at",
    "decided_by",
    "for_partner",
    "heading",
    "move_at",
    "moves_of",
    "partner_sees",
    "records",
    "rule_choices",
    "why_then",
    "Freshness",
    "Operations",
    "Standing",
    "Transition",
    "Why",
    "broken_ids",
    "draft_ids",
    "explain",
    "freshness",
    "health_of",
    "kind_label",
    "member_counts",
    "members",
    "operations",
    "page_of",
    "recent_moves",
    "sentence_of",
    "standing",
    "transitions",
    "why",
]
