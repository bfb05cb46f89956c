"""Courses, quizzes, certifications, badges, packages and skills."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import factory
from factory.django import DjangoModelFactory

from enablement.models import (
    Badge,
    Certification,
    CertificationEnrollment,
    CertificationRequirement,
    Course,
    CourseProgress,
    HeldCertification,
    HeldSkill,
    LearningStatement,
    Lesson,
    LessonDone,
    Package,
    PackageAttempt,
    PackageFile,
    PackageProgress,
    PackageState,
    PackageVersion,
    Question,
    Quiz,
    QuizAttempt,
    QuizStanding,
    Skill,
    SkillEvidence,
)
from tests.factories.accounts import IntegrationFactory
from tests.factories.enablement import BEFORE_ALL, LONG_AGO
from tests.factories.partners import PersonFactory


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
