"""Ladders of tiers, as the vendor and as a partner see them."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet

from core.models import VersionState
from criteria.fields import Catalog, registry
from partners.models import (
    CategoryMembership,
    ManualOverride,
    Partner,
    Region,
    Tier,
    TierHolding,
    TierInvitation,
    TierMove,
    TierProposal,
    TierTrack,
    TierVersion,
)
from partners.models.memberships import HOLDING_STATES
from partners.queries import languages, overrides, tier_policies
from partners.queries.overrides import Applied
from partners.queries.texts import criteria_in_words, of_state

#: How many moves are shown beside a partner's tiers; the history has them all.
LATEST_MOVES = 5


@dataclass(frozen=True, slots=True)
class Rung:
    """A tier on its ladder, with its published text and, where asked for, a partner's standing."""

    tier: Tier
    published: TierVersion | None
    draft: TierVersion | None
    criteria: str
    holders: int = 0
    is_held: bool = False
    is_qualified: bool = False
    is_next: bool = False
    applied: Applied | None = None

    @property
    def is_at_stake(self) -> bool:
        """Whether it matters now what is missing: the next one to reach, or one held and not met today."""
        return self.is_next or (self.is_held and not self.is_qualified)


@dataclass(frozen=True, slots=True)
class Ladder:
    """A track with its rungs, highest first. `held` is what a partner has, `qualified` what its figures say today."""

    track: TierTrack
    rungs: list[Rung]
    held: TierHolding | None = None
    qualified: Tier | None = None
    override: ManualOverride | None = None
    proposal: TierProposal | None = None
    invitations: list[TierInvitation] = field(default_factory=list)
    policy: list[str] = field(default_factory=list)

    @property
    def next_rung(self) -> Rung | None:
        """The rung above the one held, or the lowest."""
        return next((rung for rung in self.rungs if rung.is_next), None)

    @property
    def held_rung(self) -> Rung | None:
        """The rung held."""
        return next((rung for rung in self.rungs if rung.is_held), None)

    @property
    def regions(self) -> list[Region]:
        """The regions whose own texts or criteria apply on this ladder."""
        found = {region.pk: region for rung in self.rungs if rung.applied for region in rung.applied.regions}
        return list(found.values())

    @property
    def is_behind(self) -> bool:
        """Whether the partner holds more than it qualifies for today."""
        if self.held is None:
            return False
        return self.qualified is None or self.qualified.rank < self.held.tier.rank

    @property
    def is_ahead(self) -> bool:
        """Whether the partner qualifies for more than it holds: somebody decides at a review."""
        return self.qualified is not None and (self.held is None or self.held.tier.rank < self.qualified.rank)


def ladders(user: Any) -> list[Ladder]:
    """Return every ladder with the holders among the partners a person may see."""
    catalog = registry.catalog()
    rows = TierHolding.objects.visible_to(user).open().values("tier_id").annotate(n=Count("pk")).order_by()
    holders = dict(rows.values_list("tier_id", "n"))
    return [
        Ladder(
            track,
            [_rung(tier, catalog, holders=holders.get(tier.pk, 0)) for tier in _highest_first(track)],
            policy=tier_policies.in_words(track),
        )
        for track in _tracks()
    ]


def ladders_of(partner: Partner, *, language: str = "") -> list[Ladder]:
    """Return the ladders open to a partner, with everything that is said and decided about it there.

    In a `language` tiers have their names and texts of it, as far as they are translated.
    """
    proposals = {one.track_id: one for one in TierProposal.objects.open().of(partner).select_related("tier")}
    invited: dict[int, list[TierInvitation]] = {}
    for one in TierInvitation.objects.open().of(partner).select_related("tier", "invited_by"):
        invited.setdefault(one.tier.track_id, []).append(one)
    if language:
        asked = [*proposals.values(), *(one for some in invited.values() for one in some)]
        languages.name_in(language, *(one.tier for one in asked))
    return [
        replace(
            ladder,
            proposal=proposals.get(ladder.track.pk),
            invitations=invited.get(ladder.track.pk, []),
            policy=tier_policies.in_words(ladder.track),
        )
        for ladder in ladders_in_short(partner, language=language)
    ]


def ladders_in_short(partner: Partner, *, language: str = "") -> list[Ladder]:
    """Return the ladders open to a partner: what it holds, qualifies for and is allowed by hand; in five queries."""
    open_holdings = TierHolding.objects.open().filter(partner=partner).select_related("tier", "decided_by")
    held = {holding.track_id: holding for holding in open_holdings}
    by_hand = {one.track_id: one for one in ManualOverride.objects.open().of(partner).select_related("tier")}
    qualified, categories = _standing(partner)
    by_track = _published_by_track([holding.tier_id for holding in held.values()])
    said = overrides.applied([version for published in by_track.values() for version in published], partner)
    if language:
        said = {pk: replace(one, version=languages.read(one.version, language).version) for pk, one in said.items()}
        own = [one.tier for one in (*held.values(), *by_hand.values()) if one.tier is not None]
        languages.name_in(language, *(one.version.definition for one in said.values()), *own)
    catalog = registry.catalog()
    return [
        replace(
            _ladder_of(track, [said[one.definition_id] for one in published], held.get(track.pk), qualified, catalog),
            override=by_hand.get(track.pk),
        )
        for track, published in by_track.items()
        if track.category_id is None or track.category_id in categories or track.pk in held
    ]


def holders(tier: Tier, user: Any) -> QuerySet[TierHolding]:
    """Return who holds a tier now, among the partners a person may see."""
    rows: QuerySet[TierHolding] = TierHolding.objects.visible_to(user).open()
    return rows.filter(tier=tier).select_related("partner", "decided_by").order_by("partner__name", "pk")


def history(partner: Partner, user: Any) -> QuerySet[TierMove]:
    """Return everything that happened to a partner's tiers, newest first."""
    rows: QuerySet[TierMove] = TierMove.objects.visible_to(user).of(partner)
    return rows.select_related("track", "from_tier", "to_tier", "override__tier", "decided_by", "judged_tier").order_by(
        "-at", "-pk"
    )


def _standing(partner: Partner) -> tuple[set[int], set[int]]:
    """Return the tiers a partner met at the last recompute, and the categories it holds, in one query."""
    memberships = CategoryMembership.objects.open().filter(partner=OuterRef("pk"), state__in=HOLDING_STATES)
    row = (
        Partner.objects.filter(pk=partner.pk)
        .annotate(held_categories=ArraySubquery(memberships.values("category_id")))
        .values_list("classification__tier_ids", "held_categories")
        .get()
    )
    return set(row[0] or []), set(row[1])


def _published_by_track(held: list[int]) -> dict[TierTrack, list[TierVersion]]:
    """Return the published texts of all tiers in use, and of retired ones held, by track, highest first."""
    published = (
        TierVersion.objects.filter(
            Q(definition__retired_at__isnull=True) | Q(definition__in=held), state=VersionState.PUBLISHED
        )
        .select_related("definition__track__category")
        .order_by("definition__track__position", "definition__track_id", "-definition__rank")
    )
    by_track: dict[TierTrack, list[TierVersion]] = {}
    for version in published:
        by_track.setdefault(version.definition.track, []).append(version)
    return by_track


def _tracks() -> QuerySet[TierTrack]:
    current = TierVersion.objects.exclude(state=VersionState.SUPERSEDED)
    tiers = Tier.objects.order_by("-rank").prefetch_related(Prefetch("versions", queryset=current))
    return (
        TierTrack.objects.select_related("category")
        .prefetch_related(Prefetch("tiers", queryset=tiers))
        .order_by("position", "pk")
    )


def _highest_first(track: TierTrack) -> list[Tier]:
    return list(track.tiers.all())


def _rung(tier: Tier, catalog: Catalog, **standing: Any) -> Rung:
    current = list(tier.versions.all())
    published = of_state(current, VersionState.PUBLISHED)
    return Rung(
        tier=tier,
        published=published,
        draft=of_state(current, VersionState.DRAFT),
        criteria=criteria_in_words(published.criteria, catalog) if published else "",
        **standing,
    )


def _ladder_of(
    track: TierTrack, said: list[Applied], held: TierHolding | None, qualified: set[int], catalog: Catalog
) -> Ladder:
    rank = held.tier.rank if held else 0
    ranks = [one.version.definition.rank for one in said]
    above = min((one for one in ranks if one > rank), default=None)
    rungs = [
        Rung(
            tier=one.version.definition,
            published=one.version,
            draft=None,
            criteria=criteria_in_words(one.version.criteria, catalog),
            is_held=one.version.definition.rank == rank,
            is_qualified=one.version.definition_id in qualified,
            is_next=one.version.definition.rank == above,
            applied=one,
        )
        for one in said
    ]
    reached = next((rung.tier for rung in rungs if rung.is_qualified), None)
    return Ladder(track, rungs, held, reached)
