"""Reads shaped for pages: members, moves, why, freshness."""

from segmentation.queries.freshness import Freshness, freshness
from segmentation.queries.members import Standing, draft_ids, member_counts, members, recent_moves, standing
from segmentation.queries.moves import Transition, transitions
from segmentation.queries.rules import DEFINITIONS, RULES, kind_label, page_of, sentence_of
from segmentation.queries.why import Why, explain, why

__all__ = [
    "DEFINITIONS",
    "RULES",
    "Freshness",
    "Standing",
    "Transition",
    "Why",
    "draft_ids",
    "explain",
    "freshness",
    "kind_label",
    "member_counts",
    "members",
    "page_of",
    "recent_moves",
    "sentence_of",
    "standing",
    "transitions",
    "why",
]
