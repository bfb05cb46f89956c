"""Tiers that somebody has to approve: the queue follows what partners qualify for, and people decide."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core import audit
from core.models import Program
from core.periods import today
from core.refusals import Refusal
from core.services import outbox
from partners.models import HoldingSource, MoveKind, ProposalState, TierProposal
from partners.queries import tier_standings
from partners.queries.tier_standings import Place
from partners.services import tier_moves
from partners.services.tier_moves import Move
from partners.tier_policy import OutcomeKind, decide, proposed

#: Told in the outbox: `proposal_ids` that wait, and of each that was decided.
PROPOSED = "partners.tier_proposed"
DECLINED = "partners.tier_declined"


class Overtaken(Refusal):
    """The partner no longer qualifies, or holds the tier already."""


def out_of_step(places: Sequence[Place]) -> set[int]:
    """Return the partners for whom the queue asks something else than it should."""
    asked = _asked(places)
    return {place.partner_id for place in places if _wanted(place) != asked.get((place.partner_id, place.track.pk), 0)}


def follow(*, places: Sequence[Place], evidence: Mapping[int, Mapping[Any, Any]], at: datetime) -> list[TierProposal]:
    """Ask about partners that qualify, and ask no longer about those that do not. Partners are locked by the caller."""
    asked = _asked(places)
    changed = [place for place in places if _wanted(place) != asked.get((place.partner_id, place.track.pk), 0)]
    if not changed:
        return []
    stale = TierProposal.objects.open().filter(
        partner_id__in=[place.partner_id for place in changed], track_id__in={place.track.pk for place in changed}
    )
    keys = {(place.partner_id, place.track.pk) for place in changed}
    gone = [pk for pk, *key in stale.values_list("pk", "partner_id", "track_id") if tuple(key) in keys]
    TierProposal.objects.filter(pk__in=gone, state=ProposalState.WAITING).update(state=ProposalState.LAPSED)
    TierProposal.objects.filter(pk__in=gone).update(ends_at=at)
    rising = [place for place in changed if _wanted(place)]
    known = _evidence(rising, evidence, at)
    made = TierProposal.objects.bulk_create(
        [
            TierProposal(
                partner_id=place.partner_id,
                track=place.track,
                tier=place.tier_at(_wanted(place)),
                starts_at=at,
                evidence=known.get((place.partner_id, _wanted_id(place)), {}),
            )
            for place in rising
        ]
    )
    if made:
        outbox.put(topic=PROPOSED, payload={"proposal_ids": [one.pk for one in made]})
    return made


def approve(*, proposals: Iterable[TierProposal], by: Any | None, at: datetime, reason: str = "") -> int:
    """Give partners the tiers they qualify for. Decided or lapsed ones are passed over. Returns how many rose."""
    with audit.action("tier.approve", by=by):
        waiting = _waiting(proposals)
        qualified = tier_standings.stored_qualifications([one.partner_id for one in waiting])
        found = tier_standings.places(qualified, track_ids={one.track_id for one in waiting})
        by_key = {(place.partner_id, place.track.pk): place for place in found}
        moves = []
        for one in waiting:
            place = by_key.get((one.partner_id, one.track_id))
            if place is not None and (move := _approved(one, place, at=at, reason=reason)) is not None:
                moves.append(move)
        rising = {(move.partner_id, move.track_id) for move in moves}
        _close(
            [one for one in waiting if (one.partner_id, one.track_id) in rising],
            state=ProposalState.APPROVED, by=by, at=at, reason=reason, ends_at=at,
        )  # fmt: skip
        tier_moves.write(moves, by=by, at=at)
    return len(moves)


def decline(*, proposal: TierProposal, by: Any | None, at: datetime, reason: str) -> bool:
    """Say no, with a reason the partner reads. It is not asked again while the partner goes on qualifying."""
    with audit.action("tier.decline", by=by):
        if not _waiting([proposal]):
            return False
        _close([proposal], state=ProposalState.DECLINED, by=by, at=at, reason=reason)
        outbox.put(topic=DECLINED, payload={"proposal_id": proposal.pk})
    proposal.refresh_from_db()
    return True


def expect_waiting(proposal: TierProposal) -> None:
    """Refuse a decision about what waits no longer."""
    if proposal.state != ProposalState.WAITING:
        raise Overtaken(_("This was decided already, or the partner no longer qualifies."), code="overtaken")


def _approved(one: TierProposal, place: Place, *, at: datetime, reason: str) -> Move | None:
    day = today(at=at, zone=Program.current().zone)
    outcome = decide(place.track, place.standing, place.rungs.in_use, day, approved=True)
    if outcome.kind != OutcomeKind.RISES:
        return None
    tier = place.tier_at(outcome.rank)
    return Move(
        partner_id=one.partner_id,
        track_id=one.track_id,
        kind=MoveKind.PROMOTED,
        held=place.held,
        to_tier=tier,
        source=HoldingSource.APPROVAL,
        reason=reason or _("Met what %(tier)s asks, and was approved") % {"tier": tier},
        judged_tier_id=one.tier_id,
        evidence=one.evidence,
    )


def _waiting(proposals: Iterable[TierProposal]) -> list[TierProposal]:
    """Lock the partners, then return the proposals that still wait."""
    given = list(proposals)
    tier_moves.lock(one.partner_id for one in given)
    rows = TierProposal.objects.filter(pk__in=[one.pk for one in given], state=ProposalState.WAITING)
    return list(rows.select_related("tier").order_by("partner_id", "pk"))


def _close(
    proposals: Sequence[TierProposal], *, state: str, by: Any | None, at: datetime, reason: str, **more: Any
) -> None:
    TierProposal.objects.filter(pk__in=[one.pk for one in proposals]).update(
        state=state, decided_at=at, decided_by=by, reason=reason, **more
    )


def _asked(places: Sequence[Place]) -> dict[tuple[int, int], int]:
    """Return the rank that the queue asks about, or was declined, by partner and track."""
    rows = TierProposal.objects.open().filter(partner_id__in={place.partner_id for place in places})
    return {(pk, track): rank for pk, track, rank in rows.values_list("partner_id", "track_id", "tier__rank")}


def _wanted(place: Place) -> int:
    return proposed(place.track, place.standing, place.rungs.in_use)


def _wanted_id(place: Place) -> int:
    tier = place.tier_at(_wanted(place))
    return tier.pk if tier else 0


def _evidence(
    places: Sequence[Place], given: Mapping[int, Mapping[Any, Any]], at: datetime
) -> dict[tuple[int, int], dict[str, Any]]:
    found = {}
    wanting = {}
    for place in places:
        kept, tier_id = given.get(place.partner_id, {}), _wanted_id(place)
        if evidence := kept.get(tier_id) or kept.get(str(tier_id)):
            found[place.partner_id, tier_id] = dict(evidence)
        else:
            wanting[place.partner_id] = tier_id
    reckoned = tier_standings.verdicts(sorted(wanting), sorted(set(wanting.values())), at=at)
    for pk, tier_id in wanting.items():
        if pk in reckoned:
            found[pk, tier_id] = dict(reckoned[pk].evidence.get(tier_id, {}))
    return found
