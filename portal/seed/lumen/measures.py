"""Measures of Lumen's program: points, the share of cloud, growth, and the place within the country."""

from portal.seed.rules import certified_people, figure, in_line, last, won_amount
from portal.seed.shapes import Measure

YEAR_BEFORE = {**last(12, "months"), "back": {"n": 1, "unit": "years"}}
DAYS_IN_PORTAL = figure("activity", "count_distinct", "day", window=last(90, "days"))

MEASURES = (
    Measure(
        "partner_points",
        "Partner points",
        "What a partner earns for revenue, certified people and days in the portal.",
        {
            "function": "points",
            "parts": [
                {"of": won_amount(), "each": "0.001", "cap": 300},
                {"of": certified_people(), "each": 20, "cap": 150},
                {"of": DAYS_IN_PORTAL, "each": 2, "cap": 50},
            ],
            "cap": 500,
        },
        unit="points",
        partner_may_see=True,
    ),
    Measure(
        "cloud_share",
        "Share of cloud",
        "How much of what a partner won in the last twelve months were deals with products of the cloud line.",
        {
            "function": "product",
            "of": [{"number": 100}, {"function": "ratio", "of": [won_amount(in_line("Cloud")), won_amount()]}],
        },
        kind="percent",
        places=1,
    ),
    Measure(
        "revenue_growth",
        "Growth of revenue",
        "By how much the last twelve months exceed the twelve months before.",
        {"function": "growth", "of": [won_amount(), won_amount(window=YEAR_BEFORE)]},
        kind="percent",
    ),
    Measure(
        "points_in_country",
        "Place in the country",
        "The share of partners in the same country that have fewer points, compared once a quarter.",
        {
            "function": "percentile",
            "of": [{"field": "measure_partner_points"}],
            "peers": "country",
            "frozen": "fiscal_quarter",
        },
        kind="percent",
    ),
)
