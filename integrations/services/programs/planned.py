"""Planned publications in a document: what a definition is to say from a day on."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.services import versions
from integrations.services.programs.home import Home, Stored, Values, Writer, put_draft
from integrations.services.programs.layout import BY_NAME, PLANNED_KINDS
from partners.models import PlannedPublication, PublicationState, Tier
from partners.services import publications

#: A plan with the draft that it is about.
Row = tuple[PlannedPublication, Any]
#: What a document calls the kinds that are planned under these names.
NAMES = {"category": "category", "tier": "tier", "stage": "life_stage"}
OF_THE_PLAN = ("kind", "key", "publish_on", "tell_ahead_days", "note")


def _rows() -> Iterable[Row]:
    """Return the plans whose drafts are as they were planned; the others would fail on their day."""
    plans = PlannedPublication.objects.filter(state=PublicationState.PLANNED, kind__in=list(NAMES)).order_by("pk")
    found = [(plan, draft) for plan in plans if (draft := publications.draft_of(plan)) is not None]
    return sorted(((plan, draft) for plan, draft in found if draft.version == plan.draft_version), key=_key)


def _key(row: Row) -> str:
    plan, draft = row
    definition = draft.definition
    own = f"{definition.track.key}.{definition.key}" if isinstance(definition, Tier) else definition.key
    return f"{NAMES[plan.kind]} {own}"


def _values(row: Row) -> dict[str, Any]:
    plan, draft = row
    kind, key = _key(row).split(" ", 1)
    texts = {name: getattr(draft, name) for name in versions.texts_of(type(draft))}
    return {"kind": kind, "key": key, "publish_on": plan.publish_on, "tell_ahead_days": plan.tell_ahead_days, **texts}


def _create(writer: Writer, values: Values) -> Row:
    """Write the texts into the draft of a definition, and plan it."""
    definition = writer.referred(PLANNED_KINDS[values["kind"]], values["key"], "key")
    texts = _texts(values, definition.versions.model)
    draft, thrown_away = put_draft(writer, Stored(definition, {}), texts)
    if thrown_away:
        writer.thrown_away[f"{values['kind']} {values['key']}"] = thrown_away
    return _plan(writer, draft, values)


def _update(writer: Writer, row: Row, changes: Values) -> None:
    """Change the draft that is planned, and the plan with it; where the draft is gone, plan all of it anew."""
    plan, draft = row
    if is_lost(row):
        _create(writer, changes)
        return
    versions.save_draft(version=draft, changes=_texts(changes, type(draft)), **writer.who)
    known = {"publish_on": plan.publish_on, "tell_ahead_days": plan.tell_ahead_days, "note": draft.note}
    _plan(writer, draft, {**known, **changes})


def is_lost(row: Row) -> bool:
    """Whether the draft of a plan was thrown away on the way: the document published other texts of its definition."""
    return publications.draft_of(row[0]) is None


def _texts(values: Values, model: Any) -> dict[str, Any]:
    texts = {name: value for name, value in values.items() if name not in OF_THE_PLAN}
    if wrong := [name for name in texts if name not in versions.texts_of(model)]:
        message = _("Definitions of this kind have no such text.")
        raise ValidationError({name: ValidationError(message, code="unknown_key") for name in wrong})
    return texts


def _plan(writer: Writer, draft: Any, values: Values) -> Row:
    plan = publications.plan(
        version=draft,
        publish_on=values["publish_on"],
        tell_ahead_days=values.get("tell_ahead_days"),
        note=values.get("note", ""),
        **writer.who,
    )
    return plan, draft


HOME = Home(
    section=BY_NAME["planned"],
    rows=_rows,
    key=_key,
    values=_values,
    create=lambda writer, values, above: _create(writer, values),
    update=_update,
    is_lost=is_lost,
)
