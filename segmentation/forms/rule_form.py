"""A criteria document as flat form fields, and back. Without JavaScript every button is a submit button named `act`.

A node's path names its fields: the root is `r`, its second rule `r-1`. Beneath a clause lie groups of their own: `w`
the rules about its records, `e` the groups one holder needs records in, `a` the areas and `b` the need of a clause for
each area. `read` makes a document of what was posted. Half-finished rules are kept, with an empty value; what this
program no longer knows is kept as it was.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from criteria.checks import DATED, FIELD_AGAINST_FIELD, NAMING, NUMERIC, SINGLE, as_number
from criteria.fields import Catalog, Collection, Field, Kind
from criteria.operators import PERIODS, UNITS, Operator, Shape, operators_of
from criteria.tree import AGGREGATES, AREA_FIGURES, COUNTING, MAX_NODES, MAX_NOTE, Problem

Document = dict[str, Any]

PATH = re.compile(r"^r(-\d{1,3}|[wabe])*$")
MAX_RAW = 20_000
PER_AREA = "per_area"
FIRST_AREA_FIGURE = "missing"
#: Where a distance is measured from, and how far, until somebody says so.
CIRCLE = {"latitude": None, "longitude": None, "km": 50}
#: Marks an operator as comparing with another field instead of a value.
WITH_FIELD = "@"


def new_group(join: str = "and", *rules: Document) -> Document:
    """Return a fresh group."""
    return {"combinator": join, "not": False, "rules": list(rules)}


# --- posted fields → document


class Posted:
    """What a form sent, by name."""

    def __init__(self, data: Any, catalog: Catalog) -> None:
        self.data = data
        self.catalog = catalog
        self.nodes = 0

    # --- groups and clauses

    def group(self, path: str, collection: Collection | None = None) -> Document:
        """Return the group at a path."""
        rules = [self.node(each, collection) for each in self.paths(path)]
        join = self.text(f"{path}.join", "and")
        group = new_group(join if join in {"and", "or", "at_least"} else "and", *rules)
        group["not"] = self.text(f"{path}.not") == "1"
        if join == "at_least":
            group["at_least"] = self.at_least(f"{path}.min", len(rules))
        return group | self.marks(path)

    def paths(self, path: str) -> Iterator[str]:
        """Yield the paths of the rules in the group at a path, up to the bound of a document."""
        for index in range(min(whole_of(self.text(f"{path}.n")) or 0, MAX_NODES)):
            self.nodes += 1
            if self.nodes <= MAX_NODES:
                yield f"{path}-{index}"

    def at_least(self, name: str, count: int) -> int:
        """Return how many of so many must hold."""
        return max(1, min(whole_of(self.text(name)) or 1, max(count, 1)))

    def marks(self, path: str) -> Document:
        """Return what people wrote beside a node: that it is switched off, and a comment."""
        off = {"disabled": True} if self.text(f"{path}.off") == "1" else {}
        note = self.text(f"{path}.note").strip()[:MAX_NOTE]
        return {**off, **({"note": note} if note else {})}

    def node(self, path: str, collection: Collection | None) -> Document:
        """Return the rule or group at a path."""
        if f"{path}.what" not in self.data:
            return self.group(path, collection)
        return self.clause(path, collection) | self.marks(path)

    def clause(self, path: str, collection: Collection | None) -> Document:
        """Return the clause at a path."""
        kind, _, key = self.text(f"{path}.what").partition(":")
        changed = self.text(f"{path}.was") not in ("", self.text(f"{path}.what"))
        if kind == "collection" and collection is None and key in self.catalog.collections:
            target = self.catalog.collections[key]
            return new_aggregate(target) if changed else self.aggregate(path, target)
        if kind == PER_AREA and collection is None:
            return new_per_area(self.catalog) if changed else self.per_area(path)
        fields = {one.key: one for one in collection.fields} if collection else self.catalog.fields
        one = fields.get(key)
        if one is None:
            return self.raw(path) or new_clause(next(iter(fields.values())))
        if changed:
            return new_clause(one)
        return {"field": one.key} | self.comparison(path, one.kind, one)

    def raw(self, path: str) -> Document | None:
        """Return a clause that this program does not know any more, as it was."""
        text = self.text(f"{path}.raw")
        try:
            clause = json.loads(text) if 0 < len(text) <= MAX_RAW else None
        except (ValueError, RecursionError):
            return None
        if not isinstance(clause, dict) or "rules" in clause:
            return None
        return {key: value for key, value in clause.items() if key not in {"disabled", "note"}}

    # --- figures over records

    def aggregate(self, path: str, target: Collection) -> Document:
        """Return the clause over a collection at a path."""
        figure, kind, one = self.figure(path, target)
        return figure | self.comparison(path, kind, one)

    def figure(self, path: str, target: Collection) -> tuple[Document, Kind, Field | None]:
        """Return the figure at a path, the kind of value it has, and the field it is one value of."""
        name = self.text(f"{path}.agg", "count")
        figure: Document = {"collection": target.key, "aggregate": name if name in AGGREGATES else "count"}
        kind: Kind = Kind.NUMBER
        of = None
        if choices := fields_for(figure["aggregate"], target):
            of = next((each for each in choices if each.key == self.text(f"{path}.of")), choices[0])
            figure["of"] = of.key
            kind = Kind.NUMBER if figure["aggregate"] in COUNTING else of.kind
        if figure["aggregate"] == "count_holders":
            figure |= self.holders(path, target)
        figure |= self.limits(path, target)
        if "growth_over" in figure or kind is Kind.NUMBER:
            return figure, Kind.NUMBER, None
        return figure, kind, of

    def holders(self, path: str, target: Collection) -> Document:
        """Return the groups in each of which one holder needs a record."""
        each = [self.group(one, target) for one in self.paths(f"{path}e")]
        wanted = self.at_least(f"{path}.hmin", len(each))
        return {"each": each or [new_group()]} | ({"at_least": wanted} if 0 < wanted < len(each) else {})

    def limits(self, path: str, target: Collection) -> Document:
        """Return which records count: their window, the growth over an earlier one, and rules about them."""
        found: Document = {}
        window = self.window(path)
        if window:
            found["window"] = window
            if self.text(f"{path}.grown"):
                found["growth_over"] = self.span(f"{path}.grown", f"{path}.grownunit", "years")
        where = self.group(f"{path}w", target)
        if where["rules"]:
            found["where"] = where
        return found

    def window(self, path: str) -> Document | None:
        """Return the window of time at a path."""
        kind, unit = self.text(f"{path}.window"), self.text(f"{path}.wunit")
        window: Document
        if kind in {"last", "next"}:
            window = {kind: _count(self.text(f"{path}.wn"), 12), "unit": unit if unit in UNITS else "months"}
        elif kind in {"this", "previous"}:
            window = {kind: unit if unit in PERIODS else "year"}
        elif kind == "since":
            window = {"since": self.text(f"{path}.wday")}
        else:
            return None
        if day := self.text(f"{path}.asof").strip():
            window["as_of"] = day[:10]
        if self.text(f"{path}.back"):
            window["back"] = self.span(f"{path}.back", f"{path}.backunit", "years")
        return window

    def span(self, number: str, unit: str, default: str) -> Document:
        """Return a stretch of time: so many of a unit."""
        name = self.text(unit)
        return {"n": _count(self.text(number), 1), "unit": name if name in UNITS else default}

    # --- for each area

    def per_area(self, path: str) -> Document:
        """Return the clause about product areas at a path."""
        figure = self.text(f"{path}.figure")
        clause = {
            PER_AREA: {
                "areas": self.area_part(f"{path}a", 0),
                "need": self.area_part(f"{path}b", 1),
                "figure": figure if figure in AREA_FIGURES else FIRST_AREA_FIGURE,
            }
        }
        return clause | self.comparison(path, Kind.NUMBER, None)

    def area_part(self, path: str, place: int) -> Document:
        """Return what names the areas, or what each of them needs."""
        target = self.catalog.collections.get(self.text(f"{path}.coll"))
        if target is None or self.text(f"{path}.wascoll") not in ("", target.key):
            return new_area_part(target or area_collections(self.catalog)[place % len(area_collections(self.catalog))])
        figure, kind, one = self.figure(path, target)
        by = self.text(f"{path}.by")
        choices = [each.key for each in area_fields(target)]
        figure["by"] = by if by in choices else next(iter(choices), "")
        return figure | self.comparison(path, kind, one)

    # --- operator and value

    def comparison(self, path: str, kind: Kind, one: Field | None) -> Document:
        """Return operator and value; both begin anew when another field was chosen."""
        key, against_field = self.text(f"{path}.op"), False
        if key.endswith(WITH_FIELD) and key.removesuffix(WITH_FIELD) in FIELD_AGAINST_FIELD:
            key, against_field = key.removesuffix(WITH_FIELD), True
        operators = operators_of(kind, one)
        operator = operators.get(key)
        if operator is None:
            operator = next(iter(operators.values()))
            return {"operator": operator.key, "value": blank(operator)}
        if against_field:
            other = self.text(f"{path}.other")
            return {"operator": operator.key, "value": {"field": other}}
        return {"operator": operator.key, "value": self.value(path, operator, one)}

    def value(self, path: str, operator: Operator, one: Field | None) -> Any:
        """Return a clause's value in the shape its operator asks for."""
        text, other = self.text(f"{path}.value").strip(), self.text(f"{path}.value2").strip()
        match operator.shape:
            case Shape.NUMBER:
                return number_of(text)
            case Shape.RANGE:
                return [number_of(text), number_of(other)] if text or other else None
            case Shape.DAYS:
                return [text, other] if text or other else None
            case Shape.TEXTS:
                return _split(text)
            case Shape.CHOICES:
                return self.picked(path) if one is None or self.catalog.choices(one) else _split(text)
            case Shape.CHOICES_N:
                return {"n": whole_of(text) or 1, "of": self.picked(path)}
            case Shape.CHOICES_SPAN:
                return {**self.span(f"{path}.value", f"{path}.unit", "days"), "of": self.picked(path)}
            case Shape.CIRCLE:
                return {
                    "latitude": number_of(text),
                    "longitude": number_of(other),
                    "km": number_of(self.text(f"{path}.km")),
                }
            case Shape.SPAN:
                return {"n": whole_of(text) or 30, "unit": self.span("", f"{path}.unit", "days")["unit"]}
            case Shape.PERIOD:
                return text if text in PERIODS else "month"
            case Shape.NONE:
                return None
        return text or None

    def picked(self, path: str) -> list[str]:
        """Return the choices that were ticked."""
        return [_storable(one) for one in self.data.getlist(f"{path}.values")] if hasattr(self.data, "getlist") else []

    def text(self, name: str, default: str = "") -> str:
        """Return one posted text."""
        return _storable(str(self.data.get(name, default)))


def read(data: Any, catalog: Catalog) -> Document:
    """Return the document that a form sent. Never fails: what makes no sense becomes the nearest that does."""
    return Posted(data, catalog).group("r")


# --- fresh parts


def new_clause(one: Field) -> Document:
    """Return a fresh clause about a field."""
    operator = next(iter(operators_of(one.kind, one).values()))
    return {"field": one.key, "operator": operator.key, "value": blank(operator)}


def new_aggregate(target: Collection) -> Document:
    """Return a fresh clause over a collection: at least one record."""
    return {"collection": target.key, "aggregate": "count", "operator": ">=", "value": 1}


def new_per_area(catalog: Catalog) -> Document:
    """Return a fresh clause for each area: none may be missing."""
    known = area_collections(catalog)
    areas, need = known[0], known[1 % len(known)]
    return {
        PER_AREA: {"areas": new_area_part(areas), "need": new_area_part(need), "figure": FIRST_AREA_FIGURE},
        "operator": "=",
        "value": 0,
    }


def new_area_part(target: Collection) -> Document:
    """Return a fresh part of a clause for each area: at least one record in the area."""
    return {**new_aggregate(target), "by": next((one.key for one in area_fields(target)), "")}


def blank(operator: Operator) -> Any:
    """Return the value a fresh clause has."""
    return {
        Shape.SPAN: {"n": 30, "unit": "days"},
        Shape.PERIOD: "month",
        Shape.CHOICES: [],
        Shape.TEXTS: [],
        Shape.CHOICES_N: {"n": 1, "of": []},
        Shape.CHOICES_SPAN: {"n": 30, "unit": "days", "of": []},
        Shape.CIRCLE: dict(CIRCLE),
    }.get(operator.shape)


# --- what fits


def fields_for(aggregate: str, target: Collection) -> list[Field]:
    """Return the fields of a collection that a figure can be taken of."""
    kinds = {
        "sum": NUMERIC,
        "average": NUMERIC,
        "min": NUMERIC + DATED,
        "max": NUMERIC + DATED,
        "first": NUMERIC + DATED + (Kind.TEXT, Kind.CHOICE),
        "latest": NUMERIC + DATED + (Kind.TEXT, Kind.CHOICE),
        "count_distinct": SINGLE,
        "count_holders": SINGLE,
    }.get(aggregate, ())
    return [one for one in target.fields if one.kind in kinds]


def area_fields(target: Collection) -> list[Field]:
    """Return the fields of a collection that can name areas, product lines first."""
    found = [one for one in target.fields if one.kind in NAMING]
    return sorted(found, key=lambda one: "product_line" not in one.key)


def area_collections(catalog: Catalog) -> list[Collection]:
    """Return the collections whose records can be told apart by area, those with product lines first."""
    found = [one for one in catalog.collections.values() if area_fields(one)]
    return sorted(found, key=lambda one: "product_line" not in area_fields(one)[0].key)


# --- what is sound


def as_group(document: Any) -> Document:
    """Return a document as the editor can draw it: what no rule and no group could be is left out.

    Services and other programs may have written drafts that are no criteria at all.
    """
    node = _drawable(document)
    if node is None:
        return new_group()
    return node if "rules" in node else new_group("and", node)


#: What of a node has to be an object.
_OBJECTS = ("window", "growth_over", "where", PER_AREA)


def _drawable(document: Any) -> Document | None:
    if not isinstance(document, dict):
        return None
    node = {key: value for key, value in document.items() if key not in _OBJECTS or isinstance(value, dict)}
    if "rules" in node:
        rules = node["rules"] if isinstance(node["rules"], list | tuple) else []
        return node | {"rules": [one for one in map(_drawable, rules) if one is not None]}
    if "where" in node:
        node["where"] = as_group(node["where"])
    if "each" in node:
        node["each"] = [as_group(one) for one in node["each"]] if isinstance(node["each"], list) else []
    if PER_AREA in node:
        parts = {name: _drawable(node[PER_AREA].get(name)) for name in ("areas", "need")}
        return None if None in parts.values() else node | {PER_AREA: node[PER_AREA] | parts}
    return node if any(isinstance(node.get(key), str) for key in ("field", "collection")) else None


@dataclass
class Sound:
    """A document without the rules at fault: what can be counted meanwhile. `places` leads back to where nodes were."""

    document: Document
    left_out: int
    places: dict[str, str]

    def put_back(self, problems: list[Problem]) -> list[Problem]:
        """Return what was said of the sound document at the places of the whole one."""
        return [replace(one, path=self.place_of(one.path)) for one in problems]

    def place_of(self, path: str) -> str:
        """Return a path of the sound document as it was in the whole one."""
        known = next(
            (new for new in sorted(self.places, key=len, reverse=True) if f"{path}/".startswith(f"{new}/")), ""
        )
        return self.places.get(known, "") + path[len(known) :]


def pruned(document: Document, problems: list[Problem]) -> Sound:
    """Return the document without the rules at fault."""
    faulty = {path.group(1) for one in problems if (path := re.match(r"^((?:/rules/\d+)+)", one.path))}
    places: dict[str, str] = {}
    return Sound(_pruned(document, "", "", faulty, places), len(faulty), places)


def _pruned(group: Document, pointer: str, becomes: str, faulty: set[str], places: dict[str, str]) -> Document:
    kept: list[Document] = []
    for index, rule in enumerate(group["rules"]):
        here, there = f"{pointer}/rules/{index}", f"{becomes}/rules/{len(kept)}"
        if here not in faulty:
            places[there] = here
            kept.append(_pruned(rule, here, there, faulty, places) if "rules" in rule else rule)
    at_least = {"at_least": min(group["at_least"], max(len(kept), 1))} if "at_least" in group else {}
    return {**group, "rules": kept, **at_least}


# --- texts


def _storable(text: str) -> str:
    """Return a text without the one character that no text in the database can hold."""
    return text.replace("\x00", "")


def whole_of(value: Any) -> int | None:
    text = str(value or "").strip()
    return int(text) if re.fullmatch(r"\d{1,6}", text) else None


def _count(text: str, default: int) -> Any:
    """Return how many: the default where nothing was typed, what is no number as the text it is, for checks to name."""
    text = text.strip()[:20]
    if not text:
        return default
    return int(text) if re.fullmatch(r"\d{1,18}", text) else text


def number_of(text: str) -> Any:
    """Return a whole number as one, another number as it was typed, and what is no number as the text it is."""
    number = as_number(text.replace(" ", ""))
    if not text:
        return None
    if number is None:
        return text[:60]
    return int(number) if number == number.to_integral_value() else str(number)


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
