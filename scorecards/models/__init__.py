"""Records of metrics and scores."""

from scorecards.models.metrics import Direction, Metric, MetricTiming, Scorecard
from scorecards.models.scores import MetricScore, Score

__all__ = ["Direction", "Metric", "MetricScore", "MetricTiming", "Score", "Scorecard"]
