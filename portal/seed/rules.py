"""Criteria documents in few words, so that a demo programme's rules read like its texts."""

from typing import Any

Document = dict[str, Any]

WON: Document = {"field": "stage", "operator": "equals", "value": "won"}
YEAR: Document = {"last": 12, "unit": "months"}


def all_of(*rules: Document) -> Document:
    """Return a group of which all must hold."""
    return {"combinator": "and", "not": False, "rules": list(rules)}


def any_of(*rules: Document) -> Document:
    """Return a group of which one must hold."""
    return {"combinator": "or", "not": False, "rules": list(rules)}


def at_least(n: int, *rules: Document) -> Document:
    """Return a group of which so many must hold."""
    return {"combinator": "at_least", "at_least": n, "not": False, "rules": list(rules)}


def none_of(*rules: Document) -> Document:
    """Return a group of which none may hold."""
    return {"combinator": "or", "not": True, "rules": list(rules)}


def field(key: str, operator: str, value: Any = None) -> Document:
    """Return a clause on a field of the partner."""
    return {"field": key, "operator": operator, "value": value}


def last(n: int, unit: str) -> Document:
    """Return a window of the last days, weeks, months or years."""
    return {"last": n, "unit": unit}


def figure(
    collection: str, aggregate: str = "count", of: str = "", *where: Document, window: Document | None = None
) -> Document:
    """Return a number over records: what a metric measures, or the left side of a clause."""
    document: Document = {"collection": collection, "aggregate": aggregate}
    if of:
        document["of"] = of
    if where:
        document["where"] = all_of(*where)
    if window:
        document["window"] = window
    return document


def asked(number: Document, operator: str, value: Any) -> Document:
    """Return a clause that compares a figure."""
    return {**number, "operator": operator, "value": value}


def won_amount(*where: Document, window: Document | None = None) -> Document:
    """Return the worth of the deals won in a window, a year when none is given."""
    return figure("deals", "sum", "amount", WON, *where, window=window or YEAR)


def won_count(*where: Document, window: Document | None = None) -> Document:
    """Return the number of deals won in a window, a year when none is given."""
    return figure("deals", "count", "", WON, *where, window=window or YEAR)


def certified_people(*where: Document) -> Document:
    """Return how many people hold a certification that is valid today, each counted once."""
    return figure("certifications", "count_distinct", "person", field("valid", "is_true"), *where)


def in_line(name: str) -> Document:
    """Return the clause that a deal has products of a line."""
    return field("product_lines", "any_of", [name])
