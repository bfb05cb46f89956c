"""Invents partners and their people. Nothing here touches the database."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.text import slugify

from portal.seed.cities import place_of
from portal.seed.lot import Lot
from portal.seed.shapes import Kind, Place, Programme, Story

TITLES = {
    "executive": ("Managing director", "Owner", "Chief executive"),
    "sales": ("Sales manager", "Account manager", "Head of sales"),
    "marketing": ("Marketing manager", "Campaign manager"),
    "technical": ("Systems engineer", "Technical lead", "Consultant", "Support engineer"),
    "operations": ("Office manager", "Service desk manager", "Head of operations"),
}
#: How a partner sells that is in a category as its second one.
MOTION_OF = {"var": "Resale", "msp": "Managed service", "referral": "Referral", "service-center": "Services"}
FUNCTIONS = ("executive", "sales", "technical", "technical", "sales", "operations", "marketing", "technical")
#: Letters that lose more than an accent when they are written plainly.
PLAIN = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "ł": "l", "ð": "d"})


class Course(StrEnum):
    """How a partnership goes."""

    PROSPECT = "prospect"
    STARTING = "starting"
    GROWING = "growing"
    STEADY = "steady"
    FADING = "fading"
    DORMANT = "dormant"
    ENDED = "ended"


SHARES = {
    Course.PROSPECT: 13,
    Course.STARTING: 14,
    Course.GROWING: 19,
    Course.STEADY: 27,
    Course.FADING: 11,
    Course.DORMANT: 13,
    Course.ENDED: 3,
}
GROWTH = {Course.GROWING: 0.55, Course.STEADY: 0.06, Course.STARTING: 0.2, Course.FADING: -0.3}


#: Days for which prospects have been known, from the shortest to the longest; that of a prospect with a story.
PROSPECTS_KNOWN_FOR = (8, 75)
STORY_KNOWN_FOR = 24


@dataclass
class InventedPerson:
    """Somebody at an invented partner."""

    name: str
    email: str
    job_title: str
    job_function: str
    is_admin: bool = False
    signs_in: bool = False
    id: int = 0


@dataclass
class InventedPartner:
    """A partner with everything that decides how its years went: `known_on` is the day it is written, `id` known then."""

    name: str
    domain: str
    kind: Kind
    place: Place
    course: Course
    joined_on: date | None
    known_on: date
    active_until: date | None
    profile: Mapping[str, Any]
    people: list[InventedPerson]
    strength: float
    growth: float
    days_a_month: float
    external_id: str = ""
    story: Story | None = None
    id: int = 0


def invent(programme: Programme, *, size: int, today: date) -> list[InventedPartner]:
    """Return so many partners, those with a story first."""
    lot = Lot(programme.key, "population")
    taken: set[str] = set()
    stories = [_from_story(programme, story, number, today) for number, story in enumerate(programme.stories, start=1)]
    taken.update(one.domain for one in stories)
    kinds = _spread(programme.kinds, [kind.weight for kind in programme.kinds], size - len(stories))
    courses = _spread(list(SHARES), list(SHARES.values()), size - len(stories))
    lot.shuffle(courses)
    places = lot.choices(programme.places, [place.weight for place in programme.places], k=len(kinds))
    others = [
        _by_lot(programme, kind, place, course, number, taken, today)
        for number, (kind, place, course) in enumerate(zip(kinds, places, courses, strict=True), start=100)
    ]
    return stories + others


def _spread(things: Sequence[Any], weights: Sequence[int], size: int) -> list[Any]:
    """Return each thing as often as its weight says, every one at least once as long as there is room."""
    total = sum(weights)
    due = [(number + 1) / (size + 1) for number in range(size)]
    edges, upto = [], 0.0
    for weight in weights:
        upto += weight / total
        edges.append(upto)
    spread = [things[next(place for place, edge in enumerate(edges) if share <= edge + 1e-9)] for share in due]
    missing = [thing for thing in things if thing not in spread]
    return [*missing, *spread][:size] if missing else spread


def _by_lot(
    programme: Programme, kind: Kind, place: Place, course: Course, number: int, taken: set[str], today: date
) -> InventedPartner:
    lot = Lot(programme.key, "partner", number)
    name = _name(lot, kind, place, taken)
    domain = f"{plain(name)}.example"
    taken.add(domain)
    joined = _joined(lot, course, today)
    size = int(kind.employees[0] * (kind.employees[1] / kind.employees[0]) ** lot.random())
    return InventedPartner(
        name=name,
        domain=domain,
        kind=kind,
        place=place,
        course=course,
        joined_on=joined,
        known_on=joined or today - timedelta(days=Lot(programme.key, "known", number).randint(*PROSPECTS_KNOWN_FOR)),
        active_until=_active_until(lot, course, joined, today),
        profile=_profile(programme, lot, kind, place, name, size, today),
        people=_people(lot, place, domain, size),
        strength=min(3.0, lot.lognormvariate(-0.1, 0.55)),
        growth=GROWTH.get(course, 0.0) + lot.uniform(-0.1, 0.1),
        days_a_month=_days_a_month(lot, course),
        external_id=f"0015g00000{number:08d}" if lot.happens(0.8) else "",
    )


def _name(lot: Lot, kind: Kind, place: Place, taken: set[str]) -> str:
    for _attempt in range(200):
        name = f"{lot.choice(place.company_words)} {lot.choice(kind.words)}"
        if f"{plain(name)}.example" not in taken:
            return name
    return f"{name} {lot.choice(place.cities)}"


def _joined(lot: Lot, course: Course, today: date) -> date | None:
    if course is Course.PROSPECT:
        return None
    days = lot.randint(6, 112) if course is Course.STARTING else int(lot.triangular(150, 2400, 500))
    return today - timedelta(days=days)


def _active_until(lot: Lot, course: Course, joined: date | None, today: date) -> date | None:
    """Return the last day on which anything happened; None when nothing ever did."""
    silent = {
        Course.PROSPECT: lot.randint(0, 14),
        Course.STARTING: lot.randint(0, 12) if lot.happens(0.8) else lot.randint(20, 60),
        Course.GROWING: lot.randint(0, 6),
        Course.STEADY: lot.randint(0, 25),
        Course.FADING: lot.randint(50, 150),
        Course.DORMANT: lot.randint(200, 420),
        Course.ENDED: lot.randint(150, 400),
    }[course]
    until = today - timedelta(days=silent)
    if course is Course.PROSPECT and lot.happens(0.2):
        return None
    return until if joined is None or until > joined else None


def _days_a_month(lot: Lot, course: Course) -> float:
    usual = {Course.GROWING: 7.0, Course.STEADY: 3.5, Course.STARTING: 6.0, Course.FADING: 3.0, Course.PROSPECT: 2.0}
    return usual.get(course, 1.5) * lot.uniform(0.5, 1.5)


def _profile(
    programme: Programme, lot: Lot, kind: Kind, place: Place, name: str, size: int, today: date
) -> dict[str, Any]:
    industries = lot.some(programme.industries, 1, 3)
    markets = lot.some(programme.target_markets, 1, 2)
    city = lot.choice(place.cities)
    lines = sorted({line for _key, _name, line in programme.products})
    motions = [*kind.motions, *(MOTION_OF[one] for one in kind.second if lot.happens(0.2))]
    attributes = {key: value for key, value in kind.attributes.items() if lot.happens(0.85)}
    return {
        "legal_name": f"{name} {lot.choice(place.company_forms)}",
        "description": programme.description.format(
            name=name, city=city, markets=" and ".join(markets).lower(), industries=" and ".join(industries).lower()
        ),
        "country": place.country,
        "region": place.region,
        "city": city,
        **place_of(city),
        "employees": size if lot.happens(0.94) else None,
        "annual_revenue": Decimal(size * lot.randrange(90, 260) * 1000),
        "founded_year": today.year - lot.randint(3, 45),
        "industries": industries,
        "languages": sorted({place.language, "en"}) if lot.happens(0.8) else [place.language],
        "selling_motions": motions,
        "capabilities": [*kind.capabilities, *lot.some(kind.extra_capabilities, 0, 2)],
        "product_lines": lot.some(lines, 1, 3),
        "target_markets": markets,
        "websites": [f"https://www.{plain(name)}.example"],
        "attributes": attributes,
    }


def _people(lot: Lot, place: Place, domain: str, size: int) -> list[InventedPerson]:
    count = max(2, min(8, 2 + size // 25 + lot.randint(0, 2)))
    people: list[InventedPerson] = []
    for number in range(count):
        name = f"{lot.choice(place.first_names)} {lot.choice(place.last_names)}"
        email = f"{plain(name, '.')}@{domain}"
        if any(one.email == email for one in people):
            continue
        function = FUNCTIONS[number % len(FUNCTIONS)]
        people.append(InventedPerson(name, email, lot.choice(TITLES[function]), function, is_admin=number == 0))
    return people


def _from_story(programme: Programme, story: Story, number: int, today: date) -> InventedPartner:
    place, kind = programme.place(story.country), programme.kind(story.kind)
    joined = None if story.joined_days_ago is None else today - timedelta(days=story.joined_days_ago)
    course = Course.PROSPECT if joined is None else Course.STARTING if story.silent_days else Course.GROWING
    return InventedPartner(
        name=story.name,
        domain=story.domain,
        kind=kind,
        place=place,
        course=course,
        joined_on=joined,
        known_on=joined or today - timedelta(days=STORY_KNOWN_FOR),
        active_until=today - timedelta(days=story.silent_days),
        profile={
            **story.profile,
            "country": story.country,
            "region": place.region,
            "city": story.city,
            **place_of(story.city),
            "websites": [f"https://www.{story.domain}"],
        },
        people=[
            InventedPerson(
                one.name,
                f"{plain(one.name, '.')}@{story.domain}",
                one.job_title,
                one.job_function,
                one.is_admin,
                one.signs_in,
            )
            for one in story.people
        ],
        strength=1.0,
        growth=story.growth,
        days_a_month=story.active_days_a_month,
        external_id=f"0015g00000{number:08d}",
        story=story,
    )


def plain(text: str, between: str = "-") -> str:
    """Return a name in the letters of addresses."""
    letters = unicodedata.normalize("NFKD", text.translate(PLAIN)).encode("ascii", "ignore").decode()
    return slugify(letters).replace("-", between)
