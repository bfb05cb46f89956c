"""Who would move if everybody were computed now: counted rule by rule in one pass, without writing anything."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, transaction

from criteria.fields import RuleKind, registry
from segmentation.engine.statement import FAULTS_OF_RULES, Statement
from segmentation.engine.stored import ARRAYS
from segmentation.rulebook import Rule, RuleBook
from segmentation.scope import Scope

QUERY_CANCELED = "57014"


@dataclass(frozen=True, slots=True)
class Moves:
    """How many partners would come to fulfil a rule, and how many would cease to."""

    entered: int = 0
    left: int = 0


class UncountedError(Exception):
    """There is no count: it would take longer than the caller waits, or a rule cannot be run."""


def moves(*, at: datetime, seconds: float) -> list[tuple[Rule, Moves]]:
    """Return for each rule what would change if the rule book as published now were run over everybody.

    Raises UncountedError when that takes longer than the given time, or a rule fails.
    """
    catalog = registry.catalog()
    rules = RuleBook.load(catalog)
    statement = Statement(rules, catalog, at)
    scope = Scope.everybody()
    try:
        rows = _within(seconds, _counted(statement.select(scope)), statement.parameters(scope))
    except FAULTS_OF_RULES as error:
        raise UncountedError from error
    found = {(kind, rule_id): Moves(entered, left) for kind, rule_id, entered, left in rows}
    return [(rule, found.get((rule.kind.value, rule.id), Moves())) for rule in rules.rules.values()]


def _counted(select: str) -> str:
    arms = [
        f"SELECT '{kind}' AS kind, rule_id, {entered} AS entered"
        f" FROM verdict, unnest({here}) AS rule_id WHERE rule_id <> ALL({there})"
        for kind, column in ARRAYS.items()
        for entered, here, there in _both_ways(f"new_{column}", f"coalesce(old_{column}, '{{}}')")
    ]
    arms += [
        f"SELECT '{RuleKind.STAGE}', {here}, {entered} FROM verdict WHERE {here} IS DISTINCT FROM {there}"
        for entered, here, there in _both_ways("new_stage", "old_stage")
    ]
    return f"""
WITH verdict AS MATERIALIZED ({select})
SELECT kind, rule_id, count(*) FILTER (WHERE entered), count(*) FILTER (WHERE NOT entered)
FROM ({" UNION ALL ".join(arms)}) moved WHERE rule_id IS NOT NULL GROUP BY kind, rule_id"""


def _both_ways(new: str, old: str) -> tuple[tuple[bool, str, str], tuple[bool, str, str]]:
    return (True, new, old), (False, old, new)


def _within(seconds: float, sql: str, parameters: dict[str, Any]) -> list[Any]:
    """Run a select for so long and no longer; the limit ends with it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            before = cursor.fetchone()[0]
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(int(seconds * 1000))])
            cursor.execute(sql, parameters)
            rows: list[Any] = cursor.fetchall()
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])
            return rows
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) == QUERY_CANCELED:
            raise UncountedError from error
        raise
