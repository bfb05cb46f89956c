"""Partners' tiers follow what they qualify for, as the policy of each ladder says. In bulk, after each recompute."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core import audit
from core.models import Program
from core.periods import today
from partners.models import HoldingSource, MoveKind, TierMove, TierReview
from partners.queries import tier_standings
from partners.queries.tier_standings import Place, Verdict
from partners.services import tier_moves, tier_proposals
from partners.services.tier_moves import Move
from partners.tier_policy import Outcome, OutcomeKind, decide

Due = tuple[Place, Outcome]

KINDS: Mapping[OutcomeKind, MoveKind] = {
    OutcomeKind.RISES: MoveKind.PROMOTED,
    OutcomeKind.RESCUED: MoveKind.RESCUED,
    OutcomeKind.GRACE: MoveKind.GRACE_BEGAN,
    OutcomeKind.FALLS: MoveKind.DEMOTED,
    OutcomeKind.LEAVES: MoveKind.ENDED,
    OutcomeKind.STAYS: MoveKind.KEPT,
}


def follow_qualifications(
    *,
    qualified: Mapping[int, Iterable[int]],
    at: datetime,
    evidence: Mapping[int, Mapping[Any, Any]] | None = None,
) -> list[TierMove]:
    """Bring tiers in line with what partners qualify for, on every ladder as far as its policy says so today.

    `qualified` holds, by partner id, all tiers whose criteria the partner meets today; `evidence` is by partner id,
    then by tier id, and is reckoned where it is not given. Only partners with something due are locked, in id order.
    """
    met = {partner_id: list(tier_ids) for partner_id, tier_ids in qualified.items()}
    found = tier_standings.places(met)
    partner_ids = {place.partner_id for place, _outcome in _due(found, at)} | tier_proposals.out_of_step(found)
    if not partner_ids:
        return []
    with audit.action("tier.follow", by=None):
        tier_moves.lock(partner_ids)
        found = tier_standings.places({pk: met[pk] for pk in sorted(partner_ids)})
        due = _due(found, at)
        known = _with_evidence(due, evidence or {}, at)
        moved = tier_moves.write([move_of(place, outcome, known) for place, outcome in due], by=None, at=at)
        tier_proposals.follow(places=_after(found, moved), evidence=evidence or {}, at=at)
    return moved


def follow_qualification(
    *, partner_id: int, tier_ids: Iterable[int], at: datetime, evidence: Mapping[Any, Any] | None = None
) -> list[TierMove]:
    """Do the same for one partner."""
    given = {partner_id: evidence} if evidence else None
    return follow_qualifications(qualified={partner_id: list(tier_ids)}, at=at, evidence=given)


def follow_stored_qualification(*, partner_id: int, at: datetime) -> list[TierMove]:
    """Do the same from the last recompute, after something but the measures opened a ladder to the partner."""
    return follow_qualifications(qualified=tier_standings.stored_qualifications([partner_id]), at=at)


def move_of(
    place: Place,
    outcome: Outcome,
    evidence: Mapping[int, Mapping[Any, Any]],
    *,
    source: HoldingSource = HoldingSource.RULE,
    reason: str = "",
    review: TierReview | None = None,
) -> Move:
    """Return what happens to a partner as a move to be written, with the evidence for the tier that is at issue."""
    tier = place.tier_at(outcome.rank)
    judged = tier if outcome.kind == OutcomeKind.RISES else (place.held.tier if place.held else None)
    kept = evidence.get(place.partner_id, {})
    by_override = place.override is not None and _is_by_override(place, outcome)
    return Move(
        partner_id=place.partner_id,
        track_id=place.track.pk,
        kind=KINDS[outcome.kind],
        held=place.held,
        to_tier=tier,
        source=HoldingSource.OVERRIDE if by_override else source,
        reason=reason or (place.override.wording if by_override and place.override else _reason(place, outcome)),
        grace_ends_on=outcome.grace_ends_on,
        judged_tier_id=judged.pk if judged else None,
        evidence=dict(kept.get(judged.pk) or kept.get(str(judged.pk)) or {}) if judged else {},
        review=review,
        override=place.override if by_override else None,
    )


def _is_by_override(place: Place, outcome: Outcome) -> bool:
    """Whether an override decided it: the figures alone would have led elsewhere."""
    standing = place.standing
    if outcome.kind in (OutcomeKind.RISES, OutcomeKind.RESCUED):
        return standing.qualified < outcome.rank
    return standing.cap is not None and standing.held > standing.cap


def _reason(place: Place, outcome: Outcome) -> str:
    names: dict[str, Any] = {"tier": place.tier_at(outcome.rank), "held": place.held.tier if place.held else ""}
    if outcome.kind == OutcomeKind.RISES:
        return _("Met what %(tier)s asks") % names
    if outcome.kind == OutcomeKind.RESCUED:
        return _("Meets what %(held)s asks again") % names
    if outcome.kind in (OutcomeKind.FALLS, OutcomeKind.LEAVES) and place.standing.in_grace:
        return _("Did not meet what %(held)s asks again before the grace period was over") % names
    if outcome.kind == OutcomeKind.STAYS:
        return _("Kept %(held)s") % names
    return _("No longer meets what %(held)s asks") % names


def _due(places: Sequence[Place], at: datetime) -> list[Due]:
    """Return what is to happen now, where something is."""
    day = today(at=at, zone=Program.current().zone)
    decided = [(place, decide(place.track, place.standing, place.rungs.in_use, day)) for place in places]
    return [(place, outcome) for place, outcome in decided if outcome.kind != OutcomeKind.STAYS]


def _with_evidence(
    due: Sequence[Due], given: Mapping[int, Mapping[Any, Any]], at: datetime
) -> dict[int, Mapping[Any, Any]]:
    """Return the evidence given, and where none is, that of this moment."""
    wanting = {
        place.partner_id: move.judged_tier_id
        for place, outcome in due
        if not (move := move_of(place, outcome, given)).evidence and move.judged_tier_id is not None
    }
    reckoned: dict[int, Verdict] = tier_standings.verdicts(sorted(wanting), sorted(set(wanting.values())), at=at)
    return {
        pk: {**dict(reckoned[pk].evidence if pk in reckoned else {}), **dict(given.get(pk, {}))}
        for pk in {place.partner_id for place, _outcome in due}
    }


def _after(places: Sequence[Place], moved: Sequence[TierMove]) -> list[Place]:
    """Return places as they are after the moves: proposals are about what is held now."""
    touched = {row.partner_id for row in moved}
    if not touched:
        return list(places)
    kept = [place for place in places if place.partner_id not in touched]
    met = {pk: [place.best.pk for place in places if place.partner_id == pk and place.best] for pk in touched}
    return kept + tier_standings.places(met)
