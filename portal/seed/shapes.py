"""What a demo programme consists of, as plain data. `lumen` and `brandt` fill these; the steps write them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal.seed.rules import Document


@dataclass(frozen=True)
class Region:
    """A region with those beneath it."""

    key: str
    name: str
    below: Sequence["Region"] = ()


@dataclass(frozen=True)
class Place:
    """A country partners come from: how its companies, people and money are named."""

    country: str
    region: str
    weight: int
    currency: str
    language: str
    cities: Sequence[str]
    company_forms: Sequence[str]
    company_words: Sequence[str]
    first_names: Sequence[str]
    last_names: Sequence[str]
    customers: Sequence[str]


@dataclass(frozen=True)
class Staff:
    """Somebody at the vendor; a CAM looks after regions."""

    name: str
    email: str
    role: str
    timezone: str = "Europe/Berlin"
    regions: Sequence[str] = ()


@dataclass(frozen=True)
class Category:
    """A category with all its texts."""

    key: str
    name: str
    criteria: Document
    texts: Mapping[str, Any]


@dataclass(frozen=True)
class Planned:
    """A new text of a category that is to hold from a day to come."""

    category: str
    in_days: int
    tell_ahead_days: int | None
    note: str
    texts: Mapping[str, Any]


@dataclass(frozen=True)
class Regional:
    """What a category, or a tier named `track.tier`, says or asks of its own in a region."""

    definition: str
    region: str
    texts: Mapping[str, Any]


@dataclass(frozen=True)
class Track:
    """A ladder with its tiers, lowest first: key, name, benefits and criteria of each. `policy` says who moves when."""

    key: str
    name: str
    tiers: Sequence[tuple[str, str, str, Document]]
    category: str = ""
    policy: Mapping[str, Any] = field(default_factory=dict)
    #: Its name in German, and what its tiers say there, by key.
    german_name: str = ""
    german: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Stage:
    """A life stage; the first in this order whose criteria hold is the partner's. `position` orders them on pages."""

    key: str
    name: str
    position: int
    criteria: Document
    meaning: str
    next_step: str
    stuck_after_days: int | None = None


@dataclass(frozen=True)
class Segment:
    """A segment: by criteria, picked by hand (criteria None), or mixed. `picked` chooses partners to pin, by name."""

    key: str
    name: str
    description: str
    criteria: Document | None = None
    kind: str = "dynamic"
    is_audience: bool = False
    pinned_in: Sequence[str] = ()
    pinned_out: Sequence[str] = ()


@dataclass(frozen=True)
class Measure:
    """A named number, published with its formula."""

    key: str
    name: str
    description: str
    formula: Document
    kind: str = "number"
    unit: str = ""
    places: int = 0
    partner_may_see: bool = False


@dataclass(frozen=True)
class Asset:
    """An item of content. Pages lie in `pages/<key>.md`; `file` makes the bytes of a file."""

    key: str
    title: str
    summary: str
    kind: str = "page"
    minutes: int | None = None
    audience: str = ""
    product_lines: Sequence[str] = ()
    url: str = ""
    file_name: str = ""
    file: Callable[[], bytes] | None = None
    body: str = ""
    published_days_ago: int = 120
    review_in_days: int = 180
    language: str = "en"
    state: str = "published"
    ends_in_days: int | None = None
    #: Keys of what a kit holds.
    holds: Sequence[str] = ()


@dataclass(frozen=True)
class AssetPart:
    """Another medium, language or regional variant of an asset, by its key."""

    asset: str
    kind: str = "page"
    language: str = "en"
    region: str = ""
    title: str = ""
    summary: str = ""
    body: str = ""
    url: str = ""
    minutes: int | None = None
    file_name: str = ""
    file: Callable[[], bytes] | None = None


@dataclass(frozen=True)
class News:
    """Something the vendor tells; a negative age is a day to come. Shown for so many days, or for good."""

    importance: str
    kind: str
    published_days_ago: int
    title: str
    summary: str
    body: str
    audience: str = ""
    days_shown: int = 0
    state: str = "published"
    #: Its texts in German.
    german: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """Something that takes place in so many days, or did before, at an hour of the program's zone."""

    kind: str
    in_days: int
    hour: int
    minutes: int
    title: str
    summary: str
    body: str
    place: str = ""
    seats: int = 0
    closes_days_before: int = 0
    audience: str = ""
    #: Key of the asset that is its recording.
    recording: str = ""
    state: str = "published"


@dataclass(frozen=True)
class About:
    """What an asset is about besides its product lines: sales stages, target markets, business units."""

    stages: Sequence[str] = ()
    markets: Sequence[str] = ()
    units: Sequence[str] = ()


@dataclass(frozen=True)
class Step:
    """A step of a journey: `asset`, `certification` or `survey` by key where its kind needs one.

    `instead` are keys of assets that do, too; `after` titles of what comes first; `only_for` the key of a segment, or a
    measure of readiness that is low.
    """

    kind: str
    title: str
    instructions: str = ""
    asset: str = ""
    certification: str = ""
    survey: str = ""
    minutes: int | None = None
    due_days: int | None = None
    proof: str = ""
    confirmed_by: str = "self"
    questions: Sequence[Mapping[str, Any]] = ()
    instead: Sequence[str] = ()
    after: Sequence[str] = ()
    only_for: str = ""


@dataclass(frozen=True)
class Journey:
    """A journey. `pace` is the share of partners who see it through; the others stop somewhere on the way.

    It was published `age_days` ago. `added` are the steps its second version adds, for the reason in `note`; most partners under way stay on the first.
    """

    key: str
    name: str
    summary: str
    audience: str
    steps: Sequence[Step]
    pace: float = 0.8
    added: Sequence[Step] = ()
    note: str = ""
    onboards: str = ""
    on_leaving: str = "stay"
    age_days: int = 600


@dataclass(frozen=True)
class Kind:
    """A kind of partner to invent: what it does and how it trades. `category` is its primary one."""

    category: str
    weight: int
    motions: Sequence[str]
    capabilities: Sequence[str]
    extra_capabilities: Sequence[str]
    roles: Sequence[str]
    employees: tuple[int, int]
    deals_a_year: float
    deal_size: int
    certified_share: float
    second: Sequence[str] = ()
    words: Sequence[str] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StoryPerson:
    """A person of a partner who has a story; with `signs_in` they may sign in."""

    name: str
    job_title: str
    job_function: str
    is_admin: bool = False
    signs_in: bool = False


@dataclass(frozen=True)
class Story:
    """A partner everybody meets on a tour, told instead of drawn by lot."""

    name: str
    domain: str
    kind: str
    country: str
    city: str
    status: str
    joined_days_ago: int | None
    silent_days: int
    profile: Mapping[str, Any]
    people: Sequence[StoryPerson]
    categories: Sequence[tuple[str, str]] = ()
    deals_won: int = 0
    deals_lost: int = 0
    deals_open: int = 0
    deal_size: int = 0
    growth: float = 0.0
    certifications: int = 0
    active_days_a_month: int = 0
    steps_done: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class FormQuestion:
    """A question of the application form; `key` is what applicants of the demo answer it by."""

    key: str
    text: str
    profile_field: str = ""
    attribute: str = ""
    kind: str = ""
    choices: Sequence[str] = ()
    categories: Sequence[str] = ()
    help_text: str = ""
    is_required: bool = False


@dataclass(frozen=True)
class Applicant:
    """An organisation that applies, and how far it has come: a state of applications, `days` ago."""

    name: str
    domain: str
    country: str
    contact: str
    title: str
    categories: Sequence[str]
    answers: Mapping[str, Any]
    state: str
    days: float
    said: Sequence[tuple[str, str]] = ()
    asked: str = ""
    declined: tuple[str, str, str] = ("", "", "")


@dataclass(frozen=True)
class ScoreSection:
    """A section of the main scorecard: its name, a sentence about it, its metrics."""

    name: str
    description: str
    metrics: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Programme:
    """A whole demo programme."""

    key: str
    vendor: str
    hub_name: str
    currency: str
    timezone: str
    domain: str
    default_size: int
    folder: Path
    regions: Sequence[Region]
    places: Sequence[Place]
    rates: Mapping[str, Sequence[Decimal]]
    staff: Sequence[Staff]
    attributes: Sequence[Mapping[str, Any]]
    products: Sequence[tuple[str, str, str]]
    certifications: Sequence[tuple[str, str, str, str, int]]
    industries: Sequence[str]
    target_markets: Sequence[str]
    categories: Sequence[Category]
    tracks: Sequence[Track]
    stages: Sequence[Stage]
    segments: Sequence[Segment]
    assets: Sequence[Asset]
    journeys: Sequence[Journey]
    sections: Sequence[ScoreSection]
    kinds: Sequence[Kind]
    stories: Sequence[Story]
    description: str
    board: str = ""
    asset_parts: Sequence[AssetPart] = ()
    #: What assets are about, by key.
    about: Mapping[str, About] = field(default_factory=dict)
    regional: Sequence[Regional] = ()
    measures: Sequence[Measure] = ()
    questions: Sequence[FormQuestion] = ()
    applicants: Sequence[Applicant] = ()
    #: Further texts of categories by key, and their texts in German.
    further_texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    german: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    planned: Sequence[Planned] = ()
    #: Regional program admins: name, address, regions.
    regional_admins: Sequence[tuple[str, str, Sequence[str]]] = ()
    news: Sequence[News] = ()
    events: Sequence[Event] = ()

    def kind(self, category: str) -> Kind:
        """Return the kind of partner whose primary category this is."""
        return next(kind for kind in self.kinds if kind.category == category)

    def place(self, country: str) -> Place:
        """Return the country."""
        return next(place for place in self.places if place.country == country)


#: Moments before today at which the past is replayed: what happened until then is written, and verdicts follow.
MOMENTS = tuple(timedelta(days=days) for days in (540, 365, 210, 120, 60, 21, 9, 0))
