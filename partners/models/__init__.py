"""Records of partner organisations and of the definitions they are judged by."""

from partners.models.assignments import Assignment
from partners.models.attributes import AttributeDefinition, AttributeKind
from partners.models.categories import Category, CategoryVersion
from partners.models.conversations import CameBy, Message, MessageFile, Side, Thread, ThreadReader
from partners.models.life_stages import LifeStage, LifeStagePeriod, LifeStageVersion
from partners.models.memberships import (
    CategoryMembership,
    MembershipSource,
    MembershipState,
)
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
from partners.models.regions import Region
from partners.models.tiers import Tier, TierHolding, TierTrack, TierVersion

__all__ = [
    "Assignment",
    "AttributeDefinition",
    "AttributeKind",
    "CameBy",
    "Category",
    "CategoryMembership",
    "CategoryOverride",
    "CategoryOverrideVersion",
    "CategoryVersion",
    "JobFunction",
    "LifeStage",
    "LifeStagePeriod",
    "LifeStageVersion",
    "MembershipSource",
    "MembershipState",
    "Message",
    "MessageFile",
    "Partner",
    "PartnerStatus",
    "Person",
    "PlannedPublication",
    "PublicationState",
    "Region",
    "Side",
    "Thread",
    "ThreadReader",
    "RegionGrant",
    "Tier",
    "TierHolding",
    "TierOverride",
    "TierOverrideVersion",
    "TierTrack",
    "TierVersion",
]
