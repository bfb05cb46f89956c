"""Records of segments and measures, of what holds for each partner, and of how fresh that is."""

from segmentation.models.assignment_rules import AssignmentRule
from segmentation.models.classifications import Classification, RuleKind, RuleTransition
from segmentation.models.freshness import (
    FullRun,
    Pace,
    RuleHealth,
    RunRange,
    RunState,
    SetAsidePartner,
    StalePartner,
)
from segmentation.models.measures import Measure, MeasureKind, MeasureVersion, PeerRefresh, PeerStanding
from segmentation.models.segments import (
    PinDirection,
    Segment,
    SegmentKind,
    SegmentPin,
    SegmentVersion,
)

__all__ = [
    "AssignmentRule",
    "Classification",
    "FullRun",
    "Measure",
    "MeasureKind",
    "MeasureVersion",
    "Pace",
    "PeerRefresh",
    "PeerStanding",
    "PinDirection",
    "RuleHealth",
    "RuleKind",
    "RuleTransition",
    "RunRange",
    "RunState",
    "Segment",
    "SegmentKind",
    "SegmentPin",
    "SegmentVersion",
    "SetAsidePartner",
    "StalePartner",
]
