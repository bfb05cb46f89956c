"""Content, journeys, certifications and activity."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import factory
import pgtrigger
from factory.django import DjangoModelFactory

from core.models import VersionState
from enablement.models import (
    Activity,
    ActivityKind,
    Adoption,
    Asset,
    AssetOpinion,
    AssetPart,
    AssetPartVersion,
    Badge,
    CalendarFeed,
    Certification,
    CertificationEnrollment,
    CertificationRequirement,
    Course,
    CourseProgress,
    Enrollment,
    Event,
    EventRegistration,
    HeldCertification,
    HeldSkill,
    HeldSpecialization,
    HeldState,
    Journey,
    JourneyStep,
    JourneyVersion,
    KitItem,
    LearningStatement,
    Lesson,
    LessonDone,
    NewsItem,
    NewsRead,
    Package,
    PackageAttempt,
    PackageFile,
    PackageProgress,
    PackageState,
    PackageVersion,
    Process,
    Question,
    Quiz,
    QuizAttempt,
    QuizStanding,
    SearchWord,
    Skill,
    SkillEvidence,
    Specialization,
    StepAnswers,
    StepKind,
    StepMeeting,
    StepProgress,
    StepProof,
    StepReminder,
)
from tests.factories.accounts import IntegrationFactory
from tests.factories.partners import PartnerFactory, PersonFactory

LONG_AGO = datetime(2030, 1, 7, 9, 0, tzinfo=UTC)
#: Before any clock, stopped or not: what was published then is published now.
BEFORE_ALL = datetime(2020, 1, 7, 9, 0, tzinfo=UTC)


class AssetFactory(DjangoModelFactory[Asset]):
    """A published page for every partner. What belongs to a part (kind, body, file …) makes its one part."""

    class Meta:
        model = Asset

    title = factory.Sequence(lambda number: f"Asset {number}")
    body = "Some text."
    published_at = BEFORE_ALL

    @classmethod
    def _create(cls, model: type[Asset], *args: Any, **kwargs: Any) -> Asset:
        """Write the asset, then its part, then that it is published: the database asks for content first."""
        own = {name: kwargs.pop(name) for name in [*kwargs] if name in OF_PARTS}
        published_at = kwargs.pop("published_at", None)
        asset: Asset = super()._create(model, *args, **kwargs)
        if own.get("body") or own.get("url") or own.get("file") or own.get("kind") == "kit":
            AssetPartFactory(asset=asset, **own)
        if published_at is not None:
            Asset.objects.filter(pk=asset.pk).update(published_at=published_at)
        asset.refresh_from_db()
        return asset


OF_PARTS = {
    "kind",
    "body",
    "url",
    "file",
    "file_name",
    "file_type",
    "file_bytes",
    "minutes",
    "language",
    "region",
    "captions",
}


class AssetPartFactory(DjangoModelFactory[AssetPart]):
    """A page in English, for every region."""

    class Meta:
        model = AssetPart

    asset = factory.SubFactory(AssetFactory, published_at=None, body="")
    kind = "page"
    body = "Some text."
    position = factory.LazyAttribute(lambda part: part.asset.parts.count())


class AssetPartVersionFactory(DjangoModelFactory[AssetPartVersion]):
    """What a part was before."""

    class Meta:
        model = AssetPartVersion

    part = factory.SubFactory(AssetPartFactory)
    number = factory.LazyAttribute(lambda version: version.part.versions.count() + 1)
    body = "What it said before."
    kept_at = LONG_AGO


class KitItemFactory(DjangoModelFactory[KitItem]):
    """An asset in a kit."""

    class Meta:
        model = KitItem

    kit = factory.SubFactory(AssetFactory, kind="kit", body="")
    item = factory.SubFactory(AssetFactory)
    position = factory.LazyAttribute(lambda one: one.kit.kit_items.count())


class AssetOpinionFactory(DjangoModelFactory[AssetOpinion]):
    """A favourite."""

    class Meta:
        model = AssetOpinion

    person = factory.SubFactory(PersonFactory)
    asset = factory.SubFactory(AssetFactory)
    favourite_at = LONG_AGO


class SearchWordFactory(DjangoModelFactory[SearchWord]):
    """A word of the vocabulary."""

    class Meta:
        model = SearchWord

    word = factory.Sequence(lambda number: f"word{number}")


class CertificationFactory(DjangoModelFactory[Certification]):
    """A certification that never expires."""

    class Meta:
        model = Certification

    key = factory.Sequence(lambda number: f"certification-{number}")
    name = factory.Sequence(lambda number: f"Certification {number}")


class HeldCertificationFactory(DjangoModelFactory[HeldCertification]):
    """Somebody who holds a certification."""

    class Meta:
        model = HeldCertification

    person = factory.SubFactory(PersonFactory)
    partner = factory.LazyAttribute(lambda held: held.person.partner)
    certification = factory.SubFactory(CertificationFactory)
    earned_on = date(2030, 1, 7)


class JourneyFactory(DjangoModelFactory[Journey]):
    """A published journey for every partner; with `published_at=None` a draft. `JourneyStepFactory` gives it steps."""

    class Meta:
        model = Journey

    key = factory.Sequence(lambda number: f"journey-{number}")
    name = factory.Sequence(lambda number: f"Journey {number}")
    published_at = LONG_AGO


class JourneyVersionFactory(DjangoModelFactory[JourneyVersion]):
    """The version in force of a published journey, the draft of one that is not."""

    class Meta:
        model = JourneyVersion

    definition = factory.SubFactory(JourneyFactory)
    number = factory.LazyAttribute(lambda version: version.definition.versions.count() + 1)
    published_at = factory.SelfAttribute("definition.published_at")
    state = factory.LazyAttribute(
        lambda version: VersionState.PUBLISHED if version.published_at else VersionState.DRAFT
    )


def version_of(journey: Journey) -> JourneyVersion:
    """Return the version of a journey that a test means when it names none, made at first use."""
    return journey.versions.order_by("number").last() or JourneyVersionFactory(definition=journey)


class JourneyStepFactory(DjangoModelFactory[JourneyStep]):
    """A task, on the last version of its journey, be it published or not."""

    class Meta:
        model = JourneyStep

    class Params:
        journey = factory.SubFactory(JourneyFactory)

    journey_version = factory.LazyAttribute(lambda step: version_of(step.journey))
    position = factory.LazyAttribute(lambda step: step.journey_version.steps.count() + 1)
    kind = StepKind.TASK
    title = factory.Sequence(lambda number: f"Step {number}")

    @classmethod
    def _create(cls, model: type[JourneyStep], *args: Any, **kwargs: Any) -> JourneyStep:
        """Write a step as it was before its version was published."""
        with pgtrigger.ignore("enablement.JourneyStep:protect_published"):
            return super()._create(model, *args, **kwargs)


class EnrollmentFactory(DjangoModelFactory[Enrollment]):
    """A partner on a journey, on its last version."""

    class Meta:
        model = Enrollment

    journey = factory.SubFactory(JourneyFactory)
    journey_version = factory.LazyAttribute(lambda enrollment: version_of(enrollment.journey))
    partner = factory.SubFactory(PartnerFactory)
    started_at = LONG_AGO


class StepProgressFactory(DjangoModelFactory[StepProgress]):
    """A step done."""

    class Meta:
        model = StepProgress

    enrollment = factory.SubFactory(EnrollmentFactory)
    step = factory.SubFactory(JourneyStepFactory, journey=factory.SelfAttribute("..enrollment.journey"))
    completed_at = LONG_AGO


class ActivityFactory(DjangoModelFactory[Activity]):
    """Something somebody did on a day."""

    class Meta:
        model = Activity

    person = factory.SubFactory(PersonFactory)
    partner = factory.LazyAttribute(lambda activity: activity.person.partner)
    kind = ActivityKind.VIEW
    day = date(2030, 1, 7)


class SpecializationFactory(DjangoModelFactory):
    """A specialization nobody holds."""

    class Meta:
        model = Specialization

    key = factory.Sequence(lambda number: f"specialization-{number}")
    name = factory.Sequence(lambda number: f"Specialization {number}")
    rule = factory.SubFactory("tests.factories.segmentation.SegmentFactory", is_audience=True)


class HeldSpecializationFactory(DjangoModelFactory):
    """A specialization a partner holds."""

    class Meta:
        model = HeldSpecialization

    partner = factory.SubFactory("tests.factories.partners.PartnerFactory")
    specialization = factory.SubFactory(SpecializationFactory)
    state = HeldState.ACTIVE
    starts_at = datetime(2026, 1, 1, tzinfo=UTC)


class QuizFactory(DjangoModelFactory):
    """A published quiz for everybody, without questions."""

    class Meta:
        model = Quiz

    key = factory.Sequence(lambda number: f"quiz-{number}")
    name = factory.Sequence(lambda number: f"Quiz {number}")
    published_at = LONG_AGO


class QuestionFactory(DjangoModelFactory):
    """A question of which the first answer is right."""

    class Meta:
        model = Question

    quiz = factory.SubFactory(QuizFactory)
    text = factory.Sequence(lambda number: f"Question {number}?")
    choices = factory.LazyFunction(lambda: [{"text": "Right", "right": True}, {"text": "Wrong", "right": False}])


class QuizStandingFactory(DjangoModelFactory):
    """A person who has looked at a quiz."""

    class Meta:
        model = QuizStanding

    quiz = factory.SubFactory(QuizFactory)
    person = factory.SubFactory(PersonFactory)


class QuizAttemptFactory(DjangoModelFactory):
    """An open attempt with one question."""

    class Meta:
        model = QuizAttempt

    quiz = factory.SubFactory(QuizFactory)
    person = factory.SubFactory(PersonFactory)
    number = 1
    asked = factory.LazyFunction(
        lambda: [{"id": "q", "kind": "single", "text": "Which?", "points": 1, "choices": [{"id": "0", "text": "This"}]}]
    )
    solution = factory.LazyFunction(lambda: {"q": {"right": ["0"], "explanation": ""}})
    pass_percent = 70
    started_at = LONG_AGO


class CourseFactory(DjangoModelFactory):
    """A published course for everybody, without lessons."""

    class Meta:
        model = Course

    key = factory.Sequence(lambda number: f"course-{number}")
    name = factory.Sequence(lambda number: f"Course {number}")
    published_at = LONG_AGO


class LessonFactory(DjangoModelFactory):
    """A lesson with a text."""

    class Meta:
        model = Lesson

    course = factory.SubFactory(CourseFactory)
    position = factory.LazyAttribute(lambda lesson: lesson.course.lessons.count() + 1)
    title = factory.Sequence(lambda number: f"Lesson {number}")
    body = "Some text."


class LearningStatementFactory(DjangoModelFactory[LearningStatement]):
    """Another system says that somebody passed something; nobody has looked at it yet."""

    class Meta:
        model = LearningStatement

    class Params:
        email = factory.Sequence(lambda number: f"learner-{number}@elsewhere.example")

    integration = factory.SubFactory(IntegrationFactory)
    statement_id = factory.LazyFunction(uuid4)
    verb = "http://adlnet.gov/expapi/verbs/passed"
    activity = "https://learn.example/courses/basics"
    actor_key = factory.LazyAttribute(lambda one: f"mailto:{one.email}")
    happened_at = LONG_AGO
    received_at = LONG_AGO
    said = factory.LazyAttribute(
        lambda one: {
            "actor": {"mbox": f"mailto:{one.email}"}, "verb": {"id": one.verb}, "object": {"id": one.activity},
        }
    )  # fmt: skip


class CourseProgressFactory(DjangoModelFactory):
    """A person on a course."""

    class Meta:
        model = CourseProgress

    course = factory.SubFactory(CourseFactory)
    person = factory.SubFactory(PersonFactory)
    started_at = LONG_AGO
    last_seen_at = LONG_AGO


class LessonDoneFactory(DjangoModelFactory):
    """A lesson somebody has been through."""

    class Meta:
        model = LessonDone

    progress = factory.SubFactory(CourseProgressFactory)
    lesson = factory.SubFactory(LessonFactory, course=factory.SelfAttribute("..progress.course"))
    done_at = LONG_AGO


class CertificationRequirementFactory(DjangoModelFactory):
    """A quiz that a certification asks."""

    class Meta:
        model = CertificationRequirement

    certification = factory.SubFactory(CertificationFactory)
    kind = "quiz"
    quiz = factory.SubFactory(QuizFactory)


class CertificationEnrollmentFactory(DjangoModelFactory):
    """A person on the way to a certification."""

    class Meta:
        model = CertificationEnrollment

    certification = factory.SubFactory(CertificationFactory)
    person = factory.SubFactory(PersonFactory)
    started_at = LONG_AGO


class BadgeFactory(DjangoModelFactory):
    """The badge of a certificate."""

    class Meta:
        model = Badge

    held = factory.SubFactory(HeldCertificationFactory)
    token = factory.Sequence(lambda number: f"{number:032d}")
    issued_at = LONG_AGO


class StepReminderFactory(DjangoModelFactory):
    """That somebody was reminded of a step."""

    class Meta:
        model = StepReminder

    enrollment = factory.SubFactory(EnrollmentFactory)
    step = factory.SubFactory(JourneyStepFactory, journey=factory.SelfAttribute("..enrollment.journey"))
    reminded_at = LONG_AGO


class StepProofFactory(DjangoModelFactory):
    """Something handed in for a task; we have not looked yet."""

    class Meta:
        model = StepProof

    enrollment = factory.SubFactory(EnrollmentFactory)
    step = factory.SubFactory(
        JourneyStepFactory, journey=factory.SelfAttribute("..enrollment.journey"), confirmed_by="vendor"
    )
    text = "Done at a customer in Lyon."
    handed_in_at = LONG_AGO


class StepMeetingFactory(DjangoModelFactory):
    """A meeting for which one day is proposed."""

    class Meta:
        model = StepMeeting

    enrollment = factory.SubFactory(EnrollmentFactory)
    step = factory.SubFactory(
        JourneyStepFactory, journey=factory.SelfAttribute("..enrollment.journey"), kind=StepKind.MEETING
    )
    proposals = factory.LazyFunction(lambda: [datetime(2030, 3, 11, 9, 0, tzinfo=UTC)])


class StepAnswersFactory(DjangoModelFactory):
    """Answers to a form of one question."""

    class Meta:
        model = StepAnswers

    enrollment = factory.SubFactory(EnrollmentFactory)
    step = factory.SubFactory(
        JourneyStepFactory,
        journey=factory.SelfAttribute("..enrollment.journey"),
        kind=StepKind.FORM,
        questions=[{"key": "q1", "text": "Who sells?", "kind": "text", "choices": [], "is_required": True}],
    )
    answers = factory.LazyFunction(lambda: {"q1": "Pete"})
    answered_at = LONG_AGO


class PackageFactory(DjangoModelFactory):
    """A package without a version."""

    class Meta:
        model = Package

    name = factory.Sequence(lambda number: f"Package {number}")


class PackageVersionFactory(DjangoModelFactory):
    """A version that was unpacked and is in use; its files are made apart."""

    class Meta:
        model = PackageVersion
        skip_postgeneration_save = True

    package = factory.SubFactory(PackageFactory)
    number = factory.LazyAttribute(lambda version: version.package.versions.count() + 1)
    file = "packages/none.zip"
    file_name = "package.zip"
    file_bytes = 1000
    uploaded_at = datetime(2026, 1, 1, tzinfo=UTC)
    standard = "scorm12"
    title = "A package"
    items = factory.LazyFunction(
        lambda: [{"key": "one", "title": "One", "href": "one/index.html", "mastery": None, "launch_data": ""}]
    )
    state = PackageState.READY

    @factory.post_generation
    def in_use(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        """Let whoever begins now be given this version."""
        if extracted is not False and self.state == PackageState.READY:
            self.package.current = self
            self.package.save(update_fields=["current"])


class PackageFileFactory(DjangoModelFactory):
    """A file of a version."""

    class Meta:
        model = PackageFile

    version = factory.SubFactory(PackageVersionFactory)
    path = "one/index.html"
    file = factory.django.FileField(filename="index.html", data=b"<p>One</p>")
    content_type = "text/html"


class PackageAttemptFactory(DjangoModelFactory):
    """An attempt that has begun."""

    class Meta:
        model = PackageAttempt

    person = factory.SubFactory(PersonFactory)
    version_played = factory.SubFactory(PackageVersionFactory)
    package = factory.SelfAttribute("version_played.package")
    number = 1
    started_at = datetime(2026, 1, 1, tzinfo=UTC)
    last_seen_at = datetime(2026, 1, 1, tzinfo=UTC)


class PackageProgressFactory(DjangoModelFactory):
    """Where an attempt is in an item."""

    class Meta:
        model = PackageProgress

    attempt = factory.SubFactory(PackageAttemptFactory)
    item = "one"
    told_at = datetime(2026, 1, 1, tzinfo=UTC)


class NewsItemFactory(DjangoModelFactory):
    """A published item for everybody."""

    class Meta:
        model = NewsItem

    title = factory.Sequence(lambda number: f"News {number}")
    body = "Some text."
    published_at = BEFORE_ALL


class NewsReadFactory(DjangoModelFactory):
    """That somebody opened an item."""

    class Meta:
        model = NewsRead

    item = factory.SubFactory(NewsItemFactory)
    person = factory.SubFactory(PersonFactory)
    read_at = LONG_AGO


class EventFactory(DjangoModelFactory):
    """A published event for everybody, a week after tests begin, with no end of seats."""

    class Meta:
        model = Event

    title = factory.Sequence(lambda number: f"Event {number}")
    starts_at = datetime(2030, 3, 25, 14, 0, tzinfo=UTC)
    ends_at = factory.LazyAttribute(lambda event: event.starts_at + timedelta(hours=2))
    timezone = "UTC"
    url = "https://meet.example/room"
    published_at = BEFORE_ALL


class EventRegistrationFactory(DjangoModelFactory):
    """Somebody with a seat."""

    class Meta:
        model = EventRegistration

    event = factory.SubFactory(EventFactory)
    person = factory.SubFactory(PersonFactory)
    asked_at = LONG_AGO


class CalendarFeedFactory(DjangoModelFactory):
    """Somebody who renewed the address of their calendar once."""

    class Meta:
        model = CalendarFeed

    user = factory.SubFactory("tests.factories.accounts.UserFactory")
    number = 2


class SkillFactory(DjangoModelFactory):
    """A published skill."""

    class Meta:
        model = Skill

    key = factory.Sequence(lambda number: f"skill-{number}")
    name = factory.Sequence(lambda number: f"Skill {number}")
    working = "Does it with some help."
    published_at = BEFORE_ALL


class SkillEvidenceFactory(DjangoModelFactory):
    """A certification that proves a skill."""

    class Meta:
        model = SkillEvidence

    skill = factory.SubFactory(SkillFactory)
    level = 3
    certification = factory.SubFactory(CertificationFactory)


class HeldSkillFactory(DjangoModelFactory):
    """A skill that somebody says they have."""

    class Meta:
        model = HeldSkill

    person = factory.SubFactory(PersonFactory)
    skill = factory.SubFactory(SkillFactory)
    source = "told"
    level = 2
    since_on = date(2026, 1, 5)
    said_at = LONG_AGO


class ProcessFactory(DjangoModelFactory):
    """A published way of working that partners tell of."""

    class Meta:
        model = Process

    key = factory.Sequence(lambda number: f"process-{number}")
    name = factory.Sequence(lambda number: f"Process {number}")
    published_at = BEFORE_ALL


class AdoptionFactory(DjangoModelFactory):
    """A partner that says it works this way."""

    class Meta:
        model = Adoption

    partner = factory.SubFactory(PartnerFactory)
    process = factory.SubFactory(ProcessFactory)
    source = "told"
    state = "adopted"
    since_on = date(2026, 1, 5)
    said_at = LONG_AGO
