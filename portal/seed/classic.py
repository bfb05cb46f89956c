"""The classic classifications beside life stages: what partners contribute, and how engaged they are."""

from portal.seed.rules import all_of, certified_people, field, figure, last, won_amount
from portal.seed.shapes import Measure, Segment

YEAR = last(12, "months")
OPENED = figure("deals", "count", "", field("opened_on", "within_last", {"n": 12, "unit": "months"}))
DAYS_ACTIVE = figure("activity", "count_distinct", "day", window=last(90, "days"))
OPEN_AMOUNT = figure("deals", "sum", "amount", field("stage", "equals", "open"))

MEASURES = (
    Measure(
        "revenue_12_months",
        "Revenue in 12 months",
        "Worth of the deals won in the last twelve months.",
        {"function": "first_known", "of": [won_amount(window=YEAR), {"number": 0}]},
        kind="money",
        partner_may_see=True,
    ),
    Measure(
        "engagement",
        "Engagement",
        "0 to 100: ten points for each deal registered within a year, two for each day in the portal within 90 days.",
        {
            "function": "points",
            "parts": [{"of": OPENED, "each": 10, "cap": 50}, {"of": DAYS_ACTIVE, "each": 2, "cap": 50}],
            "cap": 100,
        },
        unit="points",
        partner_may_see=True,
    ),
    Measure(
        "potential",
        "Potential",
        "0 to 100: a point for each 10,000 of open deals, one for five employees, five for each certified person.",
        {
            "function": "points",
            "parts": [
                {"of": OPEN_AMOUNT, "each": "0.0001", "cap": 40},
                {"of": {"field": "employees"}, "each": "0.2", "cap": 40},
                {"of": certified_people(), "each": 5, "cap": 20},
            ],
            "cap": 100,
        },
        unit="points",
    ),
    Measure(
        "need",
        "Need",
        "What is missing to a full score: the more, the more help a partner needs.",
        {"function": "difference", "of": [{"number": 100}, {"field": "score"}]},
        unit="points",
    ),
    Measure(
        "return_on_time",
        "Return on our time",
        "What a partner won in twelve months for each time we were in touch, and one.",
        {
            "function": "ratio",
            "of": [
                {"function": "first_known", "of": [won_amount(window=YEAR), {"number": 0}]},
                {"function": "sum", "of": [{"number": 1}, figure("touches", "count", window=YEAR)]},
            ],
        },
        kind="money",
    ),
)


def _bands(measure: str, *bands: tuple[str, str, str, float | None, float | None, str]) -> tuple[Segment, ...]:
    """Return segments side by side: key, name, description, from, to, and how the end is compared."""
    found, begins = [], ">="
    for key, name, says, low, high, ends in bands:
        rules = [field(measure, begins, low)] if low is not None else []
        rules += [field(measure, ends, high)] if high is not None else []
        found.append(Segment(key, name, says, all_of(*rules)))
        begins = ">" if ends == "<=" else ">="
    return tuple(found)


SEGMENTS = (
    *_bands(
        "measure_revenue_12_months",
        ("revenue-none", "Revenue: none", "Nothing won within a year.", None, 0, "<="),
        ("revenue-low", "Revenue: low", "Up to 50,000 won within a year.", 0, 50_000, "<"),
        ("revenue-medium", "Revenue: medium", "50,000 up to 250,000 won within a year.", 50_000, 250_000, "<"),
        ("revenue-high", "Revenue: high", "250,000 and more won within a year.", 250_000, None, "<"),
    ),
    *_bands(
        "measure_engagement",
        ("engagement-low", "Engagement: low", "Hardly a deal registered, seldom seen.", None, 30, "<"),
        ("engagement-medium", "Engagement: medium", "Registers deals or comes by now and then.", 30, 70, "<"),
        ("engagement-high", "Engagement: high", "Registers deals and is seen every week.", 70, None, "<"),
    ),
    Segment(
        "stars",
        "Stars",
        "They sell, and they are with us: keep them close.",
        all_of(field("segments", "any_of", ["revenue-high"]), field("segments", "any_of", ["engagement-high"])),
    ),
    Segment(
        "rising",
        "Rising",
        "Eager, and not yet selling much: help them win.",
        all_of(
            field("segments", "any_of", ["engagement-medium", "engagement-high"]),
            field("segments", "any_of", ["revenue-none", "revenue-low"]),
        ),
    ),
)
