"""Records of partner organisations and of the definitions they are judged by."""

from partners.models.agreements import Acceptance, Agreement, AgreementVersion, Gate, Signatory, Signers, Way
from partners.models.applications import (
    AnswerGoesTo,
    ApplicationAttempt,
    ApplicationQuestion,
    ApplicationState,
    ApplicationTerms,
    DeclineReason,
    PartnerApplication,
)
from partners.models.assignments import Assignment
from partners.models.attributes import AttributeDefinition, AttributeKind
from partners.models.categories import Category, CategoryVersion
from partners.models.conversations import CameBy, Message, MessageFile, Side, Thread, ThreadReader
from partners.models.flags import Flag, FlagAbout, FlagAction, FlagReason, FlagState
from partners.models.groups import GroupLink
from partners.models.leave_covers import LeaveCover
from partners.models.life_stages import LifeStage, LifeStagePeriod, LifeStageVersion
from partners.models.manual_overrides import ManualOverride, ManualOverrideKind
from partners.models.membership_policies import MembershipPolicy
from partners.models.memberships import (
    CategoryMembership,
    MembershipMove,
    MembershipSource,
    MembershipState,
)
from partners.models.merges import DuplicateCheck, DuplicatePair, Merge, MergeMove
from partners.models.overrides import (
    CategoryOverride,
    CategoryOverrideVersion,
    TierOverride,
    TierOverrideVersion,
)
from partners.models.partners import Partner, PartnerStatus
from partners.models.people import JobFunction, Person
from partners.models.publications import PlannedPublication, PublicationState
from partners.models.region_grants import RegionGrant
from partners.models.region_merges import RegionMerge
from partners.models.regions import Region, RegionCountry
from partners.models.reviews import (
    MembershipReview,
    RemarkMark,
    ReviewAnswer,
    ReviewDecision,
    ReviewEscalation,
    ReviewRemark,
    ReviewState,
)
from partners.models.secondary_assignments import SecondaryAssignment
from partners.models.tier_moves import MoveKind, TierMove
from partners.models.tier_requests import ProposalState, TierInvitation, TierProposal
from partners.models.tier_reviews import TierDay, TierReview, TierReviewOutcome, TierReviewState
from partners.models.tiers import HoldingSource, HoldingState, Tier, TierHolding, TierTrack, TierVersion
from partners.models.touches import Touch, TouchKind

__all__ = [
    "AnswerGoesTo",
    "ApplicationAttempt",
    "ApplicationQuestion",
    "ApplicationState",
    "ApplicationTerms",
    "Acceptance",
    "Agreement",
    "AgreementVersion",
    "Assignment",
    "AttributeDefinition",
    "AttributeKind",
    "CameBy",
    "Category",
    "CategoryMembership",
    "CategoryOverride",
    "CategoryOverrideVersion",
    "CategoryVersion",
    "DeclineReason",
    "Flag",
    "FlagAbout",
    "FlagAction",
    "FlagReason",
    "FlagState",
    "Gate",
    "HoldingSource",
    "HoldingState",
    "DuplicateCheck",
    "DuplicatePair",
    "GroupLink",
    "JobFunction",
    "LeaveCover",
    "LifeStage",
    "LifeStagePeriod",
    "LifeStageVersion",
    "MembershipMove",
    "MembershipPolicy",
    "MembershipReview",
    "ManualOverride",
    "ManualOverrideKind",
    "MembershipSource",
    "MembershipState",
    "Message",
    "MessageFile",
    "MoveKind",
    "Merge",
    "MergeMove",
    "Partner",
    "PartnerApplication",
    "PartnerStatus",
    "Person",
    "PlannedPublication",
    "PublicationState",
    "ProposalState",
    "Region",
    "RegionCountry",
    "SecondaryAssignment",
    "Side",
    "Signatory",
    "Signers",
    "Thread",
    "ThreadReader",
    "RegionGrant",
    "RegionMerge",
    "RemarkMark",
    "ReviewAnswer",
    "ReviewDecision",
    "ReviewEscalation",
    "ReviewRemark",
    "ReviewState",
    "Tier",
    "TierDay",
    "TierHolding",
    "TierInvitation",
    "TierMove",
    "TierOverride",
    "TierOverrideVersion",
    "TierProposal",
    "TierReview",
    "TierReviewOutcome",
    "TierReviewState",
    "TierTrack",
    "TierVersion",
    "Touch",
    "TouchKind",
    "Way",
]
