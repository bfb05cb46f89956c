"""A small catalog of every kind of field, for tests that need no database."""

from criteria.fields import Catalog, Choice, Collection, Field, Join, Kind, RuleKind
from criteria.tree import parse_formula

STATUSES = [Choice("active", "Active"), Choice("ended", "Ended")]
REGIONS = [Choice("emea", "EMEA", 1), Choice("dach", "DACH", 2), Choice("apac", "APAC", 3)]
SEGMENTS = [Choice("base", "Base", 11), Choice("top", "Top sellers", 12)]

POINTS = parse_formula(
    {
        "function": "points",
        "parts": [
            {"of": {"field": "employees"}, "each": 2, "cap": 100},
            {"of": {"collection": "deals", "aggregate": "count", "window": {"last": 12, "unit": "months"}}, "each": 10},
        ],
    }
)
FIELDS = (
    Field("name", "Name", Kind.TEXT, "p.name", changed="(p.changed_at->>'name')::timestamptz"),
    Field("city", "City", Kind.TEXT, "p.city"),
    Field("employees", "Employees", Kind.NUMBER, "p.employees", unit="people"),
    Field("revenue", "Annual revenue", Kind.MONEY, "p.annual_revenue"),
    Field("joined_on", "Partner since", Kind.DATE, "p.joined_on"),
    Field("last_active_at", "Last active", Kind.MOMENT, "p.last_active_at"),
    Field("has_cam", "Has a CAM", Kind.YES_NO, "(cam.id IS NOT NULL)", join="cam"),
    Field("status", "Status", Kind.CHOICE, "p.status", choices=lambda: STATUSES),
    Field("region", "Region", Kind.MULTI, "region.path", join="region", choices=lambda: REGIONS),
    Field("industries", "Industries", Kind.MULTI, "p.industries"),
    Field("location", "Place", Kind.PLACE, "point(p.longitude, p.latitude)"),
    Field("measure_points", "Points", Kind.NUMBER, "", unit="points", formula=POINTS),
    Field("segments", "Segment", Kind.RULES, "", rule_kind=RuleKind.SEGMENT, choices=lambda: SEGMENTS),
)
DEALS = Collection(
    key="deals",
    label="Deals",
    source="deals_deal deal",
    partner_id="deal.partner_id",
    record_id="deal.id",
    name="deal.name",
    day="closed_on",
    fields=(
        Field("amount", "Amount", Kind.MONEY, "deal.amount", unit="EUR"),
        Field(
            "stage", "Stage", Kind.CHOICE, "deal.stage", choices=lambda: [Choice("won", "Won"), Choice("lost", "Lost")]
        ),
        Field("customer", "Customer", Kind.TEXT, "deal.customer"),
        Field("products", "Products", Kind.MULTI, "deal.products"),
        Field("closed_on", "Closed on", Kind.DATE, "deal.closed_on"),
    ),
)
VISITS = Collection(
    key="visits",
    label="Visits",
    source="visits visit",
    partner_id="visit.partner_id",
    record_id="visit.id",
    name="visit.id",
    day="at",
    fields=(Field("at", "At", Kind.MOMENT, "visit.at"),),
    always="visit.counts",
)
JOINS = (Join("cam", "LEFT JOIN cams cam ON cam.partner_id = p.id"), Join("region", "LEFT JOIN regions region ON true"))


def catalog() -> Catalog:
    """Return what may be asked in these tests."""
    return Catalog(
        {one.key: one for one in FIELDS},
        {one.key: one for one in JOINS},
        {one.key: one for one in (DEALS, VISITS)},
    )
