"""Criteria read back in words a person would use."""

from typing import Any

import pytest

from criteria.sentence import Speaker, sentence
from criteria.tree import CriteriaError, parse
from tests.criteria.catalog import catalog


def clause(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def group(combinator: str, *rules: Any, **more: Any) -> dict[str, Any]:
    return {"combinator": combinator, "not": False, "rules": list(rules), **more}


NAME, SIZE = clause("name", "equals", "Ash"), clause("employees", ">=", 1000)
WON = group("and", clause("stage", "equals", "won"))


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (group("and"), "every partner"),
        (group("and", **{"not": True}), "no partner"),
        (group("and", NAME), "name is Ash"),
        (group("and", SIZE), "employees is at least 1,000 people"),
        (group("and", NAME, SIZE), "name is Ash and employees is at least 1,000 people"),
        (group("or", NAME, clause("city", "is_empty")), "name is Ash or city is empty"),
        (
            group("and", NAME, group("or", SIZE, NAME)),
            "name is Ash and (employees is at least 1,000 people or name is Ash)",
        ),
        (group("and", NAME, **{"not": True}), "not (name is Ash)"),
        (
            group("at_least", NAME, SIZE, at_least=1),
            "at least 1 of these: name is Ash; employees is at least 1,000 people",
        ),
        (group("and", clause("status", "in", ["active", "ended"])), "status is one of Active or Ended"),
        (group("and", clause("region", "all_of", ["emea", "dach"])), "region includes all of EMEA and DACH"),
        (
            group("and", clause("region", "at_least_n_of", {"n": 2, "of": ["emea", "dach", "apac"]})),
            "region includes at least 2 of EMEA, DACH or APAC",
        ),
        (group("and", clause("employees", "between", [5, 10])), "employees is between 5 and 10"),
        (
            group("and", clause("joined_on", "within_last", {"n": 1, "unit": "months"})),
            "partner since is within the last month",
        ),
        (
            group("and", clause("joined_on", "older_than", {"n": 90, "unit": "days"})),
            "partner since is longer ago than 90 days",
        ),
        (
            group("and", clause("joined_on", "before", {"field": "last_active_at"})),
            "partner since is before last active",
        ),
        (group("and", clause("segments", "any_of", ["base"])), "segment is any of Base"),
        (
            group("and", {"collection": "deals", "aggregate": "count", "operator": ">=", "value": 3}),
            "number of deals is at least 3",
        ),
        (
            group(
                "and",
                {
                    "collection": "deals",
                    "aggregate": "sum",
                    "of": "amount",
                    "where": WON,
                    "window": {"last": 12, "unit": "months"},
                    "operator": ">=",
                    "value": 100000,
                },
            ),
            "total amount of deals where stage is Won, in the last 12 months, is at least 100,000 EUR",
        ),
        (
            group(
                "and",
                {
                    "collection": "deals",
                    "aggregate": "count",
                    "window": {"previous": "fiscal_quarter"},
                    "operator": "=",
                    "value": 0,
                },
            ),
            "number of deals, in the previous fiscal quarter, is 0",
        ),
        (
            group(
                "and",
                {
                    "collection": "deals",
                    "aggregate": "latest",
                    "of": "stage",
                    "window": {"since": "2030-01-01"},
                    "operator": "equals",
                    "value": "won",
                },
            ),
            "latest stage of deals, since 2030-01-01, is Won",
        ),
        (
            group("and", {"collection": "deals", "aggregate": "count_quarters", "operator": ">=", "value": 3}),
            "number of quarters with deals is at least 3",
        ),
        (
            group(
                "and",
                {"collection": "deals", "aggregate": "first", "of": "stage", "operator": "equals", "value": "won"},
            ),
            "first stage of deals is Won",
        ),
        (group("and", clause("employees", ">=", None)), "employees is at least …"),
    ],
)
def test_criteria_are_read_back_in_words(document: Any, words: str) -> None:
    assert sentence(document, catalog()) == words


def test_names_nobody_knows_are_shown_as_they_are() -> None:
    assert sentence(group("and", clause("gone", "equals", "x")), catalog()) == "gone equals x"


def test_words_go_through_the_readers_language() -> None:
    german = {"is": "ist", "and": "und"}
    speaker = Speaker(catalog(), lambda text: german.get(text, text))

    assert speaker.tree(parse(group("and", NAME, NAME))) == "name ist Ash und name ist Ash"


def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(CriteriaError):
        sentence({"rules": 3}, catalog())
