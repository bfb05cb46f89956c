"""Results of packages over REST, to read."""

from typing import ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, ReferenceFilter, ResourceFilterSet
from core.api.serializers import ReferenceField, ResourceSerializer
from core.api.viewsets import ReadOnlyResourceViewSet
from enablement.models import PackageAttempt
from partners.models import Partner, Person


class PackageResultSerializer(ResourceSerializer):
    """One go of a person at a package, as the package told it. `score` is from -1 to 1."""

    package = serializers.UUIDField(source="package.public_id", read_only=True)
    package_name = serializers.CharField(source="package.name", read_only=True)
    package_version = serializers.IntegerField(source="version_played.number", read_only=True)
    partner = ReferenceField("partners", Partner.objects.visible_to, source="person.partner", read_only=True)
    person = ReferenceField("people", Person.objects.visible_to, read_only=True)
    is_done = serializers.BooleanField(read_only=True)

    class Meta:
        model = PackageAttempt
        has_external_ids = False
        fields = (
            *("package", "package_name", "package_version", "partner", "person", "number", "completion", "success"),
            *("is_done", "score", "seconds", "started_at", "last_seen_at", "completed_at", "ended_at"),
        )
        read_only_fields = fields


class PackageResultFilters(ResourceFilterSet):
    """What a list of results may be narrowed by."""

    package = ReferenceFilter("package")
    person = ReferenceFilter("person")
    partner = ReferenceFilter("person__partner")

    class Meta(ResourceFilterSet.Meta):
        model = PackageAttempt
        fields: ClassVar = {
            "completion": EXACT,
            "success": EXACT,
            "started_at": ORDERED,
            "completed_at": [*ORDERED, "isnull"],
            "updated_at": ORDERED,
        }


class PackageResultViewSet(ReadOnlyResourceViewSet):
    """How people of partners you may see fare in packages."""

    resource = "package-results"
    required_scopes: ClassVar = {"GET": "courses:read"}
    permissions: ClassVar = {"GET": Permission.VIEW_PARTNERS}
    serializer_class = PackageResultSerializer
    filterset_class = PackageResultFilters
    sorts = ("started_at", "completed_at", "updated_at")
    queryset = PackageAttempt.objects.none()

    def get_queryset(self) -> QuerySet[PackageAttempt]:
        """Return the attempts of people at partners the caller may see."""
        rows: QuerySet[PackageAttempt] = PackageAttempt.objects.visible_to(self.request.user)
        return rows.select_related("package", "version_played", "person__partner")
