"""Tasks about partners: read, given and finished by systems."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.permissions import Permission
from core.api.filters import (
    EXACT,
    ORDERED,
    TEXT,
    ReferenceFilter,
    ResourceFilterSet,
    YesNoFilter,
    refuse_body,
    refuse_unknown,
)
from core.api.idempotency import once
from core.api.serializers import ReferenceField, ResourceSerializer
from core.api.viewsets import ApiRouter, ReadOnlyResourceViewSet
from partners.models import Partner
from scorecards.models import PartnerTask, TaskSide
from scorecards.services import tasks


def people_seen(caller: Any) -> QuerySet[User]:
    """Return whom a caller may name as assignee: the vendor's people, and those of partners the caller sees."""
    theirs = User.objects.filter(person__partner__in=Partner.objects.visible_to(caller), person__left_at__isnull=True)
    return theirs | User.objects.exclude(role="") if caller.is_vendor else theirs


class TaskSerializer(ResourceSerializer):
    """A task. Without an assignee it is for the partner's admins, or for who looks after the partner."""

    partner = ReferenceField("partners", Partner.objects.visible_to)
    assignee = ReferenceField("users", people_seen, required=False, allow_null=True)
    side = serializers.ChoiceField(choices=TaskSide.choices)
    is_done = serializers.BooleanField(read_only=True)

    class Meta:
        model = PartnerTask
        has_external_ids = False
        fields = ("partner", "title", "detail", "side", "is_shared", "assignee", "due_on", "is_done", "done_at")
        read_only_fields = ("done_at",)
        extra_kwargs: ClassVar = {"is_shared": {"required": False}}


class TaskFilters(ResourceFilterSet):
    """What a list of tasks can be narrowed by."""

    partner = ReferenceFilter("partner")
    is_done = YesNoFilter("done_at", lookup_expr="isnull", exclude=True)

    class Meta(ResourceFilterSet.Meta):
        model = PartnerTask
        fields: ClassVar = {
            "title": TEXT,
            "side": EXACT,
            "due_on": [*ORDERED, "isnull"],
            "updated_at": ORDERED,
        }


class TaskViewSet(ReadOnlyResourceViewSet):
    """Tasks about partners, on either side."""

    resource = "tasks"
    idempotency_required = True
    required_scopes: ClassVar = {"GET": "tasks:read", "POST": "tasks:write"}
    permissions: ClassVar = {
        "GET": (Permission.VIEW_SCORECARDS, Permission.USE_PARTNER_PORTAL),
        "POST": (Permission.EDIT_PLANS, Permission.USE_PARTNER_PORTAL),
    }
    serializer_class = TaskSerializer
    filterset_class = TaskFilters
    sorts = ("due_on", "created_at", "updated_at")
    queryset = PartnerTask.objects.none()

    def get_queryset(self) -> QuerySet[PartnerTask]:
        """Tasks the caller may see."""
        rows: QuerySet[PartnerTask] = PartnerTask.objects.visible_to(self.request.user)
        return rows.select_related("partner", "assignee")

    def create(self, request: Request) -> Response:
        """Give somebody a task."""
        refuse_unknown(request, ())
        at = timezone.now()

        def work() -> Response:
            serializer = self.get_serializer(data=request.data)
            serializer.is_valid(raise_exception=True)
            task = tasks.add(by=request.user, at=at, **serializer.validated_data)
            address = reverse("api:task-detail", kwargs={"id": str(task.public_id)})
            return self._shown(request, self._reloaded(task), code=201, headers={"Location": address})

        return once(request, work, required=True, at=at)

    @extend_schema(request=None, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, **kwargs: Any) -> Response:
        """Tick a task off. One that is done already stays as it is."""
        refuse_body(request)
        at = timezone.now()

        def work() -> Response:
            task = self.get_object()
            tasks.finish(task=task, by=request.user, at=at)
            return self._shown(request, self._reloaded(task))

        return once(request, work, required=True, at=at)

    def _reloaded(self, task: PartnerTask) -> PartnerTask:
        return PartnerTask.objects.select_related("partner", "assignee").get(pk=task.pk)


router = ApiRouter()
router.register("tasks", TaskViewSet, basename="task")
