"""What becomes of one row among many: the answer every bulk writer gives, in the order of its rows.

A bulk writer is called `upsert_many(*, rows, source, by, at) -> list[RowOutcome]` in an app's services. Its rows are
mappings of typed values by field name (days are dates, amounts are Decimals, lists are lists) with two kinds of keys of
their own: `external_id`, the value by which `source` knows the record, and `<thing>_id`, the database id of a record
already found. An absent key leaves the field as it is; None clears it. A bad row fails alone and writes nothing.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Result(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing wrong with a row: the field at fault (empty: the row as a whole), a stable code, a sentence."""

    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of the row at `index` of the rows given."""

    index: int
    result: Result
    object_id: int | None = None
    errors: list[RowError] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether the row was refused."""
        return self.result is Result.FAILED


def failed(index: int, *errors: tuple[str, str, str]) -> RowOutcome:
    """Return the outcome of a refused row, from (field, code, message) triples."""
    return RowOutcome(index, Result.FAILED, errors=[RowError(*error) for error in errors])
