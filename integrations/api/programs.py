"""The whole program as one document, over the API."""

from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.permissions import Permission
from core.api.filters import refuse_unknown
from core.api.idempotency import once
from core.api.parsers import StrictJsonParser
from core.api.problems import FieldError, Problem, bad_parameter, validation_problem
from core.api.schema import ResourceSchema
from core.api.viewsets import ApiView, transact
from integrations.services import programs
from integrations.services.programs.reading import MAX_DEPTH

YES_NO = {"true": True, "false": False}


class ChangeSerializer(serializers.Serializer):
    """A member that gets another value."""

    member = serializers.CharField()
    before = serializers.JSONField()
    after = serializers.JSONField()
    before_words = serializers.CharField(allow_blank=True)
    after_words = serializers.CharField(allow_blank=True)


class StepSerializer(serializers.Serializer):
    """What becomes of one entry."""

    section = serializers.CharField()
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    pointer = serializers.CharField()
    action = serializers.ChoiceField(choices=[action.value for action in programs.Action])
    changes = ChangeSerializer(many=True)
    notes = serializers.ListField(child=serializers.CharField())


class ImpactSerializer(serializers.Serializer):
    """How many partners a rule would gain and lose."""

    kind = serializers.CharField()
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    entered = serializers.IntegerField()
    left = serializers.IntegerField()


class PlanSerializer(serializers.Serializer):
    """What a document would do, or did."""

    digest = serializers.CharField()
    applied = serializers.BooleanField()
    publishes = serializers.BooleanField()
    counts = serializers.DictField(child=serializers.IntegerField())
    steps = StepSerializer(many=True)
    impact = ImpactSerializer(many=True, allow_null=True)


class DeepJsonParser(StrictJsonParser):
    """Strict JSON as deep as rules within rules are."""

    max_depth = MAX_DEPTH


class ProgramSchema(ResourceSchema):
    """Describes the two operations; importing twice is harmless, so no key is needed."""

    def get_override_parameters(self) -> list[Any]:
        """Describe the key as one that may be sent."""
        return [
            OpenApiParameter(one.name, one.type, one.location, required=False, description=one.description)
            for one in super().get_override_parameters()
        ]


class ProgramViewSet(ApiView, ViewSet):
    """The program."""

    resource = "program"
    schema = ProgramSchema()
    parser_classes = [DeepJsonParser]
    required_scopes: ClassVar = {"GET": "program:read", "POST": "program:write"}
    permissions: ClassVar = {"GET": Permission.MANAGE_PROGRAM, "POST": Permission.MANAGE_PROGRAM}

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def export(self, request: Request) -> Response:
        """Return the program as the document that POST takes."""
        refuse_unknown(request, set())
        return Response(programs.document())

    @extend_schema(
        request=OpenApiTypes.OBJECT,
        responses=PlanSerializer,
        parameters=[
            OpenApiParameter("dry_run", bool, description="Say what the document would do, and do nothing."),
            OpenApiParameter("publish", bool, description="Publish what changes (the default), or leave drafts."),
            OpenApiParameter("digest", str, description="Only if it would still do what the dry run with it said."),
        ],
    )
    def bring_in(self, request: Request) -> Response:
        """Import a document whole, or say everything that is wrong with it."""
        refuse_unknown(request, {"dry_run", "publish", "digest"})
        dry_run, publish = _yes_no(request, "dry_run", default=False), _yes_no(request, "publish", default=True)
        at = timezone.now()

        def work() -> Response:
            found = programs.plan(request.data, by=request.user, at=at, publish=publish, impact=dry_run)
            _expect_faultless(found)
            wanted = request.query_params.get("digest")
            if wanted and wanted != found.digest:
                raise Problem("version_conflict", _("The document would do something else by now. Run it dry again."))
            if not dry_run:
                found = programs.apply(found, by=request.user, at=at)
            return Response({**_without_faults(found), "applied": not dry_run})

        return transact(lambda: once(request, work, required=False, at=at))


def _yes_no(request: Request, name: str, *, default: bool) -> bool:
    text = request.query_params.get(name)
    if text is None:
        return default
    if text not in YES_NO:
        raise bad_parameter(name, _("Give true or false."))
    return YES_NO[text]


def _expect_faultless(found: programs.Plan) -> None:
    if found.faults:
        errors = [FieldError(fault.code, fault.message, pointer=fault.pointer) for fault in found.faults]
        raise validation_problem(errors)


def _without_faults(found: programs.Plan) -> dict[str, Any]:
    return {name: value for name, value in found.report().items() if name != "faults"}
