"""Reads of partners for the list, the 360 page and the assignment page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Count, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Concat

from accounts.models import User
from accounts.permissions import Permission
from accounts.roles import VendorRole, permissions_of
from criteria.fields import registry
from partners.models import (
    Assignment,
    AttributeDefinition,
    AttributeKind,
    Category,
    CategoryMembership,
    LifeStage,
    PartnerStatus,
    Region,
    Tier,
    TierHolding,
)
from partners.models.memberships import HOLDING_STATES
from partners.queries.regions import options as region_options

ATTRIBUTE_PREFIX = "attribute_"
BAND_PREFIX = "band_"
NOBODY = "nobody"
ME = "me"

#: Functions of apps above that say which segments partners are classed by: key, label, and (key, name) of each class.
class_filters: list[Callable[[], list[tuple[str, str, list[tuple[str, str]]]]]] = []

#: What a list may be sorted by: the word in the address, and the columns.
SORTS: dict[str, tuple[Any, ...]] = {
    "name": ("name", "id"),
    "-name": ("-name", "-id"),
    "joined": (F("joined_on").desc(nulls_last=True), "name", "id"),
    "-joined": (F("joined_on").asc(nulls_last=True), "name", "id"),
    "active": (F("last_active_at").desc(nulls_last=True), "name", "id"),
    "-active": (F("last_active_at").asc(nulls_last=True), "name", "id"),
}
DEFAULT_SORT = "name"


@dataclass(frozen=True)
class Filters:
    """What a list of partners was narrowed to, as it stands in the address."""

    text: str = ""
    region: str = ""
    status: str = ""
    category: str = ""
    stage: str = ""
    tier: str = ""
    cam: str = ""
    #: Keys of segments that a partner must be in, all of them.
    segments: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filters":
        """Read the filters out of an address."""
        plain = {name: query.get(name, "").strip() for name in ("region", "status", "category", "stage", "tier", "cam")}
        own = {
            name.removeprefix(ATTRIBUTE_PREFIX): query[name].strip()
            for name in query
            if name.startswith(ATTRIBUTE_PREFIX) and query[name].strip()
        }
        bands = [value for name, value in query.items() if name.startswith(BAND_PREFIX)]
        named = tuple(key for text in (query.get("segments", ""), *bands) for key in text.split(",") if key)
        return cls(segments=named, text=query.get("q", "").strip()[:100].replace("\x00", ""), attributes=own, **plain)

    @property
    def any(self) -> bool:
        """Whether anything is narrowed."""
        return self != Filters()


def narrowed(
    partners: QuerySet[Any], filters: Filters, *, user: Any, attributes: Mapping[str, AttributeDefinition]
) -> QuerySet[Any]:
    """Return the partners the filters let through. What a filter names but nobody knows lets nobody through."""
    if filters.text:
        partners = partners.matching(filters.text)  # type: ignore[attr-defined]
    if filters.region:
        region = Region.objects.filter(key=filters.region).first()
        partners = partners.in_region(region) if region else partners.none()  # type: ignore[attr-defined]
    if filters.status:
        partners = partners.filter(status=filters.status)
    if filters.stage:
        partners = partners.filter(classification__stage__key=filters.stage)
    if filters.category:
        held = CategoryMembership.objects.open().filter(state__in=HOLDING_STATES, category__key=filters.category)
        partners = partners.filter(Exists(held.filter(partner=OuterRef("pk"))))
    if filters.tier:
        track, _dot, tier = filters.tier.partition(".")
        held = TierHolding.objects.open().filter(track__key=track, tier__key=tier)
        partners = partners.filter(Exists(held.filter(partner=OuterRef("pk"))))
    if filters.cam:
        partners = _looked_after(partners, filters.cam, user)
    if filters.segments:
        partners = _in_segments(partners, filters.segments)
    for key, value in filters.attributes.items():
        partners = _with_attribute(partners, attributes.get(key), value)
    return partners


def _in_segments(partners: QuerySet[Any], keys: tuple[str, ...]) -> QuerySet[Any]:
    """Narrow to the partners in all of some segments, as criteria know them."""
    catalog = registry.catalog()
    known = catalog.choices(catalog.fields["segments"])
    if any(key not in known for key in keys):
        return partners.none()
    return partners.filter(classification__segment_ids__contains=[known[key].parameter for key in keys])


def _looked_after(partners: QuerySet[Any], who: str, user: Any) -> QuerySet[Any]:
    open_ones = Assignment.objects.open().filter(partner=OuterRef("pk"))
    if who == NOBODY:
        return partners.filter(~Exists(open_ones))
    if who == ME:
        return partners.filter(Exists(open_ones.filter(user=user)))
    manager = User.objects.annotate(id_text=Cast("public_id", CharField())).filter(id_text=who)
    return partners.filter(Exists(open_ones.filter(user__in=manager.values("pk"))))


def _with_attribute(partners: QuerySet[Any], definition: AttributeDefinition | None, value: str) -> QuerySet[Any]:
    if definition is None:
        return partners.none()
    match definition.kind:
        case AttributeKind.YES_NO:
            return partners.filter(attributes__contains={definition.key: value == "yes"})
        case AttributeKind.CHOICE:
            return partners.filter(attributes__contains={definition.key: value})
        case AttributeKind.MULTI_CHOICE:
            return partners.filter(attributes__contains={definition.key: [value]})
    return partners.alias(asked=KT(f"attributes__{definition.key}")).filter(asked__icontains=value)


def with_classification(partners: QuerySet[Any]) -> QuerySet[Any]:
    """Add what a line about a partner shows: manager, categories, tiers and life stage, in the same statement."""
    mine = OuterRef("pk")
    return partners.select_related("region").annotate(
        cam_name=Subquery(Assignment.objects.open().filter(partner=mine).values("user__name")[:1]),
        category_names=ArraySubquery(
            CategoryMembership.objects.open()
            .filter(partner=mine, state__in=HOLDING_STATES)
            .order_by("-is_primary", "category__position", "category__name")
            .values("category__name")
        ),
        tier_names=ArraySubquery(
            TierHolding.objects.open().filter(partner=mine).order_by("track__position").values("tier__name")
        ),
        stage_name=F("classification__stage__name"),
        stage_key=F("classification__stage__key"),
        stage_since=F("classification__stage_since"),
    )


@dataclass(frozen=True, slots=True)
class Options:
    """What the filters of the list offer, each as (value, label)."""

    categories: list[tuple[str, str]]
    tiers: list[tuple[str, str]]
    stages: list[tuple[str, str]]
    regions: list[tuple[str, str]]
    managers: list[tuple[str, str]]
    statuses: list[tuple[str, Any]]
    classes: list[tuple[str, str, list[tuple[str, str]]]] = field(default_factory=list)


def options() -> Options:
    """Read what the filters offer, in two statements."""
    found: dict[str, list[tuple[str, str]]] = {}
    for kind, key, label, _place in sorted(_offered(), key=lambda row: (row[3], row[2])):
        found.setdefault(kind, []).append((key, label))
    return Options(
        categories=found.get("category", []),
        tiers=found.get("tier", []),
        stages=found.get("stage", []),
        regions=region_options(),
        managers=found.get("manager", []),
        statuses=list(PartnerStatus.choices),
        classes=[one for ask in class_filters for one in ask()],
    )


def _offered() -> QuerySet[Any, Any]:
    """Return (kind, key, label, place) of everything a filter may name."""

    def rows(queryset: QuerySet[Any], kind: str, key: Any, label: Any, place: Any) -> QuerySet[Any, Any]:
        kinds = Value(kind, output_field=CharField())
        return queryset.annotate(kind_=kinds, key_=key, label_=label, place_=place).values_list(
            "kind_", "key_", "label_", "place_"
        )

    categories = Category.objects.filter(retired_at__isnull=True)
    tier_key = Concat("track__key", Value("."), "key", output_field=CharField())
    tier_label = Concat("track__name", Value(": "), "name", output_field=CharField())
    tier_place = F("track__position") * 1000 + F("rank")
    return rows(categories, "category", F("key"), F("name"), F("position")).union(
        rows(Tier.objects.filter(retired_at__isnull=True), "tier", tier_key, tier_label, tier_place),
        rows(LifeStage.objects.filter(retired_at__isnull=True), "stage", F("key"), F("name"), F("position")),
        rows(managers(), "manager", Cast("public_id", CharField()), F("name"), Value(0)),
        all=True,
    )


def managers() -> QuerySet[User]:
    """People at the vendor who may look after partners."""
    roles = [role for role in VendorRole.values if Permission.EDIT_PARTNERS in permissions_of(role)]
    return User.objects.filter(role__in=roles, is_active=True).order_by()


def by_manager(partners: QuerySet[Any]) -> list[tuple[str, int]]:
    """Return how many of these partners each manager looks after now, nobody's as an empty name; most first."""
    name = Subquery(Assignment.objects.open().filter(partner=OuterRef("pk")).values("user__name")[:1])
    counted = partners.order_by().annotate(manager=name).values("manager").annotate(count=Count("pk"))
    return sorted(((row["manager"] or "", row["count"]) for row in counted), key=lambda pair: (-pair[1], pair[0]))
