"""A criteria document as flat form fields, and back. Without JavaScript every button is a submit button named `act`.

A node's path names its fields: the root is `r`, its second rule `r-1`, the group inside an aggregate `r-1w`. `read`
makes a document of what was posted and `apply` does what a button says. Half-finished rules are kept, with an empty
value.
"""

import re
from typing import Any

from criteria.checks import as_number
from criteria.fields import Catalog, Collection, Field, Kind
from criteria.operators import BY_KIND, PERIODS, UNITS, Operator, Shape
from criteria.tree import AGGREGATES, COUNTS, MAX_NODES, Problem

Document = dict[str, Any]

NUMERIC = (Kind.NUMBER, Kind.MONEY)
PATH = re.compile(r"^r(-\d{1,3}|w)*$")
#: Fields whose change alters which controls a row has, so that the tree is drawn again.
REDRAWS = (".what", ".op", ".agg", ".of", ".window", ".join", ".not")


# --- posted fields → document


class Posted:
    """What a form sent, by name."""

    def __init__(self, data: Any, catalog: Catalog) -> None:
        self.data = data
        self.catalog = catalog
        self.nodes = 0

    def group(self, path: str, collection: Collection | None = None) -> Document:
        """Return the group at a path."""
        join = self.data.get(f"{path}.join", "and")
        count = min(_whole(self.data.get(f"{path}.n")) or 0, MAX_NODES)
        rules = []
        for index in range(count):
            self.nodes += 1
            if self.nodes <= MAX_NODES:
                rules.append(self.node(f"{path}-{index}", collection))
        group: Document = {
            "combinator": join if join in {"and", "or", "at_least"} else "and",
            "not": self.data.get(f"{path}.not") == "1",
            "rules": rules,
        }
        if group["combinator"] == "at_least":
            wanted = _whole(self.data.get(f"{path}.min")) or 1
            group["at_least"] = max(1, min(wanted, max(len(rules), 1)))
        return group

    def node(self, path: str, collection: Collection | None) -> Document:
        """Return the rule or group at a path."""
        if f"{path}.what" not in self.data:
            return self.group(path, collection)
        kind, _, key = self.data[f"{path}.what"].partition(":")
        changed = self.data.get(f"{path}.was", "") not in ("", self.data[f"{path}.what"])
        if kind == "collection" and collection is None and key in self.catalog.collections:
            return self.aggregate(path, self.catalog.collections[key], changed=changed)
        fields = {one.key: one for one in collection.fields} if collection else self.catalog.fields
        one = fields.get(key) or next(iter(fields.values()))
        return self.finish({"field": one.key}, path, one.kind, one, changed=changed)

    def aggregate(self, path: str, target: Collection, *, changed: bool) -> Document:
        """Return the clause over a collection at a path."""
        if changed:
            return new_aggregate(target)
        name = self.data.get(f"{path}.agg", "count")
        name = name if name in AGGREGATES else "count"
        clause: Document = {"collection": target.key, "aggregate": name}
        kind, one = Kind.NUMBER, None
        if name not in COUNTS:
            choices = fields_for(name, target)
            one = next((each for each in choices if each.key == self.data.get(f"{path}.of")), None)
            one = one or next(iter(choices), None)
            if one is None:
                return new_aggregate(target)
            clause["of"] = one.key
            kind = Kind.NUMBER if name == "count_distinct" else one.kind
        window = self.window(path)
        if window:
            clause["window"] = window
        where = self.group(f"{path}w", target)
        if where["rules"]:
            clause["where"] = where
        return self.finish(clause, path, kind, one if name in {"first", "latest"} else None, changed=False)

    def window(self, path: str) -> Document | None:
        """Return the window of time at a path."""
        kind, unit = self.data.get(f"{path}.window", ""), self.data.get(f"{path}.wunit", "")
        if kind in {"last", "next"}:
            return {kind: _whole(self.data.get(f"{path}.wn")) or 12, "unit": unit if unit in UNITS else "months"}
        if kind in {"this", "previous"}:
            return {kind: unit if unit in PERIODS else "year"}
        if kind == "since":
            return {"since": self.data.get(f"{path}.wday", "")}
        return None

    def finish(self, clause: Document, path: str, kind: Kind, one: Field | None, *, changed: bool) -> Document:
        """Add operator and value to a clause; both begin anew when another field was chosen."""
        operators = BY_KIND[kind]
        operator = operators.get(self.data.get(f"{path}.op", "")) if not changed else None
        if operator is None:
            operator = next(iter(operators.values()))
            return {**clause, "operator": operator.key, "value": blank(operator)}
        return {**clause, "operator": operator.key, "value": self.value(path, operator, one)}

    def value(self, path: str, operator: Operator, one: Field | None) -> Any:
        """Return a clause's value in the shape its operator asks for."""
        text = self.data.get(f"{path}.value", "").strip()
        other = self.data.get(f"{path}.value2", "").strip()
        match operator.shape:
            case Shape.NUMBER:
                return _number(text)
            case Shape.RANGE:
                return [_number(text), _number(other)] if text or other else None
            case Shape.DAYS:
                return [text, other] if text or other else None
            case Shape.TEXTS:
                return [part.strip() for part in text.split(",") if part.strip()]
            case Shape.CHOICES:
                picked = self.data.getlist(f"{path}.values") if hasattr(self.data, "getlist") else []
                return list(picked) if one is None or self.catalog.choices(one) else _split(text)
            case Shape.CHOICES_N:
                picked = self.data.getlist(f"{path}.values") if hasattr(self.data, "getlist") else []
                return {"n": _whole(text) or 1, "of": list(picked)}
            case Shape.SPAN:
                unit = self.data.get(f"{path}.unit", "")
                return {"n": _whole(text) or 30, "unit": unit if unit in UNITS else "days"}
            case Shape.PERIOD:
                return text if text in PERIODS else "month"
            case Shape.NONE:
                return None
        return text or None


def read(data: Any, catalog: Catalog) -> Document:
    """Return the document that a form sent. Never fails: what makes no sense becomes the nearest that does."""
    return Posted(data, catalog).group("r")


# --- what a button does


def apply(document: Document, act: str, catalog: Catalog) -> Document:
    """Return the document after a button: `rule:`, `group:`, `del:`, `up:`, `down:` or `copy:` and a path."""
    verb, _, path = act.partition(":")
    if not PATH.match(path):
        return document
    parent, index = _locate(document, path)
    if verb in {"rule", "group"}:
        target = document if parent is None else _child(parent, index, path)
        if target is not None and "rules" in target and len(target["rules"]) < MAX_NODES:
            target["rules"].append(_new(verb, path, catalog, document))
    elif parent is not None and 0 <= index < len(parent["rules"]):
        _move(parent["rules"], index, verb)
    return document


def _move(rules: list[Document], index: int, verb: str) -> None:
    if verb == "del":
        rules.pop(index)
    elif verb == "copy":
        rules.insert(index + 1, _copy(rules[index]))
    elif verb == "up" and index > 0:
        rules[index - 1], rules[index] = rules[index], rules[index - 1]
    elif verb == "down" and index < len(rules) - 1:
        rules[index + 1], rules[index] = rules[index], rules[index + 1]


def _copy(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _copy(value) for key, value in node.items()}
    return [_copy(value) for value in node] if isinstance(node, list) else node


def _locate(document: Document, path: str) -> tuple[Document | None, int]:
    """Return the group that holds the node at a path, and the node's place in it."""
    steps = re.findall(r"-\d+|w", path)
    parent: Document | None = None
    node: Document = document
    index = 0
    for step in steps:
        if step == "w":
            parent, node = None, node.setdefault("where", {"combinator": "and", "not": False, "rules": []})
            continue
        index = int(step[1:])
        if "rules" not in node or index >= len(node["rules"]):
            return None, -1
        parent, node = node, node["rules"][index]
    return (node, -1) if path.endswith("w") else (parent, index)


def _child(parent: Document, index: int, path: str) -> Document | None:
    if path.endswith("w"):
        return parent
    return parent["rules"][index] if 0 <= index < len(parent["rules"]) else None


def _new(verb: str, path: str, catalog: Catalog, document: Document) -> Document:
    if verb == "group":
        return {"combinator": "or", "not": False, "rules": [_new("rule", path, catalog, document)]}
    if "w" in path:
        owner = document
        for step in re.findall(r"-\d+", path[: path.rindex("w")]):
            owner = owner["rules"][int(step[1:])]
        one = catalog.collections[owner["collection"]].fields[0]
    else:
        one = next(iter(catalog.fields.values()))
    operator = next(iter(BY_KIND[one.kind].values()))
    return {"field": one.key, "operator": operator.key, "value": blank(operator)}


def new_aggregate(target: Collection) -> Document:
    """Return a fresh clause over a collection: at least one record."""
    return {"collection": target.key, "aggregate": "count", "operator": ">=", "value": 1}


def blank(operator: Operator) -> Any:
    """Return the value a fresh clause has."""
    return {
        Shape.SPAN: {"n": 30, "unit": "days"},
        Shape.PERIOD: "month",
        Shape.CHOICES: [],
        Shape.TEXTS: [],
        Shape.CHOICES_N: {"n": 1, "of": []},
    }.get(operator.shape)


def fields_for(aggregate: str, target: Collection) -> list[Field]:
    """Return the fields of a collection that a figure can be taken of."""
    dated = (Kind.DATE, Kind.MOMENT)
    kinds = {
        "sum": NUMERIC,
        "average": NUMERIC,
        "min": NUMERIC + dated,
        "max": NUMERIC + dated,
        "first": NUMERIC + dated + (Kind.TEXT, Kind.CHOICE),
        "latest": NUMERIC + dated + (Kind.TEXT, Kind.CHOICE),
        "count_distinct": tuple(kind for kind in Kind if kind not in {Kind.MULTI, Kind.RULES, Kind.YES_NO}),
    }.get(aggregate, ())
    return [one for one in target.fields if one.kind in kinds]


def pruned(document: Document, problems: list[Problem]) -> tuple[Document, int]:
    """Return the document without the rules at fault, and how many were left out: what can be counted meanwhile."""
    faulty = {path.group(1) for one in problems if (path := re.match(r"^((?:/rules/\d+)+)", one.path))}
    return _pruned(document, "", faulty), len(faulty)


def _pruned(group: Document, pointer: str, faulty: set[str]) -> Document:
    kept = []
    for index, rule in enumerate(group["rules"]):
        here = f"{pointer}/rules/{index}"
        if here not in faulty:
            kept.append(_pruned(rule, here, faulty) if "rules" in rule else rule)
    at_least = {"at_least": min(group["at_least"], max(len(kept), 1))} if "at_least" in group else {}
    return {**group, "rules": kept, **at_least}


def _whole(value: Any) -> int | None:
    text = str(value or "").strip()
    return int(text) if re.fullmatch(r"\d{1,6}", text) else None


def _number(text: str) -> Any:
    """Return a whole number as one, another number as it was typed, and what is no number as the text it is."""
    number = as_number(text.replace(" ", ""))
    if not text:
        return None
    if number is None:
        return text[:60]
    return int(number) if number == number.to_integral_value() else str(number)


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
