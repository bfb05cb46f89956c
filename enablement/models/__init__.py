"""Records of content, journeys and certifications."""

from enablement.models.activity import Activity, ActivityKind
from enablement.models.certifications import Certification, CertificationLevel, HeldCertification
from enablement.models.content import Asset, AssetKind, AssetState
from enablement.models.journeys import (
    Enrollment,
    EnrollmentState,
    Journey,
    JourneyStep,
    JourneyVersion,
    StepKind,
    StepProgress,
)
from enablement.models.specializations import HeldSpecialization, HeldState, Specialization, SpecializationKind

__all__ = [
    "Activity",
    "ActivityKind",
    "Asset",
    "AssetKind",
    "AssetState",
    "Certification",
    "CertificationLevel",
    "Enrollment",
    "EnrollmentState",
    "HeldCertification",
    "HeldSpecialization",
    "HeldState",
    "Journey",
    "JourneyStep",
    "JourneyVersion",
    "Specialization",
    "SpecializationKind",
    "StepKind",
    "StepProgress",
]
