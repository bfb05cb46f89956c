"""How a segment stands among all partners, as plain JSON: in three statements, however many partners there are.

A program too large to wait for keeps it at night (`services/segment_readings.py`) and reads the very same;
`segment_words.py` says what it means.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from criteria.checks import check_operand
from criteria.fields import registry
from insight.queries.seen import whole
from insight.queries.segment_figures import FIGURES
from partners.models import PartnerStatus
from segmentation.engine import REVENUE, Columns
from segmentation.models import Segment

STANDING_OUT = 5
BEFORE: Mapping[str, Any] = {**REVENUE, "window": {**REVENUE["window"], "back": {"n": 1, "unit": "years"}}}

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
