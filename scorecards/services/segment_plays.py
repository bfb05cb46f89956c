"""Plays of segments: planned, started, given to partners who are in or come later, taken back, measured, ended."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Avg, Count
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.models import Program
from core.periods import today
from core.refusals import Refusal
from core.services import outbox
from criteria.checks import check_operand
from criteria.fields import registry
from criteria.tree import CriteriaError
from partners.models import Partner
from scorecards.models import (
    OnLeaving,
    Play,
    Prescription,
    SegmentPlay,
    SegmentPlayFigure,
    SegmentPlayMember,
    SegmentPlayState,
)
from scorecards.queries.prescriptions import metric_to_watch
from scorecards.services import prescriptions
from segmentation import engine
from segmentation.models import Classification

APPLY = "scorecards.apply_segment_play"
BATCH = 100
PLACES = Decimal("0.0001")
EDITABLE = frozenset(
    {
        *("name", "objective", "field_key", "direction", "target", "support_level", "cadence", "treatment"),
        *("incentives", "takes_newcomers", "on_leaving", "owner", "starts_on"),
    }
)
log = structlog.get_logger("scorecards")


def create(*, segment: Any, by: User | None, at: datetime, plays: Iterable[Play] = (), **fields: Any) -> SegmentPlay:
    """Plan a play for a segment."""
    made = SegmentPlay(segment=segment, **_known(fields))
    if made.owner is None:
        made.owner = by
    _check(made)
    with action("segment_play.create", by=by):
        made.save(force_insert=True)
        made.plays.set(plays)
    return made


def update(
    *,
    segment_play: SegmentPlay,
    by: User | None,
    at: datetime,
    changes: Mapping[str, Any],
    plays: Iterable[Play] | None = None,
) -> list[str]:
    """Change it. A figure that is being followed stays the same; plays added later go to who is in from now on."""
    changed = [name for name, value in _known(changes).items() if getattr(segment_play, name) != value]
    if segment_play.state != SegmentPlayState.PLANNED and "field_key" in changed:
        raise Refusal({"field_key": _("It has started: the figure it is judged by stays. End it and plan another.")})
    for name in changed:
        setattr(segment_play, name, changes[name])
    _check(segment_play)
    with action("segment_play.update", by=by):
        if changed:
            segment_play.save(update_fields=changed)
        if plays is not None and set(plays) != set(segment_play.plays.all()):
            segment_play.plays.set(plays)
            changed.append("plays")
    return changed


def start(*, segment_play: SegmentPlay, by: User | None, at: datetime) -> bool:
    """Give it to everybody in the segment, part by part. Returns whether it had not started before."""
    with action("segment_play.start", by=by):
        locked = SegmentPlay.objects.select_for_update(no_key=True).get(pk=segment_play.pk)
        if locked.state != SegmentPlayState.PLANNED:
            return False
        _expect_measurable(locked)
        locked.started_at = at
        locked.starts_on = today(at=at, zone=Program.current().zone)
        locked.save(update_fields=["started_at", "starts_on"])
        outbox.put(topic=APPLY, payload={"segment_play": locked.pk, "first_id": 0})
    segment_play.refresh_from_db()
    return True


def start_due(*, at: datetime) -> int:
    """Start what is planned for a day that has come. Returns how many."""
    day = today(at=at, zone=Program.current().zone)
    due = SegmentPlay.objects.filter(started_at__isnull=True, starts_on__lte=day).order_by("pk")
    return sum(_start_due(one, at=at) for one in due)


def _start_due(segment_play: SegmentPlay, *, at: datetime) -> int:
    try:
        return start(segment_play=segment_play, by=segment_play.owner, at=at)
    except Refusal as refusal:
        log.warning("segment_play.not_started", segment_play=segment_play.pk, why=str(refusal))
        return 0


def end(*, segment_play: SegmentPlay, by: User | None, at: datetime) -> bool:
    """Give it to nobody any more. What is in work goes on. Returns whether it was running."""
    with action("segment_play.end", by=by):
        locked = SegmentPlay.objects.select_for_update(no_key=True).get(pk=segment_play.pk)
        if locked.state != SegmentPlayState.RUNNING:
            return False
        note_figure(segment_play=locked, at=at)
        locked.ended_at = at
        locked.save(update_fields=["ended_at"])
    segment_play.refresh_from_db()
    return True


# --- given and taken back


def apply(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Give a running play to a part of its segment; the next part is a message of its own, the last one is measured."""
    segment_play = SegmentPlay.objects.select_related("owner").get(pk=payload["segment_play"])
    if segment_play.state != SegmentPlayState.RUNNING:
        return
    inside = Classification.objects.filter(
        segment_ids__contains=[segment_play.segment_id], partner__gte=payload["first_id"]
    )
    ids = list(inside.order_by("partner_id").values_list("partner_id", flat=True)[:BATCH])
    give(segment_play=segment_play, partner_ids=ids, at=at)
    if len(ids) == BATCH:
        outbox.put(topic=APPLY, payload={"segment_play": segment_play.pk, "first_id": ids[-1] + 1})
    else:
        note_figure(segment_play=segment_play, at=at)


@transaction.atomic
def give(*, segment_play: SegmentPlay, partner_ids: Sequence[int], at: datetime) -> int:
    """Give a segment's play to partners who do not have it. Returns how many got it now.

    What a partner cannot take up, such as content outside of its audience, is left out for it.
    """
    members = {one.partner_id: one for one in segment_play.members.filter(partner__in=partner_ids)}
    new = [pk for pk in partner_ids if pk not in members]
    back = [one.pk for one in members.values() if one.left_at is not None]
    SegmentPlayMember.objects.filter(pk__in=back).update(left_at=None)
    values = _values(segment_play, new, at=at)
    SegmentPlayMember.objects.bulk_create(
        [
            SegmentPlayMember(segment_play=segment_play, partner_id=pk, joined_at=at, value_then=values.get(pk))
            for pk in new
        ],
        ignore_conflicts=True,
    )
    plays = list(segment_play.plays.published().order_by("position", "pk"))
    for partner in Partner.objects.filter(pk__in=new).order_by("pk"):
        for play in plays:
            _give_one(segment_play, partner, play, at=at)
    return len(new)


def _give_one(segment_play: SegmentPlay, partner: Partner, play: Play, *, at: datetime) -> None:
    watched = metric_to_watch(play, partner, at=at)
    try:
        with transaction.atomic():
            prescriptions.accept(
                partner=partner,
                play=play,
                by=segment_play.owner,
                at=at,
                words=play.partner_does or play.objective,
                segment_play=segment_play,
                **watched,
            )
    except Refusal as refusal:
        log.info("segment_play.left_out", segment_play=segment_play.pk, partner=partner.pk, why=str(refusal))


def follow(*, partner_ids: Sequence[int], at: datetime) -> int:
    """Give running plays to partners who came into their segments, and note who left. Returns how many got one."""
    running = list(SegmentPlay.objects.filter(started_at__isnull=False, ended_at__isnull=True).order_by("pk"))
    if not running:
        return 0
    rows = Classification.objects.filter(partner__in=partner_ids).values_list("partner_id", "segment_ids")
    held = {pk: set(segments) for pk, segments in rows}
    return sum(_follow(one, held, at=at) for one in running)


def _follow(segment_play: SegmentPlay, held: Mapping[int, set[int]], *, at: datetime) -> int:
    inside = {pk for pk, segments in held.items() if segment_play.segment_id in segments}
    members = segment_play.members.filter(partner__in=held, left_at__isnull=True)
    known = set(members.values_list("partner_id", flat=True))
    gone = sorted(known - inside)
    if gone:
        _let_go(segment_play, gone, at=at)
    new = sorted(inside - known)
    return give(segment_play=segment_play, partner_ids=new, at=at) if new and segment_play.takes_newcomers else 0


def _let_go(segment_play: SegmentPlay, partner_ids: Sequence[int], *, at: datetime) -> None:
    with action("segment_play.left", by=None):
        segment_play.members.filter(partner__in=partner_ids, left_at__isnull=True).update(left_at=at)
        if segment_play.on_leaving == OnLeaving.WITHDRAW:
            reason = _("You are no longer in the group of partners that this is for.")
            for one in Prescription.objects.open().filter(segment_play=segment_play, partner__in=partner_ids):
                prescriptions.withdraw(prescription=one, by=None, at=at, reason=reason)


# --- measured


def note_figures(*, at: datetime) -> int:
    """Measure every running play for the program's day. Returns how many could be."""
    running = SegmentPlay.objects.filter(started_at__isnull=False, ended_at__isnull=True).order_by("pk")
    return sum(note_figure(segment_play=one, at=at) for one in running)


def note_figure(*, segment_play: SegmentPlay, at: datetime) -> bool:
    """Keep the average of who was given the play, then and now, and of everybody else. The day's last look stays."""
    ids = list(segment_play.members.values_list("partner_id", flat=True))
    try:
        with transaction.atomic():
            now = _values(segment_play, ids, at=at)
            everybody_else = Partner.objects.exclude(pk__in=segment_play.members.values("partner"))
            outside, outside_now = engine.average({"field": segment_play.field_key}, at=at, visible=everybody_else)
    except (CriteriaError, *engine.FAULTS_OF_RULES):
        log.warning("segment_play.not_measured", segment_play=segment_play.pk)
        return False
    known = [pk for pk, value in now.items() if value is not None]
    then = segment_play.members.filter(partner__in=known, value_then__isnull=False)
    averaged = then.aggregate(n=Count("pk"), mean=Avg("value_then"))
    both = [now[pk] for pk in then.values_list("partner_id", flat=True)]
    SegmentPlayFigure.objects.update_or_create(
        segment_play=segment_play,
        day=today(at=at, zone=Program.current().zone),
        defaults={
            "inside": averaged["n"],
            "inside_then": averaged["mean"],
            "inside_now": _mean(both),
            "outside": outside,
            "outside_now": outside_now,
        },
    )
    return True


def _mean(values: Sequence[Any]) -> Decimal | None:
    return (sum(values, Decimal(0)) / len(values)).quantize(PLACES) if values else None


def _values(segment_play: SegmentPlay, partner_ids: Sequence[int], *, at: datetime) -> dict[int, Decimal | None]:
    if not partner_ids:
        return {}
    found = engine.values({"": {"field": segment_play.field_key}}, partner_ids=partner_ids, at=at)
    return {pk: None if row[""] is None else Decimal(str(row[""])).quantize(PLACES) for pk, row in found.items()}


# --- what has to hold


def _known(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    if unknown := fields.keys() - EDITABLE:
        raise TypeError(f"Not a field of segment plays: {', '.join(sorted(unknown))}")
    return fields


def _check(segment_play: SegmentPlay) -> None:
    segment_play.clean_fields(exclude=["public_id", "segment"])
    _expect_measurable(segment_play)


def _expect_measurable(segment_play: SegmentPlay) -> None:
    if check_operand({"field": segment_play.field_key}, registry.catalog()):
        raise Refusal({"field_key": _("This figure cannot be measured. Choose another one.")})
