"""SQL out of criteria: no value is ever text of it, what is asked twice is computed once, opposites are exact."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.clock import Clock
from criteria.fields import RuleKind
from criteria.operators import BY_KIND, Shape
from criteria.sql import Book, History, scoped
from criteria.tree import CriteriaError, clauses, parse
from tests.criteria.catalog import catalog
from tests.criteria.strategies import Pool
from tests.criteria.test_checks import FIELD_OF

MARK = "zq"
CATALOG = catalog()
CLOCK = Clock(datetime(2030, 3, 18, 10, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
MARKED = Pool(
    CATALOG,
    list(CATALOG.fields)[:-1],
    list(CATALOG.collections),
    [f"{MARK}'; DROP TABLE p; --", f"%(now)s{MARK}", f"{MARK}%s"],
    [f"{MARK}'", f"{MARK}\\"],
    date(2030, 3, 18),
)


def book() -> Book:
    def verdict(kind: RuleKind, key: str) -> str:
        return f"verdict_{kind}"

    def history(kind: RuleKind, key: str) -> History:
        return History(f"entered_{kind}", f"left_{kind}", f"before_{kind}")

    return Book(CATALOG, CLOCK, verdict, history)


def clause(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def all_of(*rules: Any) -> dict[str, Any]:
    return {"combinator": "and", "not": False, "rules": list(rules)}


def statement(document: Any, into: Book | None = None) -> str:
    """Return every text that a document contributes to a statement."""
    mine = into or book()
    predicate = mine.predicate(parse(document))
    return "\n".join(
        [predicate, *mine.selected(), mine.layered(""), mine.source(lambda column: f"{column} = ANY(%(scope_ids)s)")]
    )


@settings(max_examples=300, derandomize=True, database=None, deadline=None)
@given(MARKED.documents(rules=["base"]))
def test_no_value_is_ever_in_the_sql(document: Any) -> None:
    sql = statement(document)

    assert MARK not in sql
    assert "2030" not in sql
    assert "2500.5" not in sql


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(st.text(min_size=1, max_size=20).filter(lambda text: text.strip()))
def test_the_same_question_with_another_text_is_the_same_sql(text: str) -> None:
    for operator in ("equals", "not_equals", "contains", "begins_with", "ends_with"):
        assert statement(all_of(clause("name", operator, text))) == statement(all_of(clause("name", operator, "x")))


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(MARKED.documents(rules=["base"]))
def test_every_placeholder_has_a_value_and_every_value_a_placeholder(document: Any) -> None:
    mine = book()
    sql = statement(document, mine)

    assert sql % {**dict.fromkeys(mine.parameters, "1"), "scope_ids": "1"}
    assert all(f"%({name})s" in sql for name in mine.parameters.keys() - {"now", "today", "zone"})


def test_signs_with_a_meaning_in_patterns_are_taken_as_they_are() -> None:
    mine = book()
    mine.predicate(parse(all_of(clause("name", "contains", r"50%_\x"))))

    assert r"%50\%\_\\x%" in mine.parameters.values()


def test_what_two_rules_ask_is_computed_once() -> None:
    mine = book()
    won = {"collection": "deals", "aggregate": "sum", "of": "amount", "where": all_of(clause("stage", "equals", "won"))}
    lost = {**won, "where": all_of(clause("stage", "equals", "lost"))}
    for rule in (won, won, lost):
        for value in (1, 2):
            mine.predicate(parse(all_of({**rule, "operator": ">=", "value": value}, clause("has_cam", "is_true"))))

    assert len(mine.columns) == 3
    assert mine.source(lambda column: "TRUE").count("LEFT JOIN (SELECT") == 1
    assert mine.source(lambda column: "TRUE").count("sum(deal.amount)") == 2
    assert list(mine.joins) == ["cam"]


def test_every_operator_compiles() -> None:
    values: dict[Shape, Any] = {
        Shape.NONE: None,
        Shape.TEXT: "a",
        Shape.TEXTS: ["a"],
        Shape.NUMBER: 1,
        Shape.RANGE: [1, 2],
        Shape.DAY: "2030-01-01",
        Shape.DAYS: ["2030-01-01", "2030-01-02"],
        Shape.SPAN: {"n": 1, "unit": "days"},
        Shape.PERIOD: "month",
        Shape.CHOICES_SPAN: {"n": 30, "unit": "days", "of": ["base"]},
        Shape.CIRCLE: {"latitude": 1, "longitude": 1, "km": 1},
    }
    picks = {"status": "active", "region": "emea", "segments": "base"}
    for kind, operators in BY_KIND.items():
        pick = picks.get(FIELD_OF[kind], "")
        chosen = {Shape.CHOICE: pick, Shape.CHOICES: [pick], Shape.CHOICES_N: {"n": 1, "of": [pick]}}
        for operator in operators.values():
            assert statement(all_of(clause(FIELD_OF[kind], operator.key, (values | chosen)[operator.shape])))


def test_a_negative_operator_is_its_positive_turned_round() -> None:
    positives = {"not_equals": "equals", "not_in": "in", "!=": "=", "none_of": "any_of", "is_false": "is_true"}
    for field, negative, value in (
        ("name", "not_equals", "a"),
        ("status", "not_in", ["active"]),
        ("employees", "!=", 1),
        ("region", "none_of", ["dach"]),
        ("segments", "none_of", ["base"]),
        ("has_cam", "is_false", None),
    ):
        mine = book()
        positive = mine.predicate(parse(all_of(clause(field, positives[negative], value))))
        turned = mine.predicate(parse(all_of(clause(field, negative, value))))
        assert _bare(turned) == f"{_bare(positive)} IS NOT TRUE"


def _bare(sql: str) -> str:
    return sql.replace("(", "").replace(")", "")


def test_a_choice_that_went_away_makes_the_rule_unusable() -> None:
    with pytest.raises(CriteriaError, match="no longer one of the choices"):
        statement(all_of(clause("status", "equals", "gone")))


@pytest.mark.parametrize(
    "rule",
    [clause("gone", "equals", "x"), clause("name", ">=", 1), {"collection": "gone", "operator": ">=", "value": 1}],
)
def test_names_that_went_away_make_the_rule_unusable(rule: Any) -> None:
    with pytest.raises(CriteriaError):
        statement(all_of(rule))


def test_a_developers_text_says_where_the_limit_on_partners_goes() -> None:
    limited = scoped("FROM x WHERE {scope:x.partner_id} AND {scope:id}", lambda column: f"{column} < 5")

    assert limited == "FROM x WHERE x.partner_id < 5 AND id < 5"


def test_a_group_that_holds_nothing_is_everybody() -> None:
    assert book().predicate(parse(all_of())) == "TRUE"
    assert book().predicate(parse({**all_of(), "not": True})) == "FALSE"


def test_clauses_inside_collections_are_not_about_the_partner() -> None:
    tree = parse(
        all_of({"collection": "deals", "operator": "=", "value": 1, "where": all_of(clause("stage", "equals", "won"))})
    )

    assert len(list(clauses(tree))) == 1
