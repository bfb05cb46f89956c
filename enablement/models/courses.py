"""Courses: lessons in their order, and each person's way through them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Publishable, Record
from core.triggers import marks_stale
from enablement.models.audiences import ForPartners
from enablement.models.content import Asset
from enablement.models.packages import Package
from enablement.models.quizzes import PARTNERS_OF_PEOPLE, Quiz
from enablement.querysets import AudienceQuerySet, LessonQuerySet, PersonOwnedQuerySet
from partners.models import Person


@tracked()
class Course(ForPartners, Publishable):
    """Lessons, and perhaps a quiz at the end. Who has been through all of it has completed the course, for good.

    It is edited in place: a new lesson is there at once for whoever is on the way, and asks nothing of those who are
    through.
    """

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=160)
    summary = models.CharField(_("summary"), max_length=500, blank=True)
    product_line = models.CharField(_("product line"), max_length=80, blank=True)
    quiz = models.ForeignKey(
        Quiz,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="courses",
        verbose_name=_("quiz at the end"),
        help_text=_("Empty: the course is completed with its last lesson."),
    )
    activity_iri = models.CharField(
        _("activity elsewhere"),
        max_length=500,
        blank=True,
        help_text=_("By what other learning systems call it (an IRI): who passes it there completes the course here."),
    )

    objects = AudienceQuerySet.as_manager()

    class Meta(ForPartners.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["activity_iri"], condition=~models.Q(activity_iri=""), name="course_activity_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class Lesson(Record):
    """One part of a course: a text, an asset of the library (which stays for whom it is for), or a package."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="lessons")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), blank=True, help_text=_("Markdown"))
    asset = models.ForeignKey(
        Asset, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("asset")
    )
    package = models.ForeignKey(
        Package,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="lessons",
        verbose_name=_("package"),
        help_text=_("Done once the package says so."),
    )
    minutes = models.PositiveSmallIntegerField(_("minutes it takes"), null=True, blank=True)

    objects = LessonQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["course", "position"], name="lesson_position_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=~models.Q(body="") | models.Q(asset__isnull=False) | models.Q(package__isnull=False),
                name="lesson_has_content",
            ),
            models.CheckConstraint(
                condition=models.Q(asset__isnull=True) | models.Q(package__isnull=True), name="lesson_asset_or_package"
            ),
        ]

    def __str__(self) -> str:
        return self.title


@tracked()
class CourseProgress(Record):
    """A person on a course. `last_lesson` is where they were."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="progress")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="courses")
    started_at = models.DateTimeField()
    last_lesson = models.ForeignKey(Lesson, null=True, on_delete=models.SET_NULL, related_name="+")
    last_seen_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)

    objects = PersonOwnedQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [*Record.Meta.triggers, *marks_stale(PARTNERS_OF_PEOPLE, source="courses")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["course", "person"], name="course_progress_once"),
            models.CheckConstraint(
                condition=models.Q(completed_at=None) | models.Q(completed_at__gte=models.F("started_at")),
                name="course_progress_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.course_id}"


class LessonDone(Record):
    """A lesson somebody has been through."""

    progress = models.ForeignKey(CourseProgress, on_delete=models.CASCADE, related_name="lessons_done")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="done")
    done_at = models.DateTimeField()

    class Meta(Record.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["progress", "lesson"], name="lesson_done_once")]

    def __str__(self) -> str:
        return f"{self.lesson_id} done"
