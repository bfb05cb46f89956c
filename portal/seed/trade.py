"""Invents deals: two years with seasons and growth, several currencies, partners who share. Nothing here writes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.money import Money
from portal.seed.lot import Lot
from portal.seed.population import Course, InventedPartner, plain
from portal.seed.shapes import Place, Programme

DAYS_BACK = 730
MONTH_DAYS = 30.4
WON_SHARE = 0.68
SHARED = 0.14
#: How strong each month is: budgets are spent in autumn, summers are quiet.
SEASON = (0.75, 0.85, 1.15, 0.95, 0.95, 1.2, 0.7, 0.6, 1.15, 1.05, 1.25, 1.5)
#: How a second partner takes part.
SECOND_ROLES = ("refer", "service", "distribute", "influence", "manage")
#: What a customer's name tells of its industry, in the order of looking.
INDUSTRY_SIGNS = (
    ("Healthcare", ("klini", "clini", "clín", "vård", "nhs", "medical", "dental", "pharm", "farma", "health", "biotech")),
    ("Public sector", ("stadtwerke", "council", "mairie", "ayuntamiento", "county", "energi net", "water", "wasser")),
    ("Financial services", ("sparkasse", "versicherung", "bank", "banco", "insurance", "assurances", "seguros", "credit")),
    ("Education", ("universi", "college", "school")),
    ("Logistics", ("logist", "rederi", "rail", "transport", "freight", "naviera", "ports", "ferroviaire", "hub")),
    ("Retail", ("handel", "kirjat", "möbel", "boulanger", "bäckerei", "foods", "hoteles", "hotels", "cafés", "homes", "verlag", "éditions")),
    ("Manufacturing", ("maschinen", "auto", "bygg", "metalli", "textil", "têxtil", "distill", "mining", "minera", "aerospace",
                       "electronics", "precision", "cerâmica", "sjømat", "conservas", "aceites", "domaine", "works", "estates", "construtora")),
)  # fmt: skip


@dataclass(frozen=True)
class InventedDeal:
    """A deal as it stands in the end."""

    number: int
    name: str
    customer: Mapping[str, str]
    money: Money
    stage: str
    opened_on: date
    closed_on: date | None
    expected_close_on: date
    products: Sequence[tuple[str, int]]
    partners: Sequence[tuple[InventedPartner, str, int]]

    @property
    def known_on(self) -> date:
        """The day on which it was written in its last state."""
        return self.closed_on or self.opened_on

    def row(self, owner: Any) -> dict[str, Any]:
        """Return the deal as `deals.services.deals.upsert_many` reads it."""
        return {
            "external_id": f"0065g00000{self.number:08d}",
            "name": self.name,
            "customer": self.customer,
            "amount": self.money,
            "stage": self.stage,
            "opened_on": self.opened_on,
            "closed_on": self.closed_on,
            "expected_close_on": self.expected_close_on,
            "owner": owner,
            "products": [{"name": key, "quantity": quantity} for key, quantity in self.products],
            "partners": [
                {"partner_id": partner.id, "role": role, "split_percent": share}
                for partner, role, share in self.partners
            ],
        }


def invent(programme: Programme, partners: Sequence[InventedPartner], *, today: date) -> list[InventedDeal]:
    """Return everybody's deals in the order in which they became known."""
    deals: list[InventedDeal] = []
    for partner in partners:
        lot = Lot(programme.key, "deals", partner.domain)
        for closed_on, stage in _closings(partner, lot, today):
            deals.append(_deal(programme, partner, partners, lot, stage, closed_on, today))
    deals.sort(key=lambda deal: (deal.known_on, deal.name, deal.money.amount))
    return [replace(deal, number=number) for number, deal in enumerate(deals, start=1)]


def _closings(partner: InventedPartner, lot: Lot, today: date) -> Iterator[tuple[date | None, str]]:
    """Yield the day and outcome of each deal; None for those that are open."""
    if partner.story:
        yield from _closings_of_story(partner, lot, today)
        return
    if partner.joined_on is None or partner.course is Course.ENDED:
        return
    end = {
        Course.FADING: today - timedelta(days=lot.randint(95, 300)),
        Course.DORMANT: today - timedelta(days=lot.randint(380, 640)),
    }.get(partner.course, today)
    first = max(partner.joined_on + timedelta(days=35), today - timedelta(days=DAYS_BACK))
    rate = partner.kind.deals_a_year / 12 * partner.strength / WON_SHARE
    rate *= 0.35 if partner.course in (Course.DORMANT, Course.STARTING) else 1.0
    day = first
    while day < end:
        years_ago = (today - day).days / 365
        expected = rate * SEASON[day.month - 1] * (1 + partner.growth) ** -years_ago
        for _each in range(lot.times(expected)):
            closed = min(day + timedelta(days=lot.randrange(30)), end - timedelta(days=1))
            yield closed, "won" if lot.happens(WON_SHARE) else "lost"
        day += timedelta(days=30)
    if partner.course in (Course.STARTING, Course.GROWING, Course.STEADY):
        for _each in range(lot.times(rate * 2.2)):
            yield None, "open"


def _closings_of_story(partner: InventedPartner, lot: Lot, today: date) -> Iterator[tuple[date | None, str]]:
    """Spread a story's deals over its time, closer together the newer they are."""
    story = partner.story
    if story is None or partner.joined_on is None:
        return
    span = min(DAYS_BACK, (today - partner.joined_on).days) - 60
    closed = ["won"] * story.deals_won + ["lost"] * story.deals_lost
    lot.shuffle(closed)
    for place, stage in enumerate(closed):
        share = (place + 0.5) / len(closed)
        yield today - timedelta(days=3 + int(span * share ** (1 + story.growth))), stage
    for _each in range(story.deals_open):
        yield None, "open"


def _deal(
    programme: Programme,
    partner: InventedPartner,
    partners: Sequence[InventedPartner],
    lot: Lot,
    stage: str,
    closed_on: date | None,
    today: date,
) -> InventedDeal:
    customer = _customer(partner.place, lot)
    products = _products(programme, partner, lot)
    size = partner.story.deal_size if partner.story else partner.kind.deal_size * partner.strength**0.5
    opened_on = _opened(partner, closed_on, lot, today)
    names = {key: name for key, name, _line in programme.products}
    expected = _expected(opened_on, lot, today)
    return InventedDeal(
        number=0,
        name=f"{customer['name']}: {names[products[0][0]]}",
        customer=customer,
        money=_money(programme, partner.place, size * lot.lognormvariate(-0.15, 0.6)),
        stage=stage,
        opened_on=opened_on,
        closed_on=closed_on,
        expected_close_on=closed_on or expected,
        products=products,
        partners=_shared(partner, partners, lot, opened_on),
    )


def _opened(partner: InventedPartner, closed_on: date | None, lot: Lot, today: date) -> date:
    if closed_on is None:
        opened = min(today, partner.active_until or today) - timedelta(days=lot.randint(1, 75))
    else:
        opened = closed_on - timedelta(days=lot.randint(18, 120))
    return max(opened, partner.joined_on or opened)


def _expected(opened_on: date, lot: Lot, today: date) -> date:
    """Return when a deal is to be won; of days that went by most were moved, and some were forgotten lately."""
    expected = opened_on + timedelta(days=lot.randint(50, 120))
    if expected >= today:
        return expected
    return today + (timedelta(days=-lot.randint(1, 9)) if lot.happens(0.3) else timedelta(days=lot.randint(5, 70)))


def _customer(place: Place, lot: Lot) -> dict[str, str]:
    name = lot.choice(place.customers)
    if lot.happens(0.7):
        name = f"{name} {lot.choice(place.cities)}"
    industry = next((one for one, signs in INDUSTRY_SIGNS if any(sign in name.lower() for sign in signs)), "")
    return {
        "name": name,
        "domain": f"{plain(name)}-{place.country.lower()}.example",
        "country": place.country,
        "industry": industry or "Professional services",
    }


def _products(programme: Programme, partner: InventedPartner, lot: Lot) -> list[tuple[str, int]]:
    lines = set(partner.profile["product_lines"])
    fitting = [key for key, _name, line in programme.products if line in lines]
    others = [key for key, _name, line in programme.products if line not in lines]
    chosen = lot.some(fitting, 1, 2)
    if others and lot.happens(0.12):
        chosen.append(lot.choice(others))
    return [(key, lot.choice((1, 5, 10, 20, 25, 40, 50, 100, 150))) for key in chosen]


def _money(programme: Programme, place: Place, worth: float) -> Money:
    """Return an amount of this worth in the program's currency, rounded as offers are."""
    if place.currency == programme.currency:
        amount = Decimal(round(worth, -2))
    else:
        rate = programme.rates[place.currency][-1]
        step = -4 if rate < Decimal("0.05") else -2
        amount = Decimal(round(worth / float(rate), step))
    return Money(max(amount, Decimal(500)), place.currency)


def _shared(
    partner: InventedPartner, partners: Sequence[InventedPartner], lot: Lot, opened_on: date
) -> list[tuple[InventedPartner, str, int]]:
    """Return who takes part: the partner in one of its roles, sometimes with a second one from nearby."""
    first = lot.choice(partner.kind.roles)
    if not lot.happens(SHARED):
        return [(partner, first, 100)]
    near = [
        one
        for one in partners
        if one is not partner
        and one.story is None
        and one.place.region == partner.place.region
        and one.joined_on is not None
        and one.joined_on <= opened_on
        and one.course in (Course.GROWING, Course.STEADY)
    ]
    if not near:
        return [(partner, first, 100)]
    second = lot.choice(near)
    roles = [role for role in second.kind.roles if role != first] or [role for role in SECOND_ROLES if role != first]
    return [(partner, first, 100), (second, roles[0], 100)]
