"""Who sees which deals."""

import pytest

from accounts.models import User
from deals.models import Deal, DealParticipant
from partners.models import Partner
from tests.factories.deals import DealFactory, DealParticipantFactory


@pytest.fixture
def deal(pinewood: Partner) -> Deal:
    """A deal of Pinewood, in two roles."""
    deal = DealFactory()
    DealParticipantFactory(deal=deal, partner=pinewood, role="resell")
    DealParticipantFactory(deal=deal, partner=pinewood, role="manage")
    return deal


@pytest.mark.parametrize(("person", "sees"), [("vera", 1), ("victor", 1), ("erin", 1), ("ian", 1), ("pete", 1),
                                              ("olga", 0), ("vincent", 0)])  # fmt: skip
def test_people_see_the_deals_of_their_partners_once(
    person: str, sees: int, deal: Deal, request: pytest.FixtureRequest
) -> None:
    user: User = request.getfixturevalue(person)

    assert Deal.objects.visible_to(user).count() == sees
    assert DealParticipant.objects.visible_to(user).count() == sees * 2
