"""Measures: made, written, published, retired."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from core.services import versions
from criteria.fields import RuleKind
from partners.services import definitions
from segmentation.models import Measure, MeasureVersion


def create(
    *, key: str, name: str, by: Any | None, at: datetime, formula: Any = None, note: str = "", **fields: Any
) -> Measure:
    """Make a measure with its first draft. Without a formula the draft waits to be written."""
    measure: Measure = definitions.create(
        model=Measure,
        by=by,
        at=at,
        fields={"key": key, "name": name, "owner": by, **fields},
        texts={"criteria": formula, "note": note},
    )
    return measure


def define(*, key: str, name: str, formula: Any, by: Any | None, at: datetime, **fields: Any) -> Measure:
    """Return the measure with this key, made and published at once when there is none."""
    found = Measure.objects.filter(key=key).first()
    if found:
        return found
    with transaction.atomic():
        measure = create(key=key, name=name, formula=formula, by=by, at=at, **fields)
        publish(version=draft_of(measure=measure, by=by, at=at), by=by, at=at)
    return measure


def update(*, measure: Measure, by: Any | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Rename a measure, describe it, or change how its number is shown and to whom."""
    return definitions.update(definition=measure, by=by, at=at, changes=changes)


def edit(*, measure: Measure, by: Any | None, at: datetime, formula: Any, expected: int | None) -> list[str]:
    """Write a formula into the draft; one is made when there is none and something would change.

    `expected` is the row `version` of the draft that was read, None where none was.
    """
    return definitions.edit(definition=measure, by=by, at=at, changes={"criteria": formula}, expected=expected)


def draft_of(*, measure: Measure, by: Any | None, at: datetime) -> MeasureVersion:
    """Return the draft to edit."""
    draft: MeasureVersion = versions.draft_of(definition=measure, by=by, at=at)
    return draft


def save_draft(
    *, version: MeasureVersion, by: Any | None, at: datetime, changes: Mapping[str, Any], expected: int | None = None
) -> list[str]:
    """Write into a draft; the formula goes under `criteria`. A draft need not make sense yet."""
    return versions.save_draft(version=version, by=by, at=at, changes=changes, expected=expected)


def publish(
    *, version: MeasureVersion, by: Any | None, at: datetime, note: str = "", expected: int | None = None
) -> bool:
    """Make a draft the formula that holds. Raises ValidationError naming each node at fault, a cycle among them."""
    return definitions.publish(kind=RuleKind.MEASURE, version=version, by=by, at=at, note=note, expected=expected)


def retire(*, measure: Measure, by: Any | None, at: datetime) -> bool:
    """Take a measure out of use; refused while criteria, metrics or other measures need it."""
    return definitions.retire(kind=RuleKind.MEASURE, definition=measure, by=by, at=at, used_by=[])


def restore(*, measure: Measure, by: Any | None, at: datetime) -> bool:
    """Take a retired measure back into use. Returns whether it was retired.

    Refused, naming each node at fault, where its formula asks for what is gone meanwhile or would depend on itself.
    """
    return definitions.restore(kind=RuleKind.MEASURE, definition=measure, by=by, at=at)
