"""What was reckoned of a segment, as pages show it: parts and overlaps, figures against the rest, who stands out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.countries import name_of
from core.templatetags.formats import percent
from insight.queries.segment_figures import FIGURES, Figure, money

#: Of fewer partners nothing is compared: a middle of four says more about the four than about the segment.
ENOUGH = 5
#: Parts beyond these are not listed.
MOST_PARTS = 6
MOST_OVERLAPS = 8
#: Figures nearer than this to each other are about the same.
ALIKE = Decimal("0.05")
#: A partner that wins less than this share of the year before has fallen.
FALLEN = Decimal("0.7")
#: So many points below the middle a score is told.
BEHIND = 5


@dataclass(frozen=True, slots=True)
class Part:
    """So many partners of the segment in one region, tier and so on, and how many of all are there."""

    name: str
    count: int
    share: Decimal
    share_of_all: Decimal


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another segment that shares partners: how many, which share of this one, and of both together (Jaccard)."""

    public_id: str
    name: str
    count: int
    share: Decimal
    jaccard: Decimal


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure of the segment beside the same of everybody else. Hidden where too few are behind one of them."""

    label: str
    is_hidden: bool
    median: str = ""
    median_of_rest: str = ""
    mean: str = ""
    mean_of_rest: str = ""
    #: `higher`, `lower`, `alike`: the middle against the middle of the rest.
    way: str = ""
    #: By how much, in words; empty where there is nothing to be a share of.
    by_how_much: str = ""


@dataclass(frozen=True, slots=True)
class Standout:
    """A partner who is ahead or behind, and why."""

    public_id: str
    name: str
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """All that is known of a segment. `compositions` are titles with parts."""

    count: int
    total: int
    compositions: Sequence[tuple[str, Sequence[Part]]]
    overlaps: Sequence[Overlap]
    comparisons: Sequence[Comparison]
    ahead: Sequence[Standout]
    behind: Sequence[Standout]

    @property
    def share(self) -> Decimal:
        """Which share of all partners is in it."""
        return _share(self.count, self.total)

    @property
    def is_enough(self) -> bool:
        """Whether so many are in it that somebody can stand out."""
        return self.count >= ENOUGH


def reading_of(document: Mapping[str, Any]) -> Reading:
    """Return what was reckoned as pages show it."""
    rows: Sequence[Sequence[Any]] = document["parts"]
    count, total = next((inside, every) for kind, _id, _name, inside, every in rows if kind == "all")
    titles = {
        "region": _("By region"),
        "tier": _("By tier"),
        "category": _("By category"),
        "stage": _("By life stage"),
        "country": _("By country"),
    }
    compositions = [
        (title, [_part(row, count, total) for row in rows if row[0] == kind][:MOST_PARTS])
        for kind, title in titles.items()
    ]
    overlaps = [
        Overlap(public_id, name, inside, _share(inside, count), _share(inside, count + every - inside))
        for kind, public_id, name, inside, every in rows
        if kind == "segment"
    ]
    figures = document["figures"]
    standing_out = document["standing_out"]
    is_enough = standing_out["partners"] >= ENOUGH
    ahead, behind = (
        [_standout(row, figures.get("inside", {})) for row in standing_out["rows"] if is_enough and row[0] == way]
        for way in ("ahead", "behind")
    )
    comparisons = [_comparison(one, figures) for one in FIGURES if one.key in figures.get("inside", {})]
    return Reading(count, total, compositions, overlaps[:MOST_OVERLAPS], comparisons, ahead, behind)


def _share(part: int, of: int) -> Decimal:
    return Decimal(part) / of if of else Decimal(0)


def _part(row: Sequence[Any], count: int, total: int) -> Part:
    kind, _id, name, inside, every = row
    return Part(
        (name_of(name) if kind == "country" else name) or "–", inside, _share(inside, count), _share(every, total)
    )


def _comparison(figure: Figure, figures: Mapping[str, Mapping[str, Sequence[Any]]]) -> Comparison:
    none = (0, None, None)
    known, mean, median = figures["inside"].get(figure.key, none)
    known_rest, mean_rest, median_rest = figures.get("rest", {}).get(figure.key, none)
    if known < ENOUGH or known_rest < ENOUGH:
        return Comparison(str(figure.label), is_hidden=True)
    ahead, base = Decimal(str(median)) - Decimal(str(median_rest)), abs(Decimal(str(median_rest)))
    is_alike = abs(ahead) <= ALIKE * base
    return Comparison(
        str(figure.label),
        is_hidden=False,
        median=figure.shown(median),
        median_of_rest=figure.shown(median_rest),
        mean=figure.shown(mean),
        mean_of_rest=figure.shown(mean_rest),
        way="alike" if is_alike else "higher" if ahead > 0 else "lower",
        by_how_much="" if is_alike or not base else percent(abs(ahead) / base),
    )


# --- why somebody stands out


def _standout(row: Sequence[Any], inside: Mapping[str, Sequence[Any]]) -> Standout:
    way, public_id, name, values, places, before = row
    reasons = _strengths(values, places, inside) if way == "ahead" else _troubles(values, places, inside, before)
    return Standout(public_id, name, reasons[:2])


def _against(figure: Figure, values: Mapping[str, Any], inside: Mapping[str, Sequence[Any]]) -> str:
    told = {
        "figure": figure.label,
        "value": figure.shown(values[figure.key]),
        "middle": figure.shown(inside[figure.key][2]),
    }
    return _("%(figure)s: %(value)s, the middle is %(middle)s") % told


def _ranked(places: Mapping[str, Any], inside: Mapping[str, Sequence[Any]]) -> list[Figure]:
    """Return the figures a partner has, the one in which it stands lowest first."""
    known = [one for one in FIGURES if places.get(one.key) is not None and one.key in inside]
    return sorted(known, key=lambda one: float(places[one.key]))


def _strengths(values: Mapping[str, Any], places: Mapping[str, Any], inside: Mapping[str, Sequence[Any]]) -> list[str]:
    best = [one for one in reversed(_ranked(places, inside)) if values[one.key] > inside[one.key][2]]
    return [_against(one, values, inside) for one in best]


def _troubles(
    values: Mapping[str, Any], places: Mapping[str, Any], inside: Mapping[str, Sequence[Any]], before: float
) -> list[str]:
    """Return what to talk about: what fell, what is missing altogether, then what is behind the others most."""
    found: list[str] = []
    revenue = values.get("revenue")
    if revenue == 0:
        found.append(
            _("Nothing won in 12 months, %(before)s the year before") % {"before": money(before)}
            if before
            else _("Nothing won in 12 months")
        )
    elif revenue is not None and before and revenue < float(FALLEN) * before:
        told = {"share": percent(1 - Decimal(str(revenue / before))), "before": money(before)}
        found.append(_("Won %(share)s less than the year before (%(before)s then)") % told)
    if values.get("engagement") == 0:
        found.append(_("Nobody came to the portal in 90 days"))
    score = values.get("score")
    if score is not None and inside["score"][2] is not None and score < inside["score"][2] - BEHIND:
        found.append(_against(next(one for one in FIGURES if one.key == "score"), values, inside))
    return found or [_against(one, values, inside) for one in _ranked(places, inside)]
