"""The categories in use with what the nightly figures say of each: the ground of every finding."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.models import VersionState
from insight.models import CategoryOverlap, CategoryQuarter
from partners.models import Category, CategoryVersion

#: A year: the running quarter counts for as much of it as has passed.
YEAR_QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Year:
    """What a category was over four quarters, the last of them running."""

    members: int = 0
    came: int = 0
    went: int = 0
    sellers: int = 0
    deals_won: int = 0
    revenue: Decimal = Decimal(0)
    certified_people: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """A category in use, its published text, and its last and its previous year."""

    category: Category
    version: CategoryVersion
    year: Year
    before: Year
    quarters: list[CategoryQuarter] = field(default_factory=list)

    @property
    def members(self) -> int:
        """How many partners hold it now."""
        return self.year.members


def standings() -> list[Standing]:
    """Return the published categories in use, in the order of the program."""
    published = CategoryVersion.objects.filter(
        state=VersionState.PUBLISHED, definition__retired_at__isnull=True
    ).select_related("definition")
    quarters: dict[int, list[CategoryQuarter]] = {}
    for quarter in CategoryQuarter.objects.order_by("starts_on"):
        quarters.setdefault(quarter.category_id, []).append(quarter)
    return [
        _standing(version, quarters.get(version.definition_id, []))
        for version in published.order_by("definition__position", "definition_id")
    ]


def _standing(version: CategoryVersion, quarters: list[CategoryQuarter]) -> Standing:
    last, before = quarters[-YEAR_QUARTERS:], quarters[-2 * YEAR_QUARTERS : -YEAR_QUARTERS]
    return Standing(version.definition, version, year_of(last), year_of(before), quarters)


def year_of(quarters: Iterable[CategoryQuarter]) -> Year:
    """Return what some quarters come to: what happened is added up, what stands is taken from the last one."""
    some = list(quarters)
    if not some:
        return Year()
    return Year(
        members=some[-1].members,
        came=sum(one.came for one in some),
        went=sum(one.went for one in some),
        sellers=some[-1].sellers,
        deals_won=sum(one.deals_won for one in some),
        revenue=sum((one.revenue for one in some), Decimal(0)),
        certified_people=some[-1].certified_people,
    )


def overlaps() -> Mapping[tuple[int, int], int]:
    """Return how many partners are in two categories at once, by (category id, category id)."""
    return {(row.category_id, row.other_id): row.partners for row in CategoryOverlap.objects.all()}


def worked_out_at() -> datetime | None:
    """Return when the figures were last reckoned."""
    moment: datetime | None = CategoryQuarter.objects.values_list("worked_out_at", flat=True).first()
    return moment
