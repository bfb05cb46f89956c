"""Manual overrides: a person decides a partner's tier until a day, over all criteria and reviews.

There is one at a time for a partner and track. It comes first: while it stands, neither criteria, nor a review, nor a
tier given by hand lead below what it gives or keeps, or above what it allows.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core import audit
from core.models import Program
from core.periods import today
from core.refusals import Refusal
from partners.models import (
    HoldingSource,
    ManualOverride,
    ManualOverrideKind,
    MoveKind,
    Partner,
    Tier,
    TierTrack,
)
from partners.queries import tier_standings
from partners.queries.tier_standings import Place
from partners.services import tier_following, tier_moves
from partners.services.tier_moves import Move
from partners.tier_policy import OutcomeKind, decide


class Standing(Refusal):
    """There is an override already."""


def begin(
    *,
    partner: Partner,
    track: TierTrack,
    kind: str,
    last_day_on: date,
    reason: str,
    wording: str,
    by: Any | None,
    at: datetime,
    tier: Tier | None = None,
) -> ManualOverride:
    """Decide a partner's tier on a track until the end of a day. Saying the same twice changes nothing."""
    with audit.action("tier.override", by=by, reason=reason):
        tier_moves.lock([partner.pk])
        held = tier_moves.held_by(partner.pk, track.pk)
        override = ManualOverride(
            partner=partner,
            track=track,
            kind=kind,
            tier=held.tier if held and kind == ManualOverrideKind.KEEP else tier,
            held_before=held.tier if held else None,
            starts_at=at,
            last_day_on=last_day_on,
            reason=reason,
            wording=wording,
            decided_by=by,
        )
        if (same := _standing(override)) is not None:
            return same
        _expect_sensible(override, held_rank=held.tier.rank if held else 0, at=at)
        override.full_clean(validate_constraints=False)
        override.save(force_insert=True)
        place = _place(override)
        tier_moves.write([_note(override, MoveKind.OVERRIDE_BEGAN, place, reason=wording)], by=by, at=at)
        _carry_out(override, by=by, at=at)
    return override


def end(*, override: ManualOverride, by: Any | None, at: datetime, reason: str = "") -> bool:
    """End an override: what the criteria say holds again. Ended already, nothing changes.

    A tier that was given stays where the partner earned it meanwhile; else it goes back to what it held before, or to
    what it qualifies for by now if that is more.
    """
    with audit.action("tier.override_end", by=by, reason=reason):
        tier_moves.lock([override.partner_id])
        standing = ManualOverride.objects.open().filter(pk=override.pk).select_related("tier", "held_before").first()
        if standing is None:
            return False
        place = _place(standing)
        ManualOverride.objects.filter(pk=standing.pk).update(ends_at=max(at, standing.starts_at), ended_by=by)
        moves = [_note(standing, MoveKind.OVERRIDE_ENDED, place, reason=reason or _("It was for a time only"))]
        if (back := _back(standing, place)) is not None:
            moves.append(back)
        tier_moves.write(moves, by=by, at=at)
        tier_following.follow_stored_qualification(partner_id=standing.partner_id, at=at)
    override.refresh_from_db()
    return True


def end_due(*, at: datetime) -> int:
    """End the overrides whose last day is over. Returns how many."""
    day = today(at=at, zone=Program.current().zone)
    due = ManualOverride.objects.open().filter(last_day_on__lt=day).order_by("partner_id", "pk")
    return sum(end(override=one, by=None, at=at) for one in due.select_related("tier", "held_before"))


def _standing(override: ManualOverride) -> ManualOverride | None:
    """Return the override that says the same already. Raises Standing for one that says something else."""
    rows = ManualOverride.objects.open().filter(partner=override.partner, track=override.track)
    found: ManualOverride | None = rows.first()
    if found is None:
        return None
    names: Sequence[str] = ("kind", "tier_id", "last_day_on", "reason", "wording")
    if all(getattr(found, name) == getattr(override, name) for name in names):
        return found
    raise Standing(_("There is a manual override on this track already. End it first."), code="already_exists")


def _expect_sensible(override: ManualOverride, *, held_rank: int, at: datetime) -> None:
    day = today(at=at, zone=Program.current().zone)
    if override.last_day_on < day:
        raise ValidationError({"last_day_on": ValidationError(_("This day is over already."), code="past")})
    if override.kind == ManualOverrideKind.KEEP and not held_rank:
        raise ValidationError({"kind": ValidationError(_("It holds no tier that it could keep."), code="holds_none")})
    if override.tier_id is None or override.tier.track_id != override.track_id:
        raise ValidationError({"tier": ValidationError(_("Choose a tier of this track."), code="required")})
    if override.kind == ManualOverrideKind.KEEP:
        return
    if override.tier.retired_at is not None:
        raise ValidationError(
            {"tier": ValidationError(_("This tier is retired and given to nobody any more."), code="retired")}
        )
    if override.kind == ManualOverrideKind.GIVE:
        tier_moves.expect_open_to(override.partner, override.tier)
        if held_rank > override.tier.rank:
            message = _("It holds a higher tier. To keep it from falling, choose to keep the tier held.")
            raise ValidationError({"tier": ValidationError(message, code="lower")})


def _carry_out(override: ManualOverride, *, by: Any | None, at: datetime) -> None:
    """Let the partner rise to what is given, fall to what is allowed, or leave its grace period."""
    place = _place(override)
    outcome = decide(place.track, place.standing, place.rungs.in_use, today(at=at, zone=Program.current().zone))
    if outcome.kind != OutcomeKind.STAYS:
        tier_moves.write([tier_following.move_of(place, outcome, {}, source=HoldingSource.OVERRIDE)], by=by, at=at)


def _place(override: ManualOverride) -> Place:
    """Return where the partner stands on the track, with the override."""
    qualified = tier_standings.stored_qualifications([override.partner_id])
    [place] = tier_standings.places(qualified, track_ids=[override.track_id])
    return place


def _note(override: ManualOverride, kind: MoveKind, place: Place, *, reason: str) -> Move:
    return Move(
        partner_id=override.partner_id,
        track_id=override.track_id,
        kind=kind,
        held=place.held,
        source=HoldingSource.OVERRIDE,
        reason=reason,
        override=override,
    )


def _back(override: ManualOverride, place: Place) -> Move | None:
    """Return the way back from a tier that was only given; None where the partner may stay."""
    held = place.held
    if override.kind != ManualOverrideKind.GIVE or held is None or held.source != HoldingSource.OVERRIDE:
        return None
    before = override.held_before.rank if override.held_before else 0
    rank = max(before, min(place.best.rank if place.best else 0, held.tier.rank))
    if rank >= held.tier.rank:
        return None
    return Move(
        partner_id=override.partner_id,
        track_id=override.track_id,
        kind=MoveKind.DEMOTED if rank else MoveKind.ENDED,
        held=held,
        to_tier=place.tier_at(rank),
        source=HoldingSource.OVERRIDE,
        reason=_("The manual override is over"),
        override=override,
    )
