"""Plays of the library: made, changed, published, retired."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.refusals import Refusal
from core.services import publishing
from scorecards.models import LINKS, Play, PlayKind

EDITABLE = frozenset(
    {
        *("name", "objective", "partner_does", "vendor_does", "kind", *LINKS.values()),
        *("effort", "effort_unit", "metric_keys", "measure_keys", "position", "outcome_days", "owner"),
    }
)


def create(*, by: User | None, at: datetime, **fields: Any) -> Play:
    """Make a draft."""
    play = Play(**_known(fields))
    if play.owner is None:
        play.owner = by
    _leave_out_other_links(play)
    _check(play)
    with action("play.create", by=by):
        play.save(force_insert=True)
    return play


def update(*, play: Play, by: User | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change a play. Returns the names of the fields that changed. What partners were given keeps its own words."""
    before = {name: getattr(play, name) for name in EDITABLE}
    for name, value in _known(changes).items():
        setattr(play, name, value)
    _leave_out_other_links(play)
    changed = sorted(name for name, value in before.items() if getattr(play, name) != value)
    if not changed:
        return []
    _check(play)
    if play.published_at:
        _expect_whole(play)
    with action("play.update", by=by):
        play.save(update_fields=changed)
    return changed


def publish(*, play: Play, by: User | None, at: datetime) -> bool:
    """Let a play be proposed and given. A retired one comes back. Returns whether it was not published before."""
    if play.is_offered:
        return False
    _expect_whole(play)
    return publishing.publish(play, name="play", by=by, at=at)


def retire(*, play: Play, by: User | None, at: datetime) -> bool:
    """Propose a play to nobody any more. Partners who were given it carry on. Returns whether it was in use."""
    return publishing.retire(play, name="play", by=by, at=at)


def _known(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    if unknown := fields.keys() - EDITABLE:
        raise TypeError(f"Not a field of plays: {', '.join(sorted(unknown))}")
    return fields


def _leave_out_other_links(play: Play) -> None:
    own = LINKS.get(PlayKind(play.kind)) if play.kind in PlayKind.values else None
    for link in LINKS.values():
        if link != own:
            setattr(play, link, None)


def _check(play: Play) -> None:
    play.metric_keys = sorted(set(play.metric_keys))
    play.measure_keys = sorted(set(play.measure_keys))
    play.clean_fields(exclude=["public_id"])
    if play.effort is not None and play.effort < 1:
        raise ValidationError({"effort": _("Say 1 or more, or leave it open.")})
    if play.outcome_days < 1:
        raise ValidationError({"outcome_days": _("Say 1 day or more.")})


def _expect_whole(play: Play) -> None:
    """Refuse what nobody could propose: nothing linked, or nothing said that it moves."""
    link = LINKS.get(PlayKind(play.kind))
    if link and getattr(play, link) is None:
        raise Refusal({link: _("Choose what this play gives to partners.")})
    if link is None and not play.partner_does.strip():
        raise Refusal({"partner_does": _("Say what the partner does.")})
    if not play.metric_keys and not play.measure_keys:
        raise Refusal({"metric_keys": _("Choose at least one figure that it moves; by that it is proposed.")})
