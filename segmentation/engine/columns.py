"""What others measure of partners as columns of one select, for statements that reckon on with them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from criteria.checks import check
from criteria.fields import Catalog, Field, Kind, RuleKind, registry
from criteria.fragments import day_of, unusable
from criteria.tree import CriteriaError, Operand, parse, parse_formula, parse_operand
from segmentation.engine.figures import peer_group
from segmentation.engine.stored import rows, stored_book, stored_column
from segmentation.scope import Scope

#: A value that never changed has held since its partner was made.
MADE = Field("made", "made", Kind.MOMENT, "p.created_at")


class Columns:
    """Formulas, days and conditions of partners. Every method but `select` returns an expression over what it selects.

    Each raises CriteriaError when its document cannot be read or asks for what is not there.
    """

    def __init__(self, at: datetime, catalog: Catalog | None = None) -> None:
        self.catalog = catalog or registry.catalog()
        self._book = stored_book(self.catalog, at)

    def value(self, document: Any) -> str:
        """Return what a formula is worth."""
        return self._book.formula(parse_formula(document))

    def last_true_on(self, document: Any) -> str:
        """Return the day on which an operand was last true: of its newest record, or of its field's last change."""
        operand = parse_operand(document)
        if operand.field:
            found = self.catalog.fields.get(operand.field)
            if found is None or not found.changed:
                raise unusable(f"Nobody notes when “{operand.field}” changes.")
            return day_of(f"coalesce({self._book.changed(found)}, {self._book.column(MADE)})")
        collection = self.catalog.collections.get(operand.collection)
        day = collection.field(collection.day) if collection else None
        if day is None or operand.per_area is not None:
            raise unusable("These records have no day.")
        newest = self._book.operand(
            Operand(
                collection=operand.collection,
                aggregate="max",
                of=day.key,
                where=operand.where,
                window=operand.window,
            )
        )
        return day_of(newest) if day.kind is Kind.MOMENT else newest

    def holds(self, document: Any) -> str:
        """Return whether criteria hold, never empty."""
        if problems := check(document, self.catalog):
            raise CriteriaError(problems)
        return f"({self._book.predicate(parse(document))}) IS TRUE"

    def peer_group(self, peers: str) -> str:
        """Return the name of a partner's group of peers, empty where it has none."""
        if peers == "stage":
            return f"({self._book.column(stored_column(RuleKind.STAGE))})::text"
        name, limit = peer_group(peers, self._book)
        return f"CASE WHEN {limit} THEN {name} END"

    def select(self, scope: Scope, columns: Mapping[str, str]) -> str:
        """Return the select of one row per partner, with `partner_id` and these columns."""
        named = "".join(f", {sql} AS {name}" for name, sql in columns.items())
        return f"SELECT partner_id{named} FROM ({rows(self._book, scope)}) layer OFFSET 0"

    @property
    def parameters(self) -> dict[str, Any]:
        """The values that the select names, apart from those of its scope."""
        return self._book.parameters

    def parameter(self, value: Any) -> str:
        """Return the placeholder of a value."""
        return self._book.parameter(value)
