"""Reads shaped for pages: members, moves, why, freshness."""

from segmentation.queries.freshness import Freshness, Operations, broken_ids, freshness, health_of, operations
from segmentation.queries.members import Standing, draft_ids, member_counts, members, recent_moves, standing
from segmentation.queries.moves import Transition, transitions
from segmentation.queries.rules import DEFINITIONS, RULES, kind_label, page_of, sentence_of
from segmentation.queries.why import Why, explain, why

__all__ = [
    "DEFINITIONS",
    "RULES",
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
