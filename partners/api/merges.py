"""Merges of partners: what one would do, doing it, and undoing it for thirty days."""

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
from core.api.filters import ORDERED, ReferenceFilter, ResourceFilterSet, refuse_unknown
from core.api.serializers import InstantField, PartSerializer, ReferenceField, ResourceSerializer
from core.api.viewsets import ActingViewSet
from partners.models import Merge, Partner
from partners.queries import attributes as attribute_queries
from partners.queries.merges import Line, comparison, moving
from partners.services import merge_parts, merging

CHOICES = [(one.value, one.value) for one in merging.Choice]


class MergeSerializer(ResourceSerializer):
    """A partner that became part of another. `choices` say whose value of a field survives, by the field's name.

    Without a choice the proposed value survives, as the preview says.
    """

    survivor = ReferenceField("partners", Partner.objects.visible_to)
    merged = ReferenceField("partners", Partner.objects.visible_to, write_only=True)
    choices = serializers.DictField(
        child=serializers.ChoiceField(choices=CHOICES), write_only=True, required=False, allow_empty=True
    )
    merged_id = serializers.UUIDField(source="merged_public_id", read_only=True)
    undo_ends_at = InstantField(read_only=True)

    class Meta:
        model = Merge
        has_external_ids = False
        fields = (
            *("survivor", "merged", "choices", "note", "merged_id", "merged_name", "merged_at", "undo_ends_at"),
            "undone_at",
        )
        read_only_fields = ("merged_name", "merged_at", "undone_at")


class PreviewRequestSerializer(PartSerializer):
    """The two partners."""

    survivor = ReferenceField("partners", Partner.objects.visible_to)
    merged = ReferenceField("partners", Partner.objects.visible_to)


class MergeFieldSerializer(serializers.Serializer):
    """A field of both records: what each says in words, and whose value survives unless a choice says otherwise."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    survivor = serializers.CharField(source="kept")
    merged = serializers.CharField(source="gone")
    proposed = serializers.CharField(source="choice", allow_blank=True, help_text="Empty where both say the same.")
    may_be_both = serializers.BooleanField()


class MovingSerializer(serializers.Serializer):
    """How many rows of a kind each has, and what happens where both have one."""

    label = serializers.CharField()  # type: ignore[assignment]
    survivor = serializers.IntegerField(source="kept")
    merged = serializers.IntegerField(source="gone")
    rule = serializers.CharField()


class PreviewSerializer(serializers.Serializer):
    """What merging two partners would do. Nothing is written."""

    fields_ = MergeFieldSerializer(many=True)
    moving = MovingSerializer(many=True)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields; the first is called `fields`, which serializers use for themselves."""
        found = super().get_fields()
        found["fields"] = found.pop("fields_")
        found["fields"].source = "fields_"
        return found


class MergeFilters(ResourceFilterSet):
    """What a list of merges can be narrowed by; `undone_at__isnull=true` are those that stand."""

    survivor = ReferenceFilter("survivor")

    class Meta(ResourceFilterSet.Meta):
        model = Merge
        fields: ClassVar = {"merged_at": ORDERED, "undone_at": [*ORDERED, "isnull"], "updated_at": ORDERED}


class MergeViewSet(ActingViewSet):
    """Merges of partners."""

    resource = "merges"
    permissions: ClassVar = {"GET": Permission.MERGE_PARTNERS, "POST": Permission.MERGE_PARTNERS}
    serializer_class = MergeSerializer
    filterset_class = MergeFilters
    sorts = ("merged_at", "updated_at")
    transitions = (merging.MergeError,)

    def get_queryset(self) -> QuerySet[Any]:
        """Return the merges into partners the caller may see."""
        return Merge.objects.visible_to(self.request.user).select_related("survivor")

    def create_record(self, data: dict[str, Any], *, at: datetime) -> Merge:
        """Merge two partners, and return what there is to undo."""
        kept, gone = data["survivor"], data["merged"]
        lines = comparison(kept, gone, attribute_queries.live())
        return merging.merge(
            survivor=kept,
            merged=gone,
            by=self.request.user,
            at=at,
            choices=_choices(lines, data.get("choices", {})),
            note=data.get("note", ""),
        )

    @extend_schema(request=PreviewRequestSerializer, responses=PreviewSerializer)
    @action(detail=False, methods=["post"], filterset_class=None)
    def preview(self, request: Request) -> Response:
        """Tell field by field and kind by kind what merging two partners would do. Nothing is written."""
        refuse_unknown(request, ())
        asked = PreviewRequestSerializer(data=request.data, context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        kept, gone = asked.validated_data["survivor"], asked.validated_data["merged"]
        found = {
            "fields_": comparison(kept, gone, attribute_queries.live()),
            "moving": moving(kept, gone, merge_parts.parts()),
        }
        return Response(PreviewSerializer(found).data)

    @extend_schema(request=None, responses=MergeSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, **kwargs: Any) -> Response:
        """Make two partners of one again."""
        return self.act(request, lambda record, _data, at: merging.undo(merge=record, by=request.user, at=at))


def _choices(lines: list[Line], chosen: dict[str, str]) -> dict[str, merging.Choice]:
    """Return whose value of each differing field survives: as chosen, else as proposed."""
    known = {line.name: line for line in lines if line.differs}
    errors = {}
    for name, choice in chosen.items():
        if name not in known:
            errors[name] = [serializers.ErrorDetail(_("These partners do not differ in it."), code="unknown_field")]
        elif choice == merging.Choice.BOTH and not known[name].may_be_both:
            errors[name] = [serializers.ErrorDetail(_("It cannot be both together."), code="invalid_choice")]
    if errors:
        raise serializers.ValidationError({"choices": errors})
    return {name: merging.Choice(chosen.get(name, line.choice)) for name, line in known.items()}
