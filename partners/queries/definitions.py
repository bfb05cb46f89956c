"""Who leans on a definition."""

from collections.abc import Iterator
from typing import Any

from core.models import DefinitionVersion, VersionState
from criteria.fields import RuleKind
from partners.models import CategoryVersion, LifeStageVersion, TierVersion

#: The fields of criteria that name definitions of a kind.
NAMING_FIELDS = {
    RuleKind.CATEGORY: frozenset({"categories", "primary_category", "category"}),
    RuleKind.TIER: frozenset({"tiers", "tier"}),
    RuleKind.STAGE: frozenset({"life_stage"}),
    RuleKind.SEGMENT: frozenset({"segments"}),
}


def names(document: Any, kind: RuleKind, key: str) -> bool:
    """Whether a criteria document names the definition anywhere in it."""
    return any(
        clause.get("field") in NAMING_FIELDS[kind] and key in _values(clause.get("value"))
        for clause in _nodes(document)
    )


def users_in_criteria(kind: RuleKind, key: str) -> list[str]:
    """Return the categories, tiers and life stages whose published or drafted criteria name the definition."""
    models: tuple[type[DefinitionVersion], ...] = (CategoryVersion, TierVersion, LifeStageVersion)
    users: list[str] = []
    for model in models:
        current = (
            model._default_manager.exclude(state=VersionState.SUPERSEDED)
            .filter(criteria__isnull=False)
            .select_related("definition")  # type: ignore[misc]
            .order_by("definition_id", "number")
        )
        users.extend(str(one.definition) for one in current if names(one.criteria, kind, key))  # type: ignore[attr-defined]
    return list(dict.fromkeys(users))


def _nodes(document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, dict):
        yield document
        for value in document.values():
            yield from _nodes(value)
    elif isinstance(document, list):
        for value in document:
            yield from _nodes(value)


def _values(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
