"""Life stages: made, written, published. Who is in which is found by the recompute."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core.services import versions
from criteria.fields import RuleKind
from partners.models import LifeStage, LifeStageVersion
from partners.services import definitions


def create(
    *,
    key: str,
    name: str,
    by: Any | None,
    at: datetime,
    position: int | None = None,
    precedence: int | None = None,
    **texts: Any,
) -> LifeStage:
    """Make a life stage with its first draft, shown and checked last unless told otherwise."""
    last = LifeStage.objects.aggregate(position=Max("position"), precedence=Max("precedence"))
    fields = {
        "key": key,
        "name": name,
        "position": (last["position"] or 0) + 1 if position is None else position,
        "precedence": (last["precedence"] or 0) + 1 if precedence is None else precedence,
    }
    stage: LifeStage = definitions.create(model=LifeStage, by=by, at=at, fields=fields, texts=texts)
    return stage


def define(*, key: str, name: str, by: Any | None, at: datetime, **texts: Any) -> LifeStage:
    """Return the life stage with this key, made and published at once when there is none."""
    found = LifeStage.objects.filter(key=key).first()
    if found:
        return found
    made: LifeStage = definitions.define(
        make=lambda: create(key=key, name=name, by=by, at=at, **texts), kind=RuleKind.STAGE, by=by, at=at
    )
    return made


def update(*, stage: LifeStage, by: Any | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Rename a stage, move it on pages, or change when it is checked; the last changes who is in it."""
    with transaction.atomic():
        changed = definitions.update(definition=stage, by=by, at=at, changes=changes)
        if "precedence" in changed:
            definitions.announce(
                kind=RuleKind.STAGE, reason=_("%(name)s is checked at another place") % {"name": stage}
            )
    return changed


def edit(
    *,
    stage: LifeStage,
    by: Any | None,
    at: datetime,
    own: Mapping[str, Any],
    texts: Mapping[str, Any],
    expected: int | None,
) -> list[str]:
    """Change the stage itself and the texts of its draft together. Returns the names of what changed."""
    with transaction.atomic():
        changed = update(stage=stage, by=by, at=at, changes=own)
        return changed + definitions.edit(definition=stage, by=by, at=at, changes=texts, expected=expected)


def draft_of(*, stage: LifeStage, by: Any | None, at: datetime) -> LifeStageVersion:
    """Return the draft to edit."""
    draft: LifeStageVersion = versions.draft_of(definition=stage, by=by, at=at)
    return draft


def save_draft(
    *, version: LifeStageVersion, by: Any | None, at: datetime, changes: Mapping[str, Any], expected: int | None = None
) -> list[str]:
    """Write texts or criteria into a draft."""
    return versions.save_draft(version=version, by=by, at=at, changes=changes, expected=expected)


def retire(*, stage: LifeStage, by: Any | None, at: datetime) -> bool:
    """Take a life stage out of use; refused while criteria name it.

    The recompute that follows moves its partners to the first other stage whose criteria hold, or to none; their stay
    in it remains in their history.
    """
    return definitions.retire(kind=RuleKind.STAGE, definition=stage, by=by, at=at)


def restore(*, stage: LifeStage, by: Any | None, at: datetime) -> bool:
    """Take a retired life stage back into use; the recompute that follows finds who is in it."""
    return definitions.restore(kind=RuleKind.STAGE, definition=stage, by=by, at=at)


def publish(*, version: LifeStageVersion, by: Any | None, at: datetime) -> bool:
    """Make a draft the text that holds."""
    return definitions.publish(kind=RuleKind.STAGE, version=version, by=by, at=at)
