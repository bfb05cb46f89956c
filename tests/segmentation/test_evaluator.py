"""Two evaluators that share no code agree on every partner: the compiled statement, its explanation, plain Python."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import Program
from criteria.checks import check
from criteria.fields import RuleKind, registry
from criteria.tree import parse
from partners.models import Partner
from segmentation import engine
from segmentation.rulebook import Rule, RuleBook
from segmentation.scope import Scope
from segmentation.services import recompute, segments
from tests.criteria.strategies import Pool
from tests.segmentation.evaluator import FIELD_KINDS, RECORD_KINDS, Evaluator
from tests.segmentation.population import TAGS, TEXTS, Population, with_everything

pytestmark = pytest.mark.django_db

#: Moments and calendars in which the program's day is not the day in UTC, months are short and years leap.
CALENDARS = [
    (1, datetime(2032, 2, 28, 23, 30, tzinfo=UTC), "Asia/Tokyo", 4),  # the 29th of February in Tokyo
    (2, datetime(2030, 3, 31, 0, 30, tzinfo=UTC), "America/New_York", 1),  # the 30th in New York
    (3, datetime(2030, 12, 31, 23, 30, tzinfo=UTC), "Europe/Berlin", 11),  # New Year's Day in Berlin
    (4, datetime(2030, 7, 1, 12, 0, tzinfo=UTC), "UTC", 7),
]
PARTNERS = 24
EXAMPLES = 25
CLAUSES_EACH = 150
#: Explaining costs a statement per partner, so each example explains every fourth, another fourth each time.
EXPLAINED_EACH = 4
BASES = {
    "base": {"combinator": "or", "not": False, "rules": [{"field": "employees", "operator": ">=", "value": 3}]},
    "rest": {
        "combinator": "and",
        "not": True,
        "rules": [{"field": "segments", "operator": "any_of", "value": ["base"]}],
    },
}


def same_each_time(examples: int) -> Any:
    """Try so many examples, the same in every run, however long each takes."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    return settings(max_examples=examples, derandomize=True, database=None, deadline=None, suppress_health_check=slow)


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@pytest.mark.parametrize(("seed", "at", "zone", "fiscal_start"), CALENDARS)
def test_statement_explanation_and_plain_python_agree(seed: int, at: datetime, zone: str, fiscal_start: int) -> None:
    partners, evaluator = _prepare(seed, at, zone, fiscal_start)

    @same_each_time(EXAMPLES)
    @given(st.lists(_pool(evaluator).documents(rules=list(BASES)), min_size=3, max_size=3))
    def agree_on_whole_documents(several: list[Any]) -> None:
        for document in several:
            assert check(document, registry.catalog()) == []
        picked = _verdicts(several, at)
        expected = {partner.pk: [evaluator.holds(document, partner) for document in several] for partner in partners}
        assert {pk: [pk in those for those in picked] for pk in expected} == expected
        trees = {str(number): parse(document) for number, document in enumerate(several)}
        for pk in list(expected)[len(repr(several)) % EXPLAINED_EACH :: EXPLAINED_EACH]:
            explained = engine.explain_many(trees, partner_id=pk, at=at)
            assert [explained[key].met for key in trees] == expected[pk]

    agree_on_whole_documents()


@pytest.mark.parametrize(("seed", "at", "zone", "fiscal_start"), CALENDARS)
def test_every_comparison_of_every_field_agrees(seed: int, at: datetime, zone: str, fiscal_start: int) -> None:
    partners, evaluator = _prepare(seed, at, zone, fiscal_start)
    documents = [_alone(clause) for clause in _pool(evaluator).every_clause()]

    for start in range(0, len(documents), CLAUSES_EACH):
        several = documents[start : start + CLAUSES_EACH]
        for document, picked in zip(several, _verdicts(several, at), strict=True):
            assert picked == {partner.pk for partner in partners if evaluator.holds(document, partner)}, document


def _prepare(seed: int, at: datetime, zone: str, fiscal_start: int) -> tuple[list[Any], Evaluator]:
    """Make partners and the segments that documents build on; return the partners and the second opinion on them."""
    _set_calendar(zone, fiscal_start)
    Population(seed, at=at, zone=ZoneInfo(zone)).make(PARTNERS)
    for key, criteria in BASES.items():
        segments.define(key=key, name=key, by=None, at=at, criteria=criteria)
    recompute.everything(at=at)
    partners = with_everything(Partner.objects.order_by("pk"))
    return partners, _evaluator(at, zone, fiscal_start, partners)


def _alone(clause: Any) -> Any:
    return {"combinator": "and", "not": False, "rules": [clause]}


def _set_calendar(zone: str, fiscal_start: int) -> None:
    program = Program.current()
    program.timezone, program.fiscal_year_start_month = zone, fiscal_start
    program.save()


def _evaluator(at: datetime, zone: str, fiscal_start: int, partners: list[Any]) -> Evaluator:
    """Return the second opinion, which knows the base segments by its own judgement."""
    evaluator = Evaluator(at, ZoneInfo(zone), fiscal_start, {})
    known: dict[str, set[int]] = {}
    evaluator.segments = known
    for key, criteria in BASES.items():
        known[key] = {partner.pk for partner in partners if evaluator.holds(criteria, partner)}
    return evaluator


def _pool(evaluator: Evaluator) -> Pool:
    return Pool(registry.catalog(), list(FIELD_KINDS), list(RECORD_KINDS), TEXTS, TAGS, evaluator.today)


def _verdicts(documents: list[Any], at: datetime) -> list[set[int]]:
    """Return whom each document picks, by one rule book in which they stand beside the published rules."""
    catalog = registry.catalog()
    rules = RuleBook.load(catalog).rules
    drafts = [
        Rule(RuleKind.SEGMENT, 9_000 + number, f"draft-{number}", "", parse(one))
        for number, one in enumerate(documents)
    ]
    book = RuleBook({**rules, **{rule.ref: rule for rule in drafts}})
    book.measure(catalog)
    statement = engine.Statement(book, catalog, at)
    assert not [rule.broken for rule in book.rules.values() if rule.broken]
    scope = Scope.everybody()
    with connection.cursor() as cursor:
        sql = f"SELECT partner_id, new_segment_ids FROM ({statement.select(scope)}) found"
        cursor.execute(sql, statement.parameters(scope))
        found = cursor.fetchall()
    return [{partner_id for partner_id, ids in found if rule.id in ids} for rule in drafts]
