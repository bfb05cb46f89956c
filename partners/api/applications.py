"""Applications to become a partner: the form's questions, applications sent by another system, and decisions.

An application is handed in by whoever proves the applicant's address. A system sends it with all answers; the applicant
gets the link, and opening it is the proof.
"""

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, ResourceFilterSet, YesNoFilter
from core.api.serializers import PartSerializer, ReferenceField, ResourceSerializer
from core.api.viewsets import ActingViewSet, ReadOnlyResourceViewSet
from partners.api.fields import ColleagueField, DefinitionField
from partners.models import (
    ApplicationQuestion,
    Category,
    DeclineReason,
    MembershipState,
    Partner,
    PartnerApplication,
    Region,
)
from partners.queries import application_questions as questions
from partners.services import application_approvals, application_reviews, applications

ANSWERS_SCHEMA = {
    "type": "object",
    "additionalProperties": True,
    "description": "By the id of the question: a text, a number, a list, true or false, as its kind asks.",
}


# --- the form


class QuestionSerializer(ResourceSerializer):
    """A question of the form. Without categories everybody is asked it."""

    kind = serializers.SerializerMethodField()
    categories = serializers.SerializerMethodField()
    is_retired = serializers.SerializerMethodField()

    class Meta:
        model = ApplicationQuestion
        has_external_ids = False
        fields = ("text", "help_text", "kind", "choices", "is_required", "categories", "position", "is_retired")
        read_only_fields = fields

    @extend_schema_field({"type": "string", "example": "industries"})
    def get_kind(self, question: ApplicationQuestion) -> str:
        """Return the field of the profile or attribute it fills, else the kind of its answer."""
        if question.profile_field:
            return question.profile_field
        return f"attributes.{question.attribute.key}" if question.attribute is not None else question.kind

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_categories(self, question: ApplicationQuestion) -> list[str]:
        """Return the keys of the categories it is for."""
        keys: dict[int, str] = self.context["category_keys"]
        return [keys[pk] for pk in question.category_ids if pk in keys]

    def get_is_retired(self, question: ApplicationQuestion) -> bool:
        """Return whether it is asked no more."""
        return question.retired_at is not None


class QuestionFilters(ResourceFilterSet):
    """What a list of questions can be narrowed by."""

    is_retired = YesNoFilter("retired_at", lookup_expr="isnull", exclude=True)

    class Meta(ResourceFilterSet.Meta):
        model = ApplicationQuestion
        fields: ClassVar = {"is_required": ["exact"], "updated_at": ORDERED}


class QuestionViewSet(ReadOnlyResourceViewSet):
    """The questions of the application form."""

    resource = "application-questions"
    required_scopes: ClassVar = {"GET": "applications:read"}
    permissions: ClassVar = {"GET": Permission.REVIEW_APPLICATIONS}
    serializer_class = QuestionSerializer
    filterset_class = QuestionFilters
    sorts = ("position", "updated_at")

    def get_queryset(self) -> QuerySet[ApplicationQuestion]:
        """Return every question, those out of use among them: old answers name them."""
        return ApplicationQuestion.objects.select_related("attribute")

    def get_serializer_context(self) -> dict[str, Any]:
        """Give serializers the keys of categories."""
        keys = dict(Category.objects.values_list("pk", "key"))
        return {**super().get_serializer_context(), "category_keys": keys}


# --- applications


@extend_schema_field(ANSWERS_SCHEMA)
class AnswersField(serializers.DictField):
    """Answers by the id of the question, checked by what each is about."""


class AppliedForField(serializers.ListField):
    """The categories applied for."""

    child = DefinitionField(Category)

    def get_attribute(self, instance: PartnerApplication) -> list[Category]:
        """Return the categories, in the order of the program."""
        return list(Category.objects.filter(pk__in=instance.category_ids).order_by("position", "pk"))


class ApplicationSerializer(ResourceSerializer):
    """A request to become a partner. It is submitted once the applicant has proved its address by the link it gets."""

    answers = AnswersField(required=False)
    categories = AppliedForField(required=False)
    submit = serializers.BooleanField(write_only=True, default=True, help_text="Hand it in once the address is proved.")
    region = serializers.SlugRelatedField(slug_field="key", read_only=True)  # type: ignore[var-annotated]
    reviewer = ColleagueField(read_only=True)
    partner = ReferenceField("partners", Partner.objects.visible_to, read_only=True)
    is_proved = serializers.SerializerMethodField()

    class Meta:
        model = PartnerApplication
        has_external_ids = False
        fields = (
            *("state", "name", "domain", "tax_id", "country", "contact_name", "contact_email", "contact_phone"),
            *("contact_title", "language", "answers", "categories", "submit", "is_proved", "submitted_at", "due_at"),
            *("region", "reviewer", "asked_text", "decided_at", "decline_reason", "decline_text", "decline_outlook"),
            *("final_at", "partner"),
        )
        read_only_fields = (
            *("state", "submitted_at", "due_at", "asked_text", "decided_at", "decline_reason", "decline_text"),
            *("decline_outlook", "final_at"),
        )

    def get_is_proved(self, application: PartnerApplication) -> bool:
        """Return whether the applicant's address is proved."""
        return application.email_proved_at is not None


class ApplicationAskSerializer(PartSerializer):
    """What is still needed; the applicant reads it."""

    text = serializers.CharField(max_length=4000)


class ApplicationDeclineSerializer(PartSerializer):
    """Why not, and what would change that; the applicant reads both texts."""

    reason = serializers.ChoiceField(choices=DeclineReason.choices)
    text = serializers.CharField(max_length=4000)
    outlook = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class BeginningSerializer(PartSerializer):
    """A category the new partner gets: active at once, or pending until somebody has looked."""

    category = DefinitionField(Category)
    state = serializers.ChoiceField(choices=[MembershipState.ACTIVE.value, MembershipState.PENDING.value])


class ApprovalSerializer(PartSerializer):
    """What the applicant becomes. With `partner` it is linked to a record that is there."""

    categories = BeginningSerializer(many=True, required=False)
    region: Any = serializers.SlugRelatedField(slug_field="key", queryset=Region.objects.all(), required=False)
    manager = ColleagueField(required=False)
    partner = ReferenceField("partners", Partner.objects.visible_to, required=False)
    is_admin = serializers.BooleanField(default=True)


class ApplicationFilters(ResourceFilterSet):
    """What a list of applications can be narrowed by."""

    class Meta(ResourceFilterSet.Meta):
        model = PartnerApplication
        fields: ClassVar = {
            "state": EXACT,
            "country": EXACT,
            "domain": EXACT,
            "submitted_at": ORDERED,
            "due_at": [*ORDERED, "isnull"],
            "updated_at": ORDERED,
        }


class ApplicationViewSet(ActingViewSet):
    """Applications that were handed in."""

    resource = "applications"
    permissions: ClassVar = {"GET": Permission.REVIEW_APPLICATIONS, "POST": Permission.REVIEW_APPLICATIONS}
    serializer_class = ApplicationSerializer
    filterset_class = ApplicationFilters
    sorts = ("submitted_at", "due_at", "updated_at")
    transitions = (application_reviews.NotAllowed, applications.NotEditable)

    def get_queryset(self) -> QuerySet[Any]:
        """Return the applications the caller may review."""
        rows: QuerySet[Any] = PartnerApplication.objects.visible_to(self.request.user)
        return rows.select_related("region", "reviewer", "partner")

    def create_record(self, data: dict[str, Any], *, at: datetime) -> PartnerApplication:
        """Send an application for somebody: they get its link by e-mail, and opening it hands it in."""
        said = dict(data)
        answers, categories, submit = (
            said.pop(name, empty) for name, empty in (("answers", {}), ("categories", []), ("submit", True))
        )
        made = applications.start(who=said, language=said.pop("language", "en"), at=at)
        if categories:
            applications.choose(application=made, categories=categories, at=at)
        asked = questions.asked_of(made.category_ids)
        _expect_asked(answers, {str(one.public_id) for one in asked})
        applications.answer(application=made, asked=asked, values=answers, at=at)
        if submit:
            applications.submit(application=made, at=at)
        return made

    @extend_schema(request=None, responses=ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def take(self, request: Request, **kwargs: Any) -> Response:
        """Begin the review."""
        return self.act(request, self._through(application_reviews.take))

    @extend_schema(request=ApplicationAskSerializer, responses=ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def ask(self, request: Request, **kwargs: Any) -> Response:
        """Ask the applicant for more."""
        return self.act(request, self._through(application_reviews.ask), fields=ApplicationAskSerializer)

    @extend_schema(request=ApprovalSerializer, responses=ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, **kwargs: Any) -> Response:
        """Let the organisation in: record, first person, categories, manager and journey, or none of it."""
        return self.act(request, self._approve, fields=ApprovalSerializer)

    @extend_schema(request=ApplicationDeclineSerializer, responses=ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, **kwargs: Any) -> Response:
        """Say no, and why. It can be reopened for some days."""
        return self.act(request, self._through(application_reviews.decline), fields=ApplicationDeclineSerializer)

    @extend_schema(request=None, responses=ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, **kwargs: Any) -> Response:
        """Take a refusal back before it is final."""
        return self.act(request, self._through(application_reviews.reopen))

    def _through(self, service: Any) -> Any:
        return lambda record, data, at: service(application=record, by=self.request.user, at=at, **data)

    def _approve(self, record: PartnerApplication, data: dict[str, Any], at: datetime) -> bool:
        said = dict(data)
        begins = {one["category"]: one["state"] for one in said.pop("categories", [])}
        return application_approvals.approve(application=record, by=self.request.user, at=at, categories=begins, **said)


def _expect_asked(answers: dict[str, Any], asked: set[str]) -> None:
    """Refuse answers to what is not asked of this applicant: they would be dropped in silence."""
    unknown = [name for name in answers if name not in asked]
    if unknown:
        words = _("This question is not asked of an applicant for these categories.")
        detail = {name: [serializers.ErrorDetail(words, code="unknown_field")] for name in unknown}
        raise serializers.ValidationError({"answers": detail})
