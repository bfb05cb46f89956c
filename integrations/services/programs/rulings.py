"""The documents of the criteria language inside a program: checked, compared, put in words, and put in order."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from criteria.checks import check, check_formula, check_operand
from criteria.fields import MEASURE_PREFIX, Catalog, RuleKind
from criteria.sentence import Speaker
from criteria.tree import (
    CriteriaError,
    Problem,
    dump,
    dump_formula,
    dump_operand,
    parse,
    parse_formula,
    parse_operand,
)
from integrations.services.programs.layout import Section
from integrations.services.programs.shapes import Rule as RuleShape
from segmentation.rulebook import Ref, Rule, RuleBook
from segmentation.wording import speaker


@dataclass(frozen=True)
class Language:
    """How one kind of document is checked, read, printed, and put in words."""

    check: Callable[[Any, Catalog], list[Problem]]
    parse: Callable[[Any], Any]
    dump: Callable[[Any], Any]
    say: Callable[[Speaker, Any], str]


LANGUAGES = {
    "criteria": Language(check, parse, dump, lambda speaker, tree: speaker.tree(tree)),
    "operand": Language(check_operand, parse_operand, dump_operand, lambda speaker, operand: speaker.operand(operand)),
    "formula": Language(check_formula, parse_formula, dump_formula, lambda speaker, formula: speaker.formula(formula)),
}


def language_of(section: Section) -> Language:
    """Return what the rule member of a section is written in."""
    shape = section.known[section.rule].shape
    return LANGUAGES[shape.definition if isinstance(shape, RuleShape) else "criteria"]


def problems(section: Section, document: Any, catalog: Catalog) -> list[Problem]:
    """Return everything wrong with the document of a rule."""
    return [] if document is None else language_of(section).check(document, catalog)


def same(section: Section, member: str, one: Any, other: Any) -> bool:
    """Whether two values of a member say the same."""
    return one == other or (
        member == section.rule and None not in (one, other) and _canonical(section, one) == _canonical(section, other)
    )


def _canonical(section: Section, document: Any) -> Any:
    language = language_of(section)
    try:
        return language.dump(language.parse(document))
    except CriteriaError:
        return document


def words(section: Section, document: Any, catalog: Catalog) -> str:
    """Return a rule in words; a rule that cannot be read has none."""
    if document is None:
        return str(section.without)
    language = language_of(section)
    try:
        return language.say(speaker(catalog), language.parse(document))
    except CriteriaError:
        return ""


def measures_first(formulas: Mapping[str, Any]) -> tuple[list[str], set[str]]:
    """Return the keys of measures in the order in which they build on each other, and those that stand in a circle."""
    order: list[str] = []
    circle: set[str] = set()

    def visit(key: str, path: tuple[str, ...]) -> None:
        if key in path:
            circle.update(path[path.index(key) :])
        elif key not in order:
            for other in sorted(_measures_in(formulas[key])):
                if other in formulas:
                    visit(other, (*path, key))
            if key not in order:
                order.append(key)

    for key in formulas:
        visit(key, ())
    return order, circle


def _measures_in(document: Any) -> set[str]:
    """Return the keys of the measures that a formula names anywhere, however wrong it is otherwise."""
    if isinstance(document, dict):
        field = str(document.get("field"))
        here = {field.removeprefix(MEASURE_PREFIX)} if field.startswith(MEASURE_PREFIX) else set()
        return here.union(*(_measures_in(value) for value in document.values()))
    if isinstance(document, list):
        return set().union(*(_measures_in(value) for value in document))
    return set()


@dataclass(frozen=True)
class Asked:
    """A rule of the document, and the id of the definition it belongs to."""

    kind: RuleKind
    key: str
    record_id: int
    label: str
    document: Any

    @property
    def ref(self) -> Ref:
        """How other rules name it."""
        return self.kind, self.key


def depths(asked: Iterable[Asked], catalog: Catalog) -> tuple[dict[Ref, int], set[Ref]]:
    """Return how deep each rule builds on others once all are published, and those that would stand in a circle."""
    book = RuleBook.load(catalog)
    for one in asked:
        tree = parse(one.document) if one.document is not None else None
        regional = book.rules[one.ref].regional if one.ref in book.rules else ()
        book.rules[one.ref] = Rule(one.kind, one.record_id, one.key, one.label, tree, regional=regional)
    book.depths.clear()
    book.circle.clear()
    book.measure(catalog)
    return book.depths, book.circle
