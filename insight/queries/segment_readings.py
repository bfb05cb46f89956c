"""How a segment stands among all partners: who is in it, what it shares with others, its figures, and who stands out.

Three statements, whoever asks and however many partners there are. What they return is plain JSON, so that a program
too large to wait for keeps it at night (`services/segment_readings.py`) and reads the very same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core.models import Program
from core.templatetags.formats import money_short, number, percent
from criteria.checks import check_operand
from criteria.fields import registry
from insight.queries.seen import whole
from partners.models import PartnerStatus
from segmentation.engine import REVENUE, Columns
from segmentation.models import Segment

#: Of fewer partners nothing is compared: a middle of four says more about the four than about the segment.
ENOUGH = 5
#: Parts beyond these are not listed.
MOST_PARTS = 6
MOST_OVERLAPS = 8
STANDING_OUT = 5
#: Figures nearer than this to each other are about the same.
ALIKE = Decimal("0.05")
#: A partner that wins less than this share of the year before has fallen.
FALLEN = Decimal("0.7")
#: So many points below the middle a score is told.
BEHIND = 5

Shown = Callable[[Any], str]
BEFORE: Mapping[str, Any] = {**REVENUE, "window": {**REVENUE["window"], "back": {"n": 1, "unit": "years"}}}


def _money(value: Any) -> str:
    return money_short(Decimal(str(value)), Program.current().currency)


def _plain(value: Any) -> str:
    return number(round(Decimal(str(value)), 1))


@dataclass(frozen=True, slots=True)
class Figure:
    """What segments are compared by. Nobody without records is without a figure: `is_zero` without any."""

    key: str
    label: str | Promise
    document: Mapping[str, Any]
    shown: Shown = _plain
    is_zero: bool = True


FIGURES = (
    Figure("revenue", lazy("Won in 12 months"), REVENUE, _money),
    Figure(
        "deals",
        lazy("Deals won in 12 months"),
        {**{name: REVENUE[name] for name in ("collection", "where", "window")}, "aggregate": "count"},
    ),
    Figure("score", lazy("Score"), {"field": "score"}, is_zero=False),
    Figure(
        "engagement",
        lazy("Days in the portal in 90 days"),
        {
            "collection": "activity",
            "aggregate": "count_distinct",
            "of": "day",
            "window": {"last": 90, "unit": "days"},
        },
    ),
    Figure(
        "certified",
        lazy("Certified people"),
        {
            "collection": "certifications",
            "aggregate": "count_distinct",
            "of": "person",
            "where": {"combinator": "and", "rules": [{"field": "valid", "operator": "is_true"}]},
        },
    ),
)

_COUNTS = "count(*) FILTER (WHERE inside), count(*)"
_ANY = "HAVING count(*) FILTER (WHERE inside) > 0"
_PARTS = f"""
WITH seen AS MATERIALIZED (
  SELECT p.id, p.region_id, p.country, k.stage_id, k.segment_ids,
    coalesce(k.segment_ids @> ARRAY[%(segment)s]::int[], FALSE) AS inside
  FROM partners_partner p LEFT JOIN segmentation_classification k ON k.partner_id = p.id WHERE {{seen}}
)
SELECT 'all', '', '', {_COUNTS} FROM seen
UNION ALL SELECT 'region', '', coalesce(region.name, ''), {_COUNTS}
  FROM seen LEFT JOIN partners_region region ON region.id = seen.region_id GROUP BY 3 {_ANY}
UNION ALL SELECT 'stage', '', coalesce(stage.name, ''), {_COUNTS}
  FROM seen LEFT JOIN partners_lifestage stage ON stage.id = seen.stage_id GROUP BY 3 {_ANY}
UNION ALL SELECT 'country', '', seen.country, {_COUNTS} FROM seen GROUP BY 3 {_ANY}
UNION ALL SELECT 'tier', '', track.name || ': ' || tier.name, {_COUNTS}
  FROM seen JOIN partners_tierholding held ON held.partner_id = seen.id AND held.ends_at IS NULL
  JOIN partners_tier tier ON tier.id = held.tier_id JOIN partners_tiertrack track ON track.id = tier.track_id
  GROUP BY 3 {_ANY}
UNION ALL SELECT 'category', '', category.name, {_COUNTS}
  FROM seen JOIN partners_categorymembership held ON held.partner_id = seen.id AND held.ends_at IS NULL
    AND held.state IN ('active', 'grace')
  JOIN partners_category category ON category.id = held.category_id GROUP BY 3 {_ANY}
UNION ALL SELECT 'segment', other.public_id::text, other.name, {_COUNTS}
  FROM seen CROSS JOIN LATERAL unnest(seen.segment_ids) AS held(id)
  JOIN segmentation_segment other ON other.id = held.id AND NOT other.is_audience AND other.retired_at IS NULL
    AND other.id <> %(segment)s
  GROUP BY 2, 3 {_ANY}
ORDER BY 1, 4 DESC, 3"""


def reckon(segment: Segment, *, visible: Any, at: datetime) -> dict[str, Any]:
    """Return all that is known of a segment among the partners a reader may see, as plain JSON."""
    return {
        "parts": _parts(segment, visible),
        "figures": _figures(segment, visible, at=at),
        "standing_out": _standing_out(segment, visible, at=at),
    }


def _parts(segment: Segment, visible: Any) -> list[list[Any]]:
    seen = whole(visible)
    sql = _PARTS.format(seen=seen.scope.condition("p.id"))
    return [list(row) for row in _fetched(sql, {**seen.parameters, "segment": segment.pk})]


def _compiled(columns: Columns) -> dict[str, str]:
    """Return the figures that this program has, each as a column."""
    known = [one for one in FIGURES if not check_operand(one.document, columns.catalog)]
    values = ((one, columns.value(one.document)) for one in known)
    return {one.key: f"coalesce({value}, 0)" if one.is_zero else value for one, value in values}


def _figures(segment: Segment, visible: Any, *, at: datetime) -> dict[str, dict[str, list[Any]]]:
    """Return how many have each figure, its mean and its middle: of the segment, and of the rest."""
    columns, seen = Columns(at, registry.catalog()), whole(visible)
    compiled = _compiled(columns)
    each = ", ".join(
        f"json_build_array(count({key}), avg({key})::float8,"
        f" percentile_cont(0.5) WITHIN GROUP (ORDER BY {key}::float8))"
        for key in compiled
    )
    sql = f"""
SELECT coalesce(k.segment_ids @> ARRAY[%(segment)s]::int[], FALSE) AS inside, {each}
FROM ({columns.select(seen.scope, compiled)}) found
LEFT JOIN segmentation_classification k ON k.partner_id = found.partner_id GROUP BY 1"""
    rows = _fetched(sql, {**columns.parameters, **seen.parameters, "segment": segment.pk})
    return {"inside" if inside else "rest": dict(zip(compiled, figures, strict=True)) for inside, *figures in rows}


def _standing_out(segment: Segment, visible: Any, *, at: datetime) -> dict[str, Any]:
    """Return the active partners who are ahead and behind by all figures together, each with its figures.

    Strength is the average place among the segment's partners over the figures that a partner has.
    """
    active = visible.filter(status=PartnerStatus.ACTIVE, classification__segment_ids__contains=[segment.pk])
    columns, seen = Columns(at, registry.catalog()), whole(active)
    compiled = _compiled(columns)
    before = "0" if check_operand(BEFORE, columns.catalog) else f"coalesce({columns.value(BEFORE)}, 0)"
    select = columns.select(seen.scope, {**compiled, "before": before})
    places = ", ".join(f"{_place(key)} AS place_{key}" for key in compiled)
    added = " + ".join(f"coalesce(place_{key}, 0)" for key in compiled)
    known = " + ".join(f"(place_{key} IS NOT NULL)::int" for key in compiled)
    figures = ", ".join(f"'{key}', {key}::float8" for key in compiled)
    ranks = ", ".join(f"'{key}', place_{key}" for key in compiled)
    sql = f"""
WITH placed AS MATERIALIZED (SELECT found.*, {places} FROM ({select}) found),
strong AS (SELECT placed.*, ({added}) / nullif({known}, 0) AS strength FROM placed),
ahead AS (SELECT * FROM strong WHERE strength > 0.5 ORDER BY strength DESC, partner_id LIMIT {STANDING_OUT}),
behind AS (SELECT * FROM strong WHERE strength < 0.5 ORDER BY strength, partner_id LIMIT {STANDING_OUT})
SELECT list.way, p.public_id::text, p.name, json_build_object({figures}), json_build_object({ranks}),
  before::float8, (SELECT count(*) FROM placed)
FROM (SELECT 'ahead' AS way, ahead.* FROM ahead UNION ALL SELECT 'behind', behind.* FROM behind) list
JOIN partners_partner p ON p.id = list.partner_id
ORDER BY 1, CASE list.way WHEN 'ahead' THEN -strength ELSE strength END, p.id"""
    rows = [list(row) for row in _fetched(sql, {**columns.parameters, **seen.parameters})]
    return {"rows": [row[:-1] for row in rows], "partners": rows[0][-1] if rows else 0}


def _place(key: str) -> str:
    """Return where a partner stands by a figure, from 0 to 1; those with the same value share the middle of theirs."""
    upwards, downwards = (
        f"percent_rank() OVER (PARTITION BY {key} IS NULL ORDER BY {key} {way})" for way in ("ASC", "DESC")
    )
    return f"CASE WHEN {key} IS NOT NULL THEN ({upwards} + 1 - {downwards}) / 2 END"


def _fetched(sql: str, parameters: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


# --- as pages show it


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
    _kind, _id, name, inside, every = row
    return Part(name or "–", inside, _share(inside, count), _share(every, total))


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
            _("Nothing won in 12 months, %(before)s the year before") % {"before": _money(before)}
            if before
            else _("Nothing won in 12 months")
        )
    elif revenue is not None and before and revenue < float(FALLEN) * before:
        told = {"share": percent(1 - Decimal(str(revenue / before))), "before": _money(before)}
        found.append(_("Won %(share)s less than the year before (%(before)s then)") % told)
    if values.get("engagement") == 0:
        found.append(_("Nobody came to the portal in 90 days"))
    score = values.get("score")
    if score is not None and inside["score"][2] is not None and score < inside["score"][2] - BEHIND:
        found.append(_against(next(one for one in FIGURES if one.key == "score"), values, inside))
    return found or [_against(one, values, inside) for one in _ranked(places, inside)]
