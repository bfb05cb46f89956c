"""Courses over REST, to read. Lessons are named; what they say, and quizzes, are for the pages."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, TEXT, ResourceFilterSet
from core.api.serializers import ResourceSerializer
from core.api.viewsets import ReadOnlyResourceViewSet
from enablement.models import Course


class CourseSerializer(ResourceSerializer):
    """A course. The audience (the key of its segment) and what it is called elsewhere are told to the vendor only."""

    state = serializers.ChoiceField(choices=["draft", "published", "retired"], read_only=True)
    audience: Any = serializers.SlugRelatedField(slug_field="key", read_only=True, allow_null=True)
    quiz: Any = serializers.SlugRelatedField(slug_field="key", read_only=True, allow_null=True)
    lessons = serializers.SerializerMethodField()

    class Meta:
        model = Course
        has_external_ids = False
        fields = (
            *("key", "name", "summary", "product_line", "state", "audience", "quiz", "lessons"),
            *("activity_iri", "published_at", "retired_at"),
        )
        read_only_fields = fields
        vendors_own = ("activity_iri", "audience", "retired_at", "state")

    def get_lessons(self, course: Course) -> list[str]:
        """Return the titles of the lessons in their order."""
        return [lesson.title for lesson in sorted(course.lessons.all(), key=lambda one: one.position)]


class CourseFilters(ResourceFilterSet):
    """What a list of courses may be narrowed by."""

    class Meta(ResourceFilterSet.Meta):
        model = Course
        fields: ClassVar = {"key": EXACT, "name": TEXT, "product_line": EXACT, "updated_at": ORDERED}


class CourseViewSet(ReadOnlyResourceViewSet):
    """Courses you may see."""

    resource = "courses"
    permissions: ClassVar = {"GET": (Permission.VIEW_DEFINITIONS, Permission.USE_PARTNER_PORTAL)}
    serializer_class = CourseSerializer
    filterset_class = CourseFilters
    sorts = ("key", "name", "updated_at")
    queryset = Course.objects.none()

    def get_queryset(self) -> QuerySet[Course]:
        """Return the courses the caller may see."""
        seen = Course.objects.visible_to(self.request.user).select_related("audience", "quiz")
        return seen.prefetch_related("lessons")
