"""Tier tracks, their tiers, and which tier each partner holds."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from core import audit
from core.refusals import Refusal
from core.services import outbox, versions
from criteria.fields import RuleKind
from partners.models import Category, CategoryMembership, Partner, Tier, TierHolding, TierTrack, TierVersion
from partners.models.memberships import HOLDING_STATES
from partners.services import definitions
from partners.signals import announce_partners

TIER_CHANGED = "partners.tier_changed"
RANK_OFFSET = 10_000


class NotAllowed(Refusal):
    """The tier cannot be held by this partner."""


def create_track(
    *,
    key: str,
    name: str,
    by: Any | None,
    at: datetime,
    category: Category | None = None,
    promotes_at_once: bool = True,
    position: int | None = None,
) -> TierTrack:
    """Make a ladder without rungs yet."""
    if position is None:
        position = (TierTrack.objects.aggregate(last=Max("position"))["last"] or 0) + 1
    track = TierTrack(key=key, name=name, category=category, promotes_at_once=promotes_at_once, position=position)
    track.full_clean()
    with audit.action("tier_track.create", by=by):
        track.save(force_insert=True)
    return track


def update_track(*, track: TierTrack, by: Any | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Rename a ladder, or change for whom it is and whether it promotes at once."""
    with transaction.atomic():
        changed = definitions.update(definition=track, by=by, at=at, changes=changes)
        if {"category", "promotes_at_once"} & set(changed):
            definitions.announce(kind=RuleKind.TIER, reason=_("%(name)s was changed") % {"name": track})
    return changed


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
    """Give a partner a tier from now on; what it held on that ladder ends. Held already, nothing changes."""
    with audit.action("tier.hold", by=by):
        _lock(partner.pk)
        _expect_ladder_fits(partner, tier)
        held = _open_holding(partner.pk, tier.track_id)
        if held is not None and held.tier_id == tier.pk:
            return held
        if tier.retired_at is not None:
            raise NotAllowed(_("%(tier)s is retired and given to nobody any more.") % {"tier": tier}, code="retired")
        return _move(partner.pk, tier, held=held, by=by, at=at, reason=reason, evidence=dict(evidence or {}))


def end(*, holding: TierHolding, by: Any | None, at: datetime, reason: str) -> bool:
    """Take a tier from a partner. Ended already, nothing changes."""
    with audit.action("tier.end", by=by, reason=reason):
        _lock(holding.partner_id)
        held = TierHolding.objects.open().filter(pk=holding.pk).first()
        if held is None:
            return False
        _close(held, at=at)
        _tell(held, before=held.tier_id, after=None, reason=reason)
    holding.refresh_from_db()
    return True


def follow_qualifications(
    *,
    qualified: Mapping[int, Iterable[int]],
    at: datetime,
    evidence: Mapping[int, Mapping[Any, Any]] | None = None,
) -> list[TierHolding]:
    """Promote partners to the best tier they qualify for, on every ladder that promotes at once. Never demotes.

    `qualified` holds, by partner id, all tiers whose criteria the partner meets today; `evidence` is by partner
    id, then by tier id. Partners are locked in id order, and only those with a promotion due.
    """
    due = _promotions(qualified)
    if not due:
        return []
    found = evidence or {}
    holdings = []
    with audit.action("tier.follow", by=None):
        partner_ids = sorted({partner_id for partner_id, _tier, _held in due})
        list(Partner.objects.select_for_update(no_key=True).filter(pk__in=partner_ids).order_by("pk").values_list("pk"))
        for partner_id, tier, held in _promotions({pk: qualified[pk] for pk in partner_ids}):
            reason = _("Met what %(tier)s asks") % {"tier": tier}
            kept = found.get(partner_id, {})
            why = dict(kept.get(tier.pk) or kept.get(str(tier.pk)) or {})
            holdings.append(_move(partner_id, tier, held=held, by=None, at=at, reason=reason, evidence=why))
    return holdings


def follow_qualification(
    *, partner_id: int, tier_ids: Iterable[int], at: datetime, evidence: Mapping[Any, Any] | None = None
) -> list[TierHolding]:
    """Do the same for one partner."""
    return follow_qualifications(qualified={partner_id: list(tier_ids)}, at=at, evidence={partner_id: evidence or {}})


def follow_stored_qualification(*, partner_id: int, at: datetime) -> list[TierHolding]:
    """Do the same from the last recompute, after something but the measures opened a ladder to the partner."""
    tier_ids = Partner.objects.filter(pk=partner_id).values_list("classification__tier_ids", flat=True).first()
    return follow_qualification(partner_id=partner_id, tier_ids=tier_ids or [], at=at)


def _lock(partner_id: int) -> None:
    Partner.objects.select_for_update(no_key=True).only("pk").get(pk=partner_id)


def _open_holding(partner_id: int, track_id: int) -> TierHolding | None:
    holding: TierHolding | None = (
        TierHolding.objects.open().filter(partner_id=partner_id, track_id=track_id).select_related("tier").first()
    )
    return holding


def _expect_ladder_fits(partner: Partner, tier: Tier) -> None:
    category = tier.track.category
    if category is not None and not _members_of([partner.pk], {category.pk}):
        raise NotAllowed(
            _("%(track)s is for %(category)s, and %(partner)s is not in that category.")
            % {"track": tier.track, "category": category, "partner": partner},
            code="other_category",
        )


def _promotions(qualified: Mapping[int, Iterable[int]]) -> list[tuple[int, Tier, TierHolding | None]]:
    """Return who is due for which tier: the best qualified one of each ladder, where it is above the one held."""
    wanted = {partner_id: set(tier_ids) for partner_id, tier_ids in qualified.items()}
    known = {
        tier.pk: tier
        for tier in Tier.objects.filter(
            pk__in=set().union(*wanted.values()), track__promotes_at_once=True, retired_at__isnull=True
        ).select_related("track")
    }
    if not known:
        return []
    held = {
        (holding.partner_id, holding.track_id): holding
        for holding in TierHolding.objects.open().filter(partner_id__in=list(wanted)).select_related("tier")
    }
    members = _members_of(wanted, {tier.track.category_id for tier in known.values()} - {None})
    found = []
    for partner_id, tier_ids in sorted(wanted.items()):
        for tier in _best_per_track(known[pk] for pk in tier_ids if pk in known):
            holding = held.get((partner_id, tier.track_id))
            open_to = tier.track.category_id is None or (partner_id, tier.track.category_id) in members
            if open_to and (holding is None or holding.tier.rank < tier.rank):
                found.append((partner_id, tier, holding))
    return found


def _best_per_track(tiers: Iterable[Tier]) -> list[Tier]:
    best: dict[int, Tier] = {}
    for tier in tiers:
        if tier.track_id not in best or best[tier.track_id].rank < tier.rank:
            best[tier.track_id] = tier
    return [best[track_id] for track_id in sorted(best)]


def _members_of(partner_ids: Iterable[int], category_ids: set[int | None]) -> set[tuple[int, int]]:
    if not category_ids:
        return set()
    rows = CategoryMembership.objects.open().filter(
        partner_id__in=list(partner_ids), category_id__in=category_ids, state__in=HOLDING_STATES
    )
    return set(rows.values_list("partner_id", "category_id"))


def _move(
    partner_id: int,
    tier: Tier,
    *,
    held: TierHolding | None,
    by: Any | None,
    at: datetime,
    reason: str,
    evidence: dict[str, Any],
) -> TierHolding:
    if held is not None:
        _close(held, at=at)
    holding: TierHolding = TierHolding.objects.create(
        partner_id=partner_id,
        track_id=tier.track_id,
        tier=tier,
        starts_at=at,
        reason=reason,
        decided_by=by,
        evidence=evidence,
    )
    _tell(holding, before=held.tier_id if held else None, after=tier.pk)
    return holding


def _close(held: TierHolding, *, at: datetime) -> None:
    held.ends_at = max(at, held.starts_at)
    held.save(update_fields=["ends_at"])


def _tell(holding: TierHolding, *, before: int | None, after: int | None, reason: str = "") -> None:
    outbox.put(
        topic=TIER_CHANGED,
        payload={
            "partner_id": holding.partner_id,
            "track_id": holding.track_id,
            "holding_id": holding.pk,
            "from_tier_id": before,
            "to_tier_id": after,
            "reason": reason,
        },
    )
    announce_partners([holding.partner_id])
