"""How categories do: the list of all, and one with its history and where its members come from and go to."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from insight.models import CategoryFlow, CategoryOverlap, CategoryQuarter
from insight.queries.standing import Standing, standings
from partners.models import Category, Partner
from partners.models.memberships import HOLDING_STATES

#: Regions and tiers beyond these are one row.
MOST_PARTS = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One category in the list of all."""

    standing: Standing
    revenue_share: Decimal | None

    @property
    def category(self) -> Category:
        """The category."""
        return self.standing.category

    @property
    def member_change(self) -> int:
        """Members more than a year ago."""
        return self.standing.year.members - self.standing.before.members

    @property
    def revenue_change(self) -> Decimal | None:
        """How much more was sold than in the year before, as a share; None where nothing was."""
        before = self.standing.before.revenue
        return (self.standing.year.revenue - before) / before if before else None

    @property
    def revenue_each(self) -> Decimal | None:
        """What one member sold in the year."""
        members = self.standing.year.members
        return self.standing.year.revenue / members if members else None

    @property
    def activated(self) -> Decimal | None:
        """The share of members who won a deal within twelve months."""
        year = self.standing.year
        return Decimal(year.sellers) / year.members if year.members else None

    @property
    def revenues(self) -> list[float]:
        """What was sold in each quarter, oldest first."""
        return [float(one.revenue) for one in self.standing.quarters]


@dataclass(frozen=True, slots=True)
class Part:
    """So many members in a region, a tier, or another category."""

    name: str
    members: int
    share: Decimal


@dataclass(frozen=True, slots=True)
class Flow:
    """So many partners came from, or went to, another category within a year."""

    category: Category
    partners: int


@dataclass(frozen=True, slots=True)
class Detail:
    """One category as its page shows it."""

    row: Row
    regions: list[Part]
    tiers: list[Part]
    came_from: list[Flow]
    went_to: list[Flow]
    also_in: list[Part]

    @property
    def quarters(self) -> list[CategoryQuarter]:
        """Its quarters, oldest first."""
        return self.row.standing.quarters


def rows() -> list[Row]:
    """Return every category in use. Revenue shares are of what all partners in any category sold, each counted once
    for every category it is in."""
    found = standings()
    whole = sum((one.year.revenue for one in found), Decimal(0))
    return [Row(one, one.year.revenue / whole if whole else None) for one in found]


def detail_of(category: Category) -> Detail | None:
    """Return one category's figures, None where it is not in use."""
    row = next((one for one in rows() if one.category.pk == category.pk), None)
    if row is None:
        return None
    members = Partner.objects.filter(
        memberships__category=category, memberships__state__in=HOLDING_STATES, memberships__ends_at__isnull=True
    )
    total = row.standing.members
    moved = CategoryFlow.objects.filter(Q(source=category) | Q(target=category)).select_related("source", "target")
    flows = list(moved.order_by("-partners", "pk"))
    return Detail(
        row,
        regions=_parts(members.values_list("region__name").annotate(n=Count("pk")), total),
        tiers=_parts(_tiers(members), total),
        came_from=[Flow(one.source, one.partners) for one in flows if one.target_id == category.pk],
        went_to=[Flow(one.target, one.partners) for one in flows if one.source_id == category.pk],
        also_in=_parts(
            CategoryOverlap.objects.filter(category=category).order_by().values_list("other__name", "partners"), total
        ),
    )


def _tiers(members: Any) -> Any:
    held = Q(tier_holdings__ends_at__isnull=True)
    rows = members.filter(held, tier_holdings__isnull=False).values_list("tier_holdings__tier__name")
    return rows.annotate(n=Count("pk", distinct=True))


def _parts(counted: Any, total: int) -> list[Part]:
    found = sorted(((name or "–", n) for name, n in counted), key=lambda one: (-one[1], one[0]))
    return [Part(name, n, Decimal(n) / total if total else Decimal(0)) for name, n in found[:MOST_PARTS]]


@dataclass(frozen=True, slots=True)
class Cell:
    """How many members of the row's category are also in the column's; None on the diagonal."""

    other: Category
    partners: int | None
    share: Decimal
    shade: int


@dataclass(frozen=True, slots=True)
class MapRow:
    """One row of the overlap map."""

    category: Category
    members: int
    cells: list[Cell]


#: From so many percent on a cell is shaded one step darker.
SHADES = (1, 10, 25, 50, 80)


def overlap_map(found: Sequence[Standing], shared: Any) -> list[MapRow]:
    """Return which share of each category's members is in each other one."""
    return [MapRow(one.category, one.members, [_cell(one, other, shared) for other in found]) for one in found]


def _cell(one: Standing, other: Standing, shared: Any) -> Cell:
    if one is other:
        return Cell(other.category, None, Decimal(0), 0)
    partners = shared.get((one.category.pk, other.category.pk), 0)
    share = Decimal(partners) / one.members if one.members else Decimal(0)
    return Cell(other.category, partners, share, sum(100 * share >= least for least in SHADES))
