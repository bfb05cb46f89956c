"""Records of scorecards, metrics and scores."""

from scorecards.models.action_choices import ActionChoice, Quadrant
from scorecards.models.alerts import Alert, AlertKind, AlertPolicy, AlertRun
from scorecards.models.assessments import (
    ASKED,
    Answer,
    AnswerFile,
    Assessment,
    AssessmentRequest,
    AssessmentSide,
)
from scorecards.models.benchmarks import Benchmark
from scorecards.models.goals import AddsUp, Goal, GoalDay, GoalFigure, GoalTarget, TargetKind
from scorecards.models.metrics import LEVELS, AskedOf, BenchmarkKind, Direction, Metric, MetricTiming
from scorecards.models.plan_parts import ObjectiveTarget, PlanMilestone, PlannedTask, PlanObjective
from scorecards.models.plan_progress import MilestoneReached, ObjectiveFigure, QuarterlyReview
from scorecards.models.plan_templates import PlanTemplate, TemplateMilestone, TemplateObjective, TemplateTask
from scorecards.models.plan_versions import PlanVersion, PlanVersionState
from scorecards.models.plays import LINKS, EffortUnit, Play, PlayKind
from scorecards.models.prescriptions import Outcome, Prescription, PrescriptionState
from scorecards.models.runs import ScoreRange, ScoreRun
from scorecards.models.scorecards import (
    FULL,
    Period,
    PurposeKind,
    Reach,
    Scorecard,
    ScorecardSection,
    ScorecardVersion,
    Sharing,
    Zone,
)
from scorecards.models.scores import PeriodScore, Score
from scorecards.models.segment_plays import (
    Cadence,
    OnLeaving,
    SegmentPlay,
    SegmentPlayFigure,
    SegmentPlayMember,
    SegmentPlayState,
    SupportLevel,
)
from scorecards.models.success_plans import Pace, PlanState, SuccessPlan
from scorecards.models.tasks import PartnerTask, TaskSide
from scorecards.models.use import PartnerScorecard

__all__ = [
    "FULL",
    "LEVELS",
    "LINKS",
    "AddsUp",
    "ASKED",
    "Answer",
    "AnswerFile",
    "AskedOf",
    "ActionChoice",
    "Alert",
    "AlertKind",
    "AlertPolicy",
    "AlertRun",
    "Assessment",
    "AssessmentRequest",
    "AssessmentSide",
    "Benchmark",
    "BenchmarkKind",
    "Cadence",
    "Direction",
    "EffortUnit",
    "Goal",
    "GoalDay",
    "GoalFigure",
    "GoalTarget",
    "Metric",
    "MetricTiming",
    "MilestoneReached",
    "ObjectiveFigure",
    "ObjectiveTarget",
    "OnLeaving",
    "Outcome",
    "Pace",
    "PartnerTask",
    "Period",
    "PeriodScore",
    "PlanMilestone",
    "PlanObjective",
    "PlanState",
    "PlanTemplate",
    "PlanVersion",
    "PlanVersionState",
    "PlannedTask",
    "Play",
    "PlayKind",
    "Prescription",
    "PrescriptionState",
    "QuarterlyReview",
    "PartnerScorecard",
    "PurposeKind",
    "Reach",
    "Quadrant",
    "Score",
    "ScoreRange",
    "ScoreRun",
    "Scorecard",
    "ScorecardSection",
    "ScorecardVersion",
    "SegmentPlay",
    "SegmentPlayFigure",
    "SegmentPlayMember",
    "SegmentPlayState",
    "Sharing",
    "SuccessPlan",
    "SupportLevel",
    "TargetKind",
    "TaskSide",
    "TemplateMilestone",
    "TemplateObjective",
    "TemplateTask",
    "Zone",
]
