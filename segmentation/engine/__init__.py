"""The one place where criteria meet the database.

The rule book compiles to one statement for a set of partners (`statement`). Previews, explanations and figures are
selects over the same columns and conditions, so that no second evaluator can disagree.
"""

from segmentation.engine.cautions import place_of, proved
from segmentation.engine.columns import Columns
from segmentation.engine.comparisons import REVENUE, Impact, Side, Then, compare, compare_over
from segmentation.engine.explanations import explain, explain_many
from segmentation.engine.figures import Spread, average, is_among_peers, peer_select, spread, values
from segmentation.engine.grids import Place, grid
from segmentation.engine.imagined import answerable, explain_imagined
from segmentation.engine.impacts import Moves, UncountedError, moves
from segmentation.engine.judgements import judge
from segmentation.engine.movers import movers
from segmentation.engine.past import explain_past
from segmentation.engine.peers import write_standings
from segmentation.engine.previews import Match, estimate, is_large, preview, sampled
from segmentation.engine.rankings import Ranking, ranking
from segmentation.engine.records import Record, Records, has_records, records
from segmentation.engine.simulations import Cell, Distribution, Holders, Rung, distribution, simulate
from segmentation.engine.stand_ins import AS_STORED, StandIns
from segmentation.engine.statement import (
    FAULTS_OF_RULES,
    Answers,
    Statement,
    WhatIf,
    broken_rules,
    classify,
    differing,
    what_if,
)
from segmentation.engine.stored import clock, stored_book
from segmentation.engine.weighing import Weighed, weigh

__all__ = [
    "AS_STORED",
    "REVENUE",
    "Cell",
    "Columns",
    "Distribution",
    "Holders",
    "StandIns",
    "Place",
    "Rung",
    "distribution",
    "grid",
    "simulate",
    "FAULTS_OF_RULES",
    "Answers",
    "Impact",
    "Match",
    "Moves",
    "Ranking",
    "Record",
    "Records",
    "Side",
    "Spread",
    "Statement",
    "Then",
    "UncountedError",
    "answerable",
    "average",
    "Weighed",
    "WhatIf",
    "broken_rules",
    "classify",
    "clock",
    "compare",
    "compare_over",
    "differing",
    "estimate",
    "explain",
    "explain_imagined",
    "explain_many",
    "explain_past",
    "has_records",
    "is_among_peers",
    "is_large",
    "movers",
    "judge",
    "moves",
    "peer_select",
    "place_of",
    "preview",
    "proved",
    "ranking",
    "sampled",
    "records",
    "spread",
    "stored_book",
    "values",
    "weigh",
    "what_if",
    "write_standings",
]
