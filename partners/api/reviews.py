"""Reviews of memberships: read, opened before their time, answered and decided."""

from datetime import datetime
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, ReferenceFilter, ResourceFilterSet
from core.api.serializers import PartSerializer, ReferenceField, ResourceSerializer
from core.api.viewsets import ActingViewSet
from partners.api.fields import DefinitionField
from partners.models import Category, CategoryMembership, MembershipReview, Partner, ReviewAnswer, ReviewDecision
from partners.services import review_openings, reviews, stays


class ReviewSerializer(ResourceSerializer):
    """One re-assessment of a membership. `differs` says that criteria say something else than at the last decision."""

    membership = ReferenceField("memberships", CategoryMembership.objects.visible_to)
    partner = ReferenceField("partners", Partner.objects.visible_to, source="membership.partner", read_only=True)
    category = DefinitionField(Category, source="membership.category", read_only=True)
    due_on = serializers.DateField(required=False, help_text="Until when the partner may answer.")

    class Meta:
        model = MembershipReview
        has_external_ids = False
        fields = (
            *("membership", "partner", "category", "due_on", "reason", "state", "opened_at", "answer", "statement"),
            *("answered_at", "differs", "decision", "note", "decided_at"),
        )
        read_only_fields = tuple(
            name for name in fields if name not in {"membership", "partner", "category", "due_on", "reason"}
        )


class ReviewAnswerSerializer(PartSerializer):
    """What the partner says of its membership."""

    answer = serializers.ChoiceField(choices=ReviewAnswer.choices)
    statement = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class ReviewDecisionSerializer(PartSerializer):
    """What the vendor decides; the note is needed for all but a plain renewal."""

    decision = serializers.ChoiceField(choices=ReviewDecision.choices)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class ReviewFilters(ResourceFilterSet):
    """What a list of reviews can be narrowed by."""

    partner = ReferenceFilter("membership__partner")
    membership = ReferenceFilter("membership")
    category = django_filters.CharFilter("membership__category__key")

    class Meta(ResourceFilterSet.Meta):
        model = MembershipReview
        fields: ClassVar = {
            "state": EXACT,
            "decision": EXACT,
            "differs": ["exact"],
            "due_on": ORDERED,
            "updated_at": ORDERED,
        }


class ReviewViewSet(ActingViewSet):
    """Reviews of memberships."""

    resource = "reviews"
    permissions: ClassVar = {"GET": Permission.VIEW_PARTNERS, "POST": Permission.EDIT_PARTNERS}
    serializer_class = ReviewSerializer
    filterset_class = ReviewFilters
    sorts = ("due_on", "opened_at", "updated_at")
    transitions = (reviews.AlreadyDecided, review_openings.CannotReview, stays.NotAllowed)

    def get_queryset(self) -> QuerySet[Any]:
        """Return the reviews of the partners the caller may see."""
        rows: QuerySet[Any] = MembershipReview.objects.visible_to(self.request.user)
        return rows.select_related("membership__partner", "membership__category")

    def create_record(self, data: dict[str, Any], *, at: datetime) -> MembershipReview:
        """Open a review before its time. While one is under way, that one is returned."""
        return review_openings.open_early(by=self.request.user, at=at, **data)

    @extend_schema(request=ReviewAnswerSerializer, responses=ReviewSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, **kwargs: Any) -> Response:
        """Hand in what the partner says."""
        return self.act(request, self._through(reviews.answer), fields=ReviewAnswerSerializer)

    @extend_schema(request=ReviewDecisionSerializer, responses=ReviewSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, **kwargs: Any) -> Response:
        """Renew the membership, renew it with a condition, move it to grace, or end it."""
        return self.act(request, self._through(reviews.decide), fields=ReviewDecisionSerializer)

    def _through(self, service: Any) -> Any:
        return lambda record, data, at: service(review=record, by=self.request.user, at=at, **data)
