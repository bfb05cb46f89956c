"""Flags: what seems wrong about a membership, a category or a tier, and the answers."""

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, ReferenceFilter, ResourceFilterSet
from core.api.serializers import PartSerializer, ReferenceField, ResourceSerializer
from core.api.viewsets import ActingViewSet
from partners.api.fields import ColleagueField, DefinitionField
from partners.models import Category, CategoryMembership, Flag, FlagAction, Partner, Tier
from partners.services import flags, stays


class FlagSerializer(ResourceSerializer):
    """What somebody says seems wrong: about one membership, category or tier. `suggested` is what fits better."""

    membership = ReferenceField("memberships", CategoryMembership.objects.visible_to, required=False)
    category = DefinitionField(Category, required=False)
    tier = DefinitionField(Tier, required=False)
    partner = ReferenceField("partners", Partner.objects.visible_to, required=False)
    suggested = DefinitionField(Category, required=False)
    text = serializers.CharField(max_length=2000)
    owner = ColleagueField(read_only=True, help_text="Who answers it.")

    class Meta:
        model = Flag
        has_external_ids = False
        fields = (
            *("about", "membership", "category", "tier", "partner", "reason", "text", "suggested", "from_partner"),
            *("sent_at", "owner", "due_on", "state", "action", "reply", "decided_at"),
        )
        read_only_fields = (*("about", "from_partner", "sent_at", "due_on", "state", "action", "reply", "decided_at"),)

    def validate(self, attrs: Any) -> Any:
        """Expect one thing that the flag is about."""
        if len({"membership", "category", "tier"} & set(attrs)) != 1:
            raise serializers.ValidationError(_("Name one membership, category or tier."), code="one_subject")
        return attrs


class FlagAcceptSerializer(PartSerializer):
    """The answer, and what follows for the membership."""

    reply = serializers.CharField(max_length=2000)
    action = serializers.ChoiceField(choices=FlagAction.choices, default=FlagAction.NOTED)
    category = DefinitionField(Category, required=False)


class FlagDeclineSerializer(PartSerializer):
    """The answer."""

    reply = serializers.CharField(max_length=2000)


class FlagFilters(ResourceFilterSet):
    """What a list of flags can be narrowed by."""

    partner = ReferenceFilter("partner")

    class Meta(ResourceFilterSet.Meta):
        model = Flag
        fields: ClassVar = {
            "about": EXACT,
            "reason": EXACT,
            "state": EXACT,
            "due_on": ORDERED,
            "sent_at": ORDERED,
            "updated_at": ORDERED,
        }


class FlagViewSet(ActingViewSet):
    """Flags."""

    resource = "flags"
    permissions: ClassVar = {"GET": Permission.VIEW_PARTNERS, "POST": Permission.EDIT_PARTNERS}
    serializer_class = FlagSerializer
    filterset_class = FlagFilters
    sorts = ("sent_at", "due_on", "updated_at")
    transitions = (flags.AlreadyAnswered, flags.AlreadyFlagged, flags.NotPossible, stays.NotAllowed)

    def get_queryset(self) -> QuerySet[Any]:
        """Return the flags the caller may read."""
        rows: QuerySet[Any] = Flag.objects.visible_to(self.request.user)
        return rows.select_related("membership", "category", "tier__track", "partner", "suggested", "owner")

    def create_record(self, data: dict[str, Any], *, at: datetime) -> Flag:
        """Say that something seems wrong."""
        said = dict(data)
        subject = said.pop("membership", None) or said.pop("category", None) or said.pop("tier")
        return flags.send(subject=subject, by=self.request.user, at=at, **said)

    @extend_schema(request=FlagAcceptSerializer, responses=FlagSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, **kwargs: Any) -> Response:
        """Agree, say so to the sender, and do with the membership what follows."""
        return self.act(request, self._through(flags.accept), fields=FlagAcceptSerializer)

    @extend_schema(request=FlagDeclineSerializer, responses=FlagSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, **kwargs: Any) -> Response:
        """Disagree, and say why to the sender."""
        return self.act(request, self._through(flags.decline), fields=FlagDeclineSerializer)

    @extend_schema(request=None, responses=FlagSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **kwargs: Any) -> Response:
        """Take a flag back."""
        return self.act(request, self._through(flags.withdraw))

    def _through(self, service: Any) -> Any:
        return lambda record, data, at: service(flag=record, by=self.request.user, at=at, **data)
