"""The three ladders of Lumen's program."""

from portal.seed.rules import (
    WON,
    YEAR,
    all_of,
    any_of,
    asked,
    certified_people,
    field,
    figure,
    in_line,
    won_amount,
    won_count,
)
from portal.seed.shapes import Track

PROFESSIONALS = field("level", "in", ["professional", "expert"])
CLOUD_PEOPLE = field("product_line", "equals", "Cloud")
DISTRIBUTING = field("roles", "any_of", ["distribute"])
CUSTOMERS = figure("deals", "count_distinct", "customer", WON, window=YEAR)

TRACKS = (
    Track(
        "solution",
        "Solution track",
        (
            (
                "registered",
                "Registered",
                "Portal, price list and free courses.",
                all_of(field("status", "equals", "active")),
            ),
            (
                "silver",
                "Silver",
                "8 % additional discount, deal registration, one set of demo licences.",
                all_of(asked(won_amount(), ">=", 100_000), asked(certified_people(), ">=", 2)),
            ),
            (
                "gold",
                "Gold",
                "14 % additional discount, marketing funds, a named pre-sales engineer.",
                all_of(
                    asked(won_amount(), ">=", 400_000),
                    asked(certified_people(), ">=", 3),
                    asked(certified_people(PROFESSIONALS), ">=", 1),
                ),
            ),
            (
                "platinum",
                "Platinum",
                "20 % additional discount, joint business plan, seats on the partner advisory board.",
                all_of(
                    any_of(asked(won_amount(), ">=", 1_200_000), asked(won_count(), ">=", 25)),
                    asked(certified_people(), ">=", 4),
                    asked(certified_people(PROFESSIONALS), ">=", 2),
                    asked(CUSTOMERS, ">=", 5),
                ),
            ),
        ),
        policy={"downward": "at_once", "grace_days": 90, "minimum_stay_months": 6},
        german_name="Lösungsweg",
        german={
            "registered": {"name": "Registriert", "benefits": "Portal, Preisliste und freie Kurse."},
            "silver": {
                "name": "Silber",
                "benefits": "8 % zusätzlicher Rabatt, Registrierung von Geschäften, ein Satz Demolizenzen.",
            },
            "gold": {
                "name": "Gold",
                "benefits": "14 % zusätzlicher Rabatt, Marketingmittel, eine feste Ansprechperson im Presales.",
            },
            "platinum": {
                "name": "Platin",
                "benefits": "20 % zusätzlicher Rabatt, gemeinsamer Geschäftsplan, Sitze im Partnerbeirat.",
            },
        },
    ),
    Track(
        "cloud-services",
        "Cloud services track",
        (
            (
                "authorized",
                "Authorized",
                "Monthly billing and the partner console.",
                all_of(asked(certified_people(CLOUD_PEOPLE), ">=", 1)),
            ),
            (
                "advanced",
                "Advanced",
                "5 % usage rebate, second-level support round the clock.",
                all_of(
                    asked(won_amount(in_line("Cloud")), ">=", 75_000), asked(certified_people(CLOUD_PEOPLE), ">=", 2)
                ),
            ),
            (
                "premier",
                "Premier",
                "9 % usage rebate, capacity planning with our engineers, preferred for leads.",
                all_of(
                    asked(won_amount(in_line("Cloud")), ">=", 300_000),
                    asked(certified_people(CLOUD_PEOPLE, PROFESSIONALS), ">=", 1),
                    asked(certified_people(), ">=", 3),
                ),
            ),
        ),
        category="msp",
        policy={"upward": "by_approval"},
    ),
    Track(
        "distribution",
        "Distribution track",
        (
            (
                "stocking",
                "Stocking",
                "Distributor price list and consignment stock.",
                all_of(asked(won_count(DISTRIBUTING), ">=", 2)),
            ),
            (
                "volume",
                "Volume",
                "2 % rebate on sell-out, joint reseller days.",
                all_of(asked(won_amount(DISTRIBUTING), ">=", 500_000)),
            ),
            (
                "value",
                "Value",
                "4 % rebate on sell-out, funding for a training centre.",
                all_of(asked(won_amount(DISTRIBUTING), ">=", 1_500_000), asked(certified_people(), ">=", 3)),
            ),
        ),
        category="distributor",
        policy={"upward": "at_review", "up_months": 1, "downward": "at_review", "down_months": 1, "grace_days": 60},
    ),
)
