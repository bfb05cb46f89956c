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
from enablement.models.content import MEDIUM_OF, Asset, AssetKind, Medium, SalesStage
from enablement.models.courses import Course, CourseProgress, Lesson, LessonDone
from enablement.models.events import (
    CalendarFeed,
    Event,
    EventKind,
    EventRegistration,
    EventState,
    RegistrationState,
)
from enablement.models.journey_steps import SELF_COMPLETING, Confirmation, DueFrom, JourneyStep, Proof, StepKind
from enablement.models.journeys import Entry, Journey, JourneyVersion, Leaving
from enablement.models.news import Importance, NewsItem, NewsKind, NewsRead
from enablement.models.opinions import AssetOpinion
from enablement.models.packages import (
    Completion,
    Package,
    PackageAttempt,
    PackageFile,
    PackageProgress,
    PackageState,
    PackageVersion,
    Standard,
    Success,
)
from enablement.models.parts import AssetPart, AssetPartVersion, KitItem, SearchWord, TextState
from enablement.models.processes import Adopted, Adoption, Process
from enablement.models.quizzes import (
    Question,
    QuestionKind,
    Quiz,
    QuizAttempt,
    QuizPurpose,
    QuizStanding,
    Readiness,
)
from enablement.models.searches import VainSearch
from enablement.models.skills import HeldSkill, Skill, SkillEvidence, SkillLevel, SkillSource
from enablement.models.specializations import HeldSpecialization, HeldState, Specialization, SpecializationKind
from enablement.models.statements import WAITING, LearningStatement, StatementOutcome, StatementReason
from enablement.models.step_work import (
    MAX_PROPOSALS,
    ProofState,
    StepAnswers,
    StepMeeting,
    StepProof,
)
from enablement.models.survey_actions import (
    UNFINISHED,
    SurveyAction,
    SurveyActionGuest,
    SurveyActionState,
    SurveyFeedback,
)
from enablement.models.survey_questions import SurveyQuestionKind
from enablement.models.survey_rounds import AnonymousAnswer, SurveyResponse, SurveyRound
from enablement.models.surveys import TERMS, AnsweredBy, CutBy, Survey, SurveyVersion
from enablement.models.walks import Enrollment, EnrollmentState, StepProgress, StepReminder

#: Everything that is for partners of an audience.
FOR_PARTNERS = (Asset, Course, Event, Journey, NewsItem, Quiz, Survey)

__all__ = [
    "FOR_PARTNERS",
    "WAITING",
    "LearningStatement",
    "StatementOutcome",
    "StatementReason",
    "CalendarFeed",
    "Event",
    "EventKind",
    "EventRegistration",
    "EventState",
    "RegistrationState",
    "Importance",
    "NewsItem",
    "NewsKind",
    "NewsRead",
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
    "Completion",
    "Package",
    "PackageAttempt",
    "PackageFile",
    "PackageProgress",
    "PackageState",
    "PackageVersion",
    "Standard",
    "Success",
    "Medium",
    "SalesStage",
    "SearchWord",
    "Specialization",
    "SpecializationKind",
    "StepKind",
    "StepProgress",
    "StepReminder",
    "TERMS",
    "UNFINISHED",
    "AnonymousAnswer",
    "AnsweredBy",
    "CutBy",
    "Survey",
    "SurveyAction",
    "SurveyActionGuest",
    "SurveyActionState",
    "SurveyFeedback",
    "SurveyQuestionKind",
    "SurveyResponse",
    "SurveyRound",
    "SurveyVersion",
    "TextState",
    "Adopted",
    "Adoption",
    "HeldSkill",
    "Process",
    "Skill",
    "SkillEvidence",
    "SkillLevel",
    "SkillSource",
    "VainSearch",
]
