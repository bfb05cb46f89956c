"""Where partners stand on ladders: what they hold, what they qualify for, and what was decided about them by hand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet

from partners.models import (
    CategoryMembership,
    HoldingState,
    ManualOverride,
    Partner,
    Tier,
    TierHolding,
    TierProposal,
    TierTrack,
)
from partners.models.memberships import HOLDING_STATES
from partners.signals import verdicts_asked
from partners.tier_policy import Downward, Standing, Upward


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which tiers a partner qualifies for at a moment, and the values that decided, by tier."""

    tier_ids: Sequence[int] = ()
    evidence: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rungs:
    """The tiers of a ladder by rank; `in_use` are the ranks that partners can still come to."""

    track: TierTrack
    by_rank: Mapping[int, Tier]
    in_use: Sequence[int]


@dataclass(frozen=True, slots=True)
class Place:
    """A partner on one ladder: what it holds, the best tier it qualifies for, and its manual override."""

    partner_id: int
    rungs: Rungs
    held: TierHolding | None
    best: Tier | None
    override: ManualOverride | None = None

    @property
    def track(self) -> TierTrack:
        """The ladder."""
        return self.rungs.track

    @property
    def standing(self) -> Standing:
        """The same as numbers, to be decided upon."""
        held, override = self.held, self.override
        return Standing(
            held=held.tier.rank if held else 0,
            qualified=self.best.rank if self.best else 0,
            in_grace=held is not None and held.is_in_grace,
            grace_ends_on=held.grace_ends_on if held else None,
            may_fall_on=held.may_fall_on if held else None,
            floor=override.floor if override else 0,
            cap=override.cap if override else None,
        )

    def tier_at(self, rank: int) -> Tier | None:
        """Return the tier of a rank; None for no tier."""
        return self.rungs.by_rank.get(rank)


def verdicts(partner_ids: Sequence[int], tier_ids: Sequence[int], *, at: datetime) -> dict[int, Verdict]:
    """Return what partners qualify for at this moment, reckoned anew, with the evidence for some tiers."""
    if not partner_ids or not tier_ids:
        return {}
    asked = {"partner_ids": list(partner_ids), "tier_ids": list(tier_ids), "at": at}
    answers: list[tuple[Any, Any]] = verdicts_asked.send(sender=None, **asked)
    return {pk: Verdict(met, evidence) for _receiver, answer in answers for pk, (met, evidence) in answer.items()}


def stored_qualifications(partner_ids: Iterable[int]) -> dict[int, list[int]]:
    """Return the tiers that partners met at the last recompute."""
    rows = Partner.objects.filter(pk__in=list(partner_ids)).values_list("pk", "classification__tier_ids")
    return {pk: list(tier_ids or []) for pk, tier_ids in rows}


def ladders(track_ids: Iterable[int] | None = None) -> dict[int, Rungs]:
    """Return the ladders with their tiers, by track id."""
    rows = Tier.objects.select_related("track__category").order_by("track_id", "rank")
    if track_ids is not None:
        rows = rows.filter(track_id__in=list(track_ids))
    by_track: dict[int, list[Tier]] = {}
    for tier in rows:
        by_track.setdefault(tier.track_id, []).append(tier)
    return {
        track_id: Rungs(
            rungs[0].track, {one.rank: one for one in rungs}, [one.rank for one in rungs if one.retired_at is None]
        )
        for track_id, rungs in by_track.items()
    }


def places(qualified: Mapping[int, Iterable[int]], *, track_ids: Iterable[int] | None = None) -> list[Place]:
    """Return where partners stand on every ladder on which there is something of theirs, in order of partners.

    `qualified` holds, by partner id, the tiers whose criteria hold. Ladders for a category they are not in are closed
    to them: there they qualify for nothing.
    """
    rungs = ladders(track_ids)
    ids = list(qualified)
    mine = {"partner_id__in": ids, "track_id__in": list(rungs)}
    held = {
        (one.partner_id, one.track_id): one for one in TierHolding.objects.open().filter(**mine).select_related("tier")
    }
    overrides = {
        (one.partner_id, one.track_id): one
        for one in ManualOverride.objects.open().filter(**mine).select_related("tier")
    }
    asked = set(TierProposal.objects.open().filter(**mine).values_list("partner_id", "track_id"))
    members = members_of(ids, {one.track.category_id for one in rungs.values()})
    found = []
    for partner_id in sorted(ids):
        met = set(qualified[partner_id])
        for track_id, ladder in sorted(rungs.items()):
            category = ladder.track.category_id
            is_open = category is None or (partner_id, category) in members
            best = _best(ladder, met) if is_open else None
            key = (partner_id, track_id)
            if best is not None or key in held or key in overrides or key in asked:
                found.append(Place(partner_id, ladder, held.get(key), best, overrides.get(key)))
    return found


def out_of_step(*, today: date, track: TierTrack | None = None) -> list[int]:
    """Return the partners whose tier the policy of the ladder would change today, by the last recompute.

    It asks a little more widely than `decide`: what it yields is decided upon one by one.
    """
    tracks = TierTrack.objects.all() if track is None else TierTrack.objects.filter(pk=track.pk)
    ids = set(_holders_out_of_step(tracks, today).values_list("partner_id", flat=True))
    rising = tracks.filter(upward__in=[Upward.AT_ONCE, Upward.BY_APPROVAL])
    for tier in Tier.objects.filter(track__in=rising, retired_at__isnull=True).select_related("track"):
        ids.update(_risers(tier).values_list("pk", flat=True))
    return sorted(ids)


def _holders_out_of_step(tracks: QuerySet[TierTrack], today: date) -> Any:
    member = CategoryMembership.objects.open().filter(
        partner=OuterRef("partner"), category=OuterRef("track__category"), state__in=HOLDING_STATES
    )
    earned = Tier.objects.filter(
        _among(F("pk"), OuterRef("qualified_ids")),
        track=OuterRef("track"),
        rank__gte=OuterRef("tier__rank"),
        retired_at__isnull=True,
    )
    rows = (
        TierHolding.objects.open()
        .filter(track__in=tracks)
        .annotate(qualified_ids=F("partner__classification__tier_ids"))
        .annotate(is_earned=Exists(earned), is_member=Q(track__category__isnull=True) | Exists(member))
    )
    earns = Q(is_earned=True, is_member=True)
    in_grace, held = Q(state=HoldingState.GRACE), Q(state=HoldingState.HELD)
    return rows.filter(
        (in_grace & (Q(grace_ends_on__lt=today) | earns | Q(track__downward=Downward.NEVER)))
        | (
            held
            & Q(track__downward=Downward.AT_ONCE)
            & ~earns
            & (Q(may_fall_on__isnull=True) | Q(may_fall_on__lte=today))
        )
    )


def _risers(tier: Tier) -> Any:
    as_high = TierHolding.objects.open().filter(partner=OuterRef("pk"), track=tier.track_id, tier__rank__gte=tier.rank)
    rows = Partner.objects.filter(~Exists(as_high), classification__tier_ids__contains=[tier.pk])
    if tier.track.category_id is not None:
        member = CategoryMembership.objects.open().filter(
            partner=OuterRef("pk"), category=tier.track.category_id, state__in=HOLDING_STATES
        )
        rows = rows.filter(Exists(member))
    return rows


def _among(one: Any, many: Any) -> Func:
    return Func(one, many, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField())


def _best(ladder: Rungs, met: set[int]) -> Tier | None:
    return next((ladder.by_rank[rank] for rank in reversed(ladder.in_use) if ladder.by_rank[rank].pk in met), None)


def members_of(partner_ids: Iterable[int], category_ids: Iterable[int | None]) -> set[tuple[int, int]]:
    """Return which of some partners hold which of some categories."""
    wanted = {pk for pk in category_ids if pk is not None}
    if not wanted:
        return set()
    rows = CategoryMembership.objects.open().filter(
        partner_id__in=list(partner_ids), category_id__in=wanted, state__in=HOLDING_STATES
    )
    return set(rows.values_list("partner_id", "category_id"))
