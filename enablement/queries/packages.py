"""Packages as lists and players need them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from enablement.models import (
    Package,
    PackageAttempt,
    PackageProgress,
    PackageVersion,
)
from partners.models import Partner, Person

TEAM_MOST = 100


def packages() -> QuerySet[Package]:
    """Return all packages by name, with the state of what was uploaded last and how many lessons use them."""
    newest = PackageVersion.objects.filter(package=OuterRef("pk")).order_by("-number")
    return (
        Package.objects.select_related("current")
        .annotate(
            newest_state=Subquery(newest.values("state")[:1]),
            standard=Subquery(newest.values("standard")[:1]),
            lessons_total=Count("lessons", distinct=True),
        )
        .order_by("name", "pk")
    )


def played(packages: list[Package], *, user: Any) -> dict[int, dict[str, int]]:
    """Return how many people began and completed each package, at partners the reader may see."""
    rows = PackageAttempt.objects.visible_to(user).filter(package__in=[one.pk for one in packages]).order_by()
    counted = rows.values("package").annotate(
        began=Count("person", distinct=True),
        completed=Count("person", distinct=True, filter=Q(completed_at__isnull=False)),
    )
    return {row["package"]: row for row in counted}


def results(package: Package, *, user: Any) -> QuerySet[PackageAttempt]:
    """Return where people are with a package, each person's last attempt, the last seen first."""
    newest = PackageAttempt.objects.filter(person=OuterRef("person"), package=package).order_by("-number")
    rows = PackageAttempt.objects.visible_to(user).filter(package=package, pk=Subquery(newest.values("pk")[:1]))
    return rows.select_related("person__partner", "version_played").order_by("-last_seen_at", "-pk")


def of_team(partner: Partner) -> QuerySet[PackageAttempt]:
    """Return where the people of a partner are with packages, the last seen first."""
    newest = PackageAttempt.objects.filter(person=OuterRef("person"), package=OuterRef("package")).order_by("-number")
    rows = PackageAttempt.objects.filter(person__partner=partner, person__left_at__isnull=True)
    rows = rows.filter(pk=Subquery(newest.values("pk")[:1])).select_related("person", "package", "version_played")
    return rows.order_by("-last_seen_at", "-pk")[:TEAM_MOST]


def attempt_at(package: Package | None, *, person: Person) -> PackageAttempt | None:
    """Return a person's last attempt at a package."""
    if package is None:
        return None
    rows = PackageAttempt.objects.filter(package=package, person=person).select_related("version_played")
    return rows.order_by("-number").first()


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item of a package as its player sees it."""

    place: int
    title: str
    progress: PackageProgress | None
    is_open: bool


def items_of(version: PackageVersion, attempt: PackageAttempt | None, wanted: str) -> list[ItemView]:
    """Return the items of a version; one is open: the wanted one, else the first that is not done."""
    rows = {one.item: one for one in attempt.progress.all()} if attempt is not None else {}
    waiting = [
        place for place, item in enumerate(version.items) if not (rows.get(item["key"]) and rows[item["key"]].is_done)
    ]
    chosen = int(wanted) if wanted.isdecimal() and int(wanted) < len(version.items) else (waiting or [0])[0]
    return [
        ItemView(place, item["title"], rows.get(item["key"]), place == chosen)
        for place, item in enumerate(version.items)
    ]


def config(version: PackageVersion, item: ItemView, *, learner: dict[str, str]) -> dict[str, Any]:
    """Return what a player is given of an item: what it told last, and who plays."""
    told, about = item.progress, version.items[item.place]
    return {
        "standard": version.standard,
        "item": about["key"],
        "mastery": about["mastery"],
        "launch_data": about["launch_data"],
        "learner": learner,
        "sequence": told.sequence if told else 0,
        "seconds": told.seconds if told else 0,
        "location": told.location if told else "",
        "suspend_data": told.suspend_data if told else "",
        "data": told.data if told else {},
    }
