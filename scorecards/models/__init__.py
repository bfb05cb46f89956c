"""Records of metrics and scores."""

from scorecards.models.benchmarks import Benchmark
from scorecards.models.metrics import Direction, Metric, MetricTiming, Scorecard
from scorecards.models.runs import ScoreRange, ScoreRun
from scorecards.models.scores import MetricScore, Score
from scorecards.models.tasks import PartnerTask, TaskSide

__all__ = [
    "Benchmark",
    "Direction",
    "Metric",
    "MetricScore",
    "MetricTiming",
    "PartnerTask",
    "Score",
    "ScoreRange",
    "ScoreRun",
    "Scorecard",
    "TaskSide",
]
