"""What Lumen's program says and asks of its own in single regions."""

from portal.seed.lumen.tiers import PROFESSIONALS
from portal.seed.rules import all_of, asked, certified_people, won_amount
from portal.seed.shapes import Regional

REGIONAL = (
    Regional(
        "msp",
        "dach",
        {
            "benefits": "Monthly billing by use, in euros or francs.\nThe cloud services track with its own discounts.\nA partner console for many customers.\nSecond-level support round the clock, in German by day.",
            "obligations": "Usage reported by the fifth working day.\nIncidents reported within 24 hours, as NIS 2 asks.\nData of customers processed in the European Economic Area.",
        },
    ),
    Regional(
        "solution.gold",
        "latam",
        {
            "benefits": "14 % additional discount, marketing funds, a named pre-sales engineer who speaks Portuguese and Spanish.",
            "overrides_criteria": True,
            "criteria": all_of(
                asked(won_amount(), ">=", 200_000),
                asked(certified_people(), ">=", 2),
                asked(certified_people(PROFESSIONALS), ">=", 1),
            ),
        },
    ),
)
