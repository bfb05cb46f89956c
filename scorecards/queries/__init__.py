"""Reads of scorecards, shaped for pages."""

from scorecards.queries.cards import (
    ENOUGH_PARTNERS,
    Gauge,
    MetricRow,
    ScoreCard,
    ScoreNow,
    SectionRow,
    gauges,
    main_scorecard,
    score_card,
    scores_now,
)
from scorecards.queries.definitions import (
    MetricInUse,
    Reached,
    ScorecardInUse,
    SectionInUse,
    scorecards_in_use,
    sections_in_use,
)
from scorecards.queries.wording import Words

__all__ = [
    "ENOUGH_PARTNERS",
    "Gauge",
    "MetricInUse",
    "MetricRow",
    "Reached",
    "ScoreCard",
    "ScoreNow",
    "ScorecardInUse",
    "SectionInUse",
    "SectionRow",
    "Words",
    "gauges",
    "main_scorecard",
    "score_card",
    "scorecards_in_use",
    "scores_now",
    "sections_in_use",
]
