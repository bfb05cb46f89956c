"""What metrics measure, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from criteria.checks import check_operand
from criteria.fields import Catalog, registry
from criteria.tree import parse_operand
from segmentation.wording import speaker


@dataclass(frozen=True)
class Words:
    """Says operands in the reader's language, with the catalog read once for a page."""

    catalog: Catalog

    @classmethod
    def now(cls) -> Self:
        """Return words for what may be asked now."""
        return cls(registry.catalog())

    def of(self, expression: Any) -> str:
        """Return an operand in words; nothing when it cannot be measured any more."""
        if check_operand(expression, self.catalog):
            return ""
        words = speaker(self.catalog).operand(parse_operand(expression))
        return words[:1].upper() + words[1:]

    def for_partners(self, expression: Any) -> bool:
        """Whether partners may see what an expression asks about."""
        collection = self.catalog.collections.get(str(expression.get("collection")))
        if collection is None:
            field = self.catalog.fields.get(str(expression.get("field")))
            return field is not None and field.partner_may_see
        asked = {expression.get("of"), *_fields_of(expression.get("where") or {})}
        return all(field.partner_may_see for field in collection.fields if field.key in asked)


def _fields_of(group: Mapping[str, Any]) -> set[str]:
    """Return the fields a nested group asks about."""
    rules = group.get("rules", [])
    return {str(rule["field"]) for rule in rules if "field" in rule}.union(*(_fields_of(rule) for rule in rules))
