"""Templates of success plans that come with the portal: written so that a first plan needs an hour, not a week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WON = {"combinator": "and", "not": False, "rules": [{"field": "stage", "operator": "equals", "value": "won"}]}
OPEN = {"combinator": "and", "not": False, "rules": [{"field": "stage", "operator": "equals", "value": "open"}]}
START = {"since": "start"}
#: Stands for the program's currency.
CURRENCY = "currency"

WON_AMOUNT = {"collection": "deals", "aggregate": "sum", "of": "amount", "where": WON, "window": START}
WON_DEALS = {"collection": "deals", "aggregate": "count", "where": WON, "window": START}
CUSTOMERS = {"collection": "deals", "aggregate": "count_distinct", "of": "customer", "where": WON, "window": START}
PIPELINE = {"collection": "deals", "aggregate": "sum", "of": "amount", "where": OPEN}
VALID = {"combinator": "and", "not": False, "rules": [{"field": "valid", "operator": "is_true"}]}
CERTIFIED = {"collection": "certifications", "aggregate": "count_distinct", "of": "person", "where": VALID}
DAYS_HERE = {"collection": "activity", "aggregate": "count_distinct", "of": "day", "window": START}
TALKS = {"collection": "touches", "aggregate": "count", "window": START}


@dataclass(frozen=True, slots=True)
class Starter:
    """One template: its texts, and its parts with the days after the start."""

    key: str
    texts: Mapping[str, Any]
    objectives: Sequence[Mapping[str, Any]]
    milestones: Sequence[tuple[int, str]]
    tasks: Sequence[tuple[int, str, str, str]]


STARTERS = (
    Starter(
        "onboarding-90-days",
        {
            "name": "Onboarding, first 90 days",
            "purpose": "For a partner that has just been let in: from the first sign-in to the first deal.",
            "summary": "After ninety days your people know what we sell and to whom, two of them are certified, and a first customer has said yes. We meet every two weeks and clear what stands in the way.",
            "length_days": 90,
        },
        (
            {"name": "Certified people", "why": "Customers ask for people who have done it before. Two make you independent of holidays.", "expression": CERTIFIED, "unit": "people", "target": 2, "adds_to_today": True, "weight": 3},
            {"name": "Days with us in the portal", "why": "Whoever reads along in the first weeks sells sooner: half an hour, twice a week.", "expression": DAYS_HERE, "unit": "days", "target": 20, "weight": 2},
            {"name": "Open pipeline", "why": "A first deal comes out of three to five that were begun.", "expression": PIPELINE, "unit": CURRENCY, "target": 50_000, "weight": 2},
            {"name": "First deal won", "why": "Nothing convinces a team like its own first customer.", "expression": WON_DEALS, "unit": "deals", "target": 1, "weight": 3},
        ),
        (
            (14, "Kick-off held, everybody who sells has signed in"),
            (45, "First certification passed"),
            (60, "First offer at a customer"),
            (90, "First deal won, review of the quarter held"),
        ),
        (
            (3, "vendor", "Hold the kick-off meeting", "Who does what on both sides, which customers come first, when we meet."),
            (7, "partner", "Name two people for certification", "One who sells and one who builds is the best start."),
            (10, "partner", "Complete the company profile", "Industries, services and languages decide which content and leads you get."),
            (14, "vendor", "Set up the demo system", "With the partner's own data where they allow it."),
            (21, "partner", "List ten customers who could need us", "Names, what they run today, and whom you know there."),
            (30, "vendor", "Go through the ten customers together", "Choose three to call first."),
            (60, "vendor", "Join the first customer meeting", ""),
        ),
    ),
    Starter(
        "growth-year",
        {
            "name": "Growth year",
            "purpose": "For an active partner that is to grow: revenue, new customers and the skills behind them, over a year.",
            "summary": "We grow together by winning customers who know neither of us yet. Revenue follows from pipeline, pipeline from people who can explain the products; so all three stand here, with what each side does for them.",
            "length_days": 365,
        },
        (
            {"name": "Revenue won", "why": "What both sides live on.", "expression": WON_AMOUNT, "unit": CURRENCY, "target": 400_000, "weight": 5},
            {"name": "Customers won", "why": "Growth from few customers is a risk; each new one opens a door to the next.", "expression": CUSTOMERS, "unit": "customers", "target": 8, "weight": 3},
            {"name": "Open pipeline", "why": "What is open today is what is won in two quarters.", "expression": PIPELINE, "unit": CURRENCY, "target": 200_000, "weight": 3},
            {"name": "Certified people", "why": "Each certified person carries about four projects a year.", "expression": CERTIFIED, "unit": "people", "target": 3, "adds_to_today": True, "weight": 2},
        ),
        (
            (30, "Joint account list agreed"),
            (90, "First joint campaign run"),
            (180, "Half-year review with both managements"),
            (270, "Reference customer published"),
            (360, "Plan for the next year drafted"),
        ),
        (
            (14, "partner", "Name an executive sponsor", "Somebody who clears the way when people or money are short."),
            (14, "vendor", "Name an executive sponsor", "The counterpart; both meet twice a year."),
            (30, "vendor", "Bring the account list", "Which key accounts fit the partner's region and expertise."),
            (45, "partner", "Plan the year's campaigns", "Two are enough. Say what you need from us for each."),
            (60, "partner", "Choose people for certification", "Names and dates, so that project plans know of them."),
            (120, "vendor", "Review the pipeline deal by deal", "What is missing at each: people, price, proof."),
            (240, "partner", "Ask a customer for a reference", "The one that would take your call at any time."),
        ),
    ),
    Starter(
        "reactivation",
        {
            "name": "Reactivation, half a year",
            "purpose": "For a partner that has gone quiet: find out why, and begin again with something small.",
            "summary": "It has been quiet between us. We want to know what changed at your side, make it easy to begin again, and win one deal together. After half a year we decide honestly whether to go on.",
            "length_days": 182,
        },
        (
            {"name": "Conversations", "why": "Silence has reasons. Somebody has to hear them.", "expression": TALKS, "unit": "talks", "target": 6, "weight": 2},
            {"name": "Days with us in the portal", "why": "Coming back begins with looking in.", "expression": DAYS_HERE, "unit": "days", "target": 15, "weight": 2},
            {"name": "Deals won", "why": "One is enough to know that it can work again.", "expression": WON_DEALS, "unit": "deals", "target": 1, "weight": 4},
        ),
        (
            (21, "Conversation about what changed"),
            (60, "One offer chosen to begin with"),
            (120, "First customer meeting"),
            (180, "Decision how we go on"),
        ),
        (
            (7, "vendor", "Call the partner's management", "Listen first: what changed, who left, which vendor they work with now."),
            (21, "partner", "Tell us what would have to be different", "Price, product, people: write it into the conversation of this plan."),
            (30, "vendor", "Answer what was said, point by point", "What we can change, what we cannot, by when."),
            (45, "partner", "Choose one offer and three customers", "Small and quick to deliver."),
            (90, "vendor", "Give technical help for the first offer", ""),
        ),
    ),
)  # fmt: skip
