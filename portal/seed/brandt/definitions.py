"""Ladders, life stages, segments and the scorecard of Brandt's program."""

from portal.seed.lumen.segments import STAGES as STAGES  # the classic four
from portal.seed.rules import (
    all_of,
    any_of,
    asked,
    certified_people,
    field,
    figure,
    in_line,
    last,
    won_amount,
    won_count,
)  # fmt: skip
from portal.seed.shapes import ScoreSection, Segment, Track

TRACKS = (
    Track(
        "partner",
        "Partner track",
        (
            ("bronze", "Bronze", "Portal and price list.", all_of(field("status", "equals", "active"))),
            ("silver", "Silver", "4 % rebate, two places in training.", all_of(asked(won_amount(), ">=", 60_000), asked(certified_people(), ">=", 1))),
            ("gold", "Gold", "7 % rebate, free test pumps, joint fairs.", all_of(asked(won_amount(), ">=", 250_000), asked(certified_people(), ">=", 2))),
        ),
    ),
    Track(
        "workshop",
        "Workshop track",
        (
            ("approved", "Approved workshop", "Warranty work is paid.", all_of(asked(certified_people(), ">=", 1))),
            ("competence", "Competence centre", "Special tools on loan, hotline leads first.", all_of(asked(certified_people(), ">=", 2), asked(won_count(field("roles", "any_of", ["service"])), ">=", 5))),
        ),
        category="service-center",
    ),
)  # fmt: skip

SEGMENTS = (
    Segment("waste-water", "Waste water specialists", "Certified for waste water, or sold it twice this year.", any_of(asked(certified_people(field("product_line", "equals", "Waste water")), ">=", 1), asked(won_count(in_line("Waste water")), ">=", 2))),
    Segment("digital-starters", "Digital starters", "Sold Pump Monitor at least once.", all_of(asked(won_count(in_line("Digital"), window=last(24, "months")), ">=", 1))),
    Segment("sleeping", "Sleeping", "On board, and nobody signed in for 60 days.", all_of(field("status", "equals", "active"), field("last_activity_on", "older_than", {"n": 60, "unit": "days"}))),
    Segment("stock-and-service", "Stock and service", "Holds both categories: sells from stock and repairs.", all_of(field("categories", "all_of", ["distributor", "service-center"]))),
    Segment("field-council", "Field council", "Eight partners who test new pumps.", kind="static", pinned_in=("Aquafluss Handel", "#7")),
    Segment("for-members", "Everybody on board", "Partners with an agreement.", all_of(field("status", "equals", "active")), is_audience=True),
    Segment("for-workshops", "Service centers", "Partners who repair.", any_of(field("categories", "any_of", ["service-center"]), field("capabilities", "any_of", ["Repair"])), is_audience=True),
    Segment("for-newcomers", "Newcomers", "Joined within four months.", all_of(field("status", "equals", "active"), field("joined_on", "within_last", {"n": 4, "unit": "months"})), is_audience=True),
)  # fmt: skip

SECTIONS = (
    ScoreSection("Results", "What was sold and serviced.", (
        {"key": "revenue", "name": "Revenue won, 12 months", "expression": won_amount(), "unit": "EUR", "timing": "lagging", "floor": 0, "target": 300_000, "weight": 5, "description": "Worth of the deals won in the last twelve months.", "advice": "Walk through the plants in your area and note pumps older than twelve years."},
        {"key": "service", "name": "Service jobs, 12 months", "expression": won_count(field("roles", "any_of", ["service"])), "unit": "jobs", "timing": "lagging", "floor": 0, "target": 8, "weight": 2, "description": "Jobs won in the service role.", "advice": "Offer an inspection with every pump sold before the heating season."},
    )),
    ScoreSection("Skills and presence", "Whether there are people who can sell and serve it, and whether they are with us.", (
        {"key": "certified", "name": "Certified people", "expression": certified_people(), "unit": "people", "timing": "leading", "floor": 0, "target": 3, "weight": 4, "description": "People with a certification that is valid today.", "advice": "The fitter course takes two days and is held in four places."},
        {"key": "engagement", "name": "Days in the portal, 90 days", "expression": figure("activity", "count_distinct", "day", window=last(90, "days")), "unit": "days", "timing": "leading", "floor": 0, "target": 12, "weight": 2, "description": "Days on which somebody came.", "advice": "Drawings and spare-part lists are always current here."},
    )),
)  # fmt: skip
