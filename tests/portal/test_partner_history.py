"""One history of a partner: its records, its deals, its segments, what became part of it; narrowed where wished."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from deals.models import Deal, DealParticipant
from partners.models import Partner
from partners.queries.timeline import filters, timeline
from partners.services import merging, partners
from tests.conftest import NOW
from tests.factories.deals import DealFactory, DealParticipantFactory
from tests.factories.partners import PartnerFactory
from tests.factories.segmentation import RuleTransitionFactory, SegmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def told(partner: Partner, only: str = "") -> set[str]:
    """Return what the history says."""
    return {entry.title for entry in timeline(partner, only=only).entries}


@pytest.fixture
def busy(pinewood: Partner, victor: User) -> Partner:
    """Pinewood after a deal, a segment, a change and a merge."""
    deal = DealFactory(name="Harbour")
    part = DealParticipantFactory(deal=deal, partner=pinewood, role="resell")
    Deal.objects.filter(pk=deal.pk).update(stage="won", closed_on=NOW.date())
    DealParticipant.objects.filter(pk=part.pk).delete()
    DealParticipantFactory(deal=deal, partner=pinewood, role="service")
    segment, hidden = SegmentFactory(name="Growing"), SegmentFactory(name="For one asset", is_audience=True)
    for one in (segment, hidden):
        RuleTransitionFactory(partner=pinewood, kind="segment", rule_id=one.pk, entered=True, at=NOW)
    partners.update(partner=pinewood, by=victor, at=NOW, changes={"city": "Bremen"})
    merging.merge(survivor=pinewood, merged=PartnerFactory(name="Pinewood GmbH"), by=victor, at=NOW)
    return pinewood


def test_everything_is_in_one_list(busy: Partner) -> None:
    assert {
        "On the deal Harbour: Resell",
        "No longer on the deal Harbour: Resell",
        "Deal Harbour: Won",
        "Entered the segment Growing",
        "Profile changed: City",
        "Pinewood GmbH was merged into this partner",
    } <= told(busy)
    assert not any("For one asset" in title for title in told(busy))


def test_it_can_be_narrowed(busy: Partner) -> None:
    assert told(busy, "segments") == {"Entered the segment Growing"}
    assert "Profile changed: City" in told(busy, "records")
    assert not any("Harbour" in title for title in told(busy, "records"))
    assert all("Harbour" in title for title in told(busy, "deals"))


def test_the_page_offers_the_filters_and_keeps_to_one(
    busy: Partner, victor: User, client_of: Callable[[User], Client]
) -> None:
    page = f"/vendor/partners/{busy.public_id}/history/"
    client = client_of(victor)

    assert [key for key, _label in filters()] == ["records", "program", "segments", "deals"]
    assert "?only=deals" in client.get(page).text
    narrowed = client.get(f"{page}?only=deals").text
    assert "Harbour" in narrowed
    assert "Profile changed" not in narrowed
    assert client.get(f"{page}?only=nonsense").status_code == 200
