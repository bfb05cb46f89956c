"""Surveys over REST, to read: what is asked, what came out as far as that may be told, and named answers."""

from typing import Any, ClassVar

from django.db.models import Count, Prefetch, Q, QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, TEXT, ReferenceFilter, ResourceFilterSet, refuse_unknown
from core.api.problems import bad_parameter
from core.api.serializers import ReferenceField, ResourceSerializer
from core.api.viewsets import ReadOnlyResourceViewSet
from core.models import PublishState, VersionState
from enablement.models import CutBy, Survey, SurveyResponse, SurveyRound, SurveyVersion
from enablement.queries import survey_results
from partners.models import Partner, Person


class SurveySerializer(ResourceSerializer):
    """A survey with the questions in force. For whom it is, and how often, is told to the vendor only."""

    state = serializers.ChoiceField(choices=PublishState.choices, read_only=True)
    audience: Any = serializers.SlugRelatedField(slug_field="key", read_only=True, allow_null=True)
    questions = serializers.SerializerMethodField()

    class Meta:
        model = Survey
        has_external_ids = False
        fields = (
            *("key", "name", "summary", "state", "audience", "is_anonymous", "answered_by", "cut_by", "questions"),
            *("opens_on", "open_days", "repeats_months", "published_at", "retired_at"),
        )
        read_only_fields = fields
        vendors_own = ("audience", "retired_at", "state", "opens_on", "repeats_months")

    def get_questions(self, survey: Survey) -> list[dict[str, Any]]:
        """Return what the published version asks."""
        in_force: list[SurveyVersion] = survey.in_force  # type: ignore[attr-defined]
        return list(in_force[0].questions) if in_force else []


class SurveyFilters(ResourceFilterSet):
    """What a list of surveys may be narrowed by."""

    class Meta(ResourceFilterSet.Meta):
        model = Survey
        fields: ClassVar = {"key": EXACT, "name": TEXT, "is_anonymous": EXACT, "updated_at": ORDERED}


class SurveyViewSet(ReadOnlyResourceViewSet):
    """Surveys you may see."""

    resource = "surveys"
    permissions: ClassVar = {"GET": (Permission.VIEW_DEFINITIONS, Permission.USE_PARTNER_PORTAL)}
    serializer_class = SurveySerializer
    filterset_class = SurveyFilters
    sorts = ("key", "name", "updated_at")
    queryset = Survey.objects.none()

    def get_queryset(self) -> QuerySet[Survey]:
        """Return the surveys the caller may see."""
        published = SurveyVersion.objects.filter(state=VersionState.PUBLISHED)
        seen = Survey.objects.visible_to(self.request.user).select_related("audience")
        rows: QuerySet[Survey] = seen.prefetch_related(Prefetch("versions", published, to_attr="in_force"))
        return rows


class SurveyRoundSerializer(ResourceSerializer):
    """A time in which a survey is answered, with the questions and terms it was opened with."""

    survey = ReferenceField("surveys", Survey.objects.visible_to, read_only=True)
    questions = serializers.JSONField(source="survey_version.questions", read_only=True)
    answered = serializers.IntegerField(read_only=True, help_text="How many have handed in.")

    class Meta:
        model = SurveyRound
        has_external_ids = False
        fields = (
            *("survey", "number", "opens_on", "last_day_on", "closed_at", "is_anonymous", "answered_by", "cut_by"),
            *("questions", "answered"),
        )
        read_only_fields = fields


class OptionSerializer(serializers.Serializer[Any]):
    """One possible answer: how many gave it, their share, and in an order its mean place."""

    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()
    share = serializers.FloatField()
    place = serializers.FloatField(allow_null=True)


class TallySerializer(serializers.Serializer[Any]):
    """The answers to one question: how many, the figure they come to, and each possible answer."""

    answered = serializers.IntegerField()
    figure = serializers.FloatField(allow_null=True)
    options = OptionSerializer(many=True, source="in_order")


class GroupTallySerializer(serializers.Serializer[Any]):
    """A group with its answers."""

    label = serializers.CharField()  # type: ignore[assignment]
    tally = TallySerializer()


class QuestionResultSerializer(serializers.Serializer[Any]):
    """What came out of one question. `tally` is null where it may not be told; `left_out` counts hidden groups."""

    key = serializers.CharField(source="question.key")
    text = serializers.CharField(source="question.text")
    kind = serializers.CharField(source="question.kind")
    tally = TallySerializer(allow_null=True)
    groups = GroupTallySerializer(many=True)
    left_out = serializers.IntegerField()
    texts = serializers.ListField(child=serializers.CharField())


class RoundResultSerializer(serializers.Serializer[Any]):
    """What came out of a round. `hidden` says why nothing is shown."""

    answered = serializers.IntegerField()
    hidden = serializers.CharField()
    questions = QuestionResultSerializer(many=True)


class SurveyRoundFilters(ResourceFilterSet):
    """What a list of rounds may be narrowed by."""

    survey = ReferenceFilter("survey")

    class Meta(ResourceFilterSet.Meta):
        model = SurveyRound
        fields: ClassVar = {
            "number": EXACT,
            "is_anonymous": EXACT,
            "opens_on": ORDERED,
            "last_day_on": ORDERED,
            "closed_at": ["isnull"],
            "updated_at": ORDERED,
        }


class SurveyRoundViewSet(ReadOnlyResourceViewSet):
    """Rounds of surveys, and what came out of them."""

    resource = "survey-rounds"
    required_scopes: ClassVar = {"GET": "surveys:read"}
    permissions: ClassVar = {"GET": Permission.VIEW_DEFINITIONS}
    serializer_class = SurveyRoundSerializer
    filterset_class = SurveyRoundFilters
    sorts = ("opens_on", "updated_at")
    queryset = SurveyRound.objects.none()

    def get_queryset(self) -> QuerySet[SurveyRound]:
        """Return every round with how many answered."""
        handed_in = Q(responses__handed_in_at__isnull=False)
        rows = SurveyRound.objects.select_related("survey", "survey_version", "cut_segment")
        counted: QuerySet[SurveyRound] = rows.annotate(answered=Count("responses", filter=handed_in))
        return counted

    @extend_schema(
        responses=RoundResultSerializer,
        parameters=[OpenApiParameter("by", enum=[one.value for one in survey_results.FREE_CUTS])],
    )
    @action(detail=True, methods=["get"], filterset_class=None, pagination_class=None)
    def results(self, request: Request, **kwargs: Any) -> Response:
        """Return what came out, as pages show it: anonymous rounds once they have closed, and nothing below five.

        Answers with a name are those of partners you may see, told apart by `by`; anonymous ones as the round promised.
        """
        refuse_unknown(request, {"by"})
        by = request.query_params.get("by", CutBy.NOTHING)
        if by and by not in survey_results.FREE_CUTS:
            raise bad_parameter("by", "Write region, category, tier or stage.")
        result = survey_results.result_of(self.get_object(), user=request.user, by=by)
        return Response(RoundResultSerializer(result).data)


class SurveyAnswerSerializer(ResourceSerializer):
    """What somebody handed in with their name: answers by the keys of questions, and the first NPS."""

    survey = ReferenceField("surveys", Survey.objects.visible_to, source="round.survey", read_only=True)
    round = ReferenceField("survey-rounds", lambda _user: SurveyRound.objects.all(), read_only=True)
    partner = ReferenceField("partners", Partner.objects.visible_to, read_only=True)
    person = ReferenceField("people", Person.objects.visible_to, read_only=True)

    class Meta:
        model = SurveyResponse
        has_external_ids = False
        fields = ("survey", "round", "partner", "person", "handed_in_at", "nps", "answers")
        read_only_fields = fields


class SurveyAnswerFilters(ResourceFilterSet):
    """What a list of answers may be narrowed by."""

    survey = ReferenceFilter("round__survey")
    round = ReferenceFilter("round")
    partner = ReferenceFilter("partner")

    class Meta(ResourceFilterSet.Meta):
        model = SurveyResponse
        fields: ClassVar = {"handed_in_at": ORDERED, "nps": ORDERED, "updated_at": ORDERED}


class SurveyAnswerViewSet(ReadOnlyResourceViewSet):
    """Answers with a name, of partners you may see. Of anonymous rounds there is nothing, not even who answered."""

    resource = "survey-answers"
    required_scopes: ClassVar = {"GET": "surveys:read"}
    permissions: ClassVar = {"GET": Permission.VIEW_PARTNERS}
    serializer_class = SurveyAnswerSerializer
    filterset_class = SurveyAnswerFilters
    sorts = ("handed_in_at", "updated_at")
    queryset = SurveyResponse.objects.none()

    def get_queryset(self) -> QuerySet[SurveyResponse]:
        """Return what was handed in with a name, at partners the caller may see."""
        seen = SurveyResponse.objects.visible_to(self.request.user).filter(is_anonymous=False).handed_in()
        rows: QuerySet[SurveyResponse] = seen.select_related("round__survey", "partner", "person").defer("draft")
        return rows
