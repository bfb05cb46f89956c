"""What real vendors' published programs ask for can be written down, is understood, and runs: one table of needs.

Each need is written as entries of a program's document. All of them are imported together, and everybody is judged by
them in one statement, so that a need that only looks written down fails here. What cannot be written yet is in
`docs/programs.md`.
"""

from datetime import datetime
from typing import Any

import pytest

from accounts.models import User
from integrations.services import programs
from partners.models import Partner
from partners.services import partners
from tests.factories.deals import DealLineFactory, DealParticipantFactory, WonDealFactory

Document = dict[str, Any]
YEAR = {"last": 12, "unit": "months"}
WON = {"field": "stage", "operator": "equals", "value": "won"}
VALID = {"field": "valid", "operator": "is_true"}


def all_of(*rules: Document) -> Document:
    return {"combinator": "and", "not": False, "rules": list(rules)}


def any_of(*rules: Document) -> Document:
    return {"combinator": "or", "not": False, "rules": list(rules)}


def no(rule: Document) -> Document:
    return {"combinator": "and", "not": True, "rules": [rule]}


def won(aggregate: str, of: str = "", *also: Document, window: Document = YEAR) -> Document:
    figure: Document = {"collection": "deals", "aggregate": aggregate, "where": all_of(WON, *also), "window": window}
    return figure | ({"of": of} if of else {})


def sold(product: str, *also: Document, aggregate: str = "sum") -> Document:
    where = all_of(WON, {"field": "product", "operator": "equals", "value": product}, *also)
    of = {"of": "quantity"} if aggregate == "sum" else {}
    return {"collection": "deal_lines", "aggregate": aggregate, "where": where, "window": YEAR, **of}


def certified(*also: Document, aggregate: str = "count_distinct", of: str = "person") -> Document:
    return {"collection": "certifications", "aggregate": aggregate, "of": of, "where": all_of(VALID, *also)}


def holds(certification: str) -> Document:
    return all_of(VALID, {"field": "certification", "operator": "equals", "value": certification})


def at_least(operand: Document, value: Any) -> Document:
    return {**operand, "operator": ">=", "value": value}


def measure(key: str) -> Document:
    return {"field": f"measure_{key}"}


def older(months: int) -> Document:
    return {"field": "closed_on", "operator": "older_than", "value": {"n": months, "unit": "months"}}


def function(name: str, *of: Document, **more: Any) -> Document:
    return {"function": name, "of": list(of), **more}


def customers_in(*countries: str) -> Document:
    return {"field": "customer_country", "operator": "in", "value": list(countries)}


BEFORE = all_of(WON, older(36), no(older(48)))
AGAIN = all_of(WON, {"field": "closed_on", "operator": "within_last", "value": {"n": 12, "unit": "months"}})
PROFESSIONAL = {"field": "level", "operator": "equals", "value": "professional"}

#: need → what stands for it: measures by key, and criteria for a segment or a ladder's tiers.
NEEDS: dict[str, Document] = {
    "all of several metrics at a level, and the highest level where all hold": {
        "tiers": [
            all_of(at_least(won("sum", "amount"), 10_000), at_least(certified(), 1)),
            all_of(at_least(won("sum", "amount"), 50_000), at_least(certified(), 3)),
        ]
    },
    "counts with sub-minimums: six certified, three of them professional": {
        "criteria": all_of(at_least(certified(), 6), at_least(certified(PROFESSIONAL), 3))
    },
    "count and sum over the same records": {
        "criteria": all_of(at_least(won("count"), 5), at_least(won("sum", "amount"), 50_000))
    },
    "a prerequisite that scores nothing and gates the rest": {
        "measures": {
            "gated": function("gate", won("sum", "amount"), where=all_of(at_least(certified(), 1)), otherwise=0)
        },
        "criteria": all_of(at_least(measure("gated"), 1000)),
    },
    "people counted once per step: two who finished both, whatever else they hold": {
        "criteria": all_of(
            at_least(
                {
                    "collection": "certifications",
                    "aggregate": "count_holders",
                    "of": "person",
                    "each": [holds("sales"), holds("technical")],
                },
                2,
            )
        )
    },
    "linear credit up to a target, with a cap": {
        "measures": {"credit": function("credit", won("sum", "amount"), target=100_000, points=40)},
        "criteria": all_of(at_least(measure("credit"), 20)),
    },
    "points with a cap on each part and on the whole": {
        "measures": {
            "points": {
                "function": "points",
                "parts": [{"of": won("count"), "each": 10, "cap": 50}, {"of": certified(), "each": 5}],
                "cap": 80,
            }
        },
    },
    "the best of two tracks": {
        "measures": {"best_track": function("best", measure("points"), measure("credit"))},
    },
    "alternatives inside a level": {
        "criteria": any_of(all_of(at_least(certified(), 3)), at_least(won("sum", "amount"), 1_000_000))
    },
    "a minimum on each part besides a total": {
        "measures": {"total": function("sum", won("count"), certified())},
        "criteria": all_of(at_least(measure("total"), 10), at_least(won("count"), 3), at_least(certified(), 3)),
    },
    "growth over trailing windows": {
        "criteria": all_of(at_least({**won("sum", "amount"), "growth_over": {"n": 1, "unit": "years"}}, 20))
    },
    "growth of one fiscal year over the one before": {
        "measures": {
            "fiscal_growth": function(
                "growth",
                won("sum", "amount", window={"previous": "fiscal_year"}),
                won("sum", "amount", window={"previous": "fiscal_year", "back": {"n": 1, "unit": "years"}}),
            )
        },
    },
    "a ratio over a three-year cohort": {
        "measures": {
            "retention": function(
                "ratio",
                {"collection": "deals", "aggregate": "count_holders", "of": "customer", "each": [BEFORE, AGAIN]},
                {"collection": "deals", "aggregate": "count_distinct", "of": "customer", "where": BEFORE},
                if_zero=1,
            )
        },
        "criteria": all_of(at_least(measure("retention"), 0.7)),
    },
    "a requirement for each product area in which the partner sells": {
        "criteria": all_of(
            {
                "per_area": {
                    "areas": {
                        "collection": "deals",
                        "by": "product_lines",
                        "aggregate": "count",
                        "operator": ">=",
                        "value": 3,
                    },
                    "need": {
                        "collection": "certifications",
                        "by": "product_line",
                        "aggregate": "count_distinct",
                        "of": "person",
                        "operator": ">=",
                        "value": 2,
                    },
                    "figure": "missing",
                },
                "operator": "=",
                "value": 0,
            }
        )
    },
    "a percentile within a country, fixed once a year": {
        "measures": {
            "sales": won("sum", "amount"),
            "place": function("percentile", measure("sales"), peers="country", frozen="year"),
        },
        "criteria": all_of(at_least(measure("place"), 90)),
    },
    "a score per region, and the level by the best of them": {
        "measures": {
            "europe": won("sum", "amount", customers_in("DE", "FR")),
            "america": won("sum", "amount", customers_in("US", "CA")),
            "best_region": function("best", measure("europe"), measure("america")),
        },
        "criteria": all_of(at_least(measure("best_region"), 100_000)),
    },
    "rates by the customer's place": {
        "measures": {
            "commission": {
                "function": "points",
                "parts": [
                    {"of": won("sum", "amount", customers_in("DE")), "each": 0.2},
                    {"of": won("sum", "amount", no(customers_in("DE"))), "each": 0.1},
                ],
            }
        },
    },
    "a level derived from other levels": {
        "criteria": all_of(
            {"field": "segments", "operator": "any_of", "value": ["need-1"]},
            {"field": "qualified_tiers", "operator": "any_of", "value": ["ladder-0.level-1"]},
        )
    },
    "qualifying on any day of a rolling window": {
        "criteria": all_of(
            {
                "field": "qualified_tiers",
                "operator": "within_last",
                "value": {"n": 365, "unit": "days", "of": ["ladder-0.level-1"]},
            }
        )
    },
    "having been so for at least thirty days": {
        "criteria": all_of(
            {"field": "segments", "operator": "for_at_least", "value": {"n": 30, "unit": "days", "of": ["need-1"]}}
        )
    },
    "invitation or approval as a requirement": {
        "criteria": all_of({"field": "attributes.invited", "operator": "is_true"})
    },
    "credit at company level: four different certifications, whoever holds them": {
        "criteria": all_of(at_least(certified(of="certification"), 4))
    },
    "points bands": {
        "measures": {
            "band": function("bands", measure("points"), bands=[{"from": 0, "value": 0}, {"from": 1000, "value": 1}])
        },
        "criteria": all_of(at_least(measure("band"), 1)),
    },
    "a cap per subscription: at most ten users of each count": {
        "measures": {
            "capped_users": function(
                "sum",
                sold("user", {"field": "quantity", "operator": "<=", "value": 10}),
                {
                    "function": "points",
                    "parts": [
                        {
                            "of": sold("user", {"field": "quantity", "operator": ">", "value": 10}, aggregate="count"),
                            "each": 10,
                        }
                    ],
                },
            )
        },
    },
    "in three of the last four quarters": {
        "criteria": all_of(at_least({**won("count"), "aggregate": "count_quarters"}, 3))
    },
    "two of three alternatives": {
        "criteria": {
            "combinator": "at_least",
            "at_least": 2,
            "not": False,
            "rules": [at_least(certified(), 3), at_least(won("count"), 5), at_least(won("sum", "amount"), 50_000)],
        }
    },
    "within a distance of a place": {
        "criteria": all_of(
            {
                "field": "location",
                "operator": "within_distance",
                "value": {"latitude": 48.1, "longitude": 11.6, "km": 100},
            }
        )
    },
    "another rule in a region": {
        "overrides": [
            {"kind": "tier", "key": "ladder-0.level-2", "region": "latam", "criteria": all_of(at_least(certified(), 1))}
        ]
    },
}


def program() -> Document:
    """Return one document with every need, in the order of the table."""
    document: Document = {
        "format": "partner-program/1",
        "rates": [{"currency": "USD", "starts_on": "2029-01-01", "rate": 0.9}],  # fixed tables, from a day on
        "regions": [{"key": "latam", "name": "Latin America"}],
        "attributes": [{"key": "invited", "label": "Invited", "kind": "yes_no"}],
        "products": [{"key": "user", "name": "User", "line": "Cloud"}],
        "certifications": [{"key": key, "name": key, "product_line": "Cloud"} for key in ("sales", "technical")],
        "measures": [],
        "segments": [],
        "tracks": [],
        "overrides": [],
    }
    for number, (need, found) in enumerate(NEEDS.items()):
        for key, formula in found.get("measures", {}).items():
            document["measures"].append({"key": key, "name": need[:120], "formula": formula})
        asked = [at_least(measure(key), 1) for key in found.get("measures", {})]  # a measure runs when it is asked for
        criteria = all_of(*asked, *([found["criteria"]] if "criteria" in found else []))
        if criteria["rules"]:
            document["segments"].append({"key": f"need-{number}", "name": need[:120], "criteria": criteria})
        if "tiers" in found:
            tiers = [
                {"key": f"level-{level}", "name": f"Level {level}", "criteria": criteria}
                for level, criteria in enumerate(found["tiers"], start=1)
            ]
            document["tracks"].append({"key": f"ladder-{number}", "name": need[:120], "tiers": tiers})
        document["overrides"] += found.get("overrides", [])
    return document


@pytest.mark.django_db
def test_every_need_of_published_programs_is_written_understood_and_run(
    pinewood: Partner, victor: User, now: datetime
) -> None:
    partners.update(partner=pinewood, by=victor, at=now, changes={"employees": 5})
    deal = WonDealFactory()
    DealParticipantFactory(deal=deal, partner=pinewood)
    DealLineFactory(deal=deal, quantity=25)

    found = programs.plan(program(), by=victor, at=now)

    assert found.faults == []
    assert found.impact is not None
    assert {step.action for step in found.steps} == {programs.Action.CREATED}
