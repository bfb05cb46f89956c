"""Assessments over REST, to read: who answered what about which partner, in which period."""

from typing import Any, ClassVar

import django_filters
from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, ReferenceFilter, ResourceFilterSet
from core.api.serializers import InstantField, ReferenceField, ResourceSerializer
from core.api.viewsets import ReadOnlyResourceViewSet
from partners.models import Partner
from scorecards.models import Answer, Assessment


class AnswerSerializer(serializers.ModelSerializer):
    """One answer: the metric by its key, the level from 1 to 5, and what was written beside it."""

    metric: Any = serializers.SlugRelatedField(slug_field="key", read_only=True)
    answered_at = InstantField(read_only=True)

    class Meta:
        model = Answer
        fields = ("metric", "level", "comment", "answered_at")
        read_only_fields = fields


class AssessmentSerializer(ResourceSerializer):
    """One filling of a scorecard by one side in one period, on the version it was given on."""

    partner = ReferenceField("partners", Partner.objects.visible_to, read_only=True)
    scorecard = serializers.SlugField(source="scorecard_version.definition.key", read_only=True)
    scorecard_version = serializers.IntegerField(source="scorecard_version.number", read_only=True)
    answers = serializers.SerializerMethodField()

    class Meta:
        model = Assessment
        has_external_ids = False
        fields = (
            *("partner", "scorecard", "scorecard_version", "side", "period_starts_on"),
            *("started_at", "finished_at", "seconds_spent", "answers"),
        )
        read_only_fields = fields

    @extend_schema_field(AnswerSerializer(many=True))
    def get_answers(self, assessment: Assessment) -> Any:
        """Return the answers in the order of the questions."""
        answers = sorted(assessment.answers.all(), key=lambda one: (one.metric.section.position, one.metric.position))
        return AnswerSerializer(answers, many=True).data


class AssessmentFilters(ResourceFilterSet):
    """What a list of assessments can be narrowed by; `finished_at__isnull=true` are those under way."""

    partner = ReferenceFilter("partner")
    scorecard = django_filters.CharFilter("scorecard_version__definition__key")

    class Meta(ResourceFilterSet.Meta):
        model = Assessment
        fields: ClassVar = {
            "side": EXACT,
            "period_starts_on": ORDERED,
            "started_at": ORDERED,
            "finished_at": [*ORDERED, "isnull"],
            "updated_at": ORDERED,
        }


class AssessmentViewSet(ReadOnlyResourceViewSet):
    """Assessments of the partners you may see."""

    resource = "assessments"
    required_scopes: ClassVar = {"GET": "scorecards:read"}
    permissions: ClassVar = {"GET": (Permission.VIEW_SCORECARDS, Permission.SELF_ASSESS)}
    serializer_class = AssessmentSerializer
    filterset_class = AssessmentFilters
    sorts = ("period_starts_on", "started_at", "updated_at")
    queryset = Assessment.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        """Return those the caller may see, with their answers."""
        answers = Answer.objects.select_related("metric__section")
        return (
            Assessment.objects.visible_to(self.request.user)
            .select_related("partner", "scorecard_version__definition")
            .prefetch_related(Prefetch("answers", answers))
        )
