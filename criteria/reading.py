"""Reads JSON documents into nodes. Strict about shape; every fault is noted with its place."""

from collections.abc import Mapping
from typing import Any

from criteria.nodes import (
    AGGREGATES,
    AREA_FIGURES,
    COMBINATORS,
    COUNTS,
    FUNCTIONS,
    MAX_DEPTH,
    MAX_NODES,
    MAX_NOTE,
    MAX_VALUE_DEPTH,
    PEER_FUNCTIONS,
    WINDOWS,
    Area,
    Clause,
    CriteriaError,
    Formula,
    FrozenMap,
    Function,
    Group,
    Node,
    Number,
    Operand,
    Part,
    PerArea,
    Problem,
    Span,
    Window,
)

#: What a function's document may hold beside its name and `of`.
SETTINGS = {
    "ratio": {"if_zero"},
    "growth": {"if_zero"},
    "clamp": {"from", "to"},
    "round": {"places"},
    "points": {"cap"},
    "bands": {"bands"},
    "credit": {"target", "points"},
    "gate": {"otherwise"},
    "percentile": {"peers", "frozen"},
    "rank": {"peers", "frozen"},
}


class Reader:
    """Reads a document, noting every fault instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.nodes = 0

    def finished(self, found: Any) -> Any:
        """Return what was read, or raise all that was noted."""
        if self.nodes > MAX_NODES:
            message = f"There are more than {MAX_NODES} rules. Split them into segments or measures."
            self.fault("", "too_large", message)
        if self.problems or found is None:
            raise CriteriaError(self.problems)
        return found

    def fault(self, path: str, code: str, message: str) -> None:
        self.problems.append(Problem(path, code, message))

    def counted(self) -> bool:
        """Count one more node and say whether there may be so many."""
        self.nodes += 1
        return self.nodes <= MAX_NODES

    # groups and clauses

    def node(self, document: Any, path: str, depth: int) -> Node | None:
        if not self.counted():
            return None
        if isinstance(document, Mapping) and ("rules" in document or "combinator" in document):
            return self.group(document, path, depth)
        return self.clause(document, path, depth)

    def group(self, document: Any, path: str, depth: int) -> Group | None:
        if not isinstance(document, Mapping):
            self.fault(path, "not_a_group", "This must be a group of rules.")
            return None
        if self.is_too_deep(path, depth):
            return None
        self.unknown(document, {"combinator", "not", "rules", "at_least", "disabled", "note"}, path)
        combinator = document.get("combinator", "and")
        if combinator not in COMBINATORS:
            self.fault(f"{path}/combinator", "unknown_combinator", "Choose all, any or at least so many.")
            return None
        rules = document.get("rules", [])
        if not isinstance(rules, list):
            self.fault(f"{path}/rules", "not_a_list", "The rules of a group are a list.")
            return None
        at_least = document.get("at_least", 0) if combinator == "at_least" else 0
        if combinator == "at_least" and not (is_whole(at_least) and 1 <= at_least <= max(len(rules), 1)):
            message = "Say how many must hold: 1 up to the number of rules."
            self.fault(f"{path}/at_least", "bad_number", message)
            return None
        read = [
            self.node(rule, f"{path}/rules/{index}", depth + 1) for index, rule in enumerate(rules[: MAX_NODES + 1])
        ]
        return Group(
            combinator,
            tuple(one for one in read if one is not None),
            at_least,
            self.yes_no(document, "not", path),
            self.yes_no(document, "disabled", path),
            self.note(document, path),
        )

    def clause(self, document: Any, path: str, depth: int) -> Clause | None:
        if not isinstance(document, Mapping):
            self.fault(path, "not_a_rule", "This must be a rule or a group of rules.")
            return None
        own = {"operator", "value", "disabled", "note"}
        operand = self.operand({key: value for key, value in document.items() if key not in own}, path, depth)
        operator = document.get("operator")
        if not isinstance(operator, str) or not operator:
            self.fault(f"{path}/operator", "operator_missing", "Choose a comparison.")
            return None
        value = document.get("value")
        if _is_deeper(value, MAX_VALUE_DEPTH):
            self.fault(f"{path}/value", "too_deep", "This value is not one that can be compared with.")
            return None
        disabled, note = self.yes_no(document, "disabled", path), self.note(document, path)
        return Clause(operand, operator, _frozen(value), disabled, note) if operand is not None else None

    def yes_no(self, document: Mapping[str, Any], key: str, path: str) -> bool:
        value = document.get(key, False)
        if not isinstance(value, bool):
            self.fault(f"{path}/{key}", "not_a_boolean", "This must be true or false.")
        return value is True

    def note(self, document: Mapping[str, Any], path: str) -> str:
        note = document.get("note", "")
        if not isinstance(note, str) or len(note) > MAX_NOTE:
            self.fault(f"{path}/note", "too_long", f"A note is a text of at most {MAX_NOTE} characters.")
            return ""
        return note

    # operands

    def operand(self, document: Any, path: str, depth: int) -> Operand | None:
        if not isinstance(document, Mapping):
            self.fault(path, "not_an_operand", "This must be a field or a figure over records.")
            return None
        if "collection" in document:
            return self.aggregate(document, path, depth)
        if "per_area" in document:
            self.unknown(document, {"per_area"}, path)
            per_area = self.per_area(document["per_area"], f"{path}/per_area", depth)
            return None if per_area is None else Operand(per_area=per_area)
        self.unknown(document, {"field"}, path)
        if not isinstance(document.get("field"), str) or not document["field"]:
            self.fault(f"{path}/field", "field_missing", "Choose a field.")
            return None
        return Operand(field=document["field"])

    def aggregate(self, document: Mapping[str, Any], path: str, depth: int) -> Operand | None:
        known = {"collection", "aggregate", "of", "where", "window", "growth_over"}
        aggregate, of = document.get("aggregate", "count"), document.get("of", "")
        self.unknown(document, known | ({"each", "at_least"} if aggregate == "count_holders" else set()), path)
        if not isinstance(document["collection"], str) or not isinstance(of, str):
            self.fault(f"{path}/collection", "field_missing", "Choose what to look at.")
            return None
        if aggregate not in AGGREGATES:
            self.fault(f"{path}/aggregate", "unknown_aggregate", f"Choose one of {', '.join(AGGREGATES)}.")
            return None
        if aggregate not in COUNTS and not of:
            self.fault(f"{path}/of", "field_missing", "Choose the field to take the figure of.")
            return None
        each: tuple[Group, ...] = ()
        at_least = 0
        if aggregate == "count_holders":
            each, at_least = self.each(document, path, depth)
        where = None
        if document.get("where") is not None:
            where = self.group(document["where"], f"{path}/where", depth + 1)
        return Operand(
            collection=document["collection"],
            aggregate=aggregate,
            of="" if aggregate in COUNTS else of,
            where=where if where is None or where.rules else None,
            window=self.given(document, "window", path, self.window),
            each=each,
            at_least=at_least,
            growth_over=self.given(document, "growth_over", path, self.span),
        )

    def each(self, document: Mapping[str, Any], path: str, depth: int) -> tuple[tuple[Group, ...], int]:
        groups = document.get("each")
        if not isinstance(groups, list) or not 1 <= len(groups) <= MAX_NODES:
            self.fault(f"{path}/each", "not_a_list", "Say what each of them must have: one group of rules or more.")
            return (), 0
        read = [self.group(group, f"{path}/each/{index}", depth + 1) for index, group in enumerate(groups)]
        self.nodes += len(groups)
        at_least = document.get("at_least", 0)
        if not is_whole(at_least) or not 0 <= at_least <= len(groups):
            message = "Say how many of the groups: 1 up to their number."
            self.fault(f"{path}/at_least", "bad_number", message)
            return (), 0
        return tuple(group for group in read if group is not None), at_least

    def per_area(self, document: Any, path: str, depth: int) -> PerArea | None:
        if not isinstance(document, Mapping):
            self.fault(path, "not_an_operand", "Say which areas, and what there must be in each.")
            return None
        self.unknown(document, {"areas", "need", "figure"}, path)
        figure = document.get("figure", "missing")
        if figure not in AREA_FIGURES:
            self.fault(f"{path}/figure", "unknown_aggregate", f"Choose one of {', '.join(AREA_FIGURES)}.")
            return None
        areas = self.area(document.get("areas"), f"{path}/areas", depth + 1)
        need = self.area(document.get("need"), f"{path}/need", depth + 1)
        return PerArea(areas, need, figure) if areas is not None and need is not None else None

    def area(self, document: Any, path: str, depth: int) -> Area | None:
        if not isinstance(document, Mapping) or "collection" not in document:
            self.fault(path, "not_an_operand", "Choose records, the field that names their area, and how many.")
            return None
        by = document.get("by")
        if not isinstance(by, str) or not by:
            self.fault(f"{path}/by", "field_missing", "Choose the field that names the area.")
            return None
        self.counted()
        clause = self.clause({key: value for key, value in document.items() if key != "by"}, path, depth)
        return None if clause is None else Area(by, clause)

    # windows and spans

    def given(self, document: Mapping[str, Any], key: str, path: str, read: Any) -> Any:
        return None if document.get(key) is None else read(document[key], f"{path}/{key}")

    def window(self, document: Any, path: str) -> Window | None:
        if not isinstance(document, Mapping):
            self.fault(path, "not_a_window", "This must be a window of time.")
            return None
        document = {("last" if key == "trailing" else key): value for key, value in document.items()}
        kinds = [kind for kind in WINDOWS if kind in document]
        units = {"unit"} if kinds[:1] in (["last"], ["next"]) else set()
        self.unknown(document, {*kinds[:1], *units, "as_of", "back"}, path)
        as_of = document.get("as_of", "")
        if not isinstance(as_of, str):
            self.fault(f"{path}/as_of", "not_a_day", "Enter a day as year-month-day.")
            return None
        moved = {"as_of": as_of, "back": self.given(document, "back", path, self.span)}
        if isinstance(document.get("since"), str):
            return Window("since", day=document["since"], **moved)
        for kind in ("this", "previous"):
            if isinstance(document.get(kind), str):
                return Window(kind, unit=document[kind], **moved)
        for kind in ("last", "next"):
            if is_whole(document.get(kind)) and isinstance(document.get("unit"), str):
                return Window(kind, n=document[kind], unit=document["unit"], **moved)
        message = "Say the last or next so many days, weeks, months or years, or since a day."
        self.fault(path, "not_a_window", message)
        return None

    def span(self, document: Any, path: str) -> Span | None:
        is_span = isinstance(document, Mapping) and set(document) == {"n", "unit"}
        if not is_span or not is_whole(document["n"]) or not isinstance(document["unit"], str):
            self.fault(path, "not_a_span", "Say how many days, weeks, months or years.")
            return None
        return Span(document["n"], document["unit"])

    # formulas

    def formula(self, document: Any, path: str, depth: int) -> Formula | None:
        if not self.counted() or self.is_too_deep(path, depth):
            return None
        if isinstance(document, Mapping) and "number" in document:
            self.unknown(document, {"number"}, path)
            return Number(_frozen(document["number"]))
        if isinstance(document, Mapping) and "function" in document:
            return self.function(document, path, depth)
        return self.operand(document, path, depth)

    def function(self, document: Mapping[str, Any], path: str, depth: int) -> Function | None:
        name = document["function"]
        if name not in FUNCTIONS:
            self.fault(f"{path}/function", "unknown_function", f"Choose one of {', '.join(FUNCTIONS)}.")
            return None
        settings = SETTINGS.get(name, set())
        holds = {"parts"} if name == "points" else {"of"}
        asks = {"where"} if name == "gate" or name in PEER_FUNCTIONS else set()
        self.unknown(document, {"function", *holds, *asks, *settings}, path)
        kept = FrozenMap({key: _frozen(document[key]) for key in sorted(settings) if key in document})
        if _is_deeper(kept, MAX_VALUE_DEPTH):
            self.fault(path, "too_deep", "These settings are not ones that can be used.")
            return None
        of = self.several(document, "of", path, depth, self.formula) if "of" in holds else ()
        parts = self.several(document, "parts", path, depth, self.part) if "parts" in holds else ()
        where = None
        if asks and document.get("where") is not None:
            where = self.group(document["where"], f"{path}/where", depth + 1)
        return Function(name, of, parts, where, kept)

    def several(self, document: Mapping[str, Any], key: str, path: str, depth: int, read: Any) -> tuple[Any, ...]:
        many = document.get(key)
        if not isinstance(many, list) or not many:
            self.fault(f"{path}/{key}", "not_a_list", "Say what to reckon with: one formula or more.")
            return ()
        found = [read(one, f"{path}/{key}/{index}", depth + 1) for index, one in enumerate(many[: MAX_NODES + 1])]
        return tuple(one for one in found if one is not None)

    def part(self, document: Any, path: str, depth: int) -> Part | None:
        if not isinstance(document, Mapping) or "of" not in document:
            self.fault(path, "not_an_operand", "Say what earns points.")
            return None
        self.unknown(document, {"of", "each", "cap"}, path)
        of = self.formula(document["of"], f"{path}/of", depth)
        return None if of is None else Part(of, _frozen(document.get("each", 1)), _frozen(document.get("cap")))

    # shared

    def is_too_deep(self, path: str, depth: int) -> bool:
        if depth > MAX_DEPTH:
            self.fault(path, "too_deep", f"Groups may be nested {MAX_DEPTH} deep.")
        return depth > MAX_DEPTH

    def unknown(self, document: Mapping[str, Any], known: set[str], path: str) -> None:
        for key in document:
            if key not in known:
                self.fault(f"{path}/{str(key)[:40]}", "unknown_key", f"“{str(key)[:40]}” has no meaning here.")


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
        return FrozenMap({key: _frozen(one) for key, one in value.items()})
    return value
