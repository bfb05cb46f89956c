"""The rule book as one statement, and running it.

A grouped pass per collection, a row per partner with every verdict, a comparison with what is stored, and writes of
what differs only.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.utils import DataError, ProgrammingError

from criteria.checks import check_tree
from criteria.explain import deciding_values
from criteria.fields import Catalog, Field, Kind, RuleKind, registry
from criteria.sql import Book, History
from criteria.tree import CriteriaError, Group, Operand, Problem
from segmentation.engine.stored import ARRAYS, clock, rows, stored_book, stored_history
from segmentation.rulebook import Part, Ref, RegionalText, Rule, RuleBook
from segmentation.scope import Scope

#: What the database says when a rule is at fault, and not its own state such as a lock or a lost connection.
FAULTS_OF_RULES = (DataError, ProgrammingError)
ARGUMENTS = 100  # a function takes no more


#: Where a partner lies: its region and those above it.
REGION = Operand(field="region")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What decides one text of a rule: for whom it holds, its version, and the value of each of its clauses.

    `lies_there` is the condition of a region's text, and empty for the rule's own, which comes last.
    """

    lies_there: str
    number: int
    leaves: list[str]
    override_id: int | None = None


class Statement:
    """The rule book compiled for a moment: classify partners, compare, write differences and history."""

    def __init__(
        self,
        rules: RuleBook,
        catalog: Catalog,
        at: datetime,
        substitutes: Mapping[str, Any] | None = None,
        part: Part | None = None,
    ) -> None:
        """Compile the whole book; of a `part` of it only those rules, and the others keep their stored answers."""
        self.rules = rules
        self.part = part
        self.catalog = catalog
        self.book = Book(catalog, clock(at), self._verdict, self._history, substitutes or {})
        self.conditions: dict[Ref, str] = {}
        self.asked: set[Ref] = set()
        self.evidence: dict[Ref, list[Evidence]] = {}
        for ref in sorted(rules.rules, key=lambda ref: rules.depths[ref]):
            self._compile(ref)
        #: Whether a rule asks how long partners have been in their stage, which is what was stored last.
        self.asks_stored_answers = "classification" in self.book.joins

    def _rule(self, kind: RuleKind, key: str) -> Rule:
        if (kind, key) not in self.rules.rules:
            raise CriteriaError([Problem("", "unusable", f"There is no {kind} “{key}”.")])
        return self.rules.rules[kind, key]

    def _history(self, kind: RuleKind, key: str) -> History:
        return stored_history(self.book, kind, self._rule(kind, key).id)

    def _verdict(self, kind: RuleKind, key: str) -> str:
        rule = self._rule(kind, key)
        self.asked.add(rule.ref)
        return f"(new_stage = {rule.id})" if kind is RuleKind.STAGE else _column(rule)

    def _compile(self, ref: Ref) -> None:
        rule = self.rules.rules[ref]
        if self._keeps_its_answer(ref):
            self.conditions[ref], self.evidence[ref] = self._last_answer(rule), []
            return
        if not rule.broken:
            try:
                self._expect_sound(rule)
                self.conditions[ref] = self._condition(rule)
            except CriteriaError as error:
                self.rules.mark_broken(ref, str(error))
        if self.rules.rules[ref].broken:
            self.conditions[ref] = self._last_answer(rule)
            self.evidence[ref] = []

    def _keeps_its_answer(self, ref: Ref) -> bool:
        return self.part is not None and ref not in self.part.refs

    def _expect_sound(self, rule: Rule) -> None:
        """Raise CriteriaError for a rule that was sound when published and no longer is: a choice may have gone."""
        for tree in rule.trees:
            if problems := check_tree(tree, self.catalog):
                raise CriteriaError(problems)

    def _condition(self, rule: Rule) -> str:
        condition = self._asks(rule.tree)
        self.evidence[rule.ref] = [Evidence("", rule.number, self._leaves(rule.tree))]
        if rule.regional:
            cases = " ".join(self._regional_case(rule, text) for text in rule.regional)
            condition = f"CASE {cases} ELSE ({condition}) IS TRUE END"
        if rule.pinned:
            pins = {way: self.book.column(_pins(way)) for way in ("in", "out")}
            here = f"@> ARRAY[{rule.id}]::bigint[]"
            condition = f"(({condition}) IS TRUE OR {pins['in']} {here}) AND ({pins['out']} {here}) IS NOT TRUE"
        return condition

    def _asks(self, tree: Group | None) -> str:
        return "FALSE" if tree is None else self.book.predicate(tree)

    def _leaves(self, tree: Group | None) -> list[str]:
        return list(deciding_values(tree, self.book)) if tree is not None else []

    def _regional_case(self, rule: Rule, text: RegionalText) -> str:
        """Return the case of partners in a region or below it. The deepest region stands first, and so wins."""
        lies_there = f"({self.book.operand(REGION)})::bigint[] @> ARRAY[{text.region_id}]::bigint[]"
        own = Evidence(lies_there, text.number, self._leaves(text.tree), text.override_id)
        self.evidence[rule.ref].insert(-1, own)
        return f"WHEN {lies_there} THEN ({self._asks(text.tree)}) IS TRUE"

    def _last_answer(self, rule: Rule) -> str:
        if rule.kind is RuleKind.STAGE:
            return f"old_stage = {rule.id}"
        return f"old_{ARRAYS[rule.kind]} @> ARRAY[{rule.id}]"

    def select(self, scope: Scope) -> str:
        """Return the select of one row per partner: old and new answers, and the columns that decided."""
        arrays = [f"{self._array(kind)} AS new_{column}" for kind, column in ARRAYS.items()]
        stage = [] if self._stage_is_asked() else [f"{self._stage()} AS new_stage"]
        return f"SELECT layer.*, {', '.join(arrays + stage)} FROM ({self._layers(scope)}) layer OFFSET 0"

    def _layers(self, scope: Scope) -> str:
        layers = self._base(scope)
        for depth in range(1 + max(self.rules.depths.values(), default=0)):
            if columns := self._layer(depth):
                # OFFSET 0 keeps the planner from putting the text of a verdict where its column is read.
                layers = f"SELECT layer.*, {', '.join(columns)} FROM ({layers}) layer OFFSET 0"
        return layers

    def differing(self, scope: Scope) -> str:
        """Return a select of the partners whose stored answers are not right, in order of id. It locks nothing."""
        if self.part is None:
            found, differs = self.select(scope), f"({self._same()}) IS NOT TRUE"
        else:
            found, differs = self._layers(scope), self._differs_in(self.part)
        return f"SELECT partner_id FROM ({found}) found WHERE {differs} ORDER BY partner_id"

    def _same(self) -> str:
        same = " AND ".join(f"old_{column} = new_{column}" for column in ARRAYS.values())
        return f"{same} AND old_stage IS NOT DISTINCT FROM new_stage"

    def _differs_in(self, part: Part) -> str:
        """Return the condition that an answer of a part of the rules differs, without putting arrays together."""
        differs = [
            f"(({self._holds(ref)}) IS TRUE) <> (({self._last_answer(self.rules.rules[ref])}) IS TRUE)"
            for ref in sorted(part.refs)
            if ref[0] in ARRAYS
        ]
        differs += [f"old_{ARRAYS[kind]} && ARRAY[{_listed(ids)}]" for kind, ids in part.gone.items() if kind in ARRAYS]
        if part.has(RuleKind.STAGE):
            new = "new_stage" if self._stage_is_asked() else self._stage()
            differs.append(f"old_stage IS DISTINCT FROM {new}")
        return " OR ".join(differs) or "FALSE"

    def _holds(self, ref: Ref) -> str:
        return _column(self.rules.rules[ref]) if ref in self.asked else self.conditions[ref]

    def _layer(self, depth: int) -> list[str]:
        """Return the columns that need only the layers below: measures, and the verdicts that others ask for."""
        columns = [
            f"{one.sql} AS {one.name}"
            for one in self.book.measures.values()
            if self.rules.depths[RuleKind.MEASURE, one.key] == depth
        ]
        columns += [
            f"({self.conditions[ref]}) IS TRUE AS {_column(self.rules.rules[ref])}"
            for ref in sorted(self.asked)
            if self.rules.depths[ref] == depth and ref[0] is not RuleKind.STAGE
        ]
        if self._stage_depth() == depth and self._stage_is_asked():
            columns.append(f"{self._stage()} AS new_stage")
        return columns

    def _base(self, scope: Scope) -> str:
        old = [f"k.{column} AS old_{column}" for column in ARRAYS.values()] + ["k.stage_id AS old_stage"]
        self.book.joins["classification"] = None
        return (
            f"SELECT p.id AS partner_id, {', '.join(old + self.book.selected())} "
            f"FROM {self.book.source(scope.condition)} WHERE {scope.condition('p.id')} OFFSET 0"
        )

    def _array(self, kind: RuleKind) -> str:
        if self.part is not None and not self.part.has(kind):
            return f"old_{ARRAYS[kind]}"
        rules = [rule for rule in self.rules.of_kind(kind) if not self._keeps_its_answer(rule.ref)]
        cases = [f"CASE WHEN {self._holds(rule.ref)} THEN {rule.id} END" for rule in sorted(rules, key=_by_id)]
        held = f"array_remove(ARRAY[{', '.join(cases)}]::int[], NULL)"
        if self.part is None:
            return held
        asked = _listed([*(rule.id for rule in rules), *self.part.gone.get(kind, ())])
        kept = f"SELECT id FROM unnest(old_{ARRAYS[kind]}) AS id WHERE id <> ALL(ARRAY[{asked}]::int[])"
        return f"ARRAY({kept} UNION ALL SELECT unnest({held}) ORDER BY 1)"

    def _stage(self) -> str:
        if self.part is not None and not self.part.has(RuleKind.STAGE):
            return "old_stage"
        stages = self.rules.of_kind(RuleKind.STAGE)
        cases = " ".join(f"WHEN {self.conditions[rule.ref]} THEN {rule.id}" for rule in stages)
        return f"CASE {cases} END::bigint" if stages else "NULL::bigint"

    def _stage_is_asked(self) -> bool:
        return any(kind is RuleKind.STAGE for kind, _ in self.asked)

    def _stage_depth(self) -> int:
        return max((self.rules.depths[rule.ref] for rule in self.rules.of_kind(RuleKind.STAGE)), default=0)

    def evidence_of(self, rule: Rule) -> str:
        """Return the values that decide a rule, as JSON."""
        return _evidence(self.evidence[rule.ref])

    def _evidence(self, kind: RuleKind) -> str:
        cases = " ".join(
            f"WHEN {rule.id} THEN {_evidence(self.evidence[rule.ref])}" for rule in self.rules.of_kind(kind)
        )
        return f"CASE rule_id {cases} ELSE '{{}}'::jsonb END" if cases else "'{}'::jsonb"

    def _moves(self) -> str:
        arms = []
        for kind, column in ARRAYS.items():
            for entered, here, there in ((True, "new", "old"), (False, "old", "new")):
                arms.append(
                    f"SELECT partner_id, '{kind}' AS kind, rule_id, {entered} AS entered,"
                    f" {self._evidence(kind)} AS evidence"
                    f" FROM verdict, unnest({here}_{column}) AS rule_id WHERE NOT rule_id = ANY({there}_{column})"
                )
        for entered, here in ((True, "new"), (False, "old")):
            arms.append(
                f"SELECT partner_id, 'stage', rule_id, {entered}, {self._evidence(RuleKind.STAGE)} FROM"
                f" (SELECT verdict.*, {here}_stage AS rule_id FROM verdict"
                " WHERE old_stage IS DISTINCT FROM new_stage) moved"
                " WHERE rule_id IS NOT NULL"
            )
        return " UNION ALL ".join(arms)

    def write(self, scope: Scope) -> str:
        """Return the whole statement: it writes what differs and returns the ids of the partners that changed."""
        columns = ", ".join(f"{column} = new_{column}" for column in ARRAYS.values())
        return f"""
WITH verdict AS MATERIALIZED (
  SELECT * FROM ({self.select(scope)}) found
  WHERE NOT ({self._same()})
), written AS (
  UPDATE segmentation_classification k SET {columns}, stage_id = new_stage, computed_at = %(now)s,
    stage_since = CASE WHEN old_stage IS DISTINCT FROM new_stage THEN %(now)s ELSE k.stage_since END
  FROM verdict WHERE k.partner_id = verdict.partner_id
), moves AS (
  INSERT INTO segmentation_ruletransition (partner_id, kind, rule_id, entered, at, evidence)
  SELECT partner_id, kind, rule_id, entered, %(now)s, evidence FROM ({self._moves()}) moved
), left_stage AS (
  UPDATE partners_lifestageperiod period SET ends_at = %(now)s FROM verdict
  WHERE period.partner_id = verdict.partner_id AND period.ends_at IS NULL AND old_stage IS DISTINCT FROM new_stage
  RETURNING period.id
), entered_stage AS (
  INSERT INTO partners_lifestageperiod (partner_id, stage_id, starts_at, evidence)
  SELECT partner_id, new_stage, %(now)s, '{{}}'::jsonb FROM verdict
  WHERE old_stage IS DISTINCT FROM new_stage AND new_stage IS NOT NULL AND (SELECT count(*) FROM left_stage) >= 0
){self._marked_again()}
SELECT partner_id FROM verdict ORDER BY partner_id"""

    def _marked_again(self) -> str:
        """Rules about the time in a stage saw the time in the one before: partners who moved are computed once more.

        Where only some rules are computed, the others did not see that they moved.
        """
        moves_stages = self.part is not None and self.part.has(RuleKind.STAGE)
        if not self.asks_stored_answers and not moves_stages:
            return ""
        return """, marked_again AS (
  INSERT INTO segmentation_stalepartner (partner_id, source)
  SELECT partner_id, 'stage' FROM verdict WHERE old_stage IS DISTINCT FROM new_stage
)"""

    def parameters(self, scope: Scope) -> dict[str, Any]:
        """The values that the statement names."""
        return {**self.book.parameters, **scope.parameters}


OnFailure = Callable[[Rule, str], None]
#: Rules by kind and database id.
Asked = Iterable[tuple[str, int]]


def classify(scope: Scope, *, at: datetime, on_failure: OnFailure, only: Asked | None = None) -> list[int]:
    """Make every verdict of the partners right and return the ids of those that changed.

    A rule that fails at run time is told to `on_failure`, keeps its last answers, and the others are computed. `only`
    some rules, and what builds on them, are computed if asked so.
    """
    catalog = registry.catalog()
    rules = RuleBook.load(catalog)
    part = None if only is None else rules.part(only, catalog)
    statement = Statement(rules, catalog, at, part=part)
    try:
        with transaction.atomic():
            return _ids(statement.write(scope), statement.parameters(scope))
    except FAULTS_OF_RULES:
        failures = _failures(rules, catalog, scope, at)
        if not failures:
            raise
        for ref, error in failures.items():
            on_failure(rules.rules[ref], error)
            rules.mark_broken(ref, error)
        statement = Statement(rules, catalog, at, part=part)
        return _ids(statement.write(scope), statement.parameters(scope))


def differing(scope: Scope, *, at: datetime, only: Asked | None = None) -> list[int]:
    """Return the partners whose stored answers are not right, in order of id. It reads, and locks nothing.

    What is found may be out of date at once: `classify` asks again under locks. Raises what the database says when a
    rule fails.
    """
    catalog = registry.catalog()
    rules = RuleBook.load(catalog)
    part = None if only is None else rules.part(only, catalog)
    statement = Statement(rules, catalog, at, part=part)
    with transaction.atomic():
        return _ids(statement.differing(scope), statement.parameters(scope))


@dataclass(frozen=True, slots=True)
class Answers:
    """What the whole rule book says of one partner: ids of its life stage, segments, categories and tiers."""

    stage_id: int | None
    segment_ids: list[int]
    category_ids: list[int]
    tier_ids: list[int]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What the rule book says of a partner now, and what it would say."""

    before: Answers
    after: Answers


def what_if(*, partner_id: int, at: datetime, substitutes: Mapping[str, Any]) -> WhatIf:
    """Return what would hold for a partner if some operands (by `operand_key`) had other values. Nothing is written.

    Raises CriteriaError or a database error when the values do not fit.
    """
    return WhatIf(
        _answers(partner_id=partner_id, at=at, substitutes={}),
        _answers(partner_id=partner_id, at=at, substitutes=substitutes),
    )


def _answers(*, partner_id: int, at: datetime, substitutes: Mapping[str, Any]) -> Answers:
    catalog = registry.catalog()
    statement = Statement(RuleBook.load(catalog), catalog, at, substitutes)
    scope = Scope.some([partner_id])
    columns = ", ".join(["new_stage", *(f"new_{column}" for column in ARRAYS.values())])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM ({statement.select(scope)}) found", statement.parameters(scope))
        stage, segments, categories, tiers = cursor.fetchone()
    return Answers(stage, segments, categories, tiers)


def broken_rules(*, at: datetime) -> dict[Ref, tuple[int, str]]:
    """Return the published rules that cannot be read or compiled now: their ids and what is wrong."""
    catalog = registry.catalog()
    rules = RuleBook.load(catalog)
    Statement(rules, catalog, at)
    return {ref: (rule.id, rule.broken) for ref, rule in rules.rules.items() if rule.broken}


def _failures(rules: RuleBook, catalog: Catalog, scope: Scope, at: datetime) -> dict[Ref, str]:
    """Run each rule on its own and return those that fail."""
    found: dict[Ref, str] = {}
    for ref, rule in rules.rules.items():
        if not rule.trees or rule.broken:
            continue
        book = stored_book(catalog, at)
        conditions = " OR ".join(f"({book.predicate(tree)})" for tree in rule.trees)
        sql = f"SELECT count(*) FROM ({rows(book, scope)}) layer WHERE {conditions}"
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, {**book.parameters, **scope.parameters})
        except FAULTS_OF_RULES as error:
            found[ref] = str(error).split("\n")[0]
    return found


def _ids(sql: str, parameters: Mapping[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [row[0] for row in cursor.fetchall()]


def _listed(ids: Iterable[int]) -> str:
    return ", ".join(str(int(one)) for one in ids)


def _by_id(rule: Rule) -> int:
    return rule.id


def _column(rule: Rule) -> str:
    return f"r_{rule.kind}_{rule.id}"


def _pins(way: str) -> Field:
    return Field(f"pinned {way}", way, Kind.MULTI, f"pins.pinned_{way}", join="pins")


def _evidence(possible: list[Evidence]) -> str:
    """Return the values that decide a rule as JSON, in the order of the clauses of the version that they belong to."""
    cases = [f"WHEN {one.lies_there} THEN {_document(one)}" for one in possible if one.lies_there]
    own = _document(possible[-1]) if possible else "'{}'::jsonb"
    return f"CASE {' '.join(cases)} ELSE {own} END" if cases else own


def _document(one: Evidence) -> str:
    chunks = [one.leaves[start : start + ARGUMENTS] for start in range(0, len(one.leaves), ARGUMENTS)]
    values = " || ".join(f"jsonb_build_array({', '.join(chunk)})" for chunk in chunks) or "'[]'::jsonb"
    override = "" if one.override_id is None else f", 'override', {one.override_id}"
    return f"jsonb_build_object('version', {one.number}, 'values', {values}{override})"
