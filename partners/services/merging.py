"""Two partners become one, and can be two again for thirty days."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from core import audit
from core.refusals import Refusal
from core.services import outbox
from partners.models import DuplicatePair, Merge, Partner
from partners.models.merges import UNDO_DAYS
from partners.profile_fields import PLACE, PROFILE_FIELDS
from partners.services import stays
from partners.services.merge_parts import Moves, parts, take_back
from partners.signals import announce_partners

MERGED = "partners.merged"
#: Columns of which a person chooses whose value survives; the parent follows from where the records stand.
CHOOSABLE = tuple(one.name for one in PROFILE_FIELDS if one.name != "parent")
ATTRIBUTE = "attributes."


class Choice(StrEnum):
    """Whose value of a field survives; of lists it may be both together."""

    SURVIVOR = "survivor"
    MERGED = "merged"
    BOTH = "both"


class MergeError(Refusal):
    """These partners cannot be merged, or a merge cannot be undone."""


def merge(
    *,
    survivor: Partner,
    merged: Partner,
    by: Any,
    at: datetime,
    choices: Mapping[str, Choice] | None = None,
    note: str = "",
) -> Merge:
    """Make `merged` part of `survivor`, in one transaction. `choices` say whose value of a field survives.

    Saying it again returns the merge there is. What belongs to `merged` moves by the rules of `merge_parts`.
    """
    if survivor.pk == merged.pk:
        raise MergeError(_("Choose two different partners."), code="same")
    try:
        with audit.action("partner.merge", by=by, survivor=survivor.pk, merged=merged.pk):
            return _merge(survivor.pk, merged, by=by, at=at, choices=choices or {}, note=note)
    except IntegrityError as error:
        busy = _("Somebody is writing to one of these partners right now. Try again in a moment.")
        raise MergeError(busy, code="busy") from error


def _merge(
    survivor_id: int, merged: Partner, *, by: Any, at: datetime, choices: Mapping[str, Choice], note: str
) -> Merge:
    ids = [survivor_id, merged.pk]
    rows = Partner.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=ids).order_by("pk")
    locked = {one.pk: one for one in rows}
    if merged.pk not in locked:
        done: Merge | None = Merge.objects.standing().filter(merged_public_id=merged.public_id).first()
        if done is not None and done.survivor_id == survivor_id:
            return done
    if len(locked) < len(ids):
        raise MergeError(_("One of these partners is part of another record by now."), code="gone")
    kept, gone = locked[survivor_id], locked[merged.pk]
    made = Merge.objects.create(
        survivor=kept, merged_id=gone.pk, merged_public_id=gone.public_id, merged_name=gone.name,
        merged_at=at, merged_by=stays.person(by), note=note,
    )  # fmt: skip
    made.refresh_from_db()  # with the public id that the database gave it
    moves = Moves(made, at)
    for part in parts():
        moves.part = part.key
        part.move(moves)
    moves.part = "record"
    moves.set_aside(Partner.objects.filter(pk=gone.pk))
    _put_values(moves, kept, gone, choices)
    _check_now()
    announce_partners([kept.pk])
    outbox.put(topic=MERGED, payload={"merge_id": made.pk, "undone": False})
    return made


def _put_values(moves: Moves, kept: Partner, gone: Partner, choices: Mapping[str, Choice]) -> None:
    """Write what was chosen of the merged record into the survivor's."""
    values: dict[str, Any] = {}
    attributes = dict(kept.attributes)
    for name, choice in choices.items():
        if name.startswith(ATTRIBUTE):
            key = name.removeprefix(ATTRIBUTE)
            if choice is not Choice.SURVIVOR and key in gone.attributes:
                attributes[key] = _chosen(kept.attributes.get(key), gone.attributes[key], choice)
        elif name not in CHOOSABLE:
            raise TypeError(f"Nobody chooses {name}.")
        else:
            for column in PLACE if name in PLACE else (_column(name),):
                values[column] = _chosen(getattr(kept, column), getattr(gone, column), choice)
    values |= {"attributes": attributes, "last_active_at": _later(kept.last_active_at, gone.last_active_at)}
    changed = {name: value for name, value in values.items() if getattr(kept, name) != value}
    if changed:
        moves.change(Partner.objects.filter(pk=kept.pk), **changed)


def _column(name: str) -> str:
    field: Any = Partner._meta.get_field(name)
    return str(field.attname)


def _chosen(kept: Any, gone: Any, choice: Choice) -> Any:
    if choice is Choice.BOTH and isinstance(kept, list) and isinstance(gone, list):
        return list(dict.fromkeys([*kept, *gone]))
    return gone if choice is Choice.MERGED else kept


def _later(*moments: datetime | None) -> datetime | None:
    return max((one for one in moments if one is not None), default=None)


def _check_now() -> None:
    """Let the database say now, not at commit, whether anything still belongs to a record that is gone."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def undo(*, merge: Merge, by: Any, at: datetime) -> bool:
    """Make two partners of one again: everything that was moved goes back. Returns whether that was a change.

    Rows made since the merge stay with the survivor, and columns changed since keep their newer value.
    """
    try:
        with audit.action("partner.unmerge", by=by, merge=merge.pk):
            undone = _undo(merge.pk, by=by, at=at)
    except IntegrityError as error:
        stands = _("Something written since the merge stands in the way. Look at what came since, then try again.")
        raise MergeError(stands, code="in_the_way") from error
    merge.refresh_from_db()
    return undone


def _undo(merge_id: int, *, by: Any, at: datetime) -> bool:
    locked = Merge.objects.select_for_update(no_key=True, of=("self",)).get(pk=merge_id)
    list(Partner.objects.select_for_update(no_key=True, of=("self",)).filter(pk=locked.survivor_id))
    if locked.undone_at is not None:
        return False
    if at >= locked.undo_ends_at:
        late = _("A merge can be undone for %(days)d days; this one is older.") % {"days": UNDO_DAYS}
        raise MergeError(late, code="too_late")
    later = Merge.objects.standing().filter(moves__model="partners.Merge", moves__row_id=locked.pk)
    if found := later.first():
        first = _("%(name)s was merged since. Undo that first.") % {"name": found.merged_name}
        raise MergeError(first, code="merged_since")
    for step, label in locked.moves.order_by("-step").values_list("step", "model").distinct():
        _take_back(locked, apps.get_model(label), step)
    locked.undone_at, locked.undone_by = at, stays.person(by)
    locked.save(update_fields=["undone_at", "undone_by"])
    _remember_two(locked, by=by, at=at)
    _check_now()
    announce_partners([locked.survivor_id, locked.merged_id])
    outbox.put(topic=MERGED, payload={"merge_id": locked.pk, "undone": True})
    return True


def _take_back(merge: Merge, model: Any, step: int) -> None:
    try:
        with transaction.atomic():
            take_back(merge, model, step)
    except IntegrityError as error:
        stands = _("%(rows)s made since the merge stand in the way. Change or remove them, then undo it.")
        raise MergeError(stands % {"rows": model._meta.verbose_name_plural}, code="in_the_way") from error


def _remember_two(merge: Merge, *, by: Any, at: datetime) -> None:
    """Who was merged and taken apart again is not proposed once more."""
    first, second = sorted([merge.survivor_id, merge.merged_id])
    said = {"dismissed_at": at, "dismissed_by": stays.person(by), "note": _("The merge was undone.")}
    DuplicatePair.objects.update_or_create(
        first_id=first,
        second_id=second,
        defaults=said,
        create_defaults={**said, "score": 0, "reasons": []},
    )
