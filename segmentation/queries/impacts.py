"""What publishing a draft would mean: for those who have the category or tier, and for those who do not."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import DataError, OperationalError, transaction
from django.db.models import Count

from core.services import versions
from criteria.fields import RuleKind
from criteria.tree import CriteriaError, Group
from partners.models import CategoryMembership, Partner, TierHolding
from partners.models.memberships import HOLDING_STATES
from partners.models.overrides import Override
from segmentation import engine
from segmentation.queries import movers, previews

EVERYBODY = Group("and", ())
NOBODY = Group("and", (), negated=True)


@dataclass(frozen=True, slots=True)
class Part:
    """Partners for whom something would change: how many, what they won, where they are, which tiers they hold."""

    count: int
    revenue: Decimal | None
    currency: str
    sample: list[Partner]
    regions: list[tuple[str, int]]
    tiers: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class DraftImpact:
    """What a draft changes. `holders` have it today, whatever their figures; None for what nobody holds."""

    come: Part
    go: Part
    stay: int
    holders: Part | None
    holders_lost: Part | None
    asks_the_same: bool


def of_draft(kind: RuleKind, definition: Any, *, visible: Any, at: datetime) -> DraftImpact | None:
    """Return what a definition's draft means for visible partners; None without a draft, or where it cannot run."""
    draft = versions.existing_draft_of(definition)
    if draft is None:
        return None
    published = versions.published_of(definition)
    asked = previews.Draft(kind, definition, draft.criteria or {})
    concerned = previews.movable(asked, previews.concerned(asked, visible))
    try:
        with transaction.atomic():
            after, before = movers.tree_of(draft) or NOBODY, movers.tree_of(published, of=definition)
            before = previews.in_turn(before, asked) if before is not None else None
            return _counted(kind, definition, concerned, previews.in_turn(after, asked), before, at=at)
    except (CriteriaError, DataError, OperationalError):
        return None


def _counted(
    kind: RuleKind, definition: Any, concerned: Any, after: Group, before: Group | None, *, at: datetime
) -> DraftImpact:
    found = engine.compare(after, before, at=at, visible=concerned)
    come, go = engine.movers(after, before, at=at, visible=concerned)
    holding = _holding(kind, definition)
    holders = lost = None
    if holding is not None:
        have = concerned.filter(pk__in=holding)
        whole = engine.compare(EVERYBODY, None, at=at, visible=have)
        holders = _part(whole.enters, holding, concerned)
        losing = have.filter(pk__in=go or [0])  # an empty list is no SQL, and nobody has this id
        lost = _part(engine.compare(EVERYBODY, None, at=at, visible=losing).enters, losing.values("pk"), concerned)
    return DraftImpact(
        come=_part(found.enters, come, concerned),
        go=_part(found.leaves, go, concerned),
        stay=found.stays,
        holders=holders,
        holders_lost=lost,
        asks_the_same=not come and not go,
    )


def _holding(kind: RuleKind, definition: Any) -> Any:
    """Return the ids of who has the category or tier, as a subquery; None for other definitions."""
    subject = definition.subject if isinstance(definition, Override) else definition
    if kind is RuleKind.CATEGORY:
        rows: Any = CategoryMembership.objects.open().filter(category=subject, state__in=HOLDING_STATES)
    elif kind is RuleKind.TIER:
        rows = TierHolding.objects.open().filter(tier=subject)
    else:
        return None
    return rows.values("partner_id")


def _part(side: engine.Side, ids: Any, visible: Any) -> Part:
    base = previews.movers_of(side, visible)
    partners = visible.filter(pk__in=ids).values("pk")
    rows = TierHolding.objects.open().filter(partner__in=partners).values("tier__track__name", "tier__name")
    counted = rows.annotate(n=Count("pk")).order_by("-n", "tier__track__name", "tier__name")[:6]
    tiers = [(f"{row['tier__track__name']}: {row['tier__name']}", row["n"]) for row in counted] if side.count else []
    return Part(
        count=base.count,
        revenue=base.revenue,
        currency=base.currency,
        sample=base.sample,
        regions=[(bar.name, bar.count) for bar in base.bars],
        tiers=tiers,
    )
