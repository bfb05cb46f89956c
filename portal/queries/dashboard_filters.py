"""What a dashboard was narrowed to, as it stands in the address, and the names that its filters offer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from core.charts import GOOD_FROM, MIDDLING_FROM
from partners.models import (
    Assignment,
    Category,
    CategoryMembership,
    LifeStage,
    Partner,
    Region,
    SecondaryAssignment,
    Tier,
    TierHolding,
)
from partners.models.memberships import HOLDING_STATES
from partners.querysets import looked_after_ids
from scorecards.models import Alert, AlertKind, Score
from segmentation.models import Segment

ALL, PRIMARY, SECONDARY, STAND_IN = "all", "primary", "secondary", "stand-in"
WHOSE = (
    (PRIMARY, _("I am the manager")),
    (SECONDARY, _("Mine as secondary")),
    (STAND_IN, _("While others are away")),
)
ZONES = (
    ("good", _("Score 70 and more")),
    ("mid", _("Score 50 to 69")),
    ("low", _("Score below 50")),
    ("none", _("No score yet")),
)
ANY_ALERT = "any"
#: Partners of which no life stage's criteria hold.
NO_STAGE = "none"
BOARD, TABLE = "board", "table"
COLUMNS: Mapping[str, Any] = {
    "stage": _("Life stage"),
    "tier": _("Tier"),
    "score": _("Score"),
    "change": _("Trend"),
    "pipeline": _("Pipeline"),
    "won": _("Won in 12 months"),
    "touched": _("Last touch"),
    "tasks": _("Open tasks"),
    "alerts": _("Alerts"),
    "next": _("Do next"),
    "categories": _("Categories"),
    "region": _("Region"),
    "manager": _("Manager"),
}
DEFAULT_COLUMNS = ("stage", "tier", "score", "change", "pipeline", "touched", "tasks", "alerts", "next")
#: Columns that a table is not sorted by: they hold several things.
UNSORTED = {"categories"}
DEFAULT_SORT = "-urgency"


@dataclass(frozen=True)
class Asked:
    """What the reader wants to see: filters by the keys of definitions, columns, order, board or table."""

    q: str = ""
    whose: str = ""
    stage: str = ""
    tier: str = ""
    category: str = ""
    segment: str = ""
    region: str = ""
    zone: str = ""
    alert: str = ""
    layout: str = BOARD
    sort: str = DEFAULT_SORT
    columns: tuple[str, ...] = DEFAULT_COLUMNS

    @classmethod
    def of(cls, query: Mapping[str, str], columns: Sequence[str] = ()) -> "Asked":
        """Read it out of an address. What nobody knows is left out; a column that nobody named is not shown."""
        plain = {one: query.get(one, "").strip()[:100].replace("\x00", "") for one in FILTERS}
        sort = query.get("sort", "")
        layout = query.get("layout", "")
        return cls(
            **plain,
            layout=layout if layout in (BOARD, TABLE) else BOARD,
            sort=sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT,
            columns=tuple(one for one in COLUMNS if one in columns) or DEFAULT_COLUMNS,
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return any(getattr(self, one) for one in FILTERS)

    @property
    def filters(self) -> dict[str, str]:
        """What it is narrowed to, and whether it is a board or a table."""
        chosen = {one: getattr(self, one) for one in FILTERS if getattr(self, one)}
        return chosen | ({"layout": self.layout} if self.layout != BOARD else {})

    def address(self, **changes: str) -> str:
        """Return the address of the same view with something changed; an empty value takes a filter away."""
        sort = {"sort": self.sort} if self.sort != DEFAULT_SORT else {}
        chosen = {**self.filters, **sort, **changes}
        pairs = [(name, value) for name, value in chosen.items() if value]
        columns = [("column", one) for one in self.columns] if self.columns != DEFAULT_COLUMNS else []
        return "?" + urlencode([*pairs, *columns]) if pairs or columns else "?all="


FILTERS = tuple(one.name for one in fields(Asked) if one.name not in {"layout", "sort", "columns"})
SORTS = {"name", "urgency", *COLUMNS} - UNSORTED


@dataclass(frozen=True, slots=True)
class Named:
    """A definition, as filters and rows name it. `place` orders those of one kind; `within` is a tier's track."""

    pk: int
    key: str
    name: str
    place: int
    is_live: bool
    within: str = ""


@dataclass(frozen=True)
class Names:
    """Every stage, tier, category, region and segment, read in one statement."""

    by_kind: Mapping[str, Sequence[Named]]
    by_pk: Mapping[tuple[str, int], Named] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Names":
        """Read them."""
        by_kind: dict[str, list[Named]] = {}
        for kind, *values in _offered():
            by_kind.setdefault(kind, []).append(Named(*values))
        for named in by_kind.values():
            named.sort(key=lambda one: (one.within, one.place, one.name, one.pk))
        return cls(by_kind, {(kind, one.pk): one for kind, named in by_kind.items() for one in named})

    def of(self, kind: str) -> Sequence[Named]:
        """Return the definitions of a kind in their order."""
        return self.by_kind.get(kind, ())

    def offered(self, kind: str) -> list[tuple[str, str]]:
        """Return what a filter offers: (key, name) of those in use."""
        return [(one.key, one.name) for one in self.of(kind) if one.is_live]

    def pk_of(self, kind: str, key: str) -> int:
        """Return the id that a key names; 0, which nothing has, for one that nobody knows."""
        return next((one.pk for one in self.of(kind) if one.key == key), 0)

    def get(self, kind: str, pk: int | None) -> Named | None:
        """Return a definition by its id."""
        return self.by_pk.get((kind, pk)) if pk is not None else None


def _offered() -> QuerySet[Any, Any]:
    def rows(queryset: QuerySet[Any], kind: str, place: Any, *, retires: bool = True, within: Any = None) -> Any:
        return queryset.annotate(
            kind_=Value(kind, output_field=CharField()),
            place_=place,
            live_=Q(retired_at__isnull=True) if retires else Value(True),
            within_=Cast(within or Value(""), CharField()),
        ).values_list("kind_", "pk", "key", "name", "place_", "live_", "within_")

    return rows(LifeStage.objects.all(), "stage", F("position")).union(
        rows(Tier.objects.all(), "tier", F("rank"), within=F("track__name")),
        rows(Category.objects.all(), "category", F("position")),
        rows(Region.objects.all(), "region", Value(0), retires=False),
        rows(Segment.objects.filter(retired_at__isnull=True), "segment", Value(0)),
        all=True,
    )


def narrowed(partners: QuerySet[Partner], asked: Asked, names: Names, *, user: Any) -> QuerySet[Partner]:
    """Return the partners that the filters let through, of those that somebody may see."""
    mine: Any = OuterRef("pk")
    if asked.q:
        partners = partners.matching(asked.q)  # type: ignore[attr-defined]
    if asked.whose:
        partners = _whose(partners, asked.whose, user)
    if asked.stage == NO_STAGE:
        partners = partners.filter(classification__stage=None)
    elif asked.stage:
        partners = partners.filter(classification__stage=names.pk_of("stage", asked.stage))
    if asked.tier:
        held = TierHolding.objects.open().filter(partner=mine, tier=names.pk_of("tier", asked.tier))
        partners = partners.filter(Exists(held))
    if asked.category:
        stays = CategoryMembership.objects.open().filter(partner=mine, state__in=HOLDING_STATES)
        partners = partners.filter(Exists(stays.filter(category=names.pk_of("category", asked.category))))
    if asked.segment:
        partners = partners.filter(classification__segment_ids__contains=[names.pk_of("segment", asked.segment)])
    if asked.region:
        partners = partners.filter(region__path__contains=[names.pk_of("region", asked.region)])
    if asked.alert:
        alerts = Alert.objects.open().filter(partner=mine)
        kinds = AlertKind.values if asked.alert == ANY_ALERT else [asked.alert]
        partners = partners.filter(Exists(alerts.filter(kind__in=kinds)))
    return _in_zone(partners, asked.zone)


def _whose(partners: QuerySet[Partner], whose: str, user: Any) -> QuerySet[Partner]:
    own = {"partner": OuterRef("pk"), "user": user}
    primary, secondary = Assignment.objects.open().filter(**own), SecondaryAssignment.objects.open().filter(**own)
    match whose:
        case "primary":
            return partners.filter(Exists(primary))
        case "secondary":
            return partners.filter(Exists(secondary))
        case "stand-in":
            return partners.filter(~Exists(primary), ~Exists(secondary), pk__in=looked_after_ids(user))
    return partners.none()


def _in_zone(partners: QuerySet[Partner], zone: str) -> QuerySet[Partner]:
    if not zone:
        return partners
    current = Score.objects.filter(partner=OuterRef("pk"), is_current=True, scorecard__is_main=True)
    ranges: Mapping[str, Mapping[str, int]] = {
        "good": {"value__gte": GOOD_FROM},
        "mid": {"value__gte": MIDDLING_FROM, "value__lt": GOOD_FROM},
        "low": {"value__lt": MIDDLING_FROM},
    }
    if zone == "none":
        return partners.filter(~Exists(current))
    return partners.filter(Exists(current.filter(**ranges[zone]))) if zone in ranges else partners.none()
