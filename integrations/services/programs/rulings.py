"""The documents of the criteria language inside a program: checked, compared, put in words, and put in order."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from criteria.checks import check, check_operand
from criteria.fields import Catalog, RuleKind
from criteria.sentence import Speaker
from criteria.tree import CriteriaError, Problem, dump, dump_operand, parse, parse_operand
from integrations.services.programs.layout import Section
from integrations.services.programs.shapes import Rule as RuleShape
from segmentation.rulebook import CYCLE, Ref, Rule, RuleBook


def language_of(section: Section) -> str:
    """Return what the rule member of a section holds: criteria, or an operand."""
    shape = section.known[section.rule].shape
    return shape.definition if isinstance(shape, RuleShape) else ""


def problems(section: Section, document: Any, catalog: Catalog) -> list[Problem]:
    """Return everything wrong with the document of a rule."""
    if document is None:
        return []
    return (check_operand if language_of(section) == "operand" else check)(document, catalog)


def same(section: Section, member: str, one: Any, other: Any) -> bool:
    """Whether two values of a member say the same."""
    return one == other or (
        member == section.rule and None not in (one, other) and _canonical(section, one) == _canonical(section, other)
    )


def _canonical(section: Section, document: Any) -> Any:
    try:
        if language_of(section) == "operand":
            return dump_operand(parse_operand(document))
        return dump(parse(document))
    except CriteriaError:
        return document


def words(section: Section, document: Any, catalog: Catalog) -> str:
    """Return a rule in words; a rule that cannot be read has none."""
    if document is None:
        return _("nobody")
    speaker = Speaker(catalog, _)
    try:
        if language_of(section) == "operand":
            return speaker.operand(parse_operand(document))
        return speaker.tree(parse(document))
    except CriteriaError:
        return ""


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
        book.rules[one.ref] = Rule(one.kind, one.record_id, one.key, one.label, tree)
    book.depths.clear()
    book.measure(catalog)
    return book.depths, {ref for ref, rule in book.rules.items() if rule.broken == CYCLE}
