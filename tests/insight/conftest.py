"""What the tests of insight share: categories with stays of their own, and deals that members won."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from deals.models import DealStage
from partners.models import Category, CategoryMembership, MembershipMove, MembershipState, Partner
from tests.factories.deals import DealFactory, DealParticipantFactory
from tests.factories.partners import CategoryMembershipFactory, CategoryVersionFactory


@pytest.fixture
def category_of() -> Callable[..., Category]:
    """Return a function that makes a published category: `category_of("MSP", benefits="…")`."""

    def make(name: str, **texts: Any) -> Category:
        category: Category = CategoryVersionFactory(published=True, definition__name=name, **texts).definition
        return category

    return make


def stay(partner: Partner, category: Category, since: datetime, until: datetime | None = None) -> CategoryMembership:
    """Let a partner be in a category for a time."""
    state = MembershipState.ACTIVE if until is None else MembershipState.ENDED
    membership: CategoryMembership = CategoryMembershipFactory(
        partner=partner, category=category, state=state, starts_at=since, ends_at=until
    )
    moves = [("", MembershipState.ACTIVE, since)]
    if until is not None:
        moves.append((MembershipState.ACTIVE, MembershipState.ENDED, until))
    for before, after, at in moves:
        MembershipMove.objects.create(membership=membership, before=before, after=after, at=at)
    return membership


def won(partner: Partner, amount: int, closed_on: date, *, split: int = 100) -> None:
    """Let a partner win a deal."""
    deal = DealFactory(
        stage=DealStage.WON, amount=Decimal(amount), program_amount=Decimal(amount), opened_on=closed_on,
        closed_on=closed_on,
    )  # fmt: skip
    DealParticipantFactory(deal=deal, partner=partner, split_percent=split)
