"""What the library is narrowed by: each facet with its values, how many of what was found have each, which are on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.conf import global_settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enablement.models import Medium, SalesStage

LANGUAGE_NAMES = dict(global_settings.LANGUAGES)
DURATIONS: dict[str, str | Promise] = {
    "5": gettext_lazy("Up to 5 minutes"),
    "15": gettext_lazy("6 to 15 minutes"),
    "30": gettext_lazy("16 to 30 minutes"),
    "31": gettext_lazy("More than 30 minutes"),
}
MOST_VALUES = 40
VALUE_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow the library. `values` are all there are, in their order, with words; empty means free words."""

    key: str
    label: str | Promise
    values: Mapping[str, str | Promise] = field(default_factory=dict)
    words_of: Callable[[str], str] = str


FACETS = (
    Facet("medium", gettext_lazy("How"), dict(Medium.choices)),
    Facet("line", gettext_lazy("Product line")),
    Facet("stage", gettext_lazy("Sales stage"), dict(SalesStage.choices)),
    Facet("language", gettext_lazy("Language"), words_of=lambda code: _(LANGUAGE_NAMES.get(code, code))),
    Facet("time", gettext_lazy("Time it takes"), DURATIONS),
    Facet("market", gettext_lazy("Target market")),
    Facet("unit", gettext_lazy("Business unit")),
)
BY_KEY = {one.key: one for one in FACETS}
Chosen = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet on the page."""

    value: str
    label: str
    count: int
    is_on: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A facet on the page."""

    key: str
    label: str | Promise
    choices: list[Choice]

    @property
    def on(self) -> int:
        """How many of its values are chosen."""
        return sum(one.is_on for one in self.choices)


@dataclass(frozen=True, slots=True)
class Chip:
    """A value that is on, with the address of the page without it."""

    facet: str | Promise
    label: str
    without: str


def read(parameters: Any) -> dict[str, list[str]]:
    """Read what is chosen out of an address. Values that a facet does not have are dropped, so that old links open."""
    chosen = {}
    for facet in FACETS:
        given = [value.replace("\0", "")[:VALUE_LENGTH] for value in parameters.getlist(facet.key) if value]
        known = [value for value in dict.fromkeys(given) if not facet.values or value in facet.values][:MOST_VALUES]
        if known:
            chosen[facet.key] = known
    return chosen


def marked(chosen: Chosen) -> dict[str, list[str]]:
    """Return what is chosen as the words under which assets keep it."""
    return {key: [f"{key}:{value}" for value in values] for key, values in chosen.items()}


def grouped(counts: Mapping[str, int], chosen: Chosen) -> list[Group]:
    """Return the facets of what was found, with the count of each value."""
    return [group for facet in FACETS if (group := _group(facet, counts, chosen.get(facet.key, ())))]


def chips(chosen: Chosen, parameters: Any) -> list[Chip]:
    """Return what is on, each with the address without it."""
    found = []
    for key, values in chosen.items():
        for value in values:
            rest = [(k, v) for k, v in _pairs(parameters) if (k, v) != (key, value) and k != "page"]
            found.append(Chip(BY_KEY[key].label, words(key, value), f"?{urlencode(rest)}"))
    return found


def words(key: str, value: str) -> str:
    """Say a value of a facet in words."""
    facet = BY_KEY[key]
    return str(facet.values[value]) if value in facet.values else facet.words_of(value)


def _pairs(parameters: Any) -> list[tuple[str, str]]:
    return [(key, value) for key, values in parameters.lists() for value in values]


def _group(facet: Facet, counts: Mapping[str, int], chosen: Sequence[str]) -> Group | None:
    begin = f"{facet.key}:"
    there = {word.removeprefix(begin): count for word, count in counts.items() if word.startswith(begin)}
    there = dict.fromkeys(chosen, 0) | there
    if len(there) < 2 and not chosen:
        return None
    order = list(facet.values) or sorted(there, key=lambda value: (-there[value], value))
    shown = [value for value in order if value in there][:MOST_VALUES]
    return Group(
        facet.key, facet.label, [Choice(one, words(facet.key, one), there[one], one in chosen) for one in shown]
    )
