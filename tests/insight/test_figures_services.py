"""Figures of categories by quarter, against worked examples. The clock stands at 18 March 2030."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from core.models import Program
from insight.models import CategoryFlow, CategoryOverlap, CategoryQuarter
from insight.services import figures
from partners.models import Category, Partner
from tests.factories.learning import HeldCertificationFactory
from tests.factories.partners import CategoryMembershipFactory, PartnerFactory, PersonFactory
from tests.insight.conftest import stay, won

pytestmark = pytest.mark.django_db
Maker = Callable[..., Category]


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def quarter_of(category: Category, starts_on: str) -> CategoryQuarter:
    return CategoryQuarter.objects.get(category=category, starts_on=date.fromisoformat(starts_on))


def test_members_are_those_at_the_end_of_a_quarter(category_of: Maker, now: datetime) -> None:
    msp = category_of("MSP")
    stay(PartnerFactory(), msp, day("2029-05-01"))
    stay(PartnerFactory(), msp, day("2029-08-01"), day("2029-12-31"))
    stay(PartnerFactory(), msp, day("2030-02-01"))

    figures.refresh(at=now)

    told = [
        (one.members, one.came, one.went)
        for one in (quarter_of(msp, start) for start in ("2029-04-01", "2029-07-01", "2029-10-01", "2030-01-01"))
    ]
    assert told == [(1, 1, 0), (2, 1, 0), (1, 0, 1), (2, 1, 0)]


def test_a_suggestion_that_came_and_went_was_no_stay(category_of: Maker, now: datetime) -> None:
    msp = category_of("MSP")
    CategoryMembershipFactory(
        category=msp, state="ended", starts_at=now - timedelta(days=20), ends_at=now - timedelta(days=10)
    )
    CategoryMembershipFactory(category=msp, state="pending", starts_at=now - timedelta(days=20))

    figures.refresh(at=now)

    assert quarter_of(msp, "2030-01-01").came == 0


@pytest.mark.parametrize(
    ("zone", "starts_on"), [("Pacific/Auckland", "2030-01-01"), ("America/Los_Angeles", "2029-10-01")]
)
def test_the_quarter_begins_at_the_programs_midnight(
    category_of: Maker, now: datetime, zone: str, starts_on: str
) -> None:
    Program.objects.update_or_create(pk=1, defaults={"timezone": zone})
    Program.forget()
    msp = category_of("MSP")
    stay(PartnerFactory(), msp, day("2030-01-01T05:00:00"))

    figures.refresh(at=now)

    assert quarter_of(msp, starts_on).came == 1
    assert sum(one.came for one in msp.quarters.all()) == 1


def test_revenue_is_the_members_share_of_deals_won_while_they_were_in_it(category_of: Maker, now: datetime) -> None:
    msp, var = category_of("MSP"), category_of("VAR")
    partner = PartnerFactory()
    stay(partner, msp, day("2029-11-15"), day("2030-02-15"))
    stay(partner, var, day("2029-01-01"))
    won(partner, 1000, date(2029, 11, 14))
    won(partner, 400, date(2029, 11, 15), split=50)
    won(partner, 900, date(2030, 2, 14))
    won(partner, 500, date(2030, 2, 15))

    figures.refresh(at=now)

    def revenues(category: Category) -> list[Decimal]:
        return [quarter_of(category, start).revenue for start in ("2029-10-01", "2030-01-01")]

    assert revenues(msp) == [200, 900]
    assert revenues(var) == [1200, 1400]
    assert quarter_of(msp, "2030-01-01").deals_won == 1


def test_sellers_won_something_within_twelve_months_before_the_end(category_of: Maker, now: datetime) -> None:
    msp = category_of("MSP")
    for closed_on in (date(2028, 12, 31), date(2029, 1, 1), None):
        partner = PartnerFactory()
        stay(partner, msp, day("2028-01-01"))
        if closed_on:
            won(partner, 100, closed_on)

    figures.refresh(at=now)

    assert [quarter_of(msp, start).sellers for start in ("2028-10-01", "2029-10-01", "2030-01-01")] == [1, 1, 0]


def test_people_count_while_a_certification_of_theirs_holds(category_of: Maker, now: datetime) -> None:
    msp, partner = category_of("MSP"), PartnerFactory()
    stay(partner, msp, day("2028-01-01"))
    person = PersonFactory(partner=partner)
    HeldCertificationFactory(person=person, earned_on=date(2029, 5, 1), expires_on=date(2029, 12, 31))
    HeldCertificationFactory(person=person, earned_on=date(2029, 6, 1), expires_on=date(2030, 1, 1))
    HeldCertificationFactory(person=PersonFactory(partner=partner), earned_on=date(2030, 3, 1), expires_on=None)

    figures.refresh(at=now)

    counts = [quarter_of(msp, start).certified_people for start in ("2029-04-01", "2029-10-01", "2030-01-01")]
    assert counts == [1, 1, 1]


def test_overlaps_and_flows_between_categories(category_of: Maker, now: datetime) -> None:
    msp, var, isv = category_of("MSP"), category_of("VAR"), category_of("ISV")
    both, moved, long_ago = PartnerFactory(), PartnerFactory(), PartnerFactory()
    for category in (msp, var):
        stay(both, category, day("2029-01-01"))
    stay(moved, msp, day("2029-01-01"), day("2029-12-01"))
    stay(moved, isv, day("2030-02-01"))
    stay(long_ago, msp, day("2029-01-01"), day("2029-06-01"))
    stay(long_ago, isv, day("2029-10-01"))

    figures.refresh(at=now)

    assert sorted(CategoryOverlap.objects.values_list("category__name", "other__name", "partners")) == [
        ("MSP", "VAR", 1),
        ("VAR", "MSP", 1),
    ]
    assert list(CategoryFlow.objects.values_list("source__name", "target__name", "partners")) == [("MSP", "ISV", 1)]


def test_reckoning_twice_gives_the_same(category_of: Maker, now: datetime) -> None:
    stay(PartnerFactory(), category_of("MSP"), day("2029-01-01"))

    def known() -> list[tuple[date, int]]:
        return list(CategoryQuarter.objects.order_by("starts_on").values_list("starts_on", "members"))

    figures.refresh(at=now)
    first = known()
    figures.refresh(at=now)

    assert known() == first
    assert len(first) == figures.QUARTERS


def test_a_partner_without_stays_counts_nowhere(category_of: Maker, pinewood: Partner, now: datetime) -> None:
    msp = category_of("MSP")
    won(pinewood, 1000, date(2030, 1, 1))

    figures.refresh(at=now)

    assert quarter_of(msp, "2030-01-01").revenue == 0
