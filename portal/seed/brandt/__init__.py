"""Brandt Pumps: a manufacturer with distributors, service centers and sales agents, about 120 of them."""

from decimal import Decimal
from pathlib import Path

from portal.seed import classic
from portal.seed.brandt.categories import CATEGORIES
from portal.seed.brandt.definitions import SECTIONS, SEGMENTS, STAGES, TRACKS
from portal.seed.brandt.library import ASSETS, JOURNEYS
from portal.seed.brandt.news import NEWS
from portal.seed.places import PLACES
from portal.seed.shapes import Kind, Programme, Region, Staff, Story, StoryPerson

REGIONS = (
    Region("europe", "Europe", (Region("dach", "Central Europe"), Region("nordics", "Northern Europe"), Region("uk-ireland", "British Isles"), Region("france-iberia", "South-West Europe"))),
    Region("americas", "Americas", (Region("north-america", "North America"), Region("latam", "Latin America"))),
    Region("apac", "Asia Pacific"),
)  # fmt: skip
STAFF = (
    Staff("Ulrike Brandt", "admin@brandt-pumps.example", "program_admin"),
    Staff("Jochen Pfeiffer", "jochen@brandt-pumps.example", "cam", "Europe/Berlin", ("dach", "nordics")),
    Staff("Cornelia Brandt", "executive@brandt-pumps.example", "executive"),
    Staff("Teresa Almeida", "teresa@brandt-pumps.example", "cam", "Europe/Lisbon", ("uk-ireland", "france-iberia")),
    Staff("Walter Hayes", "walter@brandt-pumps.example", "cam", "America/Chicago", ("north-america", "latam", "apac")),
)
ATTRIBUTES = (
    {"key": "field_engineers", "label": "Field engineers", "kind": "number", "unit": "people", "description": "How many engineers drive out to customers.", "partner_may_edit": True},
    {"key": "spare_parts_stock", "label": "Stock of spare parts", "kind": "choice", "choices": ["None", "Wear parts", "Full"], "description": "What lies on the shelf.", "partner_may_edit": True},
    {"key": "explosion_proof", "label": "May work in explosive areas", "kind": "yes_no", "description": "Whether the workshop is approved for ATEX work."},
)  # fmt: skip
PRODUCTS = (
    ("centrifugal-100", "Centrifugal pump C100", "Water"),
    ("centrifugal-200", "Centrifugal pump C200", "Water"),
    ("submersible", "Submersible pump S40", "Waste water"),
    ("chopper", "Chopper pump S60", "Waste water"),
    ("dosing", "Dosing pump D10", "Chemistry"),
    ("magnet-drive", "Magnet drive pump M25", "Chemistry"),
    ("monitor", "Pump Monitor subscription", "Digital"),
)
CERTIFICATIONS = (
    ("water-fitter", "Water Pump Fitter", "associate", "Water", 36),
    ("waste-water-fitter", "Waste Water Fitter", "associate", "Waste water", 36),
    ("chemistry-engineer", "Chemistry Pump Engineer", "professional", "Chemistry", 24),
    ("monitor-specialist", "Pump Monitor Specialist", "professional", "Digital", 18),
    ("sizing", "Pump Sizing", "associate", "", 24),
)
RATES = {
    "USD": (Decimal("0.92"), Decimal("0.89")), "GBP": (Decimal("1.16"), Decimal("1.18")),
    "CHF": (Decimal("1.03"), Decimal("1.06")), "SEK": (Decimal("0.087"), Decimal("0.091")),
    "NOK": (Decimal("0.086"), Decimal("0.085")), "DKK": (Decimal("0.134"), Decimal("0.134")),
    "CAD": (Decimal("0.68"), Decimal("0.64")), "BRL": (Decimal("0.17"), Decimal("0.16")),
    "MXN": (Decimal("0.050"), Decimal("0.047")), "AUD": (Decimal("0.61"), Decimal("0.57")),
    "SGD": (Decimal("0.69"), Decimal("0.68")), "JPY": (Decimal("0.0062"), Decimal("0.0060")),
}  # fmt: skip
KINDS = (
    Kind("distributor", 40, ("Distribution",), ("Logistics", "Sizing"), ("Training",), ("distribute",), (15, 400), 8.0, 34_000, 0.5, ("service-center",), ("Pumpen", "Fluid Technology", "Industrial Supply", "Hydraulics"), {"spare_parts_stock": "Wear parts"}),
    Kind("service-center", 36, ("Services",), ("Repair", "Installation"), ("Sizing",), ("service",), (5, 90), 5.0, 7_500, 0.8, (), ("Pump Service", "Maintenance", "Field Service", "Workshop"), {"spare_parts_stock": "Full", "field_engineers": 4}),
    Kind("sales-agent", 24, ("Agency",), ("Sizing",), (), ("influence", "refer"), (1, 12), 4.0, 41_000, 0.35, (), ("Agency", "Representation", "Associates"), {}),
)  # fmt: skip
STORIES = (
    Story(
        name="Aquafluss Handel",
        domain="aquafluss.example",
        kind="distributor",
        country="DE",
        city="Leipzig",
        status="active",
        joined_days_ago=690,
        silent_days=0,
        profile={
            "legal_name": "Aquafluss Handel GmbH",
            "description": "Supplies waterworks and plumbers between Elbe and Oder, with a counter in four towns.",
            "employees": 120,
            "annual_revenue": 31_000_000,
            "founded_year": 1994,
            "industries": ["Water supply", "Building services"],
            "languages": ["de", "en"],
            "selling_motions": ["Distribution"],
            "capabilities": ["Logistics", "Sizing", "Training"],
            "product_lines": ["Water", "Waste water", "Digital"],
            "target_markets": ["Municipal", "Trade"],
            "attributes": {"spare_parts_stock": "Full"},
        },
        people=(
            StoryPerson("Henriette Voss", "Managing director", "executive", is_admin=True, signs_in=True),
            StoryPerson("Dirk Lehmann", "Key account manager", "sales", signs_in=True),
            StoryPerson("Olaf Kruse", "Technical adviser", "technical"),
            StoryPerson("Sabine Rother", "Trainer", "technical"),
        ),
        categories=(("distributor", "active"),),
        deals_won=24,
        deals_lost=4,
        deals_open=5,
        deal_size=38_000,
        growth=0.4,
        certifications=3,
        active_days_a_month=10,
        steps_done={"monitor-launch": 2},
    ),
)

PROGRAMME = Programme(
    key="manufacturer",
    vendor="Brandt Pumps",
    hub_name="Brandt Partner Portal",
    currency="EUR",
    timezone="Europe/Berlin",
    domain="brandt-pumps.example",
    default_size=120,
    folder=Path(__file__).parent,
    regions=REGIONS,
    places=PLACES,
    rates=RATES,
    staff=STAFF,
    attributes=ATTRIBUTES,
    products=PRODUCTS,
    certifications=CERTIFICATIONS,
    industries=("Water supply", "Waste water", "Chemicals", "Food and drink", "Building services", "Mining"),
    target_markets=("Municipal", "Industry", "Trade"),
    categories=CATEGORIES,
    tracks=TRACKS,
    stages=STAGES,
    segments=(*SEGMENTS, *classic.SEGMENTS),
    assets=ASSETS,
    journeys=JOURNEYS,
    news=NEWS,
    sections=SECTIONS,
    measures=classic.MEASURES,
    kinds=KINDS,
    stories=STORIES,
    description="{name} in {city} serves {markets} customers, mostly in {industries}.",
)
