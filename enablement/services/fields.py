"""Which fields of a record somebody changes."""

from collections.abc import Mapping
from typing import Any


def known(fields: Mapping[str, Any], editable: frozenset[str]) -> Mapping[str, Any]:
    """Return the fields, all of which must be editable."""
    if unknown := fields.keys() - editable:
        raise TypeError(f"Not a field: {', '.join(sorted(unknown))}")
    return fields


def apply(record: Any, changes: Mapping[str, Any]) -> list[str]:
    """Set the fields that say something new; return their names."""
    changed = [name for name, value in changes.items() if getattr(record, name) != value]
    for name in changed:
        setattr(record, name, changes[name])
    return changed
