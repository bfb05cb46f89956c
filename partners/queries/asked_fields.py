"""Which rules of categories and tiers ask about which fields of a profile."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from core.models import VersionState
from partners.models import CategoryVersion, Partner, TierVersion
from partners.queries.definitions import nodes, values_of
from partners.queries.overrides import applied


@dataclass(frozen=True, slots=True)
class Asked:
    """What a category or tier asks where a partner is."""

    definition: Any
    criteria: Any


def asked_of(partner: Partner) -> list[Asked]:
    """Return what every category and tier in use asks of a partner, in its region."""
    found = []
    for rows in _published():
        said = applied(rows, partner)
        found += [Asked(version.definition, said[version.definition_id].version.criteria) for version in rows]
    return found


def asking(asked: Iterable[Asked]) -> dict[str, list[str]]:
    """Return, for each field, the categories and tiers whose criteria ask about it."""
    found: dict[str, list[str]] = {}
    for one in asked:
        name = _name(one.definition)
        for field in sorted(_fields_in(one.criteria)):
            found.setdefault(field, []).append(name)
    return found


def values_asked(field: str) -> list[str]:
    """Return the texts that criteria of categories and tiers compare a field with."""
    texts = [
        text
        for rows in _published()
        for version in rows
        for node in nodes(version.criteria)
        if node.get("field") == field
        for text in values_of(node.get("value"))
        if isinstance(text, str)
    ]
    return list(dict.fromkeys(texts))


def _published() -> Iterator[list[Any]]:
    """Yield the published versions of the categories and of the tiers in use."""
    for model, related, order in (
        (CategoryVersion, (), ("definition__position",)),
        (TierVersion, ("definition__track",), ("definition__track__position", "definition__rank")),
    ):
        rows = model._default_manager.filter(state=VersionState.PUBLISHED, definition__retired_at__isnull=True)
        yield list(rows.select_related("definition", *related).order_by(*order, "pk"))


def _name(definition: Any) -> str:
    track = getattr(definition, "track", None)
    return f"{track}: {definition}" if track is not None else str(definition)


def _fields_in(criteria: Any) -> set[str]:
    return {node["field"] for node in nodes(criteria) if isinstance(node.get("field"), str)}
