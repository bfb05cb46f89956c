"""Scorecards that ask for each other's score, directly or through rules: refused where they would in a circle.

What is measured and whom a scorecard measures may build on segments, categories, tiers, life stages and measures, and
these on scores. In a circle no score would ever come to rest.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.models import VersionState
from core.refusals import Refusal
from criteria.fields import Catalog, RuleKind, registry
from criteria.tree import CriteriaError, parse, parse_operand
from scorecards.models import Reach, ScorecardVersion
from scorecards.score_fields import is_score, metric_field, scorecard_of, section_field
from segmentation import rulebook
from segmentation.rulebook import Ref, RuleBook

#: A scorecard by its key, or a rule.
Node = str | Ref


def refuse() -> None:
    """Raise ValidationError when what is published lets a scorecard build on its own score; the circle is named."""
    web = _Web.load()
    for key in sorted(web.sheets):
        if circle := web.circle(key):
            names = " → ".join(f"“{web.name(node)}”" for node in circle)
            message = _("These would depend on each other's scores in a circle: %(names)s.") % {"names": names}
            raise ValidationError({"criteria": ValidationError(message, code="cycle")})


def refuse_losses(*, before: ScorecardVersion | None, after: ScorecardVersion) -> None:
    """Refuse a version without a section or metric whose points criteria ask for."""
    gone = {} if before is None else _fields(before)
    for key in _fields(after):
        gone.pop(key, None)
    if not gone:
        return
    catalog = registry.catalog()
    book = RuleBook.load(catalog)
    measures = {(RuleKind.MEASURE, one.key) for one in catalog.fields.values() if one.formula is not None}
    for ref in sorted({*book.rules, *measures}):
        for key in sorted(gone.keys() & book.fields(ref, catalog)):
            message = _("“%(rule)s” asks for the points of “%(part)s”. Keep it, or change that rule first.")
            raise Refusal(message % {"rule": book.label(ref, catalog), "part": gone[key]}, code="asked_for")


def _fields(version: ScorecardVersion) -> dict[str, Any]:
    key = version.definition.key
    sections = {section_field(key, one.key): one for one in version.sections.all()}
    return sections | {metric_field(key, one.key): one for one in version.metrics.all()}


@dataclass
class _Web:
    """What is published: scorecards in use by key, and rules, each with what it asks for."""

    sheets: dict[str, ScorecardVersion]
    main: str
    book: RuleBook
    catalog: Catalog

    @classmethod
    def load(cls) -> "_Web":
        in_use = ScorecardVersion.objects.filter(state=VersionState.PUBLISHED, definition__retired_at__isnull=True)
        versions = list(in_use.select_related("definition").prefetch_related("metrics"))
        catalog = registry.catalog()
        return cls(
            sheets={one.definition.key: one for one in versions},
            main=next((one.definition.key for one in versions if one.definition.is_main), ""),
            book=RuleBook.load(catalog) if versions else RuleBook({}),
            catalog=catalog,
        )

    def name(self, node: Node) -> str:
        """Return what people call it."""
        return str(self.sheets[node].definition) if isinstance(node, str) else self.book.label(node, self.catalog)

    def circle(self, start: str) -> list[Node]:
        """Return the shortest way from a scorecard back to itself, with both its ends; nothing where there is none."""
        ways: dict[Node, list[Node]] = {start: [start]}
        ahead: list[Node] = [start]
        for node in ahead:
            for needed in self.needs(node):
                if needed == start:
                    return [*ways[node], start]
                if needed not in ways:
                    ways[needed] = [*ways[node], needed]
                    ahead.append(needed)
        return []

    def needs(self, node: Node) -> Iterator[Node]:
        """Yield the scorecards and rules that one asks for."""
        if isinstance(node, str):
            refs, fields = self._asked(self.sheets[node])
        else:
            refs, fields = self.book.needs(node, self.catalog), self.book.fields(node, self.catalog)
        yield from sorted(refs)
        scorecards = {scorecard_of(one) or self.main for one in fields if is_score(one)}
        yield from sorted(scorecards & self.sheets.keys())

    def _asked(self, version: ScorecardVersion) -> tuple[set[Ref], set[str]]:
        """Return the rules and fields that a scorecard asks for: whom it is for, and what its metrics measure."""
        refs: set[Ref] = set()
        fields: set[str] = set()
        if version.criteria and version.definition.reach != Reach.SWITCHED_ON:
            with suppress(CriteriaError):
                tree = parse(version.criteria)
                refs |= rulebook.references(tree, self.catalog)
                fields |= rulebook.fields_of(tree)
        for metric in version.metrics.all():
            if metric.expression is not None:
                with suppress(CriteriaError):
                    measured = parse_operand(metric.expression)
                    refs |= rulebook.formula_references(measured, self.catalog)
                    fields |= rulebook.formula_fields(measured)
        return self.book.expanded(refs), fields
