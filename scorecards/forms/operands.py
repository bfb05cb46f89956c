"""What a metric measures, as answers to three plain questions: what is counted, of which records, since when.

An operand of the criteria language that says more than these can is kept as it is.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from criteria.fields import Catalog, Collection, Field, Kind
from scorecards.score_fields import is_score

NUMBERS = {Kind.NUMBER, Kind.MONEY}
COUNTED_APART = {Kind.TEXT, Kind.CHOICE}
#: Kind of a field → the operator that asks for any of several answers.
LIMITING = {Kind.CHOICE: "in", Kind.MULTI: "any_of"}
MOST_CHOICES = 30
AS_IT_IS = "as-it-is"
WINDOWS: Mapping[str, tuple[Any, dict[str, Any]]] = {
    "30-days": (_("Last 30 days"), {"last": 30, "unit": "days"}),
    "90-days": (_("Last 90 days"), {"last": 90, "unit": "days"}),
    "12-months": (_("Last 12 months"), {"last": 12, "unit": "months"}),
    "24-months": (_("Last 24 months"), {"last": 24, "unit": "months"}),
    "this-quarter": (_("This quarter"), {"this": "quarter"}),
    "this-year": (_("This year"), {"this": "year"}),
    "this-fiscal-year": (_("This fiscal year"), {"this": "fiscal_year"}),
}
AGGREGATES = {
    "sum": _("Sum of %(field)s"),
    "average": _("Average of %(field)s"),
    "max": _("Highest %(field)s"),
    "count_distinct": _("Number of different: %(field)s"),
}

Option = tuple[str, Any, dict[str, Any], str]


def measures(catalog: Catalog) -> Iterator[Option]:
    """Yield everything that can be measured: key, label, operand, group."""
    for field in catalog.fields.values():
        if field.kind in NUMBERS and not is_score(field.key):
            yield f"field:{field.key}", field.label, {"field": field.key}, str(field.group)
    for collection in catalog.collections.values():
        group = str(collection.label)
        count = {"collection": collection.key, "aggregate": "count"}
        yield f"count:{collection.key}", _("Number of records"), count, group
        for field in collection.fields:
            for aggregate in _aggregates(field):
                label = AGGREGATES[aggregate] % {"field": field.label}
                operand = {"collection": collection.key, "aggregate": aggregate, "of": field.key}
                yield f"{aggregate}:{collection.key}.{field.key}", label, operand, group


def _aggregates(field: Field) -> tuple[str, ...]:
    if field.kind in NUMBERS:
        return ("sum", "average", "max")
    return ("count_distinct",) if field.kind in COUNTED_APART else ()


def grouped(options: list[Option]) -> list[tuple[str, list[tuple[str, Any]]]]:
    groups: dict[str, list[tuple[str, Any]]] = {}
    for value, label, _operand, group in options:
        groups.setdefault(group, []).append((value, label))
    return list(groups.items())


def descriptions(catalog: Catalog) -> dict[str, str]:
    found = {f"field:{field.key}": str(field.description) for field in catalog.fields.values()}
    found |= {f"count:{one.key}": str(one.description) for one in catalog.collections.values()}
    for collection in catalog.collections.values():
        for field in collection.fields:
            for aggregate in _aggregates(field):
                found[f"{aggregate}:{collection.key}.{field.key}"] = str(field.description)
    return found


def limits(catalog: Catalog) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the answers to choice fields of collections, by collection and field."""
    for collection in catalog.collections.values():
        for field in _limiting(collection):
            choices = [
                (f"{collection.key}:{field.key}:{value}", str(choice.label))
                for value, choice in catalog.choices(field).items()
            ]
            if 0 < len(choices) <= MOST_CHOICES:
                yield f"{collection.label}: {field.label}", choices


def _limiting(collection: Collection) -> list[Field]:
    return [field for field in collection.fields if field.kind in LIMITING]


def where(limits: list[list[str]], collection: Collection) -> dict[str, Any]:
    values: dict[str, list[str]] = {}
    for _collection, field, value in limits:
        values.setdefault(field, []).append(value)
    operators = {field.key: LIMITING[field.kind] for field in _limiting(collection)}
    rules = [{"field": field, "operator": operators[field], "value": chosen} for field, chosen in values.items()]
    return {"combinator": "and", "not": False, "rules": rules}


def answers(expression: Mapping[str, Any], catalog: Catalog) -> dict[str, Any] | None:
    """Return the three answers that an operand is made of, or None if it says more than they can."""
    operands = {value: operand for value, _label, operand, _group in measures(catalog)}
    plain = {key: value for key, value in expression.items() if key not in {"where", "window"}}
    measure = next((value for value, operand in operands.items() if operand == plain), None)
    window = next((key for key, (_label, one) in WINDOWS.items() if one == expression.get("window")), None)
    only = _chosen(expression, catalog)
    if measure is None or only is None or (expression.get("window") and window is None):
        return None
    return {"measure": measure, "only": only, "window": window or ""}


def _chosen(expression: Mapping[str, Any], catalog: Catalog) -> list[str] | None:
    where = expression.get("where")
    if not where:
        return []
    if where.get("combinator", "and") != "and" or where.get("not"):
        return None
    collection = catalog.collections.get(str(expression.get("collection")))
    known = {field.key for field in _limiting(collection)} if collection else set()
    chosen = []
    for rule in where.get("rules", []):
        if rule.get("field") not in known or rule.get("operator") not in {"in", "any_of", "equals"}:
            return None
        values = [rule["value"]] if rule["operator"] == "equals" else rule["value"]
        chosen += [f"{expression['collection']}:{rule['field']}:{value}" for value in values]
    return chosen
