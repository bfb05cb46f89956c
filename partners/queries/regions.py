"""Reads about the region tree."""

from dataclasses import dataclass

from django.db.models import Count

from partners.models import Region

INDENT = "\u2003"


@dataclass(frozen=True, slots=True)
class Branch:
    """A region as a line of the tree: how deep it stands, and how many partners are in it."""

    region: Region
    depth: int
    partners: int
    partners_below: int


def in_order() -> list[Region]:
    """Return all regions, each below its parent, by name."""
    regions = list(Region.objects.order_by("name", "id"))
    names = {one.pk: one.name for one in regions}
    return sorted(regions, key=lambda one: [(names.get(pk, ""), pk) for pk in one.path])


def options(*, without: Region | None = None) -> list[tuple[str, str]]:
    """Return (key, indented name) of every region, leaving out one and all below it."""
    return [
        (one.key, INDENT * (len(one.path) - 1) + one.name)
        for one in in_order()
        if without is None or without.pk not in one.path
    ]


def tree() -> list[Branch]:
    """Return the tree with how many partners are in each region and in all below it."""
    regions = in_order()
    counted = dict(Region.objects.annotate(count=Count("partners")).values_list("pk", "count"))
    below = dict.fromkeys(counted, 0)
    for one in regions:
        for pk in one.path:
            below[pk] = below.get(pk, 0) + counted[one.pk]
    return [Branch(one, len(one.path) - 1, counted[one.pk], below[one.pk]) for one in regions]
