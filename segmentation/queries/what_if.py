"""What if: a partner's values that decide a rule, and what the rule book would say if they were others."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import DatabaseError, transaction
from django.utils.translation import gettext

from criteria.checks import kind_of, measured_field, operator_of
from criteria.explain import Explanation
from criteria.fields import Catalog, Choice, Field, Kind, RuleKind, registry
from criteria.operators import CHANGES, Shape
from criteria.sentence import Speaker
from criteria.sql import changed_key, distance_key
from criteria.tree import Clause, CriteriaError, operand_key, parse
from partners.models import Partner
from segmentation import engine
from segmentation.queries.rules import DEFINITIONS, name_of
from segmentation.wording import speaker


@dataclass(frozen=True, slots=True)
class Question:
    """A value that decides a rule, and that may be imagined otherwise.

    `key` is what the engine knows it by, `name` what a form does, `asked` are the conditions that look at it.
    """

    key: str
    name: str
    label: str
    kind: Kind
    value: Any
    asked: tuple[str, ...]
    unit: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Fixed:
    """A condition that cannot be imagined otherwise, and why."""

    asked: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Questions:
    """The values that may be imagined otherwise, and the conditions about what cannot be."""

    asked: Sequence[Question]
    fixed: Sequence[Fixed]


def questions(explanation: Explanation) -> Questions:
    """Return what decides an explained rule: each value once, however many conditions look at it."""
    catalog = registry.catalog()
    speaks = speaker(catalog)
    found: dict[str, Question] = {}
    fixed: list[Fixed] = []
    for leaf in explanation.leaves:
        here = list(_questions_of(leaf, leaf.clause, catalog, speaks)) if leaf.clause is not None else []
        for one in here:
            before = found.get(one.key)
            found[one.key] = one if before is None else _with_asked(before, one.asked)
        if not here:
            fixed.append(Fixed(leaf.asked, _reason(leaf.clause, catalog)))
    return Questions(list(found.values()), fixed)


def _questions_of(leaf: Explanation, clause: Clause, catalog: Catalog, speaks: Speaker) -> list[Question]:
    kind, one = kind_of(clause.operand, catalog), measured_field(clause.operand, catalog)
    if kind is Kind.RULES and one is not None:
        return _rules_asked(leaf, clause, one, catalog)
    operator = operator_of(clause, catalog)
    if kind is None:
        return []
    if one is not None and operator in CHANGES:
        label = gettext("%(field)s: day of the last change") % {"field": _capital(str(one.label))}
        key = changed_key(one)
        return [Question(key, _name(key), label, Kind.DATE, leaf.value, (leaf.asked,))]
    if operator is not None and operator.shape is Shape.CIRCLE:
        label, key = gettext("Distance from that place"), distance_key(clause.value)
        return [Question(key, _name(key), label, Kind.NUMBER, leaf.value, (leaf.asked,), unit="km")]
    if kind is Kind.PLACE:
        return []
    label = speaks.operand(clause.operand)
    key = operand_key(clause.operand)
    choices = tuple(catalog.choices(one).values()) if one is not None else ()
    unit = str(one.unit) if one is not None and one.unit else ""
    asked = leaf.asked[len(label) :].lstrip(", ") if leaf.asked.startswith(label) else leaf.asked
    return [Question(key, _name(key), _capital(label), kind, leaf.value, (asked,), unit, choices)]


def _reason(clause: Clause | None, catalog: Catalog) -> str:
    if clause is None:
        return ""
    kind = kind_of(clause.operand, catalog)
    if kind is Kind.RULES:
        return gettext("since when it has held is history, which values of today do not change")
    if kind is Kind.PLACE:
        return gettext("whether there is a place at all; distances from it can be imagined")
    return gettext("what it asks about is not known any more")


def _rules_asked(leaf: Explanation, clause: Clause, one: Field, catalog: Catalog) -> list[Question]:
    if isinstance(clause.value, dict):  # since when it holds cannot be imagined otherwise
        return []
    keys, choices = clause.value, catalog.choices(one)
    return [
        Question(
            f"{one.rule_kind}:{key}",
            _name(f"{one.rule_kind}:{key}"),
            f"{one.label}: {choices[key].label if key in choices else key}",
            Kind.RULES,
            leaf.met if len(keys) == 1 and clause.operator in {"any_of", "all_of"} else None,
            (leaf.asked,),
        )
        for key in keys
    ]


def _with_asked(one: Question, asked: tuple[str, ...]) -> Question:
    return replace(one, asked=(*one.asked, *asked))


def _name(key: str) -> str:
    return f"v{sha256(key.encode()).hexdigest()[:12]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- what would follow


@dataclass(frozen=True, slots=True)
class Change:
    """What would begin to hold and what would cease to, of one kind of rule."""

    kind: RuleKind
    gained: Sequence[str]
    lost: Sequence[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would follow: the rule itself explained with the imagined values, and every change in the rule book.

    `error` says why it cannot be told.
    """

    explanation: Explanation | None
    changes: Sequence[Change] = ()
    error: str = ""


def outcome(
    *,
    partner: Partner,
    criteria: Any,
    substitutes: Mapping[str, Any],
    at: datetime,
    kinds: Collection[RuleKind] = tuple(DEFINITIONS),
) -> Outcome:
    """Return what would follow if some values were others: for one rule, and for the rule book. Nothing is written."""
    try:
        with transaction.atomic():
            explanation = engine.explain(
                parse(criteria), partner_id=partner.pk, at=at, speak=speaker, substitutes=substitutes
            )
            found = engine.what_if(partner_id=partner.pk, at=at, substitutes=substitutes)
    except (CriteriaError, DatabaseError):
        return Outcome(None, error=gettext("With these values it cannot be computed. Try smaller ones."))
    return Outcome(explanation, _changes(found, kinds))


def effect(
    *, partner: Partner, write: Callable[[], object], at: datetime, kinds: Collection[RuleKind]
) -> Sequence[Change]:
    """Return what would follow of a write, by doing it and taking it back. A refusal of the write is raised."""
    with transaction.atomic():
        before = engine.what_if(partner_id=partner.pk, at=at, substitutes={}).before
        write()
        after = engine.what_if(partner_id=partner.pk, at=at, substitutes={}).before
        transaction.set_rollback(True)
    return _changes(engine.WhatIf(before, after), kinds)


def _changes(found: engine.WhatIf, kinds: Collection[RuleKind]) -> list[Change]:
    changes = []
    for kind in kinds:
        before, after = _ids(found.before, kind), _ids(found.after, kind)
        if before != after:
            names = _names(kind, before ^ after)
            changes.append(Change(kind, _of(names, after - before), _of(names, before - after)))
    return changes


def _ids(answers: engine.Answers, kind: RuleKind) -> set[int]:
    if kind is RuleKind.STAGE:
        return {answers.stage_id} if answers.stage_id is not None else set()
    lists = {
        RuleKind.SEGMENT: answers.segment_ids,
        RuleKind.CATEGORY: answers.category_ids,
        RuleKind.TIER: answers.tier_ids,
    }
    return set(lists[kind])


def _names(kind: RuleKind, ids: set[int]) -> dict[int, str]:
    rows = DEFINITIONS[kind]._default_manager.filter(pk__in=ids)
    rows = rows.select_related("track") if kind is RuleKind.TIER else rows
    return {row.pk: name_of(row) for row in rows}


def _of(names: Mapping[int, str], ids: set[int]) -> list[str]:
    return sorted(names[pk] for pk in ids if pk in names)
