"""Tables as they would be: a statement reads them in place of the stored ones, and nothing is written.

A select in `WITH` under the name of a table stands before the table itself, so every compiled condition and figure
reads what is imagined without knowing it: there is still one evaluator.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class StandIns:
    """Selects by the name of the table they stand for, and the values they name."""

    selects: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def before(self, statement: str) -> str:
        """Return a statement that reads these selects in place of the tables."""
        tables = ", ".join(f"{name} AS ({select})" for name, select in self.selects.items())
        return f"WITH {tables} {statement}" if tables else statement


AS_STORED = StandIns()
