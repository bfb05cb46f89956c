"""Partners' walks through journeys over REST, and what they handed in for steps: to read."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, ReferenceFilter, ResourceFilterSet
from core.api.serializers import InstantField, ReferenceField, ResourceSerializer
from core.api.viewsets import ReadOnlyResourceViewSet
from enablement.models import Enrollment, JourneyStep, StepKind, StepProgress, StepProof
from enablement.queries import walk_steps
from partners.models import Partner, Person


class WalkStepSerializer(serializers.Serializer[Any]):
    """A step as the partner walks it. `key` is the same in every version of the journey."""

    key = serializers.UUIDField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(StepKind.choices)
    due_on = serializers.DateField(allow_null=True)
    is_blocked = serializers.BooleanField(help_text="Whether other steps come first.")
    completed_at = InstantField(allow_null=True)
    was_skipped = serializers.BooleanField()


class WalkSerializer(ResourceSerializer):
    """A partner's walk through a journey. Its steps are told where one walk is read."""

    partner = ReferenceField("partners", Partner.objects.visible_to, read_only=True)
    journey = serializers.CharField(source="journey.key", read_only=True)
    journey_name = serializers.CharField(source="journey.name", read_only=True)
    journey_version = serializers.IntegerField(source="journey_version.number", read_only=True)
    steps_total = serializers.IntegerField(read_only=True)
    steps_done = serializers.IntegerField(read_only=True)
    steps = serializers.SerializerMethodField()

    class Meta:
        model = Enrollment
        has_external_ids = False
        fields = (
            *("partner", "journey", "journey_name", "journey_version", "state", "started_at", "completed_at", "reason"),
            *("is_automatic", "steps_total", "steps_done", "steps"),
        )
        read_only_fields = fields

    def get_fields(self) -> dict[str, Any]:
        """Keep the steps out of lists."""
        fields = super().get_fields()
        if getattr(self.context.get("view"), "action", "") == "list":
            fields.pop("steps", None)
        return fields

    def get_steps(self, walk: Enrollment) -> list[dict[str, Any]]:
        """Return the steps in their order."""
        walked = walk_steps.of_walks([walk])[walk.pk]
        steps = JourneyStep.objects.in_bulk([one.step_id for one in walked])
        done = {one.step_id: one for one in StepProgress.objects.filter(enrollment=walk)}
        rows = [
            {
                "key": steps[one.step_id].key,
                "title": steps[one.step_id].title,
                "kind": steps[one.step_id].kind,
                "due_on": one.due_on,
                "is_blocked": one.is_blocked,
                "completed_at": done[one.step_id].completed_at if one.step_id in done else None,
                "was_skipped": one.step_id in done and done[one.step_id].was_skipped,
            }
            for one in walked
        ]
        return list(WalkStepSerializer(rows, many=True).data)


class WalkFilters(ResourceFilterSet):
    """What a list of walks may be narrowed by."""

    partner = ReferenceFilter("partner")
    journey = ReferenceFilter("journey")

    class Meta(ResourceFilterSet.Meta):
        model = Enrollment
        fields: ClassVar = {
            "state": EXACT,
            "started_at": ORDERED,
            "completed_at": [*ORDERED, "isnull"],
            "updated_at": ORDERED,
        }


class WalkViewSet(ReadOnlyResourceViewSet):
    """Walks of partners you may see through published journeys."""

    resource = "walks"
    required_scopes: ClassVar = {"GET": "journeys:read"}
    permissions: ClassVar = {"GET": Permission.VIEW_PARTNERS}
    serializer_class = WalkSerializer
    filterset_class = WalkFilters
    sorts = ("started_at", "updated_at")
    queryset = Enrollment.objects.none()

    def get_queryset(self) -> QuerySet[Enrollment]:
        """Return the walks of partners the caller may see."""
        seen = Enrollment.objects.visible_to(self.request.user).filter(journey__published_at__isnull=False)
        rows: QuerySet[Enrollment] = seen.with_progress().select_related("partner", "journey", "journey_version")
        return rows


class StepProofSerializer(ResourceSerializer):
    """What was handed in to show that a task is done. The file itself is on the portal's page."""

    walk = ReferenceField("walks", Enrollment.objects.visible_to, source="enrollment", read_only=True)
    partner = ReferenceField("partners", Partner.objects.visible_to, source="enrollment.partner", read_only=True)
    step = serializers.UUIDField(source="step.key", read_only=True)
    step_title = serializers.CharField(source="step.title", read_only=True)
    person: Any = ReferenceField("people", Person.objects.visible_to, read_only=True, allow_null=True)

    class Meta:
        model = StepProof
        has_external_ids = False
        fields = (
            *(
                "walk",
                "partner",
                "step",
                "step_title",
                "person",
                "text",
                "link",
                "file_name",
                "file_type",
                "file_bytes",
            ),
            *("state", "handed_in_at", "decided_at", "reply"),
        )
        read_only_fields = fields


class StepProofFilters(ResourceFilterSet):
    """What a list of proofs may be narrowed by."""

    walk = ReferenceFilter("enrollment")
    partner = ReferenceFilter("enrollment__partner")

    class Meta(ResourceFilterSet.Meta):
        model = StepProof
        fields: ClassVar = {"state": EXACT, "handed_in_at": ORDERED, "updated_at": ORDERED}


class StepProofViewSet(ReadOnlyResourceViewSet):
    """What partners you may see handed in for steps of journeys."""

    resource = "proofs"
    required_scopes: ClassVar = {"GET": "journeys:read"}
    permissions: ClassVar = {"GET": Permission.VIEW_PARTNERS}
    serializer_class = StepProofSerializer
    filterset_class = StepProofFilters
    sorts = ("handed_in_at", "updated_at")
    queryset = StepProof.objects.none()

    def get_queryset(self) -> QuerySet[StepProof]:
        """Return what partners the caller may see handed in."""
        rows: QuerySet[StepProof] = StepProof.objects.visible_to(self.request.user)
        return rows.select_related("enrollment__partner", "step", "person")
