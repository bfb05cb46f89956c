"""Statements of other learning systems: taken in, all of a request or none, each once, and forgotten in the end.

What follows from them is worked out by a worker (`statement_counting`), so that a system that tells much is not kept
waiting, and nothing that goes wrong there makes it tell everything again.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Integration
from core.batches import batched
from core.services import outbox
from enablement.models import LearningStatement, StatementOutcome
from enablement.services import statement_shapes as shapes
from enablement.services.statement_actors import key_of

RECEIVED = "enablement.statements_received"
#: How many statements one message of the outbox is about.
PER_MESSAGE = 50
#: How far a clock elsewhere may go before ours.
MOST_AHEAD = timedelta(days=1)
#: How long statements are kept that count for nothing, and such as wait for a person or an activity.
KEPT_FOR_NOTHING = timedelta(days=180)
KEPT_WAITING = timedelta(days=730)
FORGET_AT_ONCE = 10_000
SET_BY_US = {"id", "stored", "authority", "version"}
MOST_OF_FLOATS = int(sys.float_info.max)

Said = Mapping[str, Any]


class Conflict(Exception):
    """A statement of this id says something else."""

    def __init__(self, path: shapes.Path) -> None:
        self.path = path
        super().__init__(_("We have a statement of this id that says something else."))


def receive(*, integration: Integration, said: Sequence[Said], at: datetime, alone: bool = False) -> list[UUID]:
    """Take statements in and return their ids. What we have already is not taken again.

    Raises `Malformed` or `Conflict`, then nothing is taken. `alone` names places in the one statement there is.
    """
    wanted: dict[UUID, LearningStatement] = {}
    paths: dict[UUID, shapes.Path] = {}
    for number, one in enumerate(said):
        path: shapes.Path = () if alone else (number,)
        shapes.check(one, path)
        row = _row(integration, one, at, path)
        if row.statement_id in wanted:
            raise shapes.Malformed((*path, "id"), _("Two statements of this request have this id."))
        wanted[row.statement_id], paths[row.statement_id] = row, path
    with transaction.atomic():
        _write(integration, wanted, paths, at=at)
    return list(wanted)


def _write(
    integration: Integration,
    wanted: Mapping[UUID, LearningStatement],
    paths: Mapping[UUID, shapes.Path],
    *,
    at: datetime,
) -> None:
    """Write what is new, in one order for everybody, so that two requests at once wait for each other and no longer."""
    theirs = LearningStatement.objects.filter(integration=integration)
    _refuse_voiding_what_voids(theirs, wanted, paths)
    ordered = [wanted[key] for key in sorted(wanted)]
    LearningStatement.objects.bulk_create(ordered, ignore_conflicts=True)
    stored = theirs.filter(statement_id__in=list(wanted))
    for row in stored.only("statement_id", "said"):
        if compared(row.said) != compared(wanted[row.statement_id].said):
            raise Conflict(paths[row.statement_id])
    _void(theirs, wanted, at=at)
    count_later(list(stored.filter(outcome=StatementOutcome.RECEIVED).values_list("pk", flat=True)))


def count_later(ids: Iterable[int], *, come: Iterable[int] = ()) -> None:
    """Let a worker look at statements, so many at a time; `come` are people who just came, whom they may be about."""
    people = sorted(come)
    payloads = [{"ids": some, "come": people} for some in batched(sorted(ids), PER_MESSAGE)]
    outbox.put_many(topic=RECEIVED, payloads=payloads)


def forget_old(*, at: datetime) -> int:
    """Remove statements that count for nothing after half a year, and those that wait in vain after two."""
    nothing = Q(outcome__in=[StatementOutcome.NOTHING, StatementOutcome.VOIDED])
    waits = Q(outcome__in=[StatementOutcome.NO_PERSON, StatementOutcome.NO_ACTIVITY])
    old = LearningStatement.objects.filter(
        nothing & Q(received_at__lt=at - KEPT_FOR_NOTHING) | waits & Q(received_at__lt=at - KEPT_WAITING)
    )
    return LearningStatement.objects.filter(pk__in=old.order_by("pk").values("pk")[:FORGET_AT_ONCE]).delete()[0]


# --- one statement


def _row(integration: Integration, one: Said, at: datetime, path: shapes.Path) -> LearningStatement:
    result, about = one.get("result", {}), one["object"]
    is_activity = about.get("objectType", "Activity") == "Activity"
    happened_at = shapes.moment(one["timestamp"]) or at if "timestamp" in one else at
    if happened_at > at + MOST_AHEAD:
        raise shapes.Malformed((*path, "timestamp"), _("This lies in the future."))
    return LearningStatement(
        integration=integration,
        statement_id=UUID(one["id"]) if "id" in one else uuid4(),
        said=one,
        actor_key=key_of(one["actor"]),
        verb=one["verb"]["id"],
        activity=about["id"] if is_activity else "",
        happened_at=happened_at,
        received_at=at,
        score=score_of(result.get("score", {})),
        success=result.get("success"),
        completion=result.get("completion"),
        voids=UUID(about["id"]) if one["verb"]["id"] == shapes.VOIDED else None,
    )


def score_of(told: Said) -> Decimal | None:
    """Return a score from -1 to 1: as it was scaled, else by how far it is from the least to the most."""
    scaled = told.get("scaled")
    if scaled is None and {"raw", "max"} <= set(told):
        least, most = Decimal(str(told.get("min", 0))), Decimal(str(told["max"]))
        raw = Decimal(str(told["raw"]))
        scaled = (raw - least) / (most - least) if least <= raw <= most and least < most else None
    return None if scaled is None else round(Decimal(str(scaled)), 4)


def compared(said: Said) -> dict[str, Any]:
    """Return what two statements of one id must have in common.

    Left out is what the standard lets differ: what the receiver sets, and words that only describe.
    """
    told = {name: _plain(value) for name, value in said.items() if name not in SET_BY_US}
    told["verb"] = told["verb"]["id"]
    told["object"] = {name: value for name, value in told["object"].items() if name != "definition"}
    if "timestamp" in told:
        told["timestamp"] = shapes.moment(told["timestamp"])
    return told


def _plain(value: Any) -> Any:
    """Return a value with its numbers as comparable as they were sent: the database keeps 1e300 as its 301 digits."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST_OF_FLOATS:
        return float(value)
    return value


# --- voiding


def _refuse_voiding_what_voids(
    theirs: Any, wanted: Mapping[UUID, LearningStatement], paths: Mapping[UUID, shapes.Path]
) -> None:
    targets = {row.voids: row.statement_id for row in wanted.values() if row.voids}
    voiding = {row.statement_id for row in wanted.values() if row.voids} & set(targets)
    voiding |= set(theirs.filter(statement_id__in=targets, voids__isnull=False).values_list("statement_id", flat=True))
    for target in voiding:
        path = (*paths[targets[target]], "object", "id")
        raise shapes.Malformed(path, _("A statement that takes back another one is not taken back itself."))


def _void(theirs: Any, wanted: Mapping[UUID, LearningStatement], *, at: datetime) -> None:
    """Take statements back: those that were told before, and those told now of which that was told before.

    What was counted stays counted: certificates and steps of journeys may rest on it. It is marked, for people to see.
    """
    targets = {row.voids for row in wanted.values() if row.voids}
    targets |= set(theirs.filter(voids__in=list(wanted)).values_list("voids", flat=True))
    if not targets:
        return
    taken_back = theirs.filter(statement_id__in=targets, voids__isnull=True, voided_at__isnull=True)
    pks = list(taken_back.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    rows = LearningStatement.objects.filter(pk__in=pks)
    rows.update(voided_at=at)
    rows.exclude(outcome=StatementOutcome.COUNTED).update(outcome=StatementOutcome.VOIDED, reason="")
