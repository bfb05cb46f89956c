"""The rule book: every published rule at once, in the order in which rules build on each other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from criteria.fields import MEASURE_PREFIX, Catalog, Kind, RuleKind, registry
from criteria.tree import Clause, CriteriaError, Formula, Function, Group, clauses, operands, parse
from partners.models import Category, LifeStage, Tier
from partners.queries import overrides
from partners.queries.overrides import PublishedOverride
from segmentation.models import Measure, RuleHealth, Segment, SegmentKind

Ref = tuple[RuleKind, str]
CYCLE = "It depends on itself."


@dataclass(frozen=True, slots=True)
class RegionalText:
    """What a rule asks of partners in a region and below it, instead of what it asks elsewhere; no tree is nobody."""

    region_id: int
    override_id: int
    number: int
    tree: Group | None


@dataclass(frozen=True)
class Rule:
    """One published rule. A segment may have no tree (picked by hand) and may be `pinned` in or out.

    Of the `regional` texts, the deepest region first, the first that a partner lies in holds. A `broken` rule keeps its
    last answers until it is mended.
    """

    kind: RuleKind
    id: int
    key: str
    label: str
    tree: Group | None
    number: int = 0
    pinned: bool = False
    broken: str = ""
    regional: tuple[RegionalText, ...] = ()

    @property
    def trees(self) -> list[Group]:
        """Every tree that may decide: the rule's own and those of regions."""
        return [tree for tree in (self.tree, *(text.tree for text in self.regional)) if tree is not None]

    @property
    def ref(self) -> Ref:
        """How other rules name this one."""
        return self.kind, self.key


@dataclass(frozen=True)
class Part:
    """Some rules of the book, with all that builds on them; `gone` are ids of rules that are there no more, by kind."""

    refs: frozenset[Ref]
    gone: Mapping[RuleKind, Sequence[int]] = field(default_factory=dict)

    def has(self, kind: RuleKind) -> bool:
        """Say whether any of them is of this kind."""
        return kind in self.gone or any(ref[0] is kind for ref in self.refs)


@dataclass
class RuleBook:
    """All published rules, by name, with how deep each builds on others."""

    rules: dict[Ref, Rule]
    depths: dict[Ref, int] = field(default_factory=dict)
    #: Rules and measures that depend on themselves.
    circle: set[Ref] = field(default_factory=set)

    @classmethod
    def load(cls, catalog: Catalog) -> "RuleBook":
        """Read the published rules. A rule that cannot be read or that depends on itself is broken, the others work."""
        rules = {rule.ref: rule for rule in (*_segments(), *_definitions())}
        book = cls(rules)
        book._note_known_failures()
        book.measure(catalog)
        return book

    def of_kind(self, kind: RuleKind) -> list[Rule]:
        """The rules of a kind; life stages in the order in which they are checked."""
        return [rule for rule in self.rules.values() if rule.kind is kind]

    def mark_broken(self, ref: Ref, error: str) -> None:
        """Set a rule aside."""
        self.rules[ref] = replace(self.rules[ref], broken=error)

    def label(self, ref: Ref, catalog: Catalog) -> str:
        """Return the name of a rule or measure."""
        return self.rules[ref].label if ref in self.rules else str(catalog.fields[ref[1]].label)

    def needs(self, ref: Ref, catalog: Catalog) -> set[Ref]:
        """The rules and measures that one asks for. Asking for a life stage asks for all: the first that holds wins."""
        if ref[0] is RuleKind.MEASURE:
            formula = catalog.fields[ref[1]].formula
            return self.expanded(formula_references(formula, catalog)) if formula is not None else set()
        asked = [references(tree, catalog) for tree in self.rules[ref].trees]
        return self.expanded(set().union(*asked))

    def fields(self, ref: Ref, catalog: Catalog) -> set[str]:
        """The fields of a partner that a rule or measure itself asks for."""
        if ref[0] is RuleKind.MEASURE:
            formula = catalog.fields[ref[1]].formula
            return formula_fields(formula) if formula is not None else set()
        return set().union(*(fields_of(tree) for tree in self.rules[ref].trees))

    def part(self, asked: Iterable[tuple[str, int]], catalog: Catalog) -> Part:
        """Return some rules and measures, named by kind and database id, with all rules that build on them.

        Which life stage holds is one answer, so all stages go together.
        """
        names = {(rule.kind, rule.id): rule.ref for rule in self.rules.values()}
        gone: dict[RuleKind, list[int]] = {}
        found: set[Ref] = set()
        for kind, rule_id in ((RuleKind(kind), rule_id) for kind, rule_id in asked):
            if kind is RuleKind.MEASURE:
                found |= _measure(rule_id)
            elif (kind, rule_id) in names:
                found.add(names[kind, rule_id])
            else:
                gone.setdefault(kind, []).append(rule_id)
        needs = {ref: self._needed_in_all(ref, catalog) for ref in self.rules if not self.rules[ref].broken}
        found |= {ref for ref, below in needs.items() if below & found}
        if RuleKind.STAGE in gone or any(kind is RuleKind.STAGE for kind, _key in found):
            stages = {rule.ref for rule in self.of_kind(RuleKind.STAGE)}
            found |= stages | {ref for ref, below in needs.items() if below & stages}
        return Part(frozenset(found & self.rules.keys()), gone)

    def _needed_in_all(self, ref: Ref, catalog: Catalog) -> set[Ref]:
        """Return what a rule asks for, and what that asks for, and so on."""
        found: set[Ref] = set()
        ahead = [ref]
        while ahead:
            new = self.needs(ahead.pop(), catalog) - found
            found |= new
            ahead += [one for one in new if one not in self.rules or not self.rules[one].broken]
        return found

    def expanded(self, refs: Iterable[Ref]) -> set[Ref]:
        """Return those that there are; with one life stage all of them, as the first that holds wins."""
        found = {ref for ref in refs if ref in self.rules or ref[0] is RuleKind.MEASURE}
        if any(kind is RuleKind.STAGE for kind, _ in found):
            found |= {rule.ref for rule in self.of_kind(RuleKind.STAGE)}
        return found

    def _note_known_failures(self) -> None:
        failures = {
            (kind, rule_id): error
            for kind, rule_id, error in RuleHealth.objects.filter(tried_at__isnull=True).values_list(
                "kind", "rule_id", "error"
            )
        }
        for ref, rule in self.rules.items():
            if (rule.kind.value, rule.id) in failures:
                self.mark_broken(ref, failures[rule.kind.value, rule.id])

    def measure(self, catalog: Catalog) -> None:
        """Find how deep rules, and the measures they ask for, build on others. One that depends on itself is broken."""
        for ref in list(self.rules):
            self._depth(ref, catalog, ())

    def _depth(self, ref: Ref, catalog: Catalog, path: tuple[Ref, ...]) -> int:
        if ref in path:
            self._note_circle(path[path.index(ref) :])
            return 0
        if ref not in self.depths:
            needed = set() if ref in self.rules and self.rules[ref].broken else self.needs(ref, catalog)
            if ref in needed:
                self._note_circle((ref,))
                needed = set()
            below = [self._depth(each, catalog, (*path, ref)) for each in sorted(needed)]
            self.depths[ref] = 1 + max(below, default=-1)
        return self.depths[ref]

    def _note_circle(self, refs: tuple[Ref, ...]) -> None:
        self.circle |= set(refs)
        for ref in refs:
            if ref in self.rules:
                self.mark_broken(ref, CYCLE)


def references(tree: Group, catalog: Catalog) -> set[Ref]:
    """Return the rules and measures that a tree names."""
    found: set[Ref] = set()
    for _path, clause in clauses(tree):
        one = catalog.fields.get(clause.operand.field)
        if one is not None and one.kind is Kind.RULES and one.rule_kind:
            found |= {(one.rule_kind, key) for key in _keys_asked(clause)}
        elif one is not None and one.formula is not None:
            found.add((RuleKind.MEASURE, one.key))
        other = catalog.fields.get(str(clause.value["field"])) if _is_field(clause.value) else None
        if other is not None and other.formula is not None:
            found.add((RuleKind.MEASURE, other.key))
    return found


def fields_of(tree: Group) -> set[str]:
    """Return the fields of a partner that a tree names."""
    found = set()
    for _path, clause in clauses(tree):
        found.add(clause.operand.field)
        if _is_field(clause.value):
            found.add(str(clause.value["field"]))
    return found - {""}


def formula_fields(formula: Formula) -> set[str]:
    """Return the fields of a partner that a formula names."""
    found = {operand.field for operand in operands(formula)}
    return found.union(*(fields_of(group) for group in _conditions(formula))) - {""}


def formula_references(formula: Formula, catalog: Catalog) -> set[Ref]:
    """Return the rules and measures that a formula names."""
    found: set[Ref] = set()
    for operand in operands(formula):
        one = catalog.fields.get(operand.field)
        if one is not None and one.formula is not None:
            found.add((RuleKind.MEASURE, one.key))
    for group in _conditions(formula):
        found |= references(group, catalog)
    return found | _compared_segment(formula)


def _compared_segment(formula: Formula) -> set[Ref]:
    """Return the segment whose partners a formula compares, if it does that."""
    peers = str(formula.settings.get("peers", "")) if isinstance(formula, Function) else ""
    way, _colon, key = peers.partition(":")
    return {(RuleKind.SEGMENT, key)} if way == RuleKind.SEGMENT else set()


def _conditions(formula: Formula) -> Iterable[Group]:
    if isinstance(formula, Function):
        if formula.where is not None:
            yield formula.where
        for inner in (*formula.of, *(part.of for part in formula.parts)):
            yield from _conditions(inner)


def _keys_asked(clause: Clause) -> list[str]:
    keys = clause.value.get("of", ()) if isinstance(clause.value, dict) else clause.value
    return [key for key in keys if isinstance(key, str)] if isinstance(keys, tuple) else []


def _is_field(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"field"}


def refuse_cycles() -> None:
    """Raise ValidationError when a published rule or measure depends on itself, through however many others."""
    catalog = registry.catalog()
    book = RuleBook.load(catalog)
    for one in catalog.fields.values():
        if one.formula is not None:
            book._depth((RuleKind.MEASURE, one.key), catalog, ())
    if book.circle:
        names = sorted(book.label(ref, catalog) for ref in book.circle)
        message = _("These rules would depend on each other in a circle: %(names)s.") % {"names": ", ".join(names)}
        raise ValidationError({"criteria": ValidationError(message, code="cycle")})


def _segments() -> Iterable[Rule]:
    published = Segment.objects.filter(retired_at__isnull=True).values_list("id", "key", "name", "kind")
    versions = _published(Segment)
    for pk, key, name, kind in published.order_by("id"):
        version = versions.get(pk)
        if version is None and kind != SegmentKind.STATIC:
            continue
        number, criteria = version or (0, None)
        criteria = None if kind == SegmentKind.STATIC else criteria
        yield _rule(RuleKind.SEGMENT, pk, key, name, criteria, number, pinned=kind != SegmentKind.DYNAMIC)


def _definitions() -> Iterable[Rule]:
    categories, tiers, stages = _published(Category), _published(Tier), _published(LifeStage)
    regional = _regional()
    for category in Category.objects.filter(pk__in=categories, retired_at__isnull=True).order_by("id"):
        number, criteria = categories[category.pk]
        rule = _rule(RuleKind.CATEGORY, category.pk, category.key, category.name, criteria, number)
        yield _with_regions(rule, regional)
    for tier in Tier.objects.filter(pk__in=tiers, retired_at__isnull=True).select_related("track").order_by("id"):
        number, criteria = tiers[tier.pk]
        rule = _rule(RuleKind.TIER, tier.pk, f"{tier.track.key}.{tier.key}", tier.name, criteria, number)
        yield _with_regions(rule, regional)
    for stage in LifeStage.objects.filter(pk__in=stages, retired_at__isnull=True).order_by("precedence", "id"):
        number, criteria = stages[stage.pk]
        yield _rule(RuleKind.STAGE, stage.pk, stage.key, stage.name, criteria, number)


def _measure(measure_id: int) -> set[Ref]:
    keys = Measure.objects.filter(pk=measure_id).values_list("key", flat=True)
    return {(RuleKind.MEASURE, f"{MEASURE_PREFIX}{key}") for key in keys}


def _regional() -> dict[tuple[RuleKind, int], list[PublishedOverride]]:
    found: dict[tuple[RuleKind, int], list[PublishedOverride]] = {}
    for one in overrides.published():
        found.setdefault((one.kind, one.definition_id), []).append(one)
    return found


def _with_regions(rule: Rule, regional: Mapping[tuple[RuleKind, int], list[PublishedOverride]]) -> Rule:
    """Return the rule with the texts of its regions; one that cannot be read sets the whole rule aside."""
    try:
        texts = tuple(
            RegionalText(
                one.region_id, one.override_id, one.number, None if one.criteria is None else parse(one.criteria)
            )
            for one in regional.get((rule.kind, rule.id), [])
        )
    except CriteriaError as error:
        return replace(rule, broken=str(error))
    return replace(rule, regional=texts)


def _published(model: Any) -> dict[int, tuple[int, Any]]:
    version = model._meta.get_field("versions").related_model
    rows = version.objects.filter(state="published").values_list("definition_id", "number", "criteria")
    return {definition: (number, criteria) for definition, number, criteria in rows}


def _rule(kind: RuleKind, pk: int, key: str, label: str, criteria: Any, number: int, *, pinned: bool = False) -> Rule:
    if criteria is None:
        return Rule(kind, pk, key, label, None, number, pinned)
    try:
        return Rule(kind, pk, key, label, parse(criteria), number, pinned)
    except CriteriaError as error:
        return Rule(kind, pk, key, label, None, number, pinned, broken=str(error))
