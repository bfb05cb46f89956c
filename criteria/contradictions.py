"""Rules that can never hold together, proved from the text alone: no partner has to be asked.

Only what is certain is named: two rules that all have to hold, about the same thing, with nothing left between them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from criteria.checks import as_day, as_number
from criteria.tree import Clause, Group, Node, dump, dump_operand

#: Operators that are each other's exact opposite.
OPPOSITES = frozenset(
    frozenset(pair)
    for pair in (
        ("equals", "not_equals"),
        ("in", "not_in"),
        ("contains", "not_contains"),
        ("=", "!="),
        ("is_true", "is_false"),
        ("any_of", "none_of"),
        ("is_empty", "is_set"),
    )
)
#: Operators that hold only where something is known.
ASK_A_VALUE = {
    *("equals", "in", "contains", "contains_any", "begins_with", "ends_with", "any_of", "all_of"),
    *(">=", "<=", ">", "<", "=", "between", "on", "before", "after", "on_or_before", "on_or_after"),
    *("within_last", "within_next", "older_than", "in_this", "in_previous", "in_next"),
}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two nodes, by JSON pointer, that no partner can fulfil at once; the later one is at fault."""

    path: str
    other: str


def contradictions(tree: Group) -> list[Contradiction]:
    """Return the pairs of rules that contradict each other, at most one for each rule."""
    return list(_found(tree, ""))


def _found(group: Group, path: str) -> Iterator[Contradiction]:
    if group.combinator == "and" and not group.negated:
        inside = list(_conjuncts(group, path))
        yield from _among(inside)
    else:
        inside = [(rule, f"{path}/rules/{index}") for index, rule in enumerate(group.rules) if not rule.disabled]
    for node, where in inside:
        if isinstance(node, Group):
            yield from _found(node, where)
        elif node.operand.where is not None:
            yield from _found(node.operand.where, f"{where}/where")


def _conjuncts(group: Group, path: str) -> Iterator[tuple[Node, str]]:
    """Yield everything that has to hold, through nested groups of which all have to hold."""
    for index, rule in enumerate(group.rules):
        where = f"{path}/rules/{index}"
        if rule.disabled:
            continue
        if isinstance(rule, Group) and rule.combinator == "and" and not rule.negated:
            yield from _conjuncts(rule, where)
        else:
            yield rule, where


def _among(nodes: list[tuple[Node, str]]) -> Iterator[Contradiction]:
    for index, (node, path) in enumerate(nodes):
        for earlier, other in nodes[:index]:
            if _exclude(earlier, node):
                yield Contradiction(path, other)
                break


def _exclude(one: Node, other: Node) -> bool:
    if isinstance(one, Group) and isinstance(other, Group):
        return one.negated != other.negated and _rules_of(one) == _rules_of(other)
    if isinstance(one, Clause) and isinstance(other, Clause) and _about(one) == _about(other):
        return _are_opposites(one, other) or _leave_nothing(one, other)
    return False


def _rules_of(group: Group) -> Any:
    return {key: value for key, value in dump(group).items() if key not in {"not", "note"}}


def _about(clause: Clause) -> Any:
    return dump_operand(clause.operand)


def _are_opposites(one: Clause, other: Clause) -> bool:
    same_value = _plain(one.value) == _plain(other.value)
    return frozenset({one.operator, other.operator}) in OPPOSITES and same_value


def _leave_nothing(one: Clause, other: Clause) -> bool:
    if "is_empty" in {one.operator, other.operator}:
        return bool({one.operator, other.operator} & ASK_A_VALUE)
    picked = _picked(one), _picked(other)
    if picked[0] is not None and picked[1] is not None:
        return not picked[0] & picked[1]
    spans = _span(one), _span(other)
    if spans[0] is not None and spans[1] is not None:
        return _are_apart(spans[0], spans[1])
    return _is_excluded(one, other) or _is_excluded(other, one)


def _picked(clause: Clause) -> frozenset[Any] | None:
    """Return the values of which a single-valued field must have one, or None."""
    if clause.operator == "equals" and isinstance(clause.value, str):
        return frozenset({clause.value.lower()})
    if clause.operator == "in" and isinstance(clause.value, tuple):
        return frozenset(str(one).lower() for one in clause.value)
    return None


def _is_excluded(positive: Clause, negative: Clause) -> bool:
    """Whether everything the one asks for is ruled out by the other."""
    picked = _picked(positive)
    if negative.operator in {"not_equals", "not_in"} and picked is not None:
        return picked <= _values(negative)
    if negative.operator == "none_of" and positive.operator in {"any_of", "all_of"}:
        wanted, ruled_out = _values(positive), _values(negative)
        return bool(wanted & ruled_out) if positive.operator == "all_of" else wanted <= ruled_out
    return False


def _values(clause: Clause) -> frozenset[Any]:
    values = clause.value if isinstance(clause.value, tuple) else (clause.value,)
    return frozenset(str(one).lower() for one in values)


#: A stretch of numbers or days: from, whether it itself counts, to, whether it itself counts.
Span = tuple[Any, bool, Any, bool]


def _span(clause: Clause) -> Span | None:
    """Return the stretch a value must lie in, None where the clause says no such thing."""
    if clause.operator in {"between"} and isinstance(clause.value, tuple) and len(clause.value) == 2:
        ends = [_point(one) for one in clause.value]
        return None if None in ends else (ends[0], True, ends[1], True)
    point = _point(clause.value)
    if point is None:
        return None
    match clause.operator:
        case "=" | "on":
            return point, True, point, True
        case ">=" | "on_or_after":
            return point, True, None, False
        case ">" | "after":
            return point, False, None, False
        case "<=" | "on_or_before":
            return None, False, point, True
        case "<" | "before":
            return None, False, point, False
    return None


def _point(value: Any) -> Any:
    number: Decimal | None = as_number(value)
    return as_day(value) if number is None else number


def _are_apart(one: Span, other: Span) -> bool:
    return _ends_before(one, other) or _ends_before(other, one)


def _ends_before(one: Span, other: Span) -> bool:
    end, end_counts, start, start_counts = one[2], one[3], other[0], other[1]
    if end is None or start is None or type(end) is not type(start):
        return False
    return bool(end < start or (end == start and not (end_counts and start_counts)))


def _plain(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
