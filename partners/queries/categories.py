"""Categories as pages show them."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery

from core.models import VersionState
from partners.models import (
    Category,
    CategoryMembership,
    CategoryVersion,
    MembershipState,
    Partner,
)
from partners.models.memberships import HOLDING_STATES, WAITING_STATES
from partners.queries import differences, languages, overrides
from partners.queries.overrides import Applied
from partners.queries.texts import of_state

#: Stands among the states of a list for memberships in which words and data differ.
DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A category in the vendor's list."""

    category: Category
    published: CategoryVersion | None
    draft: CategoryVersion | None
    members: int
    waiting: int


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """A category as a partner reads it, with the partner's own standing in it."""

    category: Category
    applied: Applied
    membership: CategoryMembership | None

    @property
    def version(self) -> CategoryVersion:
        """What holds for the partner: the published text, with what its region says otherwise."""
        version: CategoryVersion = self.applied.version
        return version

    @property
    def is_mine(self) -> bool:
        """Whether the partner has anything to do with it now."""
        return self.membership is not None


def category_rows(user: Any) -> list[CategoryRow]:
    """Return all categories with the members among the partners a person may see."""
    current = CategoryVersion.objects.exclude(state=VersionState.SUPERSEDED)
    categories = Category.objects.order_by(F("retired_at").asc(nulls_first=True), "position", "pk").prefetch_related(
        Prefetch("versions", queryset=current)
    )
    counts = _counts(user)
    return [_row(category, counts.get(category.pk, {})) for category in categories]


def state_counts(category: Category, user: Any) -> dict[str, int]:
    """Return how many memberships of a category are in each state, ended ones included."""
    rows = CategoryMembership.objects.visible_to(user).filter(category=category).values("state")
    counts = dict(rows.annotate(n=Count("pk")).order_by().values_list("state", "n"))
    return {state: counts.get(state, 0) for state in MembershipState.values}


def members(category: Category, user: Any, *, state: str = "") -> QuerySet[CategoryMembership]:
    """Return the memberships of a category a person may see: open ones, those in a state, or those that differ."""
    rows: QuerySet[CategoryMembership] = CategoryMembership.objects.visible_to(user).filter(category=category)
    rows = rows.filter(state=state) if state in MembershipState.values else rows.filter(ends_at__isnull=True)
    rows = rows.filter(differences.ANY) if state == DIFFERS else rows
    return rows.select_related("partner", "partner__region", "decided_by").order_by("partner__name", "pk")


def versions_with_members(category: Category) -> QuerySet[CategoryVersion]:
    """Return the versions ever published, newest first, with the number of stays that began under each."""
    return (
        category.versions.exclude(state=VersionState.DRAFT)
        .select_related("published_by")
        .annotate(
            stays=Subquery(
                CategoryMembership.objects.filter(category_version=OuterRef("pk"))
                .order_by()
                .values("category_version")
                .annotate(n=Count("pk"))
                .values("n")
            )
        )
        .order_by("-number")
    )


def members_under(version: CategoryVersion, user: Any) -> QuerySet[CategoryMembership]:
    """Return the stays of those who held the category while a version was in force, among partners a person may see."""
    later = version.definition.versions.filter(number__gt=version.number, published_at__isnull=False)
    until = later.order_by("number").values_list("published_at", flat=True).first()
    events: Any = CategoryMembership.events.rel.related_model  # type: ignore[attr-defined]
    held = Exists(events.objects.filter(pgh_obj_id=OuterRef("pk"), state__in=HOLDING_STATES))
    rows = CategoryMembership.objects.visible_to(user).filter(Q(state__in=HOLDING_STATES) | held)
    rows = rows.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=version.published_at), category=version.definition)
    if until is not None:
        rows = rows.filter(starts_at__lt=until)
    return rows.select_related("partner__region", "category_version").order_by("partner__name", "starts_at", "pk")


def glossary(partner: Partner, *, language: str = "") -> list[GlossaryEntry]:
    """Return every published category, the partner's own first; in a `language` as far as it is translated."""
    own = {
        membership.category_id: membership
        for membership in CategoryMembership.objects.open()
        .filter(partner=partner)
        .select_related("category_version")
        .order_by("starts_at")
    }
    published = CategoryVersion.objects.filter(
        Q(definition__retired_at__isnull=True) | Q(definition__in=own), state=VersionState.PUBLISHED
    )
    versions = list(published.select_related("definition").order_by("definition__position", "definition_id"))
    said = overrides.applied(versions, partner)
    if language:
        said = {pk: replace(one, version=languages.read(one.version, language).version) for pk, one in said.items()}
        languages.name_in(language, *(version.definition for version in versions))
    entries = [
        GlossaryEntry(version.definition, said[version.definition_id], own.get(version.definition_id))
        for version in versions
    ]
    return sorted(entries, key=_own_first)


def entry(category: Category, partner: Partner) -> GlossaryEntry | None:
    """Return one published category as the partner reads it; None for drafts, and for retired ones it is not in."""
    return next((one for one in glossary(partner) if one.category == category), None)


def stays(category: Category, partner: Partner) -> list[CategoryMembership]:
    """Return every stay of a partner in a category, the newest first."""
    rows = CategoryMembership.objects.of(partner).filter(category=category).select_related("category")
    return list(rows.order_by("-starts_at", "-pk"))


def _counts(user: Any) -> dict[int, dict[str, int]]:
    rows = CategoryMembership.objects.visible_to(user).open().values("category_id")
    counted = rows.annotate(
        members=Count("pk", filter=Q(state__in=HOLDING_STATES)), waiting=Count("pk", filter=Q(state__in=WAITING_STATES))
    ).order_by()
    return {row["category_id"]: row for row in counted}


def _row(category: Category, counts: dict[str, int]) -> CategoryRow:
    current = list(category.versions.all())
    return CategoryRow(
        category,
        of_state(current, VersionState.PUBLISHED),
        of_state(current, VersionState.DRAFT),
        counts.get("members", 0),
        counts.get("waiting", 0),
    )


def _own_first(one: GlossaryEntry) -> tuple[bool, bool, bool]:
    membership = one.membership
    return (
        membership is None,
        not (membership and membership.is_primary),
        not (membership and membership.state in HOLDING_STATES),
    )
