"""The one place where criteria meet the database.

The rule book compiles to one statement for a set of partners (`statement`). Previews, explanations and figures are
selects over the same columns and conditions, so that no second evaluator can disagree.
"""

from segmentation.engine.cautions import cautions, place_of, proved
from segmentation.engine.explanations import explain, explain_many
from segmentation.engine.figures import values
from segmentation.engine.impacts import Moves, UncountedError, moves
from segmentation.engine.previews import Impact, Match, Side, compare, estimate, is_large, preview
from segmentation.engine.statement import Statement, broken_rules, classify
from segmentation.engine.stored import clock, stored_book

__all__ = [
    "Impact",
    "Match",
    "Moves",
    "Side",
    "Statement",
    "UncountedError",
    "broken_rules",
    "cautions",
    "classify",
    "clock",
    "compare",
    "estimate",
    "explain",
    "explain_many",
    "is_large",
    "moves",
    "place_of",
    "preview",
    "proved",
    "stored_book",
    "values",
]
