"""Why a rule holds for a partner or not: now, at a past moment, and the records behind each number."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext as _

from core.services import versions
from criteria.checks import field_of
from criteria.explain import Explanation
from criteria.fields import Catalog, Collection, RuleKind, registry
from criteria.tree import Clause, CriteriaError, Group, Operand, clauses, operand_key, operands, parse
from partners.models import Category, Partner, Region, Tier
from partners.queries import overrides
from segmentation import engine
from segmentation.models import Classification, PinDirection, RuleTransition, Segment, SegmentKind
from segmentation.wording import speaker


@dataclass(frozen=True, slots=True)
class Asked:
    """The criteria that hold for one partner: of which version, and of which region where that has its own."""

    criteria: Any
    number: int
    region: Region | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """Why a published rule holds for a partner or not. `explanation` is None for a segment picked by hand.

    `instead` is the life stage the partner is in because it is checked before this one, whose criteria hold as well.
    """

    name: str
    met: bool
    explanation: Explanation | None
    pinned: str = ""
    broken: str = ""
    asked: Asked | None = None
    instead: Any = None


def asked_of(definition: Any, partner: Partner) -> Asked | None:
    """Return the criteria of a definition that hold for a partner; None when nothing is published."""
    if isinstance(definition, Category | Tier):
        applied = overrides.applying(definition, partner)
        if applied is None:
            return None
        return Asked(applied.version.criteria, applied.number, applied.criteria_region)
    version = versions.published_of(definition)
    return Asked(version.criteria, version.number) if version is not None else None


def why(*, partner: Partner, kind: RuleKind, definition: Any, at: datetime) -> Why:
    """Return why a published rule holds for a partner or not, clause by clause."""
    pinned = _pinned(partner, definition) if kind is RuleKind.SEGMENT else ""
    asked = asked_of(definition, partner)
    by_hand = kind is RuleKind.SEGMENT and definition.kind == SegmentKind.STATIC
    if by_hand or asked is None or asked.criteria is None:
        return Why(str(definition), pinned == PinDirection.IN, None, pinned, asked=asked)
    try:
        found = explain(partner=partner, criteria=asked.criteria, at=at)
    except CriteriaError as error:
        return Why(str(definition), False, None, pinned, broken=str(error), asked=asked)
    met = pinned == PinDirection.IN or (found.met and pinned != PinDirection.OUT)
    instead = _stage_before(partner, definition) if kind is RuleKind.STAGE and met else None
    return Why(str(definition), met and instead is None, found, pinned, asked=asked, instead=instead)


def explain(*, partner: Partner, criteria: Any, at: datetime) -> Explanation:
    """Return why criteria hold for a partner or not: asked, has, missing. Raises CriteriaError."""
    return engine.explain(parse(criteria), partner_id=partner.pk, at=at, speak=speaker)


def _pinned(partner: Partner, segment: Segment) -> str:
    return segment.pins.filter(partner=partner).values_list("direction", flat=True).first() or ""


def _stage_before(partner: Partner, stage: Any) -> Any:
    """Return the stage a partner is in, where it is checked before this one."""
    row = Classification.objects.select_related("stage").filter(partner=partner).first()
    current = row.stage if row is not None else None
    if current is None or current.pk == stage.pk:
        return None
    return current if (current.precedence, current.pk) < (stage.precedence, stage.pk) else None


def heading(kind: RuleKind, *, partner: Partner, definition: Any, met: bool) -> str:
    """Return what is explained, in a line: "Why Pinewood is not in “Growing”"."""
    texts = {
        RuleKind.SEGMENT: (_("Why %(partner)s is in “%(name)s”"), _("Why %(partner)s is not in “%(name)s”")),
        RuleKind.CATEGORY: (
            _("Why %(partner)s fulfils the criteria of “%(name)s”"),
            _("Why %(partner)s does not fulfil the criteria of “%(name)s”"),
        ),
        RuleKind.TIER: (
            _("Why %(partner)s qualifies for “%(name)s”"),
            _("Why %(partner)s does not qualify for “%(name)s”"),
        ),
        RuleKind.STAGE: (
            _("Why %(partner)s is in the life stage “%(name)s”"),
            _("Why %(partner)s is not in the life stage “%(name)s”"),
        ),
    }[kind]
    return texts[0 if met else 1] % {"partner": partner, "name": definition}


# --- the records behind a number


def records(*, partner: Partner, criteria: Any, path: str, at: datetime) -> list[engine.Records]:
    """Return the records that count for a clause: of a measure those behind each figure in its formula.

    There are none where the path names no clause that looks at records.
    """
    clause = clause_at(criteria, path)
    if clause is None:
        return []
    return [
        engine.records(one, partner_id=partner.pk, at=at, speak=speaker)
        for one in _figures_of(clause.operand, registry.catalog())
    ]


def _figures_of(operand: Operand, catalog: Catalog, seen: frozenset[str] = frozenset()) -> list[Operand]:
    """Return what an operand reads of records, through all measures it asks for, each figure once."""
    if engine.has_records(operand):
        return [operand]
    one = catalog.fields.get(operand.field)
    if one is None or one.formula is None or one.key in seen:
        return []
    found: dict[str, Operand] = {}
    for part in operands(one.formula):
        for figure in _figures_of(part, catalog, seen | {one.key}):
            found.setdefault(operand_key(figure), figure)
    return list(found.values())


def clause_at(criteria: Any, path: str) -> Clause | None:
    """Return the clause of a document at a path, or None."""
    try:
        return dict(clauses(parse(criteria))).get(path)
    except CriteriaError:
        return None


# --- what was


@dataclass(frozen=True, slots=True)
class Past:
    """A partner entered or left a rule: by which criteria, with which values, met or not.

    Without an `explanation` the criteria of that day cannot be read any more, or there were none: the values remain.
    """

    move: RuleTransition
    asked: Asked | None
    explanation: Explanation | None
    values: dict[str, Any]
    broken: str = ""


def why_then(*, move: RuleTransition, definition: Any) -> Past:
    """Return why a partner entered or left a rule, by the criteria and the values of that moment."""
    asked = asked_then(move, definition)
    if asked is None or asked.criteria is None:
        return Past(move, asked, None, _numbered(move))
    try:
        tree = parse(asked.criteria)
    except CriteriaError as error:
        return Past(move, asked, None, _numbered(move), broken=str(error))
    values = _by_path(move, tree)
    try:
        found = engine.explain_past(tree, values, partner_id=move.partner_id, at=move.at, speak=speaker)
    except CriteriaError as error:
        return Past(move, asked, None, values, broken=str(error))
    return Past(move, asked, found, values)


def _by_path(move: RuleTransition, tree: Group) -> dict[str, Any]:
    """Return the values kept with a transition by the path of their clause; older ones were kept so."""
    kept = move.evidence.get("values") or []
    return kept if isinstance(kept, dict) else dict(zip([path for path, _ in clauses(tree)], kept, strict=False))


def _numbered(move: RuleTransition) -> dict[str, Any]:
    """Return the values kept with a transition whose criteria cannot be read, in their order."""
    kept = move.evidence.get("values") or []
    return kept if isinstance(kept, dict) else {str(number): value for number, value in enumerate(kept, start=1)}


def asked_then(move: RuleTransition, definition: Any) -> Asked | None:
    """Return the criteria that a transition names: those of a region where the evidence says so."""
    number = move.evidence.get("version")
    override = move.evidence.get("override")
    if override is not None:
        row = definition.overrides.select_related("region").filter(pk=override).first()
        version = row.versions.filter(number=number).first() if row is not None else None
        return Asked(version.criteria, version.number, row.region) if row and version else None
    version = definition.versions.filter(number=number).first() if number else None
    return Asked(version.criteria, version.number) if version is not None else None


# --- what partners may see


def for_partner(explanation: Explanation) -> Explanation:
    """Return an explanation in which clauses about what partners may not see say only whether they are met."""
    return _veiled(explanation, registry.catalog())


def _veiled(node: Explanation, catalog: Catalog) -> Explanation:
    if node.joined:
        parts = tuple(_veiled(part, catalog) for part in node.parts)
        is_seen = any(leaf.clause is not None for part in parts for leaf in part.leaves)
        return replace(node, parts=parts, title=node.title if is_seen else "")
    if node.clause is None or partner_sees(node.clause, catalog):
        return node
    asked = gettext("Something that your partner manager looks after")
    return replace(node, asked=asked, has="", missing="", share=None, clause=None)


def partner_sees(clause: Clause, catalog: Catalog) -> bool:
    """Say whether a partner may see everything that a clause asks about."""
    other = clause.value.get("field") if isinstance(clause.value, dict) else None
    return _sees(clause.operand, catalog) and (other is None or _sees(Operand(field=other), catalog))


def partner_sees_records(clause: Clause, catalog: Catalog) -> bool:
    """Say whether a partner may see every record behind a clause."""
    figures = _figures_of(clause.operand, catalog)
    return partner_sees(clause, catalog) and all(_sees(one, catalog) for one in figures)


def _sees(operand: Operand, catalog: Catalog, collection: Collection | None = None) -> bool:
    if operand.field:
        one = field_of(operand, catalog, collection)
        return one is not None and one.partner_may_see
    if operand.per_area is not None:
        areas = (operand.per_area.areas, operand.per_area.need)
        return all(
            _sees(area.clause.operand, catalog) and _sees_of(area.clause.operand, area.by, catalog) for area in areas
        )
    target = catalog.collections.get(operand.collection)
    if target is None or not target.partner_may_see or not _sees_of(operand, operand.of, catalog):
        return False
    groups = [*operand.each, *([operand.where] if operand.where is not None else [])]
    return all(_sees(inner.operand, catalog, target) for group in groups for inner in _clauses_of(group))


def _sees_of(operand: Operand, key: str, catalog: Catalog) -> bool:
    target = catalog.collections.get(operand.collection)
    one = target.field(key) if target is not None and key else None
    return one.partner_may_see if one is not None else not key


def _clauses_of(group: Group) -> Iterable[Clause]:
    return (clause for _path, clause in clauses(group))
