"""Records of metrics and scores."""

from scorecards.models.benchmarks import Benchmark
from scorecards.models.metrics import Direction, Metric, MetricTiming, Scorecard
from scorecards.models.runs import ScoreRange, ScoreRun
from scorecards.models.scores import MetricScore, Score

__all__ = [
    "Benchmark",
    "Direction",
    "Metric",
    "MetricScore",
    "MetricTiming",
    "Score",
    "ScoreRange",
    "ScoreRun",
    "Scorecard",
]
