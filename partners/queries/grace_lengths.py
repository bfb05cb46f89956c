"""How long members stay once criteria cease to hold: as their region has it, else their category, else the program."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from core.models import VersionState
from partners.models import CategoryMembership, CategoryOverrideVersion, MembershipPolicy


@dataclass(frozen=True, slots=True)
class GraceLengths:
    """The lengths of grace of one moment, read once for many memberships. `regional` has the deepest region first."""

    policy: MembershipPolicy
    regional: Mapping[int, Sequence[tuple[int, int]]]

    @classmethod
    def current(cls) -> Self:
        """Read them as they are now."""
        rows: Any = CategoryOverrideVersion.objects.filter(
            state=VersionState.PUBLISHED, grace_days__isnull=False, definition__retired_at__isnull=True
        ).values_list("definition__category_id", "definition__region_id", "definition__region__path", "grace_days")
        regional: dict[int, list[tuple[int, int]]] = {}
        for category_id, region_id, _path, days in sorted(rows, key=lambda row: -len(row[2])):
            regional.setdefault(category_id, []).append((region_id, days))
        return cls(MembershipPolicy.current(), regional)

    def of(self, membership: CategoryMembership) -> int:
        """Return the days of one membership, which was decided on a version of its category."""
        there = self.regional.get(membership.category_id, ())
        region = membership.partner.region if there else None
        for region_id, days in there:
            if region is not None and region_id in region.path:
                return days
        version = membership.category_version
        return self.policy.grace_days if version is None or version.grace_days is None else version.grace_days
