"""Two evaluators that share no code agree on every partner: the compiled statement, its explanation, plain Python.

Each run compares more than five thousand pairs of random criteria and partners, and as many values of formulas.
"""

import os
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.models import Program
from criteria.checks import check, check_formula
from criteria.fields import RuleKind, registry
from criteria.tree import dump, parse
from partners.models import Category, LifeStage, Partner, Tier
from partners.services import life_stages
from segmentation import engine
from segmentation.models import RuleTransition, Segment
from segmentation.rulebook import Rule, RuleBook
from segmentation.scope import Scope
from segmentation.services import recompute, segments
from tests.criteria.formulas import formulas
from tests.factories.partners import CategoryVersionFactory, TierVersionFactory
from tests.segmentation.evaluator import Evaluator
from tests.segmentation.generator import Everything
from tests.segmentation.kinds import FIELD_KINDS, RECORD_KINDS, RULES
from tests.segmentation.population import TAGS, TEXTS, Population, with_everything
from tests.segmentation.reckoner import Reckoner

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:Generating overly large repr")]

#: Moments and calendars in which the program's day is not the day in UTC, months are short, years leap, clocks change.
CALENDARS = [
    (1, datetime(2032, 2, 28, 23, 30, tzinfo=UTC), "Asia/Tokyo", 4),  # the 29th of February in Tokyo
    (2, datetime(2030, 3, 31, 0, 30, tzinfo=UTC), "America/New_York", 1),  # the 30th in New York
    (3, datetime(2030, 12, 31, 23, 30, tzinfo=UTC), "Europe/Berlin", 11),  # New Year's Day in Berlin
    (4, datetime(2030, 3, 31, 1, 30, tzinfo=UTC), "Europe/Berlin", 7),  # clocks went forward half an hour ago
]
PARTNERS = 24
EXAMPLES = 20
#: Stretches of criteria that one statement answers together.
CLAUSES_EACH = 150
#: Explaining costs a statement per partner, so each example explains every fourth, another fourth each time.
EXPLAINED_EACH = 4
CLOSE_ENOUGH = Fraction(1, 10**9)

EVERYBODY = {"combinator": "and", "not": False, "rules": []}


def alone(clause: Any) -> Any:
    return {"combinator": "and", "not": False, "rules": [clause]}


def negated(*rules: Any, combinator: str = "and") -> Any:
    return {"combinator": combinator, "not": True, "rules": list(rules)}


LARGE = alone({"field": "employees", "operator": ">=", "value": 3})
#: The published rules that documents build on, by the field that names them.
BASES = {
    ("segments", "base"): LARGE,
    ("segments", "rest"): negated({"field": "segments", "operator": "any_of", "value": ["base"]}),
    ("life_stage", "large"): LARGE,
    ("life_stage", "other"): negated({"field": "segments", "operator": "any_of", "value": ["base"]}),
    ("eligible_categories", "msp"): alone({"field": "country", "operator": "in", "value": ["DE", "AT"]}),
    ("qualified_tiers", "solution.gold"): alone({"field": "employees", "operator": ">=", "value": 10}),
}
FIELD_OF_KIND = {
    "segment": "segments",
    "stage": "life_stage",
    "category": "eligible_categories",
    "tier": "qualified_tiers",
}


def same_each_time(examples: int) -> Any:
    """Try so many examples, the same in every run, however long each takes; SHRINK=1 looks for smaller failing ones."""
    slow = list(HealthCheck)
    phases = list(Phase) if os.environ.get("SHRINK") else [Phase.generate]
    return settings(
        max_examples=examples, derandomize=True, database=None, deadline=None, suppress_health_check=slow,
        phases=phases, report_multiple_bugs=False,
    )  # fmt: skip


def test_the_second_opinion_knows_every_field_and_collection_of_the_catalog() -> None:
    catalog = registry.catalog()

    assert set(catalog.fields) - set(FIELD_KINDS) == set()
    assert {key: {one.key for one in each.fields} for key, each in catalog.collections.items()} == {
        key: set(kinds) for key, kinds in RECORD_KINDS.items()
    }


@pytest.mark.parametrize(("seed", "at", "zone", "fiscal_start"), CALENDARS)
def test_statement_explanation_and_plain_python_agree(seed: int, at: datetime, zone: str, fiscal_start: int) -> None:
    partners, evaluator = _prepare(seed, at, zone, fiscal_start)
    compared = 0

    @same_each_time(EXAMPLES)
    @given(st.lists(_pool(evaluator).documents(), min_size=3, max_size=3))
    def agree_on_whole_documents(several: list[Any]) -> None:
        nonlocal compared
        for document in several:
            assert check(document, registry.catalog()) == []
        picked = _verdicts(several, at)
        expected = {
            partner.pk: [_opinion(evaluator, document, partner) for document in several] for partner in partners
        }
        for pk, opinions in expected.items():
            for document, those, opinion in zip(several, picked, opinions, strict=True):
                assert opinion is None or (pk in those) == opinion, (document, pk)
                compared += 1
        trees = {str(number): parse(document) for number, document in enumerate(several)}
        for pk in list(expected)[len(repr(several)) % EXPLAINED_EACH :: EXPLAINED_EACH]:
            explained = engine.explain_many(trees, partner_id=pk, at=at)
            assert [explained[key].met for key in trees] == [pk in those for those in picked]

    agree_on_whole_documents()
    assert compared >= EXAMPLES * 3 * PARTNERS


@pytest.mark.parametrize(("seed", "at", "zone", "fiscal_start"), CALENDARS)
def test_clauses_that_one_record_does_not_decide_agree(seed: int, at: datetime, zone: str, fiscal_start: int) -> None:
    partners, evaluator = _prepare(seed, at, zone, fiscal_start)
    kinds = _pool(evaluator).kinds_beyond_one_record()

    @same_each_time(EXAMPLES)
    @given(st.tuples(*kinds))
    def agree_on_clauses(clauses: tuple[Any, ...]) -> None:
        _expect_agreement([alone(clause) for clause in clauses], partners, evaluator)

    agree_on_clauses()


@pytest.mark.parametrize(("seed", "at", "zone", "fiscal_start"), CALENDARS)
def test_every_comparison_of_every_field_agrees(seed: int, at: datetime, zone: str, fiscal_start: int) -> None:
    partners, evaluator = _prepare(seed, at, zone, fiscal_start)
    documents = [alone(clause) for clause in _pool(evaluator).every_clause()][seed % 2 :: 2]

    for start in range(0, len(documents), CLAUSES_EACH):
        several = documents[start : start + CLAUSES_EACH]
        for document, picked in zip(several, _verdicts(several, at), strict=True):
            opinions = {partner.pk: _opinion(evaluator, document, partner) for partner in partners}
            assert {pk for pk in picked if opinions[pk] is not None} == {pk for pk in opinions if opinions[pk]}, (
                document
            )


@pytest.mark.parametrize(("seed", "at", "zone", "fiscal_start"), CALENDARS[:2])
def test_formulas_are_worth_what_exact_fractions_say(seed: int, at: datetime, zone: str, fiscal_start: int) -> None:
    partners, evaluator = _prepare(seed, at, zone, fiscal_start)
    reckoner = Reckoner(evaluator)

    @same_each_time(EXAMPLES)
    @given(st.lists(formulas(_pool(evaluator)), min_size=4, max_size=4))
    def agree_on_formulas(several: list[Any]) -> None:
        for formula in several:
            assert check_formula(formula, registry.catalog()) == []
        with transaction.atomic():
            found = engine.values({str(n): one for n, one in enumerate(several)}, partner_ids=None, at=at)
        for partner in partners:
            for number, formula in enumerate(several):
                evaluator.unsure = False
                expected, has = reckoner.value(formula, partner), found[partner.pk][str(number)]
                if not evaluator.unsure:
                    assert _is_close(has, expected), (formula, partner.pk, has, expected)

    agree_on_formulas()


@pytest.mark.parametrize("peers", ["everybody", "country", "category", "tier:solution", "segment:base"])
def test_a_place_among_peers_is_counted_by_hand(peers: str) -> None:
    seed, at, zone, fiscal_start = CALENDARS[0]
    partners, evaluator = _prepare(seed, at, zone, fiscal_start)
    german = alone({"field": "country", "operator": "not_equals", "value": "US"})
    asked = {"of": [{"field": "employees"}], "peers": peers, "where": german}

    found = engine.values(
        {name: {"function": name, **asked} for name in ("percentile", "rank")}, partner_ids=None, at=at
    )

    groups: dict[Any, dict[int, int]] = defaultdict(dict)
    for partner in partners:
        group = _peer_group(peers, partner, evaluator)
        if group and partner.employees is not None and partner.country != "US":
            groups[group][partner.pk] = partner.employees
    for group in groups.values():
        for pk, value in group.items():
            lower = sum(other < value for other in group.values())
            share = Fraction(100 * lower, len(group) - 1) if len(group) > 1 else None
            assert found[pk]["rank"] == 1 + sum(other > value for other in group.values())
            assert _is_close(found[pk]["percentile"], share)
    among = {pk for group in groups.values() for pk in group}
    assert not [pk for pk, each in found.items() if pk not in among and any(each.values())]


def test_documents_mean_the_same_printed_negated_twice_and_by_de_morgan() -> None:
    seed, at, zone, fiscal_start = CALENDARS[1]
    _partners, evaluator = _prepare(seed, at, zone, fiscal_start)
    documents = _pool(evaluator).documents()

    @same_each_time(EXAMPLES)
    @given(documents, documents)
    def agree(one: Any, other: Any) -> None:
        one, other = dump(parse(one)), dump(parse(other))
        several = [
            one,
            negated(negated(one)),
            negated(one, other),
            {"combinator": "or", "not": False, "rules": [negated(one), negated(other)]},
            negated(one, other, combinator="or"),
            {"combinator": "and", "not": False, "rules": [negated(one), negated(other)]},
            {"combinator": "at_least", "at_least": 2, "not": True, "rules": [one, other]},
        ]
        plain, twice, not_both, either_not, not_any, neither, not_two = _verdicts(several, at)
        if _asks(one) and _asks(other):
            assert plain == twice
            assert not_both == either_not == not_two
            assert not_any == neither

    agree()


# --- partners, rules, and what the second opinion knows of them


def _prepare(seed: int, at: datetime, zone: str, fiscal_start: int) -> tuple[list[Any], Evaluator]:
    """Make partners, rules to build on, and two months of history; return the partners and the second opinion."""
    _set_calendar(zone, fiscal_start)
    population = Population(seed, at=at, zone=ZoneInfo(zone))
    population.make(PARTNERS)
    _publish_bases(at)
    for days in (60, 25, 1, 0):
        recompute.everything(at=at - timedelta(days=days))
        if days:
            population.resize()
    population.remember_changes()
    partners = with_everything(Partner.objects.order_by("pk"))
    evaluator = Evaluator(at, ZoneInfo(zone), fiscal_start, moves=_moves())
    known: dict[tuple[str, str], set[int]] = {}
    evaluator.rules = known
    for rule, criteria in BASES.items():
        known[rule] = {partner.pk for partner in partners if evaluator.holds(criteria, partner)}
    return partners, evaluator


def _publish_bases(at: datetime) -> None:
    for (asked, key), criteria in BASES.items():
        if asked == "segments":
            segments.define(key=key, name=key, by=None, at=at, criteria=criteria)
        elif asked == "life_stage":
            life_stages.define(key=key, name=key, by=None, at=at, criteria=criteria)
        elif asked == "eligible_categories":
            CategoryVersionFactory(definition=Category.objects.get(key=key), criteria=criteria, published=True)
        else:
            ladder, rung = key.split(".")
            tier = Tier.objects.get(track__key=ladder, key=rung)
            TierVersionFactory(definition=tier, criteria=criteria, published=True)


def _moves() -> dict[tuple[str, str], dict[int, list[tuple[datetime, bool]]]]:
    """Return when partners entered and left rules, by the field and key that criteria name them by."""
    keys = {
        "segment": dict(Segment.objects.values_list("pk", "key")),
        "stage": dict(LifeStage.objects.values_list("pk", "key")),
        "category": dict(Category.objects.values_list("pk", "key")),
        "tier": {tier.pk: f"{tier.track.key}.{tier.key}" for tier in Tier.objects.select_related("track")},
    }
    found: dict[tuple[str, str], dict[int, list[tuple[datetime, bool]]]] = defaultdict(lambda: defaultdict(list))
    for move in RuleTransition.objects.order_by("id"):
        rule = (FIELD_OF_KIND[move.kind], keys[move.kind][move.rule_id])
        found[rule][move.partner_id].append((move.at, move.entered))
    return found


def _set_calendar(zone: str, fiscal_start: int) -> None:
    program = Program.current()
    program.timezone, program.fiscal_year_start_month = zone, fiscal_start
    program.save()


def _pool(evaluator: Evaluator) -> Everything:
    fields = [key for key, kind in FIELD_KINDS.items() if kind != RULES]
    rules: dict[str, list[str]] = defaultdict(list)
    for asked, key in BASES:
        rules[asked].append(key)
    return Everything(
        registry.catalog(), fields, list(RECORD_KINDS), TEXTS, TAGS, evaluator.today, rules=list(rules.items())
    )


def _expect_agreement(documents: list[Any], partners: list[Any], evaluator: Evaluator) -> None:
    for document, picked in zip(documents, _verdicts(documents, evaluator.at), strict=True):
        opinions = {partner.pk: _opinion(evaluator, document, partner) for partner in partners}
        sure = {pk for pk, opinion in opinions.items() if opinion is not None}
        assert picked & sure == {pk for pk in sure if opinions[pk]}, document


def _opinion(evaluator: Evaluator, document: Any, partner: Partner) -> bool | None:
    """Return the second opinion, or None when it is not sure."""
    held = evaluator.holds(document, partner)
    return None if evaluator.unsure else held


def _peer_group(peers: str, partner: Partner, evaluator: Evaluator) -> Any:
    facts = evaluator.facts(partner)
    if peers == "tier:solution":
        return sum(rung.startswith("solution.") for rung in facts["tiers"] or [])
    if peers == "segment:base":
        return partner.pk in evaluator.rules["segments", "base"]
    return {"everybody": "all", "country": facts["country"], "category": facts["primary_category"]}[peers]


def _is_close(has: Any, expected: Fraction | None) -> bool:
    if has is None or expected is None:
        return has is None and expected is None
    return abs(Fraction(has) - expected) <= CLOSE_ENOUGH * max(1, abs(expected))


def _asks(document: Any) -> bool:
    """Say whether a document asks anything that is not switched off."""
    return any(
        _asks(rule) if "rules" in rule else True for rule in document["rules"] if not rule.get("disabled")
    )  # fmt: skip


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
