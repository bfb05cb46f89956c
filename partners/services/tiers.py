"""Tier tracks and their tiers; giving a partner a tier by hand and taking it away."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from core import audit
from core.models import Program
from core.periods import today
from core.refusals import Refusal
from core.services import outbox, versions
from criteria.fields import RuleKind
from partners.models import (
    Category,
    HoldingSource,
    ManualOverride,
    MoveKind,
    Partner,
    Tier,
    TierHolding,
    TierTrack,
    TierVersion,
)
from partners.services import definitions, tier_moves
from partners.services.tier_following import follow_qualification, follow_qualifications, follow_stored_qualification
from partners.services.tier_moves import TIER_CHANGED, Move, NotAllowed

__all__ = ["TIER_CHANGED", "NotAllowed", "follow_qualification", "follow_qualifications", "follow_stored_qualification"]

#: Told in the outbox when partners move by other rules on a track: `track_id`.
POLICY_CHANGED = "partners.tier_policy_changed"
RANK_OFFSET = 10_000


def create_track(
    *,
    key: str,
    name: str,
    by: Any | None,
    at: datetime,
    category: Category | None = None,
    position: int | None = None,
    **policy: Any,
) -> TierTrack:
    """Make a ladder without rungs yet. `policy` says how partners move on it: see `TierPolicy`."""
    if position is None:
        position = (TierTrack.objects.aggregate(last=Max("position"))["last"] or 0) + 1
    track = TierTrack(key=key, name=name, category=category, position=position, **policy)
    track.policy_changed_on = today(at=at, zone=Program.current().zone)
    track.full_clean()
    with audit.action("tier_track.create", by=by):
        track.save(force_insert=True)
    return track


def update_track(*, track: TierTrack, by: Any | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Rename a ladder, or change for whom it is and how partners move on it.

    Another policy holds from today on: no review of a day before is made up for.
    """
    with transaction.atomic():
        changed = definitions.update(definition=track, by=by, at=at, changes=_in_order(changes))
        if {"category", *TierTrack.policy_fields} & set(changed):
            TierTrack.objects.filter(pk=track.pk).update(policy_changed_on=today(at=at, zone=Program.current().zone))
            track.refresh_from_db()
            outbox.put(topic=POLICY_CHANGED, payload={"track_id": track.pk})
            definitions.announce(kind=RuleKind.TIER, reason=_("%(name)s was changed") % {"name": track})
    return changed


def _in_order(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return changes with lists of days as the track keeps them, so that another order is no change."""
    found = dict(changes)
    if "notice_days" in found:
        found["notice_days"] = sorted(set(found["notice_days"]), reverse=True)
    for name in {"up_dates", "down_dates"} & set(found):
        found[name] = sorted(set(found[name]))
    return found


def define_track(
    *, key: str, name: str, tiers: Iterable[Mapping[str, Any]], by: Any | None, at: datetime, **fields: Any
) -> TierTrack:
    """Return the ladder with this key; when there is none, make it with its tiers, lowest first, all published."""
    found = TierTrack.objects.filter(key=key).first()
    if found:
        return found
    with transaction.atomic():
        track = create_track(key=key, name=name, by=by, at=at, **fields)
        for texts in tiers:
            definitions.define(
                make=lambda texts=texts: create(track=track, by=by, at=at, **texts),  # type: ignore[misc]
                kind=RuleKind.TIER,
                by=by,
                at=at,
            )
    return track


def create(*, track: TierTrack, key: str, name: str, by: Any | None, at: datetime, **texts: Any) -> Tier:
    """Add a tier at the top of a ladder, with its first draft."""
    with transaction.atomic():
        TierTrack.objects.select_for_update(no_key=True).get(pk=track.pk)
        rank = (track.tiers.aggregate(top=Max("rank"))["top"] or 0) + 1
        fields = {"track": track, "key": key, "name": name, "rank": rank}
        tier: Tier = definitions.create(model=Tier, by=by, at=at, fields=fields, texts=texts)
    return tier


def update(*, tier: Tier, by: Any | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Rename a tier."""
    return definitions.update(definition=tier, by=by, at=at, changes=changes)


def reorder(*, track: TierTrack, tiers: Sequence[Tier], by: Any | None, at: datetime) -> bool:
    """Put the tiers of a ladder into this order, lowest first. Partners keep their tier, wherever it now stands."""
    with audit.action("tier_track.reorder", by=by):
        TierTrack.objects.select_for_update(no_key=True).get(pk=track.pk)
        before = list(track.tiers.order_by("rank").values_list("pk", flat=True))
        after = [tier.pk for tier in tiers]
        if sorted(before) != sorted(after):
            raise Refusal(_("The tiers of this track changed meanwhile. Look at it again."), code="other_tiers")
        if before == after:
            return False
        track.tiers.update(rank=F("rank") + RANK_OFFSET)  # out of the way: no two tiers ever have one rank
        for rank, pk in enumerate(after, start=1):
            track.tiers.filter(pk=pk).update(rank=rank)
        definitions.announce(kind=RuleKind.TIER, reason=_("%(name)s was put into another order") % {"name": track})
    return True


def edit(
    *,
    tier: Tier,
    by: Any | None,
    at: datetime,
    own: Mapping[str, Any],
    texts: Mapping[str, Any],
    expected: int | None,
) -> list[str]:
    """Change the tier itself and the texts of its draft together. Returns the names of what changed."""
    with transaction.atomic():
        changed = update(tier=tier, by=by, at=at, changes=own)
        return changed + definitions.edit(definition=tier, by=by, at=at, changes=texts, expected=expected)


def draft_of(*, tier: Tier, by: Any | None, at: datetime) -> TierVersion:
    """Return the draft to edit."""
    draft: TierVersion = versions.draft_of(definition=tier, by=by, at=at)
    return draft


def save_draft(
    *, version: TierVersion, by: Any | None, at: datetime, changes: Mapping[str, Any], expected: int | None = None
) -> list[str]:
    """Write texts or criteria into a draft."""
    return versions.save_draft(version=version, by=by, at=at, changes=changes, expected=expected)


def publish(*, version: TierVersion, by: Any | None, at: datetime) -> bool:
    """Make a draft the text that holds."""
    return definitions.publish(kind=RuleKind.TIER, version=version, by=by, at=at)


def retire(*, tier: Tier, by: Any | None, at: datetime) -> bool:
    """Give a tier to nobody any more; refused while criteria name it.

    Who holds it keeps it, with its rank, until another tier of the ladder is theirs or it is taken away: partners
    were promised it, and nobody loses a promise because a ladder is rebuilt.
    """
    key = f"{tier.track.key}.{tier.key}"
    return definitions.retire(kind=RuleKind.TIER, definition=tier, by=by, at=at, key=key)


def restore(*, tier: Tier, by: Any | None, at: datetime) -> bool:
    """Take a retired tier back into use, at the rung it had; refused while its ladder is for a retired category."""
    category = tier.track.category
    if category is not None and category.retired_at is not None:
        raise Refusal(
            _("%(track)s is for %(category)s, which is retired. Take that back into use first.")
            % {"track": tier.track, "category": category},
            code="retired",
        )
    return definitions.restore(kind=RuleKind.TIER, definition=tier, by=by, at=at)


def hold(
    *,
    partner: Partner,
    tier: Tier,
    by: Any | None,
    at: datetime,
    reason: str = "",
    evidence: Mapping[str, Any] | None = None,
) -> TierHolding:
    """Give a partner a tier from now on; what it held on that ladder ends. Held already, nothing changes.

    The policy of the ladder holds for it as for any other: where partners fall, it falls when it does not qualify.
    """
    with audit.action("tier.hold", by=by):
        tier_moves.lock([partner.pk])
        tier_moves.expect_open_to(partner, tier)
        held = tier_moves.held_by(partner.pk, tier.track_id)
        if held is not None and held.tier_id == tier.pk:
            return held
        if tier.retired_at is not None:
            raise NotAllowed(_("%(tier)s is retired and given to nobody any more.") % {"tier": tier}, code="retired")
        _expect_no_override(partner, tier)
        rises = held is None or held.tier.rank < tier.rank
        move = Move(
            partner_id=partner.pk,
            track_id=tier.track_id,
            kind=MoveKind.PROMOTED if rises else MoveKind.DEMOTED,
            held=held,
            to_tier=tier,
            source=HoldingSource.HAND,
            reason=reason,
            judged_tier_id=tier.pk if evidence else None,
            evidence=dict(evidence or {}),
        )
        tier_moves.write([move], by=by, at=at)
    return tier_moves.held_by(partner.pk, tier.track_id)  # type: ignore[return-value]


def end(*, holding: TierHolding, by: Any | None, at: datetime, reason: str) -> bool:
    """Take a tier from a partner. Ended already, nothing changes."""
    with audit.action("tier.end", by=by, reason=reason):
        tier_moves.lock([holding.partner_id])
        held = TierHolding.objects.open().filter(pk=holding.pk).select_related("tier").first()
        if held is None:
            return False
        _expect_no_override(held.partner, None, track_id=held.track_id)
        move = Move(
            partner_id=held.partner_id,
            track_id=held.track_id,
            kind=MoveKind.ENDED,
            held=held,
            source=HoldingSource.HAND,
            reason=reason,
        )
        tier_moves.write([move], by=by, at=at)
    holding.refresh_from_db()
    return True


def _expect_no_override(partner: Partner, tier: Tier | None, *, track_id: int | None = None) -> None:
    """Refuse what a manual override forbids: it comes before every other decision until it ends."""
    standing = ManualOverride.objects.open().filter(partner=partner, track_id=track_id or (tier and tier.track_id))
    found = standing.select_related("tier").first()
    rank = tier.rank if tier else 0
    if found is not None and (rank < found.floor or (found.cap is not None and rank > found.cap)):
        raise NotAllowed(
            _("A manual override says otherwise until %(day)s. End it first.") % {"day": found.last_day_on},
            code="overridden",
        )
