"""Records of metrics and scores."""

from scorecards.models.action_choices import ActionChoice, Quadrant
from scorecards.models.alerts import Alert, AlertKind, AlertPolicy, AlertRun
from scorecards.models.benchmarks import Benchmark
from scorecards.models.goals import AddsUp, Goal, GoalDay, GoalFigure, GoalTarget, TargetKind
from scorecards.models.metrics import Direction, Metric, MetricTiming, Scorecard
from scorecards.models.plan_parts import ObjectiveTarget, PlanMilestone, PlannedTask, PlanObjective
from scorecards.models.plan_progress import MilestoneReached, ObjectiveFigure, QuarterlyReview
from scorecards.models.plan_templates import PlanTemplate, TemplateMilestone, TemplateObjective, TemplateTask
from scorecards.models.plan_versions import PlanVersion, PlanVersionState
from scorecards.models.runs import ScoreRange, ScoreRun
from scorecards.models.scores import MetricScore, Score
from scorecards.models.success_plans import Pace, PlanState, SuccessPlan
from scorecards.models.tasks import PartnerTask, TaskSide

__all__ = [
    "AddsUp",
    "ActionChoice",
    "Alert",
    "AlertKind",
    "AlertPolicy",
    "AlertRun",
    "Benchmark",
    "Direction",
    "Goal",
    "GoalDay",
    "GoalFigure",
    "GoalTarget",
    "Metric",
    "MetricScore",
    "MetricTiming",
    "MilestoneReached",
    "ObjectiveFigure",
    "ObjectiveTarget",
    "Pace",
    "PartnerTask",
    "PlanMilestone",
    "PlanObjective",
    "PlanState",
    "PlanTemplate",
    "PlanVersion",
    "PlanVersionState",
    "PlannedTask",
    "QuarterlyReview",
    "Quadrant",
    "Score",
    "ScoreRange",
    "ScoreRun",
    "Scorecard",
    "SuccessPlan",
    "TargetKind",
    "TaskSide",
    "TemplateMilestone",
    "TemplateObjective",
    "TemplateTask",
]
