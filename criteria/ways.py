"""The cheapest way to fulfil criteria: of all sets of missing clauses that would do, the one with the least to do.

What a clause costs is its relative distance: what is missing of a number as a share of the larger of what is asked and
what is there, so that 300,000 of 400,000 (a quarter missing) is nearer than one of two people (half missing). A clause
without such a distance (a choice, a day, another rule) has an unknown cost: it counts as a whole requirement and is
told as unknown. What is done for one clause counts for every other on the same thing: of two marks the farther is paid.
`weights` make a step on one thing dearer or cheaper than on another.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations

from criteria.checks import as_number, operator_of
from criteria.explain import NUMERIC, Explanation, deciding
from criteria.fields import Catalog, Kind
from criteria.operators import Shape
from criteria.predicates import SIZES
from criteria.tree import Clause, dump, operand_key

#: A requirement of which nothing is there, or of which nobody can say how far it is.
WHOLE = 1.0
#: Whatever is missing takes something to do, however near it is.
LEAST = 0.01
#: So many ways are kept at each group: all of them in any criteria that people write.
MOST_WAYS = 256

UP, DOWN = "up", "down"


@dataclass(frozen=True, slots=True)
class Move:
    """What fulfils a clause on a number: to bring what is there up, or down, to a mark. `beyond`: further than it."""

    thing: str
    way: str
    mark: Decimal
    has: Decimal
    beyond: bool = False

    @property
    def distance(self) -> float:
        """How far it is, as a share of the larger of mark and what is there."""
        gap = abs(self.mark - self.has)
        return float(gap / max(abs(self.mark), abs(self.has), Decimal(1))) if gap else 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """One missing clause that would be fulfilled. `cost` is None where it is unknown."""

    leaf: Explanation
    cost: float | None


@dataclass(frozen=True, slots=True)
class Way:
    """Missing clauses that together are enough, and what they cost; `unknown` of them have no known cost."""

    steps: tuple[Step, ...]
    cost: float

    @property
    def unknown(self) -> int:
        """How many steps have a cost that nobody knows."""
        return sum(step.cost is None for step in self.steps)


Price = Callable[[Explanation], float | None]


def cheapest(
    tree: Explanation, catalog: Catalog, *, price: Price | None = None, weights: Mapping[str, float] | None = None
) -> Way | None:
    """Return the way with the least to do; one without steps where all is met, None where there is no way."""
    return next(iter(ways(tree, catalog, price=price, weights=weights)), None)


def ways(
    tree: Explanation, catalog: Catalog, *, price: Price | None = None, weights: Mapping[str, float] | None = None
) -> list[Way]:
    """Return ways to fulfil explained criteria, the cheapest first.

    `price` gives the cost of a clause otherwise than by its distance (None: by distance). `weights` are by the key of
    what a clause asks about.
    """
    search = _Search(catalog, price or (lambda leaf: None), weights or {})
    tried = search.ways(tree)
    found = [steps for steps in tried if search.holds_after(tree, steps)]
    if len(found) < len(tried):  # a step would break what holds today: look for what makes up for it, too
        wide = [steps for steps in search.wide_ways(tree) if search.holds_after(tree, steps)]
        found = search.smallest([*found, *wide])
    return [search.way(steps) for steps in search.cheapest_first(found)]


def move_of(leaf: Explanation, catalog: Catalog) -> Move | None:
    """Return how far a missing clause on a number is from being fulfilled; None for every other."""
    clause = leaf.clause
    if clause is None:
        return None
    operator, (kind, _one) = operator_of(clause, catalog), deciding(clause, catalog)
    if operator is None:
        return None
    thing = operand_key(clause.operand)
    if operator.key in SIZES and kind is Kind.MULTI:
        return _move(thing, SIZES[operator.key], as_number(clause.value), Decimal(len(leaf.value or ())))
    if kind not in NUMERIC:
        return None
    has = Decimal(str(leaf.value or 0))
    if operator.shape is Shape.CIRCLE and not operator.negative and leaf.value is not None:
        return _move(f"{thing} distance", "<=", as_number(clause.value["km"]), has)
    if operator.shape is Shape.NUMBER:
        return _move(thing, operator.key, as_number(clause.value), has)
    if operator.shape is Shape.RANGE and isinstance(clause.value, list | tuple):
        low, high = (as_number(one) for one in clause.value)
        return _move(thing, ">=", low, has) if low is not None and has < low else _move(thing, "<=", high, has)
    return None


def _move(thing: str, sign: str, mark: Decimal | None, has: Decimal) -> Move | None:
    if mark is None:
        return None
    if sign in {">=", ">"}:
        return Move(thing, UP, mark, has, beyond=sign == ">")
    if sign in {"<=", "<"}:
        return Move(thing, DOWN, mark, has, beyond=sign == "<")
    if sign == "=":
        return Move(thing, UP if mark > has else DOWN, mark, has)
    return None


Steps = frozenset[str]
NOTHING: Steps = frozenset()


@dataclass
class _Search:
    catalog: Catalog
    price: Price
    weights: Mapping[str, float]
    leaves: dict[str, Explanation] = field(default_factory=dict)
    moves: dict[str, Move | None] = field(default_factory=dict)

    def ways(self, node: Explanation) -> list[Steps]:
        """Return sets of clauses (by path) that would fulfil a node, the cheapest first, without those that add."""
        if node.met:
            return [NOTHING]
        if not node.joined or node.negated:
            self.leaves[node.path] = node
            self.moves[node.path] = move_of(node, self.catalog) if not node.joined else None
            return [frozenset({node.path})]
        missing = [self.ways(part) for part in node.parts if not part.met]
        if node.joined == "or":
            return self._kept(one for each in missing for one in each)
        needed = len(missing)
        if node.joined == "at_least":
            needed = node.at_least - sum(part.met for part in node.parts)
        if needed > len(missing):
            return []
        return self._kept(one for some in combinations(missing, needed) for one in self._together(some))

    def wide_ways(self, node: Explanation) -> list[Steps]:
        """Return sets of clauses that may fulfil a node, those among them that nothing asks for as long as it holds."""
        if not node.joined or node.negated:
            return self.ways(node)
        parts = [self.wide_ways(part) for part in node.parts]
        found = {NOTHING} if node.joined != "and" and node.met else set()
        if node.joined == "or":
            return self.cheapest_first(found.union(*parts))[:MOST_WAYS]
        together = [NOTHING]
        for each in parts:
            held = [NOTHING] if node.joined == "at_least" else []
            together = self.cheapest_first({one | other for one in together for other in [*each, *held]})[:MOST_WAYS]
        return self.cheapest_first(found.union(together))[:MOST_WAYS]

    def smallest(self, found: Iterable[Steps]) -> list[Steps]:
        """Return sets that no other lies within."""
        kept: list[Steps] = []
        for steps in sorted(set(found), key=len):
            if not any(other <= steps for other in kept):
                kept.append(steps)
        return kept

    def _together(self, parts: Iterable[list[Steps]]) -> list[Steps]:
        found = [NOTHING]
        for each in parts:
            found = self._kept(one | other for one in found for other in each)
        return found

    def _kept(self, found: Iterable[Steps]) -> list[Steps]:
        """Return sets that no other lies within, the cheapest first, and not endlessly many."""
        return self.cheapest_first(self.smallest(found))[:MOST_WAYS]

    def cheapest_first(self, found: Iterable[Steps]) -> list[Steps]:
        """Return sets of steps by cost; of equal ones, those with fewer unknown costs and fewer steps first."""

        def rank(steps: Steps) -> tuple[float, int, int, list[str]]:
            unknown = sum(self._cost(path) is None for path in steps)
            return round(self.cost(steps), 9), unknown, len(steps), sorted(steps)

        return sorted(found, key=rank)

    def cost(self, steps: Steps) -> float:
        """Return what steps cost together: of several on one thing the dearest alone."""
        dearest: dict[str, float] = {}
        for path in steps:
            thing = self._thing(path)
            own = self._cost(path)
            dearest[thing] = max(dearest.get(thing, 0.0), WHOLE * self._weight(path) if own is None else own)
        return sum(dearest.values())

    def _thing(self, path: str) -> str:
        move = self.moves[path]
        return f"{move.way} {move.thing}" if move else _text_of(self.leaves[path])

    def _cost(self, path: str) -> float | None:
        move, given = self.moves[path], self.price(self.leaves[path])
        if given is None and move is None:
            return None
        distance = given if given is not None else move.distance if move else WHOLE
        return max(distance, LEAST) * self._weight(path)

    def _weight(self, path: str) -> float:
        clause = self.leaves[path].clause
        return self.weights.get(operand_key(clause.operand), 1.0) if clause is not None else 1.0

    def way(self, steps: Steps) -> Way:
        """Return a set of steps as people get to see it, in the order of the criteria."""
        ordered = sorted(steps, key=lambda path: [int(each) for each in path.split("/") if each.isdigit()])
        return Way(tuple(Step(self.leaves[path], self._cost(path)) for path in ordered), self.cost(steps))

    # --- would it hold then?

    def holds_after(self, tree: Explanation, steps: Steps) -> bool:
        """Say whether criteria hold once the steps are done: a number brought up may overstep another clause."""
        marks: dict[str, Decimal] = {}
        done = {_text_of(self.leaves[path]) for path in steps}
        for path in steps:
            move = self.moves[path]
            if move is None:
                continue
            mark = move.mark + (Decimal("1e-9") if move.way == UP else Decimal("-1e-9")) * move.beyond
            known = marks.get(move.thing)
            if known is not None and (mark > known) != (move.way == UP):
                continue  # a nearer mark on the same way; two ways at once fail below
            marks[move.thing] = mark
        return self._holds(tree, done, marks)

    def _holds(self, node: Explanation, done: set[str], marks: Mapping[str, Decimal]) -> bool:
        if not node.joined:
            return self._clause_holds(node, done, marks)
        if _text_of(node) in done:
            return True
        found = [self._holds(part, done, marks) for part in node.parts]
        if not found:
            return not node.negated
        whole = {
            "and": all(found),
            "or": any(found),
            "at_least": sum(found) >= node.at_least,
        }[node.joined]
        return whole != node.negated

    def _clause_holds(self, leaf: Explanation, done: set[str], marks: Mapping[str, Decimal]) -> bool:
        mark = marks.get(operand_key(leaf.clause.operand)) if leaf.clause is not None else None
        answer = _compared(leaf.clause, mark, self.catalog) if leaf.clause is not None and mark is not None else None
        return answer if answer is not None else leaf.met or _text_of(leaf) in done


def _text_of(node: Explanation) -> str:
    """Return what tells one clause from another: two that ask the same are done together. A group is itself alone."""
    return node.path if node.clause is None else json.dumps(dump(node.clause), sort_keys=True, default=str)


def _compared(clause: Clause, value: Decimal, catalog: Catalog) -> bool | None:
    """Return whether a clause holds of a number; None where it compares otherwise."""
    operator = operator_of(clause, catalog)
    if operator is None:
        return None
    if operator.shape is Shape.RANGE and isinstance(clause.value, list | tuple):
        low, high = (as_number(one) for one in clause.value)
        return None if low is None or high is None else low <= value <= high
    mark, sign = as_number(clause.value), SIZES.get(operator.key, operator.key)
    if mark is None:
        return None
    return {
        ">=": value >= mark,
        ">": value > mark,
        "<=": value <= mark,
        "<": value < mark,
        "=": value == mark,
        "!=": value != mark,
    }.get(sign)
