"""People at partners: personal data, with scopes of their own."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, TEXT, ReferenceFilter, ResourceFilterSet, refuse_body
from core.api.idempotency import once
from core.api.serializers import ReferenceField, ResourceSerializer
from core.api.viewsets import ResourceViewSet
from partners.models import Partner, Person
from partners.services import people


class PersonSerializer(ResourceSerializer):
    """Somebody who works at a partner."""

    partner = ReferenceField("partners", Partner.objects.visible_to)

    class Meta:
        model = Person
        fields = (
            *("partner", "name", "email", "phone", "job_title", "job_function", "language"),
            *("is_admin", "may_assess", "left_at"),
        )
        read_only_fields = ("left_at",)

    def validate_partner(self, partner: Partner) -> Partner:
        """Refuse to move a person: somebody who changes employer leaves here and is added there."""
        if self.instance is not None and self.instance.partner_id != partner.pk:
            raise serializers.ValidationError(_("A person stays at their partner."), code="read_only_field")
        return partner


class PersonFilters(ResourceFilterSet):
    """What a list of people can be filtered by."""

    partner = ReferenceFilter("partner")

    class Meta(ResourceFilterSet.Meta):
        model = Person
        fields = {
            "name": TEXT,
            "email": EXACT,
            "job_function": EXACT,
            "is_admin": ["exact"],
            "left_at": ["isnull"],
            "created_at": ORDERED,
            "updated_at": ORDERED,
        }


class PersonViewSet(ResourceViewSet):
    """People at partners."""

    resource = "people"
    permissions = {
        "GET": Permission.VIEW_PARTNERS,
        "POST": Permission.EDIT_PARTNERS,
        "PATCH": Permission.EDIT_PARTNERS,
    }
    serializer_class = PersonSerializer
    filterset_class = PersonFilters
    sorts = ("name", "created_at", "updated_at")
    idempotency_required = True

    def get_queryset(self) -> Any:
        """Return the people of partners the caller may see."""
        return Person.objects.visible_to(self.request.user).select_related("partner")

    def create_record(self, data: dict[str, Any], *, at: datetime) -> Person:
        """Add a person."""
        return people.add(by=self.request.user, at=at, **data)

    def update_record(self, record: Person, changes: dict[str, Any], *, at: datetime) -> None:
        """Change a person."""
        told = {name: value for name, value in changes.items() if name != "partner"}
        people.update(person=record, by=self.request.user, at=at, changes=told)

    @action(detail=True, methods=["post"])
    def leave(self, request: Request, **kwargs: Any) -> Response:
        """Note that the person left the partner; they can no longer sign in for it."""
        refuse_body(request)
        at = timezone.now()
        return once(request, self._leaving(request, at), required=True, at=at)

    def _leaving(self, request: Request, at: datetime) -> Callable[[], Response]:
        def work() -> Response:
            person = self.get_object()
            people.leave(person=person, by=request.user, at=at)
            return self._shown(request, person)

        return work
