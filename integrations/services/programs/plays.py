"""The library of plays in a document, found by their names."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F

from integrations.services.programs.home import Home, Stored, Values, Writer
from integrations.services.programs.layout import BY_NAME, PLAY_KINDS
from scorecards.models import Play
from scorecards.services import plays


@dataclass(frozen=True)
class PlayHome(Home):
    """A home of plays, which are drafts until they are published."""

    def _stored(self, record: Any, *, drafts: bool) -> Stored:
        return replace(super()._stored(record, drafts=drafts), is_published=record.published_at is not None)


def publish(writer: Writer, play: Play) -> None:
    """Let a play be proposed from now on."""
    plays.publish(play=play, **writer.who)


def _rows() -> Iterable[Play]:
    """Return the plays that a document can hold; of those with one name the one in use, else the oldest."""
    rows = Play.objects.filter(kind__in=PLAY_KINDS).select_related("certification")
    found: dict[str, Play] = {}
    for play in rows.order_by(F("retired_at").asc(nulls_first=True), F("published_at").asc(nulls_last=True), "pk"):
        found.setdefault(play.name, play)
    return sorted(found.values(), key=lambda one: (one.position, one.name))


def _values(play: Play) -> dict[str, Any]:
    names = [member.name for member in BY_NAME["plays"].members]
    values = {name: getattr(play, name) for name in names}
    return values | {"certification": play.certification.key if play.certification else None}


def _fields(writer: Writer, values: Values) -> dict[str, Any]:
    """Return values as the services take them."""
    fields = dict(values)
    if "certification" in fields:
        fields["certification"] = writer.referred("certifications", fields["certification"], "certification")
    return fields


HOME = PlayHome(
    section=BY_NAME["plays"],
    rows=_rows,
    key=lambda play: play.name,
    values=_values,
    create=lambda writer, values, above: plays.create(**_fields(writer, values), **writer.who),
    update=lambda writer, play, changes: plays.update(play=play, changes=_fields(writer, changes), **writer.who),
)
