"""Groups of companies: links follow the parents at any depth, rings are refused, groups are stale whole."""

import pytest
from django.db import IntegrityError, transaction

from partners.models import GroupLink, Partner
from segmentation.models import StalePartner
from tests.factories.partners import PartnerFactory

pytestmark = pytest.mark.django_db


def links() -> set[tuple[str, str]]:
    """Return who stands below whom, by name."""
    names = dict(Partner.objects.values_list("pk", "name"))
    return {(names[top], names[member]) for top, member in GroupLink.objects.values_list("top_id", "member_id")}


@pytest.fixture
def chain() -> list[Partner]:
    """A holding, a country company below it, and an office below that."""
    made: list[Partner] = []
    for name in ("holding", "country", "office"):
        made.append(PartnerFactory(name=name, parent=made[-1] if made else None))
    return made


def test_links_reach_all_the_way_down(chain: list[Partner]) -> None:
    assert links() == {("holding", "country"), ("holding", "office"), ("country", "office")}


def test_a_branch_moves_with_all_below_it(chain: list[Partner]) -> None:
    other = PartnerFactory(name="other")

    Partner.objects.filter(name="country").update(parent=other)

    assert links() == {("other", "country"), ("other", "office"), ("country", "office")}
    Partner.objects.filter(name="country").update(parent=None)
    assert links() == {("country", "office")}


@pytest.mark.parametrize("below", ["country", "office"])
def test_the_database_refuses_a_ring_of_any_length(chain: list[Partner], below: str) -> None:
    with pytest.raises(IntegrityError, match="partner_not_below_itself"), transaction.atomic():
        Partner.objects.filter(name="holding").update(parent=Partner.objects.get(name=below))

    assert ("holding", "office") in links()


def test_rows_inserted_at_once_in_any_order_are_linked() -> None:
    ids = [9_000_001, 9_000_002, 9_000_003]
    rows = [Partner(id=ids[n], name=str(n), parent_id=ids[n - 1] if n else None) for n in range(3)]

    Partner.objects.bulk_create(reversed(rows))

    assert links() == {("0", "1"), ("0", "2"), ("1", "2")}


def test_links_go_with_their_partner(chain: list[Partner]) -> None:
    chain[2].delete()

    assert links() == {("holding", "country")}


def test_those_above_are_stale_with_a_partner(chain: list[Partner]) -> None:
    StalePartner.objects.all().delete()

    Partner.objects.filter(name="office").update(employees=7)

    marked = set(StalePartner.objects.values_list("partner_id", flat=True))
    assert marked == {one.pk for one in chain}


def test_both_groups_are_stale_when_a_branch_moves(chain: list[Partner]) -> None:
    other = PartnerFactory(name="other")
    StalePartner.objects.all().delete()

    Partner.objects.filter(name="country").update(parent=other)

    marked = set(StalePartner.objects.values_list("partner_id", flat=True))
    assert {chain[0].pk, other.pk} <= marked
