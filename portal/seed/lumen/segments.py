"""Life stages, segments and audiences of Lumen's program."""

from portal.seed.rules import (
    all_of,
    any_of,
    asked,
    at_least,
    certified_people,
    field,
    figure,
    in_line,
    last,
    none_of,
    won_amount,
    won_count,
)  # fmt: skip
from portal.seed.shapes import Segment, Stage

HALF_YEAR = last(6, "months")
RECENTLY = {"n": 4, "unit": "months"}
#: The same four stages serve every program; a program admin may redraw their lines.
STAGES = (
    Stage(
        "prospective",
        "Prospective",
        1,
        all_of(field("status", "equals", "prospect")),
        "We are getting to know each other: the agreement is not signed yet.",
        "Complete the profile, so that we can suggest the right categories.",
        stuck_after_days=45,
    ),
    Stage(
        "activated",
        "Activated",
        3,
        all_of(field("status", "equals", "active"), asked(won_count(window=HALF_YEAR), ">=", 1)),
        "Contributing: at least one deal won in the last six months.",
        "Build skills ahead of demand, and plan growth together.",
    ),
    Stage(
        "onboarded",
        "Recently onboarded",
        2,
        all_of(field("status", "equals", "active"), field("joined_on", "within_last", RECENTLY)),
        "Joined within the last four months and has not won a deal yet.",
        "Finish the onboarding journey and register a first deal.",
        stuck_after_days=60,
    ),
    Stage(
        "inactive",
        "Inactive",
        4,
        any_of(field("status", "in", ["active", "suspended", "ended"])),
        "On board for longer than four months, without a deal won in the last six.",
        "Find out what changed, and agree on one small next deal.",
        stuck_after_days=365,
    ),
)

CERTIFICATIONS_LAPSING = figure(
    "certifications",
    "count",
    "",
    field("valid", "is_true"),
    field("expires_on", "within_next", {"n": 90, "unit": "days"}),
)

SEGMENTS = (
    Segment(
        "cloud-growth",
        "Cloud growth",
        "Partners that sell cloud in earnest: cloud deals worth 60,000 or more won within a year.",
        all_of(field("status", "equals", "active"), asked(won_amount(in_line("Cloud")), ">=", 60_000)),
    ),
    Segment(
        "security-specialists",
        "Security specialists",
        "Two of three: certified in security, security deals won, security operations among the capabilities.",
        at_least(
            2,
            asked(certified_people(field("product_line", "equals", "Security")), ">=", 1),
            asked(won_count(in_line("Security")), ">=", 2),
            field("capabilities", "any_of", ["Security operations"]),
        ),
    ),
    Segment(
        "at-risk",
        "At risk",
        "Sold with us within the last year, and nobody there has signed in for 45 days.",
        all_of(
            field("status", "equals", "active"),
            asked(won_count(), ">=", 1),
            field("last_activity_on", "older_than", {"n": 45, "unit": "days"}),
        ),
    ),
    Segment(
        "new-and-quiet",
        "New and quiet",
        "Recently onboarded, and silent for three weeks or never seen.",
        all_of(
            field("life_stage", "any_of", ["onboarded"]),
            any_of(
                field("last_activity_on", "older_than", {"n": 21, "unit": "days"}),
                field("last_activity_on", "is_empty"),
            ),
        ),
    ),
    Segment(
        "top-performers",
        "Top performers",
        "Gold or above, growing, with five customers or more.",
        all_of(
            field("tiers", "any_of", ["solution.gold"]),
            asked(
                figure(
                    "deals",
                    "count_distinct",
                    "customer",
                    field("stage", "equals", "won"),
                    window=last(12, "months"),
                ),
                ">=",
                5,
            ),
        ),
    ),
    Segment(
        "best-in-country",
        "Best of their country",
        "Ahead of nine in ten partners of their country by points, and growing.",
        all_of(field("measure_points_in_country", ">=", 90), field("measure_revenue_growth", ">", 0)),
    ),
    Segment(
        "dach-midmarket",
        "DACH mid-market resellers",
        "Resellers and integrators in Germany, Austria and Switzerland with 20 to 250 people.",
        all_of(
            field("region", "any_of", ["dach"]),
            field("categories", "any_of", ["var", "si"]),
            field("employees", "between", [20, 250]),
        ),
    ),
    Segment(
        "healthcare-experts",
        "Healthcare experts",
        "Partners who sell to hospitals, or have done so in the last two years.",
        any_of(
            field("industries", "any_of", ["Healthcare"]),
            asked(won_count(field("customer_industry", "equals", "Healthcare"), window=last(24, "months")), ">=", 1),
        ),
    ),
    Segment(
        "certifications-lapsing",
        "Certifications lapsing",
        "Somebody's certification runs out within 90 days.",
        all_of(asked(CERTIFICATIONS_LAPSING, ">=", 1)),
    ),
    Segment(
        "growth-focus",
        "Growth focus",
        "In cloud growth or security specialists, and not at risk: where joint planning pays.",
        all_of(
            field("segments", "any_of", ["cloud-growth", "security-specialists"]),
            none_of(field("segments", "any_of", ["at-risk"])),
            field("life_stage", "any_of", ["activated"]),
        ),
    ),
    Segment(
        "advisory-board",
        "Partner advisory board",
        "Twelve partners who meet twice a year and tell us what to change.",
        kind="static",
        pinned_in=("MobileInfinity Solutions", "#12"),
    ),
    Segment(
        "autumn-launch",
        "Launch partners",
        "Partners who get the next release first: growth focus, and some picked by hand.",
        all_of(field("segments", "any_of", ["growth-focus"]), asked(certified_people(), ">=", 2)),
        kind="mixed",
        pinned_in=("MobileInfinity Solutions", "BrandTech"),
        pinned_out=("#1",),
    ),
    Segment(
        "public-sector",
        "Public sector sellers",
        "Sells to public buyers and speaks to them in their language.",
        all_of(field("industries", "any_of", ["Public sector"]), field("status", "in", ["active", "prospect"])),
    ),
    Segment(
        "for-members",
        "Everybody on board",
        "Partners with an agreement.",
        all_of(field("status", "equals", "active")),
        is_audience=True,
    ),
    Segment(
        "for-msps",
        "Managed service providers",
        "Partners who hold the category, or to whom it was suggested.",
        any_of(
            field("categories", "any_of", ["msp"]),
            field("selling_motions", "any_of", ["Managed service"]),
        ),
        is_audience=True,
    ),
    Segment(
        "for-distributors",
        "Distributors",
        "Partners who hold the category.",
        all_of(field("categories", "any_of", ["distributor"])),
        is_audience=True,
    ),
    Segment(
        "for-prospects",
        "Prospects",
        "Partners in the prospective stage.",
        all_of(field("life_stage", "any_of", ["prospective"])),
        is_audience=True,
    ),
    Segment(
        "for-newcomers",
        "Newcomers",
        "Partners who joined within four months, whether they sell already or not.",
        all_of(field("status", "equals", "active"), field("joined_on", "within_last", RECENTLY)),
        is_audience=True,
    ),
    Segment(
        "for-sellers-of-value",
        "Resellers and integrators",
        "Partners who hold one of the two categories.",
        all_of(field("categories", "any_of", ["var", "si"])),
        is_audience=True,
    ),
    Segment(
        "for-silver",
        "Silver and above",
        "Partners who hold Silver or a higher tier.",
        all_of(field("tiers", "any_of", ["solution.silver"])),
        is_audience=True,
    ),
    Segment(
        "for-security",
        "Security content",
        "Partners who sell or run security.",
        any_of(field("product_lines", "any_of", ["Security"]), field("segments", "any_of", ["security-specialists"])),
        is_audience=True,
    ),
)
