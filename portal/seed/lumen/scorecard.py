"""The main scorecard of Lumen's program."""

from portal.seed.rules import certified_people, field, figure, last, won_amount, won_count
from portal.seed.shapes import ScoreSection

QUARTER = last(90, "days")
SECTIONS = (
    ScoreSection("Results", "What the partnership brought in, in money and in customers.", (
        {"key": "revenue", "name": "Revenue won, 12 months", "description": "Worth of the deals won in the last twelve months.", "expression": won_amount(), "unit": "EUR", "timing": "lagging", "floor": 0, "target": 400_000, "weight": 5, "advice": "Plan the next two quarters with your channel account manager: one named customer per month."},
        {"key": "momentum", "name": "Deals won, 90 days", "description": "Deals won in the last ninety days.", "expression": won_count(window=QUARTER), "unit": "deals", "timing": "lagging", "floor": 0, "target": 4, "weight": 3, "advice": "Close small: offer a restore test, it becomes a contract in four of five cases."},
        {"key": "breadth", "name": "Customers won, 12 months", "description": "Different customers among the deals won.", "expression": figure("deals", "count_distinct", "customer", field("stage", "equals", "won"), window=last(12, "months")), "unit": "customers", "timing": "lagging", "floor": 0, "target": 8, "weight": 2, "advice": "Use the reference of the clinic group to open a second industry."},
    )),
    ScoreSection("Work in hand", "What foretells the next two quarters.", (
        {"key": "pipeline", "name": "Open pipeline", "description": "Worth of the deals that are open now.", "expression": figure("deals", "sum", "amount", field("stage", "equals", "open")), "unit": "EUR", "timing": "leading", "floor": 0, "target": 200_000, "weight": 4, "advice": "Run the six-week campaign: 200 names bring two customers on average."},
    )),
    ScoreSection("Skills and presence", "Whether there are people who can sell and serve it, and whether they are with us.", (
        {"key": "certified", "name": "Certified people", "description": "People with a certification that is valid today.", "expression": certified_people(), "unit": "people", "timing": "leading", "floor": 0, "target": 5, "weight": 3, "advice": "Send one more person to an associate course; it takes about a day."},
        {"key": "engagement", "name": "Days in the portal, 90 days", "description": "Days on which somebody of the partner came.", "expression": figure("activity", "count_distinct", "day", window=QUARTER), "unit": "days", "timing": "leading", "floor": 0, "target": 20, "weight": 2, "advice": "Follow the product news: ten minutes a week are enough."},
    )),
)  # fmt: skip
