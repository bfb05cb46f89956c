"""Touches: logged, corrected, and their next steps ticked off."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from core.audit import action
from core.refusals import Refusal
from partners.models import Partner, Touch
from partners.signals import announce_partners

EDITABLE = frozenset({"kind", "happened_at", "with_whom", "minutes", "note", "next_step", "next_on", "is_shared"})


def log(*, partner: Partner, by: User, at: datetime, once_key: UUID | None = None, **fields: Any) -> Touch:
    """Write down that somebody was in touch. The same `once_key` again is the same touch."""
    known: Touch | None = Touch.objects.filter(once_key=once_key).first() if once_key else None
    if known:
        return known
    touch = Touch(partner=partner, logged_by=by, once_key=once_key, **_known(fields))
    touch.happened_at = touch.happened_at or at
    _check(touch, at)
    with action("touch.log", by=by):
        touch.save(force_insert=True)
        announce_partners([partner.pk])
    return touch


def update(*, touch: Touch, by: User, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Correct a touch one logged. Returns the names of the fields that changed."""
    if touch.logged_by_id != by.pk and not by.has(Permission.MANAGE_PROGRAM):
        raise Refusal(_("Only who logged it, or a program admin, corrects it."))
    changed = [name for name, value in _known(changes).items() if getattr(touch, name) != value]
    if not changed:
        return []
    for name in changed:
        setattr(touch, name, changes[name])
    if not touch.next_step:
        touch.next_done_at = None
    _check(touch, at)
    with action("touch.update", by=by):
        touch.save(update_fields=[*changed, "next_done_at"])
        announce_partners([touch.partner_id])
    return changed


def finish_step(*, touch: Touch, by: User, at: datetime) -> bool:
    """Tick off the next step of a touch. Returns whether it was open."""
    with action("touch.finish_step", by=by):
        rows = Touch.objects.filter(pk=touch.pk, next_done_at__isnull=True).exclude(next_step="")
        return bool(rows.update(next_done_at=at))


def reopen_step(*, touch: Touch, by: User, at: datetime) -> bool:
    """Take the next step of a touch up again. Returns whether it was ticked off."""
    with action("touch.reopen_step", by=by):
        rows = Touch.objects.filter(pk=touch.pk, next_done_at__isnull=False)
        return bool(rows.update(next_done_at=None))


def _known(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    if unknown := fields.keys() - EDITABLE:
        raise TypeError(f"Not a field of touches: {', '.join(sorted(unknown))}")
    return fields


def _check(touch: Touch, at: datetime) -> None:
    if touch.happened_at > at:
        raise ValidationError({"happened_at": _("It has not happened yet. Plan it as the next step of another touch.")})
    if touch.next_on and not touch.next_step:
        raise ValidationError({"next_step": _("Say what is to be done by that day.")})
    touch.clean_fields(exclude=["public_id", "once_key"])
