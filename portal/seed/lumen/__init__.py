"""Lumen: an IT vendor with about 300 partners in six regions and eight categories."""

from decimal import Decimal
from pathlib import Path

from portal.seed import classic
from portal.seed.lumen.applications import APPLICANTS, QUESTIONS
from portal.seed.lumen.assets import ASSETS
from portal.seed.lumen.categories import CATEGORIES
from portal.seed.lumen.events import EVENTS
from portal.seed.lumen.further import FURTHER, GERMAN, PLANNED, REGIONAL_ADMINS
from portal.seed.lumen.journeys import JOURNEYS
from portal.seed.lumen.measures import MEASURES
from portal.seed.lumen.media import ABOUT, PARTS
from portal.seed.lumen.news import NEWS
from portal.seed.lumen.partners import KINDS, STORIES
from portal.seed.lumen.regional import REGIONAL
from portal.seed.lumen.scorecard import SECTIONS
from portal.seed.lumen.segments import SEGMENTS, STAGES
from portal.seed.lumen.tiers import TRACKS
from portal.seed.places import PLACES
from portal.seed.shapes import Programme, Region, Staff

REGIONS = (
    Region(
        "emea",
        "EMEA",
        (
            Region("dach", "DACH"),
            Region("nordics", "Nordics"),
            Region("uk-ireland", "UK & Ireland"),
            Region("france-iberia", "France & Iberia"),
        ),
    ),
    Region("americas", "Americas", (Region("north-america", "North America"), Region("latam", "Latin America"))),
    Region("apac", "Asia Pacific"),
)
STAFF = (
    Staff("Marlene Okonkwo", "admin@lumen.example", "program_admin"),
    Staff("Dana Whitlock", "dana@lumen.example", "cam", "America/Chicago", ("north-america",)),
    Staff("Henrik Sørlie", "executive@lumen.example", "executive", "Europe/Oslo"),
    Staff("Lukas Brenner", "lukas@lumen.example", "cam", "Europe/Berlin", ("dach",)),
    Staff("Ingrid Solheim", "ingrid@lumen.example", "cam", "Europe/Oslo", ("nordics",)),
    Staff("Aoife Kavanagh", "aoife@lumen.example", "cam", "Europe/Dublin", ("uk-ireland", "apac")),
    Staff("Mateo Ferreira", "mateo@lumen.example", "cam", "Europe/Lisbon", ("france-iberia", "latam")),
)
ATTRIBUTES = (
    {
        "key": "listed_integrations",
        "label": "Integrations in our catalogue",
        "kind": "number",
        "unit": "integrations",
        "description": "How many of the partner's integrations are listed and reviewed.",
    },
    {
        "key": "holds_spare_parts",
        "label": "Holds spare parts",
        "kind": "yes_no",
        "description": "Whether spare parts for the current hardware are on the shelf.",
        "partner_may_edit": True,
    },
    {
        "key": "service_hours",
        "label": "Service hours",
        "kind": "choice",
        "choices": ["Office hours", "Extended hours", "Round the clock"],
        "description": "When customers reach the partner's service desk.",
        "partner_may_edit": True,
    },
    {
        "key": "growth_plan_agreed_on",
        "label": "Growth plan agreed on",
        "kind": "date",
        "description": "The day on which a joint plan was last agreed.",
        "partner_may_see": False,
    },
)
PRODUCTS = (
    ("cloud-backup", "Lumen Cloud Backup", "Cloud"),
    ("workspace", "Lumen Workspace", "Cloud"),
    ("cloud-compute", "Lumen Cloud Compute", "Cloud"),
    ("shield-endpoint", "Lumen Shield Endpoint", "Security"),
    ("shield-siem", "Lumen Shield SIEM", "Security"),
    ("identity", "Lumen Identity", "Security"),
    ("edge-router", "Lumen Edge Router", "Network"),
    ("wireless", "Lumen Wireless", "Network"),
    ("wan", "Lumen WAN", "Network"),
    ("vault", "Lumen Vault", "Data"),
    ("insight", "Lumen Insight", "Data"),
)
CERTIFICATIONS = (
    ("cloud-associate", "Cloud Associate", "associate", "Cloud", 24),
    ("cloud-professional", "Cloud Professional", "professional", "Cloud", 24),
    ("cloud-architect", "Cloud Architect", "expert", "Cloud", 36),
    ("security-associate", "Security Associate", "associate", "Security", 24),
    ("security-professional", "Security Professional", "professional", "Security", 24),
    ("network-associate", "Network Associate", "associate", "Network", 24),
    ("network-professional", "Network Professional", "professional", "Network", 24),
    ("data-associate", "Data Protection Associate", "associate", "Data", 24),
    ("sales-foundation", "Sales Foundation", "associate", "", 24),
)
#: What one unit is worth in euro: two years ago, and a year later.
RATES = {
    "USD": (Decimal("0.92"), Decimal("0.89")),
    "GBP": (Decimal("1.16"), Decimal("1.18")),
    "CHF": (Decimal("1.03"), Decimal("1.06")),
    "SEK": (Decimal("0.087"), Decimal("0.091")),
    "NOK": (Decimal("0.086"), Decimal("0.085")),
    "DKK": (Decimal("0.134"), Decimal("0.134")),
    "CAD": (Decimal("0.68"), Decimal("0.64")),
    "BRL": (Decimal("0.17"), Decimal("0.16")),
    "MXN": (Decimal("0.050"), Decimal("0.047")),
    "AUD": (Decimal("0.61"), Decimal("0.57")),
    "SGD": (Decimal("0.69"), Decimal("0.68")),
    "JPY": (Decimal("0.0062"), Decimal("0.0060")),
}
INDUSTRIES = (
    "Healthcare", "Manufacturing", "Public sector", "Financial services", "Retail", "Education", "Logistics", "Professional services",
)  # fmt: skip
MARKETS = ("Small business", "Mid-market", "Enterprise")

PROGRAMME = Programme(
    key="it",
    vendor="Lumen",
    hub_name="Lumen Partner Hub",
    currency="EUR",
    timezone="Europe/Berlin",
    domain="lumen.example",
    default_size=300,
    folder=Path(__file__).parent,
    regions=REGIONS,
    regional=REGIONAL,
    further_texts=FURTHER,
    german=GERMAN,
    planned=PLANNED,
    regional_admins=REGIONAL_ADMINS,
    places=PLACES,
    rates=RATES,
    staff=STAFF,
    attributes=ATTRIBUTES,
    products=PRODUCTS,
    certifications=CERTIFICATIONS,
    industries=INDUSTRIES,
    target_markets=MARKETS,
    categories=CATEGORIES,
    tracks=TRACKS,
    stages=STAGES,
    segments=(*SEGMENTS, *classic.SEGMENTS),
    assets=ASSETS,
    asset_parts=PARTS,
    about=ABOUT,
    journeys=JOURNEYS,
    news=NEWS,
    events=EVENTS,
    sections=SECTIONS,
    measures=(*MEASURES, *classic.MEASURES),
    kinds=KINDS,
    stories=STORIES,
    questions=QUESTIONS,
    applicants=APPLICANTS,
    description="{name} in {city} works with {markets} customers, mostly in {industries}.",
)
