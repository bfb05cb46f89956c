"""Two programs of the examples over a year: who qualifies and who holds what on each side of every boundary.

The clock is moved, everything is computed as on that day, and what follows is delivered, as workers do.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from accounts.models import User
from core.money import Money
from core.services import outbox
from deals.models import DealRole, Product
from deals.services import deals
from deals.services.deals import Line, Participation
from enablement.models import Certification
from partners.models import Partner, Tier, TierHolding, TierMove
from partners.services import partners, tier_days, tier_reviews
from segmentation.models import Classification
from segmentation.services import recompute
from tests.factories.deals import CustomerFactory
from tests.factories.learning import HeldCertificationFactory
from tests.factories.partners import PersonFactory
from tests.integrations.test_program_examples import bring_in

pytestmark = pytest.mark.django_db
AN_HOUR = timedelta(hours=1)


class Year:
    """A year in the life of one partner in a program."""

    def __init__(self, by: User, partner: Partner) -> None:
        self.by, self.partner = by, partner

    def sell(self, on: date, *, amount: int = 0, currency: str = "EUR", **lines: int) -> None:
        """Win a deal on a day, with products (by key, with _ for -) and quantities."""
        deals.record(
            name="Deal",
            customer=CustomerFactory(),
            amount=Money(Decimal(amount), currency),
            opened_on=on,
            closed_on=on,
            stage="won",
            partners=[Participation(self.partner, DealRole.RESELL, Decimal(100))],
            products=[
                Line(Product.objects.get(key=key.replace("_", "-")), quantity) for key, quantity in lines.items()
            ],
            by=self.by,
            at=noon(on),
        )

    def certify(self, on: date, people: int) -> None:
        """Certify so many more people."""
        certification = Certification.objects.get(key="functional")
        for _number in range(people):
            person = PersonFactory(partner=self.partner)
            HeldCertificationFactory(person=person, certification=certification, earned_on=on, expires_on=None)

    def on(self, day: date, *, reviewed: bool = False) -> tuple[str, str]:
        """Let a day pass, with the reviews due where asked for; return the best tier qualified for and the one held."""
        recompute.everything(at=noon(day))
        if reviewed:
            tier_days.keep(at=noon(day))
            while tier_reviews.continue_one(at=noon(day)):
                pass
        outbox.deliver_due(at=noon(day) + AN_HOUR)
        qualified = Classification.objects.get(partner=self.partner).tier_ids
        best = Tier.objects.filter(pk__in=qualified).order_by("-rank").values_list("key", flat=True).first()
        held = TierHolding.objects.open().filter(partner=self.partner).values_list("tier__key", flat=True).first()
        return best or "", held or ""


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


@pytest.fixture
def year(victor: User, now: datetime) -> Callable[[str], Year]:
    """Import a program and sign a partner up for it."""

    def begin(name: str) -> Year:
        bring_in(name, victor, now)
        partner = partners.create(by=victor, at=now, name="Pinewood", status="active")
        return Year(victor, partner)

    return begin


def test_a_year_with_odoo(year: Callable[[str], Year]) -> None:
    pinewood = year("odoo")
    assert pinewood.on(date(2030, 4, 1)) == ("learning", "learning")

    # Nine users and one certified person are one user short of Ready; the tenth makes it, on the day.
    pinewood.certify(date(2030, 5, 1), 1)
    pinewood.sell(date(2030, 5, 10), user=9)
    assert pinewood.on(date(2030, 5, 10)) == ("learning", "learning")
    pinewood.sell(date(2030, 5, 11), user=1)
    assert pinewood.on(date(2030, 5, 11)) == ("ready", "ready")

    # Seventy-five users are Silver only with the third certified person.
    pinewood.sell(date(2030, 9, 2), user=65)
    pinewood.certify(date(2030, 9, 2), 1)
    assert pinewood.on(date(2030, 9, 2)) == ("ready", "ready")
    pinewood.certify(date(2030, 9, 3), 1)
    assert pinewood.on(date(2030, 9, 3)) == ("silver", "silver")

    # The first sale counts for twelve months and not a day longer; what is held is not lost by that alone.
    assert pinewood.on(date(2031, 5, 9)) == ("silver", "silver")
    assert pinewood.on(date(2031, 5, 10)) == ("ready", "silver")

    # What was lost is made good before anybody looks.
    pinewood.sell(date(2031, 5, 20), user=10)
    assert pinewood.on(date(2031, 5, 20)) == ("silver", "silver")


def test_odoo_lowers_partners_at_its_quarterly_review(year: Callable[[str], Year]) -> None:
    pinewood = year("odoo")
    pinewood.certify(date(2030, 5, 1), 3)
    pinewood.sell(date(2030, 5, 10), user=75)
    assert pinewood.on(date(2030, 5, 10)) == ("silver", "silver")

    # A year later the sales no longer count; the tier is kept until the quarter is over, and not a day longer.
    pinewood.sell(date(2031, 2, 1), user=10)
    assert pinewood.on(date(2031, 4, 1), reviewed=True) == ("silver", "silver")
    assert pinewood.on(date(2031, 5, 10), reviewed=True) == ("ready", "silver")
    assert pinewood.on(date(2031, 6, 30), reviewed=True) == ("ready", "silver")
    assert pinewood.on(date(2031, 7, 1), reviewed=True) == ("ready", "ready")
    assert TierMove.objects.filter(partner=pinewood.partner).latest("at").kind == "demoted"

    # What is sold afterwards raises again at once.
    pinewood.sell(date(2031, 7, 2), user=65)
    assert pinewood.on(date(2031, 7, 2), reviewed=True) == ("silver", "silver")


def test_a_year_with_atlassian(year: Callable[[str], Year]) -> None:
    pinewood = year("atlassian")
    assert pinewood.on(date(2030, 4, 1)) == ("", "")

    # 100,000 with 14.9 % of cloud is one tenth short of Silver.
    pinewood.sell(date(2030, 4, 2), amount=85_100, currency="USD", data_center_app=1)
    pinewood.sell(date(2030, 4, 2), amount=14_900, currency="USD", cloud_app=1)
    assert pinewood.on(date(2030, 4, 2)) == ("", "")
    pinewood.sell(date(2030, 4, 3), amount=120, currency="USD", cloud_app=1)
    assert pinewood.on(date(2030, 4, 3)) == ("silver", "silver")

    # Gold by its second way: three million, whatever the share of cloud.
    pinewood.sell(date(2030, 7, 1), amount=2_899_879, currency="USD", data_center_app=1)
    assert pinewood.on(date(2030, 7, 1)) == ("", "silver")
    pinewood.sell(date(2030, 7, 2), amount=1, currency="USD", data_center_app=1)
    assert pinewood.on(date(2030, 7, 2)) == ("gold", "gold")

    # Platinum by two million of cloud, a quarter of all sales only.
    pinewood.sell(date(2030, 10, 1), amount=3_000_000, currency="USD", data_center_app=1)
    pinewood.sell(date(2030, 10, 1), amount=1_984_979, currency="USD", cloud_app=1)
    assert pinewood.on(date(2030, 10, 1)) == ("gold", "gold")
    pinewood.sell(date(2030, 10, 2), amount=1, currency="USD", cloud_app=1)
    assert pinewood.on(date(2030, 10, 2)) == ("platinum", "platinum")

    # A year later nothing of it counts any more.
    assert pinewood.on(date(2031, 10, 2))[0] == ""
