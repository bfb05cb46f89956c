"""Criteria as immutable nodes, to and from one JSON document.

A document is a group: `{"combinator": "and", "not": false, "rules": [...]}`. A rule is another group, a clause on a
field of the partner, or a clause on a collection of records. `parse` is strict about shape; whether names and values
make sense in a program is asked in `checks`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MAX_DEPTH = 8
MAX_NODES = 200
MAX_TEXT = 500
MAX_LIST = 1000
MAX_VALUE_DEPTH = 3

#: Figures that need no field: how many records, and in how many different months or quarters there is one.
COUNTS = ("count", "count_months", "count_quarters")
AGGREGATES = (*COUNTS, "count_distinct", "sum", "min", "max", "average", "first", "latest")
COMBINATORS = ("and", "or", "at_least")
WINDOWS = ("last", "next", "this", "previous", "since")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: `path` is a JSON pointer into the document."""

    path: str
    code: str
    message: str


class CriteriaError(ValueError):
    """A document that cannot be read or used. `problems` names every node at fault."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{one.path or '/'}: {one.message}" for one in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of days: `kind` is last, next, this, previous or since; `n` of `unit`, or a first `day` (ISO)."""

    kind: str
    n: int = 0
    unit: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Operand:
    """A number: a field of the partner, or an aggregate over the records of a collection where a nested group holds."""

    field: str = ""
    collection: str = ""
    aggregate: str = ""
    of: str = ""
    where: "Group | None" = None
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """A leaf: an operand compared with a value."""

    operand: Operand
    operator: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Group:
    """Rules taken together: all of them (`and`), any (`or`), or at least so many; `negated` turns the answer round."""

    combinator: str = "and"
    rules: "tuple[Node, ...]" = ()
    at_least: int = 0
    negated: bool = False


Node = Group | Clause


def parse(document: Any) -> Group:
    """Return the tree of a document. Raises CriteriaError naming every node at fault."""
    reader = _Reader()
    tree = reader.group(document, "", 1)
    if reader.nodes > MAX_NODES:
        reader.fault(
            "",
            "too_large",
            f"There are more than {MAX_NODES} rules. Split them into segments.",
        )
    if reader.problems or tree is None:
        raise CriteriaError(reader.problems)
    return tree


def parse_operand(document: Any) -> Operand:
    """Return a numeric operand, such as what a metric measures. Raises CriteriaError."""
    reader = _Reader()
    operand = reader.operand(document, "", 1)
    if reader.problems or operand is None:
        raise CriteriaError(reader.problems)
    return operand


def dump(node: Node) -> dict[str, Any]:
    """Return the JSON document of a tree; `parse(dump(tree)) == tree`."""
    if isinstance(node, Clause):
        return {
            **dump_operand(node.operand),
            "operator": node.operator,
            "value": node.value,
        }
    document: dict[str, Any] = {
        "combinator": node.combinator,
        "not": node.negated,
        "rules": [dump(rule) for rule in node.rules],
    }
    if node.combinator == "at_least":
        document["at_least"] = node.at_least
    return document


def dump_operand(operand: Operand) -> dict[str, Any]:
    """Return the JSON document of an operand."""
    if operand.field:
        return {"field": operand.field}
    document: dict[str, Any] = {
        "collection": operand.collection,
        "aggregate": operand.aggregate,
    }
    if operand.of:
        document["of"] = operand.of
    if operand.where is not None:
        document["where"] = dump(operand.where)
    if operand.window is not None:
        document["window"] = dump_window(operand.window)
    return document


def dump_window(window: Window) -> dict[str, Any]:
    """Return the JSON document of a window."""
    if window.kind == "since":
        return {"since": window.day}
    if window.kind in {"this", "previous"}:
        return {window.kind: window.unit}
    return {window.kind: window.n, "unit": window.unit}


def clauses(node: Node, path: str = "") -> Iterator[tuple[str, Clause]]:
    """Yield the clauses about the partner with their paths, left to right; not those inside collections."""
    if isinstance(node, Clause):
        yield path, node
        return
    for index, rule in enumerate(node.rules):
        yield from clauses(rule, f"{path}/rules/{index}")


def without_empty_groups(group: Group) -> Group:
    """Return the tree without nested groups that hold nothing, so that a group being typed changes no answer."""
    kept: list[Node] = []
    for rule in group.rules:
        if isinstance(rule, Group):
            inner = without_empty_groups(rule)
            if inner.rules:
                kept.append(inner)
        else:
            kept.append(rule)
    return Group(group.combinator, tuple(kept), group.at_least, group.negated)


class _Reader:
    """Reads a document, noting every fault instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.nodes = 0

    def fault(self, path: str, code: str, message: str) -> None:
        self.problems.append(Problem(path, code, message))

    def node(self, document: Any, path: str, depth: int) -> Node | None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            return None
        if isinstance(document, Mapping) and ("rules" in document or "combinator" in document):
            return self.group(document, path, depth)
        return self.clause(document, path, depth)

    def group(self, document: Any, path: str, depth: int) -> Group | None:
        if not isinstance(document, Mapping):
            self.fault(path, "not_a_group", "This must be a group of rules.")
            return None
        if depth > MAX_DEPTH:
            self.fault(path, "too_deep", f"Groups may be nested {MAX_DEPTH} deep.")
            return None
        self.unknown(document, {"combinator", "not", "rules", "at_least"}, path)
        combinator = document.get("combinator", "and")
        if combinator not in COMBINATORS:
            self.fault(
                f"{path}/combinator",
                "unknown_combinator",
                "Choose all, any or at least so many.",
            )
            return None
        rules = document.get("rules", [])
        if not isinstance(rules, list):
            self.fault(f"{path}/rules", "not_a_list", "The rules of a group are a list.")
            return None
        at_least = document.get("at_least", 0) if combinator == "at_least" else 0
        if combinator == "at_least" and not (is_whole(at_least) and 1 <= at_least <= max(len(rules), 1)):
            self.fault(
                f"{path}/at_least",
                "bad_number",
                "Say how many must hold: 1 up to the number of rules.",
            )
            return None
        negated = document.get("not", False)
        if not isinstance(negated, bool):
            self.fault(f"{path}/not", "not_a_boolean", "This must be true or false.")
            return None
        read = [
            self.node(rule, f"{path}/rules/{index}", depth + 1) for index, rule in enumerate(rules[: MAX_NODES + 1])
        ]
        return Group(combinator, tuple(one for one in read if one is not None), at_least, negated)

    def clause(self, document: Any, path: str, depth: int) -> Clause | None:
        if not isinstance(document, Mapping):
            self.fault(path, "not_a_rule", "This must be a rule or a group of rules.")
            return None
        operand = self.operand(
            {key: value for key, value in document.items() if key not in {"operator", "value"}},
            path,
            depth,
        )
        operator = document.get("operator")
        if not isinstance(operator, str) or not operator:
            self.fault(f"{path}/operator", "operator_missing", "Choose a comparison.")
            return None
        value = document.get("value")
        if _is_deeper(value, MAX_VALUE_DEPTH):
            self.fault(f"{path}/value", "too_deep", "This value is not one that can be compared with.")
            return None
        return Clause(operand, operator, _frozen(value)) if operand is not None else None

    def operand(self, document: Any, path: str, depth: int) -> Operand | None:
        if not isinstance(document, Mapping):
            self.fault(path, "not_an_operand", "This must be a field or a figure over records.")
            return None
        if "collection" in document:
            return self.aggregate(document, path, depth)
        self.unknown(document, {"field"}, path)
        if not isinstance(document.get("field"), str) or not document["field"]:
            self.fault(f"{path}/field", "field_missing", "Choose a field.")
            return None
        return Operand(field=document["field"])

    def aggregate(self, document: Mapping[str, Any], path: str, depth: int) -> Operand | None:
        self.unknown(document, {"collection", "aggregate", "of", "where", "window"}, path)
        aggregate, of = document.get("aggregate", "count"), document.get("of", "")
        if not isinstance(document["collection"], str) or not isinstance(of, str):
            self.fault(f"{path}/collection", "field_missing", "Choose what to look at.")
            return None
        if aggregate not in AGGREGATES:
            self.fault(
                f"{path}/aggregate",
                "unknown_aggregate",
                f"Choose one of {', '.join(AGGREGATES)}.",
            )
            return None
        if aggregate not in COUNTS and not of:
            self.fault(f"{path}/of", "field_missing", "Choose the field to take the figure of.")
            return None
        where = None
        if document.get("where") is not None:
            where = self.group(document["where"], f"{path}/where", depth + 1)
        window = self.window(document["window"], f"{path}/window") if document.get("window") is not None else None
        return Operand(
            collection=document["collection"],
            aggregate=aggregate,
            of="" if aggregate in COUNTS else of,
            where=where if where is None or where.rules else None,
            window=window,
        )

    def window(self, document: Any, path: str) -> Window | None:
        if not isinstance(document, Mapping):
            self.fault(path, "not_a_window", "This must be a window of time.")
            return None
        document = {("last" if key == "trailing" else key): value for key, value in document.items()}
        kinds = [kind for kind in WINDOWS if kind in document]
        self.unknown(document, {*kinds[:1], *({"unit"} if kinds[:1] in (["last"], ["next"]) else ())}, path)
        if isinstance(document.get("since"), str):
            return Window("since", day=document["since"])
        for kind in ("this", "previous"):
            if isinstance(document.get(kind), str):
                return Window(kind, unit=document[kind])
        for kind in ("last", "next"):
            if is_whole(document.get(kind)) and isinstance(document.get("unit"), str):
                return Window(kind, n=document[kind], unit=document["unit"])
        self.fault(
            path,
            "not_a_window",
            "Say the last or next so many days, weeks, months or years, or since a day.",
        )
        return None

    def unknown(self, document: Mapping[str, Any], known: set[str], path: str) -> None:
        for key in document:
            if key not in known:
                self.fault(
                    f"{path}/{key}",
                    "unknown_key",
                    f"“{str(key)[:40]}” has no meaning here.",
                )


def is_whole(value: Any) -> bool:
    """Say whether a value is a whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def _is_deeper(value: Any, depth: int) -> bool:
    """Say whether lists and objects are nested deeper than this, without going deeper to see."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if not isinstance(value, list | tuple):
        return False
    return depth == 0 or any(_is_deeper(one, depth - 1) for one in value)


def _frozen(value: Any) -> Any:
    """Return lists as tuples, so that nodes can be compared and hashed; `dump` gives them to JSON as lists."""
    if isinstance(value, list):
        return tuple(_frozen(one) for one in value)
    if isinstance(value, Mapping):
        return _FrozenMap({key: _frozen(one) for key, one in value.items()})
    return value


class _FrozenMap(dict[str, Any]):
    """A mapping that can be hashed; nobody writes to it."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items(), key=lambda item: item[0])))
