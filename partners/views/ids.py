"""Public ids out of an address."""

from collections.abc import Iterable
from uuid import UUID


def uuids(texts: Iterable[str]) -> list[UUID]:
    """Return the ids that are well formed; others name nothing."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
