"""Reviews of ladders: opened once for each day of the calendar, prepared and carried out in batches.

Each batch is one transaction that notes how far it came: killed at any moment, the next run goes on from there, and
nothing is done twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.doorbell import ring_after_commit
from core.models import Program
from core.periods import today
from core.queues import Queue
from core.refusals import Refusal
from core.services import outbox
from partners import tier_policy
from partners.models import HoldingSource, TierReview, TierReviewOutcome, TierReviewState, TierTrack
from partners.queries import tier_reviews as reads
from partners.queries import tier_standings
from partners.queries.tier_standings import Place
from partners.services import tier_moves
from partners.services.tier_following import move_of
from partners.services.tier_moves import Move
from partners.tier_policy import Outcome, OutcomeKind, decide

#: Told in the outbox: `review_id`.
REVIEW_WAITS = "partners.tier_review_waits"
#: How far back a day that nobody looked at is still made up for.
LATE_DAYS = 31
BATCH = 500


class NotOpen(Refusal):
    """The review waits for nobody any more."""


def open_due(*, at: datetime) -> list[TierReview]:
    """Open the reviews whose day has come, each once. Days missed are made up for, and count as of their own day."""
    day = today(at=at, zone=Program.current().zone)
    opened = []
    for track in TierTrack.objects.order_by("position", "pk"):
        for one, raises, lowers in reads.due(track, until=day, late_days=LATE_DAYS):
            with audit.action("tier_review.open", by=None):
                review, is_new = TierReview.objects.get_or_create(
                    track=track,
                    day=one,
                    defaults={"raises": raises, "lowers": lowers, "since_on": reads.since(track, one, raises=raises)},
                )
            if is_new:
                opened.append(review)
    return opened


def continue_one(*, at: datetime) -> bool:
    """Do the next batch of the first unfinished review that no other worker is at. Returns whether there was one."""
    with transaction.atomic():
        review = (
            TierReview.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(state__in=[TierReviewState.PREPARING, TierReviewState.APPLYING])
            .select_related("track__category", "decided_by")
            .order_by("day", "pk")
            .first()
        )
        if review is None:
            return False
        if review.state == TierReviewState.PREPARING:
            _prepare(review, at=at)
        else:
            _apply(review, at=at)
    return True


def execute(*, review: TierReview, by: Any | None, at: datetime, note: str = "") -> bool:
    """Carry a review out: the first batch now, the others follow. Carried out already, nothing changes."""
    with audit.action("tier_review.execute", by=by):
        locked = _locked(review)
        if locked.state in (TierReviewState.APPLYING, TierReviewState.DONE):
            return False
        _expect(locked, TierReviewState.WAITING)
        locked.state, locked.decided_at, locked.decided_by, locked.note = TierReviewState.APPLYING, at, by, note
        locked.save(update_fields=["state", "decided_at", "decided_by", "note"])
        _apply(locked, at=at)
        ring_after_commit("partners.tasks.continue_tier_reviews", queue=Queue.REPORTS)
    review.refresh_from_db()
    return True


def skip(*, review: TierReview, by: Any | None, at: datetime, note: str) -> bool:
    """Let a review pass without moving anybody, for a reason. Skipped already, nothing changes."""
    with audit.action("tier_review.skip", by=by, reason=note):
        locked = _locked(review)
        if locked.state == TierReviewState.SKIPPED:
            return False
        _expect(locked, TierReviewState.WAITING)
        locked.state, locked.decided_at, locked.decided_by, locked.note = TierReviewState.SKIPPED, at, by, note
        locked.save(update_fields=["state", "decided_at", "decided_by", "note"])
    review.refresh_from_db()
    return True


def exempt(*, outcomes: Iterable[TierReviewOutcome], by: Any | None, at: datetime, reason: str) -> int:
    """Decide that nothing happens to some partners at their review, for a reason. Returns how many that changes."""
    return _set_exemption(outcomes, {"exempted_at": at, "exempted_by": by, "exemption_reason": reason}, by=by)


def restore(*, outcomes: Iterable[TierReviewOutcome], by: Any | None, at: datetime) -> int:
    """Take exceptions back: what the figures say happens. Returns how many that changes."""
    return _set_exemption(outcomes, {"exempted_at": None, "exempted_by": None, "exemption_reason": ""}, by=by)


def _set_exemption(outcomes: Iterable[TierReviewOutcome], values: dict[str, Any], *, by: Any | None) -> int:
    given = list(outcomes)
    with audit.action("tier_review.exempt", by=by, reason=values["exemption_reason"]):
        for review in TierReview.objects.select_for_update(no_key=True).filter(pk__in={one.review_id for one in given}):
            _expect(review, TierReviewState.WAITING)
        rows = TierReviewOutcome.objects.filter(
            pk__in=[one.pk for one in given], exempted_at__isnull=values["exempted_at"] is not None
        )
        return rows.exclude(outcome=OutcomeKind.STAYS).update(**values)


def _prepare(review: TierReview, *, at: datetime) -> None:
    """Find what would happen to the next partners; when none is left, the review waits or is carried out."""
    ids = reads.partners_at(review, after=review.next_partner_id, limit=BATCH)
    if ids:
        TierReviewOutcome.objects.bulk_create(_outcomes(review, ids, at=at))
        review.next_partner_id = ids[-1]
        review.save(update_fields=["next_partner_id"])
        return
    waits = review.track.reviews_wait
    review.state, review.prepared_at = (TierReviewState.WAITING if waits else TierReviewState.APPLYING), at
    review.save(update_fields=["state", "prepared_at"])
    if waits:
        outbox.put(topic=REVIEW_WAITS, payload={"review_id": review.pk})


def _outcomes(review: TierReview, ids: Sequence[int], *, at: datetime) -> list[TierReviewOutcome]:
    rungs = tier_standings.ladders([review.track_id]).get(review.track_id)
    tier_ids = [tier.pk for tier in rungs.by_rank.values()] if rungs else []
    found = tier_standings.verdicts(ids, tier_ids, at=at)
    qualified = {pk: set(found[pk].tier_ids) if pk in found else set() for pk in ids}
    if review.track.any_day_counts:
        for pk, tier_id in reads.met_since(review, ids):
            qualified[pk].add(tier_id)
    rows = []
    for place in tier_standings.places(qualified, track_ids=[review.track_id]):
        outcome = _decide(review, place, review.day)
        if outcome.kind == OutcomeKind.STAYS and place.held is None:
            continue
        move = move_of(place, outcome, {pk: verdict.evidence for pk, verdict in found.items()})
        rows.append(
            TierReviewOutcome(
                review=review,
                partner_id=place.partner_id,
                held_tier=place.held.tier if place.held else None,
                qualified_tier=place.best,
                outcome=outcome.kind,
                to_tier=place.tier_at(outcome.rank),
                grace_ends_on=outcome.grace_ends_on,
                judged_tier_id=move.judged_tier_id,
                evidence=dict(move.evidence),
            )
        )
    return rows


def _decide(review: TierReview, place: Place, day: date) -> Outcome:
    """Return what the review finds; on anniversaries only partners whose day it is can move."""
    zone = Program.current().zone
    began = today(at=place.held.starts_at, zone=zone) if place.held else None
    rising, falling = (
        asked and (calendar.is_shared or (began is not None and _is_anniversary(began, day)))
        for asked, calendar in ((review.raises, place.track.raising), (review.lowers, place.track.lowering))
    )
    return decide(place.track, place.standing, place.rungs.in_use, day, rising=rising, falling=falling)


def _is_anniversary(began: date, day: date) -> bool:
    return began < day and tier_policy.next_anniversary(began, day - timedelta(days=1)) == day


def _apply(review: TierReview, *, at: datetime) -> None:
    """Carry out the outcomes of the next partners; when none is left, the review is done."""
    pending = review.outcomes.filter(applied_at__isnull=True).order_by("partner_id")
    batch = list(pending.select_related("held_tier", "to_tier")[:BATCH])
    if batch:
        tier_moves.lock([one.partner_id for one in batch])
        qualified: dict[int, list[int]] = {one.partner_id: [] for one in batch}
        now = {place.partner_id: place for place in tier_standings.places(qualified, track_ids=[review.track_id])}
        right = [one for one in batch if _still_right(one, now.get(one.partner_id))]
        day = today(at=at, zone=Program.current().zone)
        rungs = tier_standings.ladders([review.track_id])[review.track_id]
        moves = [
            _move(review, one, now.get(one.partner_id) or Place(one.partner_id, rungs, None, one.to_tier), day)
            for one in right
        ]
        tier_moves.write(moves, by=review.decided_by, at=at)
        done = {one.pk for one in right}
        TierReviewOutcome.objects.filter(pk__in=done).update(applied_at=at)
        TierReviewOutcome.objects.filter(pk__in=[one.pk for one in batch if one.pk not in done]).update(
            applied_at=at, was_overtaken=True
        )
        if len(batch) == BATCH:
            return
    review.state, review.done_at = TierReviewState.DONE, at
    review.save(update_fields=["state", "done_at"])


def _still_right(one: TierReviewOutcome, place: Place | None) -> bool:
    """Whether what was found at the preparation still fits: the partner holds the same, and no override forbids it."""
    held = place.held if place else None
    if (held.tier_id if held else None) != one.held_tier_id:
        return False
    if one.outcome == OutcomeKind.GRACE and held is not None and held.is_in_grace:
        return False
    if place is None or place.override is None or one.is_exempted:
        return True
    rank = one.to_tier.rank if one.to_tier else 0
    cap = place.override.cap
    return rank >= place.override.floor and (cap is None or rank <= cap)


def _move(review: TierReview, one: TierReviewOutcome, place: Place, day: date) -> Move:
    if one.is_exempted:
        outcome = Outcome(OutcomeKind.STAYS, place.standing.held)
        reason = one.exemption_reason
    else:
        last_day = tier_policy.grace_ends_on(review.track, day) if one.outcome == OutcomeKind.GRACE else None
        outcome = Outcome(OutcomeKind(one.outcome), one.to_tier.rank if one.to_tier else 0, last_day)
        reason = ""
    move = move_of(place, outcome, {}, source=HoldingSource.REVIEW, reason=reason, review=review)
    return replace(move, judged_tier_id=one.judged_tier_id, evidence=one.evidence)


def _locked(review: TierReview) -> TierReview:
    rows = TierReview.objects.select_for_update(no_key=True, of=("self",)).select_related("track__category")
    return rows.get(pk=review.pk)


def _expect(review: TierReview, state: TierReviewState) -> None:
    if review.state != state:
        raise NotOpen(_("This review is not waiting for anybody: look at it again."), code="not_open")
