"""Reads about the program's own attributes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from core.models import DefinitionVersion
from core.models.base import VersionState
from partners.models import AttributeDefinition

#: What an attribute's key is called in criteria, so that it never meets the name of a built-in field.
FIELD_PREFIX = "attributes."


@dataclass(frozen=True, slots=True)
class User:
    """A definition whose published criteria ask about an attribute."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} “{self.name}”"


def live() -> QuerySet[AttributeDefinition]:
    """Attributes that are not retired, in the order of the profile form."""
    return AttributeDefinition.objects.filter(retired_at__isnull=True).order_by("position", "label", "id")


def in_use() -> dict[str, AttributeDefinition]:
    """Attributes that are not retired, by key."""
    return {one.key: one for one in live()}


def users_of(definition: AttributeDefinition) -> list[User]:
    """Return every definition, of any app, whose published criteria ask about the attribute."""
    key = f"{FIELD_PREFIX}{definition.key}"
    return [user for model in _version_models() for user in _users(model, key)]


def fields_asked(criteria: Any) -> set[str]:
    """Return every field that a criteria document names, at any depth."""
    return set(_asked(criteria))


def _version_models() -> Iterator[type[DefinitionVersion]]:
    for model in apps.get_models():
        if issubclass(model, DefinitionVersion) and model.criteria is not None:
            yield model


def _users(model: type[DefinitionVersion], key: str) -> Iterator[User]:
    versions = model._default_manager.filter(state=VersionState.PUBLISHED).annotate(
        criteria_text=Cast("criteria", TextField())
    )
    for version in versions.filter(criteria_text__contains=f'"{key}"'):
        if key in set(_asked(version.criteria)):
            definition = version.definition  # type: ignore[attr-defined]
            yield User(str(definition._meta.verbose_name), str(definition))


def _asked(node: Any) -> Iterator[str]:
    """Yield every field a criteria document names, at any depth."""
    if isinstance(node, dict):
        if isinstance(node.get("field"), str):
            yield node["field"]
        for part in node.values():
            yield from _asked(part)
    elif isinstance(node, list):
        for part in node:
            yield from _asked(part)
