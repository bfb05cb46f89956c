"""The cheapest way up, against every subset of missing clauses tried one by one."""

from decimal import Decimal
from itertools import chain, combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.explain import Explanation, explanation
from criteria.sentence import Speaker
from criteria.tree import Clause, Group, clauses, parse
from criteria.ways import LEAST, WHOLE, cheapest, move_of, ways
from tests.criteria.catalog import catalog

CATALOG = catalog()
COUNT = {"collection": "deals", "aggregate": "count"}


def clause(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def group(combinator: str, *rules: Any, negated: bool = False, n: int = 0) -> dict[str, Any]:
    more = {"at_least": n} if combinator == "at_least" else {}
    return {"combinator": combinator, "not": negated, "rules": list(rules), **more}


def all_of(*rules: Any) -> dict[str, Any]:
    return group("and", *rules)


def any_of(*rules: Any) -> dict[str, Any]:
    return group("or", *rules)


HAS = {"employees": Decimal(30), "revenue": Decimal(60), "deals": Decimal(1), "has_cam": False}


def holds(node: Any, has: dict[str, Any]) -> bool:
    if isinstance(node, Clause):
        value = has[node.operand.field or node.operand.collection]
        match node.operator:
            case ">=":
                return value >= Decimal(str(node.value))
            case "<=":
                return value <= Decimal(str(node.value))
            case ">":
                return value > Decimal(str(node.value))
        return bool(value)
    found = [holds(rule, has) for rule in node.rules]
    whole = {"and": all(found), "or": any(found), "at_least": sum(found) >= node.at_least}[node.combinator]
    return (whole if found else True) != node.negated


def explained(document: Any, has: dict[str, Any] | None = None) -> Explanation:
    """Explain a document to somebody who has so much, as the database would."""
    has = has or HAS
    tree = parse(document)
    met: dict[str, bool] = {}
    values: dict[str, Any] = {}

    def walk(node: Any, path: str) -> None:
        met[path] = holds(node, has)
        if isinstance(node, Group):
            for place, rule in enumerate(node.rules):
                walk(rule, f"{path}/rules/{place}")
        else:
            values[path] = has[node.operand.field or node.operand.collection]

    walk(tree, "")
    return explanation(tree, CATALOG, Speaker(CATALOG), met, values)


def asked(found: Any) -> list[str]:
    return [step.leaf.path for step in found.steps]


def test_all_that_is_missing_has_to_be_done() -> None:
    found = cheapest(explained(all_of(clause("employees", ">=", 40), clause("revenue", ">=", 50))), CATALOG)

    assert found is not None
    assert (asked(found), found.cost) == (["/rules/0"], pytest.approx(0.25))


def test_of_two_the_nearer_one_is_taken() -> None:
    found = cheapest(explained(any_of(clause("employees", ">=", 60), clause("revenue", ">=", 80))), CATALOG)

    assert found is not None
    assert (asked(found), found.cost) == (["/rules/1"], pytest.approx(0.25))


def test_one_large_step_may_be_less_than_two_small_ones() -> None:
    two = all_of(clause("employees", ">=", 50), clause("revenue", ">=", 100))

    found = cheapest(explained(any_of(two, {**COUNT, "operator": ">=", "value": 2})), CATALOG)

    assert found is not None
    assert (asked(found), found.cost) == (["/rules/1"], pytest.approx(0.5))


def test_at_least_so_many_counts_what_is_met_already() -> None:
    rules = [clause("employees", ">=", 10), clause("employees", ">=", 300), clause("revenue", ">=", 90)]

    found = cheapest(explained(group("at_least", *rules, n=2)), CATALOG)

    assert found is not None
    assert asked(found) == ["/rules/2"]


def test_what_is_done_for_one_clause_counts_for_others_on_the_same_thing() -> None:
    found = cheapest(
        explained(
            all_of(clause("employees", ">=", 60), any_of(clause("employees", ">=", 50), clause("has_cam", "is_true")))
        ),
        CATALOG,
    )

    assert found is not None
    assert found.cost == pytest.approx(0.5)


def test_an_unknown_cost_counts_as_a_whole_requirement_and_is_told() -> None:
    near = cheapest(explained(any_of(clause("has_cam", "is_true"), clause("employees", ">=", 31))), CATALOG)
    alone = cheapest(explained(all_of(clause("has_cam", "is_true"))), CATALOG)

    assert near is not None
    assert (asked(near), near.unknown) == (["/rules/1"], 0)
    assert alone is not None
    assert (alone.cost, alone.unknown, alone.steps[0].cost) == (WHOLE, 1, None)


def test_a_weight_makes_a_thing_dearer() -> None:
    tree = explained(any_of(clause("employees", ">=", 40), clause("revenue", ">=", 100)))

    found = cheapest(tree, CATALOG, weights={'{"field": "employees"}': 10})

    assert found is not None
    assert asked(found) == ["/rules/1"]


def test_a_price_takes_the_place_of_the_distance() -> None:
    tree = explained(any_of(clause("employees", ">=", 40), clause("revenue", ">=", 100)))

    found = cheapest(tree, CATALOG, price=lambda leaf: 5.0 if leaf.path == "/rules/0" else None)

    assert found is not None
    assert asked(found) == ["/rules/1"]


def test_a_way_that_oversteps_another_clause_is_none() -> None:
    narrow = all_of(any_of(clause("employees", ">=", 40), clause("has_cam", "is_true")), clause("employees", "<=", 35))

    found = cheapest(explained(narrow), CATALOG)

    assert found is not None
    assert asked(found) == ["/rules/0/rules/1"]


def test_where_nothing_can_be_done_there_is_no_way() -> None:
    assert cheapest(explained(all_of(clause("employees", ">=", 40), clause("employees", "<=", 20))), CATALOG) is None


def test_where_all_is_met_nothing_is_to_do() -> None:
    found = cheapest(explained(all_of(clause("employees", ">=", 3))), CATALOG)

    assert found is not None
    assert (found.steps, found.cost) == ((), 0)


def test_to_be_just_beyond_takes_something_to_do() -> None:
    found = cheapest(explained(all_of(clause("employees", ">", 30))), CATALOG)

    assert found is not None
    assert found.cost == LEAST


# --- against every subset

LEAVES = st.one_of(
    st.builds(
        clause, st.sampled_from(["employees", "revenue"]), st.sampled_from([">=", "<=", ">"]), st.integers(0, 120)
    ),
    st.builds(lambda n: {**COUNT, "operator": ">=", "value": n}, st.integers(0, 4)),
    st.just(clause("has_cam", "is_true")),
)


def groups(inner: Any) -> Any:
    rules = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        rules.map(lambda some: all_of(*some)),
        rules.map(lambda some: any_of(*some)),
        st.builds(lambda some, n: group("at_least", *some, n=min(n, len(some))), rules, st.integers(1, 3)),
    )


TREES = groups(st.one_of(LEAVES, groups(st.one_of(LEAVES, groups(LEAVES)))))
HAVING = st.fixed_dictionaries(
    {
        "employees": st.integers(0, 100).map(Decimal),
        "revenue": st.integers(0, 100).map(Decimal),
        "deals": st.integers(0, 4).map(Decimal),
        "has_cam": st.booleans(),
    }
)
MOST_TRIED = 9


def by_trying_all(document: Any, has: dict[str, Any]) -> float | None:
    """Return the least cost of any set of missing clauses after which the criteria hold, or None."""
    tree, whole = parse(document), explained(document, has)
    missing = [leaf for leaf in whole.leaves if not leaf.met]
    best = None
    for some in chain.from_iterable(combinations(missing, n) for n in range(len(missing) + 1)):
        then = dict(has)
        cost: dict[str, float] = {}
        for leaf in some:
            move = move_of(leaf, CATALOG)
            if move is None:
                then["has_cam"] = True
                cost["has_cam"] = WHOLE
                continue
            name = leaf.clause.operand.field or leaf.clause.operand.collection  # type: ignore[union-attr]
            mark = move.mark + (Decimal("1e-9") if move.beyond else 0)
            ups = then[name] >= has[name] if move.way == "up" else then[name] <= has[name]
            farther = max if move.way == "up" else min
            then[name] = farther(then[name], mark) if ups else mark
            cost[move.way + name] = max(cost.get(move.way + name, 0.0), move.distance, LEAST)
        if holds(tree, then) and (best is None or sum(cost.values()) < best):
            best = sum(cost.values())
    return best


@settings(max_examples=400, deadline=None)
@given(TREES, HAVING)
def test_no_subset_of_the_missing_clauses_is_cheaper(document: Any, has: dict[str, Any]) -> None:
    whole = explained(document, has)
    if sum(not leaf.met for leaf in whole.leaves) > MOST_TRIED:
        return

    found, expected = cheapest(whole, CATALOG), by_trying_all(document, has)

    assert (found.cost if found else None) == (pytest.approx(expected) if expected is not None else None)


def test_what_a_step_would_break_is_made_up_for() -> None:
    """More revenue ends what holds because there is little: a manager is needed, too."""
    otherwise = {
        "combinator": "or",
        "not": False,
        "rules": [
            {"field": "has_cam", "operator": "is_true", "value": None},
            {"field": "revenue", "operator": "<=", "value": 0},
        ],
    }
    document = all_of({"field": "revenue", "operator": ">=", "value": 1}, otherwise)
    has = {"employees": Decimal(0), "revenue": Decimal(0), "deals": Decimal(0), "has_cam": False}

    found = cheapest(explained(document, has), CATALOG)

    assert found is not None
    assert [step.leaf.path for step in found.steps] == ["/rules/0", "/rules/1/rules/0"]


@settings(max_examples=100, deadline=None)
@given(TREES, HAVING)
def test_every_way_names_missing_clauses_and_the_cheapest_comes_first(document: Any, has: dict[str, Any]) -> None:
    found = ways(explained(document, has), CATALOG)
    known = {path for path, _clause in clauses(parse(document))}

    assert [one.cost for one in found] == sorted(one.cost for one in found)
    assert all(not step.leaf.met and step.leaf.path in known for one in found for step in one.steps)
