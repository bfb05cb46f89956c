"""Records of content, courses, quizzes, journeys and certifications."""

from enablement.models.activity import Activity, ActivityKind
from enablement.models.certifications import (
    Badge,
    Certification,
    CertificationEnrollment,
    CertificationLevel,
    CertificationRequirement,
    HeldCertification,
    HeldOrigin,
    RequirementKind,
)
from enablement.models.content import MEDIUM_OF, Asset, AssetKind, AssetState, Medium, SalesStage
from enablement.models.courses import Course, CourseProgress, Lesson, LessonDone
from enablement.models.journeys import (
    Enrollment,
    EnrollmentState,
    Journey,
    JourneyStep,
    JourneyVersion,
    StepKind,
    StepProgress,
    StepReminder,
)
from enablement.models.opinions import AssetOpinion
from enablement.models.parts import AssetPart, AssetPartVersion, KitItem, SearchWord, TextState
from enablement.models.quizzes import (
    Question,
    QuestionKind,
    Quiz,
    QuizAttempt,
    QuizPurpose,
    QuizStanding,
    Readiness,
)
from enablement.models.specializations import HeldSpecialization, HeldState, Specialization, SpecializationKind

__all__ = [
    "MEDIUM_OF",
    "Activity",
    "ActivityKind",
    "Asset",
    "AssetKind",
    "AssetOpinion",
    "AssetPart",
    "AssetPartVersion",
    "AssetState",
    "Badge",
    "Certification",
    "CertificationEnrollment",
    "CertificationLevel",
    "CertificationRequirement",
    "Course",
    "CourseProgress",
    "Enrollment",
    "EnrollmentState",
    "HeldCertification",
    "HeldOrigin",
    "HeldSpecialization",
    "HeldState",
    "Journey",
    "JourneyStep",
    "JourneyVersion",
    "Lesson",
    "LessonDone",
    "Question",
    "QuestionKind",
    "Quiz",
    "QuizAttempt",
    "QuizPurpose",
    "QuizStanding",
    "Readiness",
    "RequirementKind",
    "KitItem",
    "Medium",
    "SalesStage",
    "SearchWord",
    "Specialization",
    "SpecializationKind",
    "StepKind",
    "StepProgress",
    "StepReminder",
    "TextState",
]
