"""Who leans on a definition."""

from collections.abc import Iterator, Sequence
from typing import Any

from core.models import DefinitionVersion, VersionState
from criteria.fields import MEASURE_PREFIX, RuleKind
from partners.models import (
    CategoryOverrideVersion,
    CategoryVersion,
    LifeStageVersion,
    TierOverrideVersion,
    TierVersion,
)

#: The fields of criteria that name definitions of a kind.
NAMING_FIELDS = {
    RuleKind.CATEGORY: frozenset({"categories", "primary_category", "category"}),
    RuleKind.TIER: frozenset({"tiers", "tier"}),
    RuleKind.STAGE: frozenset({"life_stage"}),
    RuleKind.SEGMENT: frozenset({"segments"}),
    RuleKind.REGION: frozenset({"region"}),
}

#: The versions of the definitions of this app.
DEFINITIONS: tuple[type[DefinitionVersion], ...] = (
    CategoryVersion,
    CategoryOverrideVersion,
    TierVersion,
    TierOverrideVersion,
    LifeStageVersion,
)


def names(document: Any, kind: RuleKind, key: str) -> bool:
    """Whether a criteria or formula document names the definition anywhere in it."""
    return any(_node_names(node, kind, key) for node in nodes(document))


def _node_names(node: dict[str, Any], kind: RuleKind, key: str) -> bool:
    if kind is RuleKind.MEASURE:
        return node.get("field") == f"{MEASURE_PREFIX}{key}"
    if node.get("peers") == f"{kind}:{key}":
        return True
    return node.get("field") in NAMING_FIELDS[kind] and key in values_of(node.get("value"))


def users_in_criteria(
    kind: RuleKind, key: str, *, models: Sequence[type[DefinitionVersion]] = DEFINITIONS, besides: Any = None
) -> list[str]:
    """Return the definitions in use whose published or drafted criteria name another one; `besides` is left out."""
    users: list[str] = []
    for model in models:
        current = model._default_manager.exclude(state=VersionState.SUPERSEDED).filter(criteria__isnull=False)
        rows = current.select_related("definition").order_by("definition_id", "number")  # type: ignore[misc]
        for version in rows:
            definition = version.definition  # type: ignore[attr-defined]
            if definition == besides or getattr(definition, "retired_at", None) is not None:
                continue
            if names(version.criteria, kind, key):
                users.append(str(definition))
    return list(dict.fromkeys(users))


def nodes(document: Any) -> Iterator[dict[str, Any]]:
    """Yield every node of a criteria or formula document."""
    if isinstance(document, dict):
        yield document
        for value in document.values():
            yield from nodes(value)
    elif isinstance(document, list):
        for value in document:
            yield from nodes(value)


def values_of(value: Any) -> list[Any]:
    """Return what a node compares with, as a list."""
    if isinstance(value, dict):
        value = value.get("of")
    return value if isinstance(value, list) else [value]
