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
from enablement.models.journey_steps import SELF_COMPLETING, Confirmation, DueFrom, JourneyStep, Proof, StepKind
from enablement.models.journeys import Entry, Journey, JourneyVersion, Leaving
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
from enablement.models.step_work import (
    MAX_PROPOSALS,
    ProofState,
    StepAnswers,
    StepMeeting,
    StepProof,
)
from enablement.models.walks import Enrollment, EnrollmentState, StepProgress, StepReminder

__all__ = [
    "MAX_PROPOSALS",
    "SELF_COMPLETING",
    "Confirmation",
    "DueFrom",
    "Entry",
    "Leaving",
    "Proof",
    "ProofState",
    "StepAnswers",
    "StepMeeting",
    "StepProof",
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
