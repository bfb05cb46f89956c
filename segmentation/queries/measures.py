"""Measures for pages: in words, who uses them, and what they are worth for partners."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from core.models import DefinitionVersion, VersionState
from criteria.fields import MEASURE_PREFIX, RuleKind, registry
from criteria.tree import CriteriaError, parse_formula
from partners.models import CategoryVersion, LifeStageVersion, TierVersion
from partners.queries.definitions import DEFINITIONS as VERSIONS_BELOW
from partners.signals import users_asked
from segmentation.models import Measure, MeasureVersion, SegmentVersion
from segmentation.queries.rules import page_of
from segmentation.wording import speaker

#: What may name a measure in this app and below: the models of their versions.
VERSIONS: tuple[type[DefinitionVersion], ...] = (*VERSIONS_BELOW, SegmentVersion, MeasureVersion)
KINDS: dict[type[DefinitionVersion], str] = {
    SegmentVersion: "segment",
    MeasureVersion: "measure",
    CategoryVersion: "category",
    TierVersion: "tier",
    LifeStageVersion: "stage",
}


@dataclass(frozen=True, slots=True)
class Use:
    """Something that asks for a measure, with its page where it has one."""

    name: str
    url: str = ""


def words_of(formula: Any) -> str:
    """Return a formula in words; what is wrong with it, where it cannot be read."""
    if formula is None:
        return gettext("Nothing is measured yet")
    try:
        return speaker(registry.catalog()).formula(parse_formula(formula))
    except CriteriaError as error:
        return str(error)


def uses_of(measure: Measure) -> list[Use]:
    """Return everything that asks for a measure: definitions here and below, and what apps above name."""
    found = {
        str(definition): Use(str(definition), page_of(KINDS[model], definition) if model in KINDS else "")
        for model, definition, fields in _current_documents()
        if measure.field_key in fields and definition != measure
    }
    for _receiver, named in users_asked.send(sender=Measure, kind=RuleKind.MEASURE.value, key=measure.key):
        for name in named or []:
            found.setdefault(str(name), Use(str(name)))
    return list(found.values())


def use_counts(measures: Iterable[Measure]) -> dict[int, int]:
    """Return how many definitions ask for each measure. Every current document is read once, however many measures."""
    keys = {measure.field_key: measure for measure in measures}
    found: dict[int, set[tuple[type, int]]] = {measure.pk: set() for measure in keys.values()}
    for _model, definition, fields in _current_documents():
        for key in fields & keys.keys():
            if definition != keys[key]:
                found[keys[key].pk].add((type(definition), definition.pk))
    return {pk: len(users) for pk, users in found.items()}


def measures_in(document: Any) -> set[str]:
    """Return the measures that a criteria or formula document names, by their field."""
    if isinstance(document, dict):
        one = document.get("field")
        own = {one} if isinstance(one, str) and one.startswith(MEASURE_PREFIX) else set()
        return own.union(*(measures_in(value) for value in document.values()))
    return set().union(*(measures_in(value) for value in document)) if isinstance(document, list) else set()


def _current_documents() -> Iterator[tuple[type[DefinitionVersion], Any, set[str]]]:
    """Yield the published and drafted documents of definitions in use, with the measures that each names."""
    for model in VERSIONS:
        rows = model._default_manager.exclude(state=VersionState.SUPERSEDED).filter(criteria__isnull=False)
        for version in rows.select_related("definition"):  # type: ignore[misc]
            definition = version.definition  # type: ignore[attr-defined]
            if getattr(definition, "retired_at", None) is None:
                yield model, definition, measures_in(version.criteria)
