"""Which partners a statement is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Scope:
    """Some partners by id, a half-open range of ids, those of a query inside the statement, or everybody."""

    ids: tuple[int, ...] | None = None
    first_id: int | None = None
    end_id: int | None = None
    query: str = ""

    @classmethod
    def some(cls, ids: Sequence[int]) -> "Scope":
        """These partners."""
        return cls(ids=tuple(ids))

    @classmethod
    def between(cls, first_id: int, end_id: int) -> "Scope":
        """Partners with first_id ≤ id < end_id."""
        return cls(first_id=first_id, end_id=end_id)

    @classmethod
    def everybody(cls) -> "Scope":
        """All partners."""
        return cls()

    @classmethod
    def found_by(cls, query: str) -> "Scope":
        """Partners whose ids a select returns that developers wrote."""
        return cls(query=query)

    def condition(self, column: str) -> str:
        """Return the limit on a column of partner ids."""
        if self.query:
            return f"{column} IN ({self.query})"
        if self.ids is not None:
            return f"{column} = ANY(%(scope_ids)s)"
        if self.first_id is not None:
            return f"{column} >= %(scope_first)s AND {column} < %(scope_end)s"
        return "TRUE"

    @property
    def parameters(self) -> dict[str, Any]:
        """The values that the condition names."""
        if self.ids is not None:
            return {"scope_ids": list(self.ids)}
        if self.first_id is not None:
            return {"scope_first": self.first_id, "scope_end": self.end_id}
        return {}
