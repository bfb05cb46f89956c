"""Keeping where partners stand among their peers: one statement that compares, ranks and writes what differs."""

from datetime import date, datetime

from django.db import connection

from criteria.tree import Function
from segmentation.engine.figures import peer_select

#: Figures are kept with so many decimal places, so that what says the same is not written again.
_KEEP = """
WITH fresh AS MATERIALIZED (
  SELECT partner_id, round(value, 10) AS value, round(percentile, 4) AS percentile, rank, peers FROM ({standings}) found
), gone AS (
  DELETE FROM segmentation_peerstanding s
  WHERE s.measure_id = %(measure_id)s AND NOT EXISTS (SELECT 1 FROM fresh f WHERE f.partner_id = s.partner_id)
  RETURNING 1
), written AS (
  INSERT INTO segmentation_peerstanding (partner_id, measure_id, value, percentile, rank, peers, taken_on)
  SELECT f.partner_id, %(measure_id)s, f.value, f.percentile, f.rank, f.peers, %(taken_on)s
  FROM fresh f
  LEFT JOIN segmentation_peerstanding s ON s.partner_id = f.partner_id AND s.measure_id = %(measure_id)s
  WHERE (s.value, s.percentile, s.rank, s.peers) IS DISTINCT FROM (f.value, f.percentile, f.rank, f.peers)
  ORDER BY f.partner_id
  ON CONFLICT (measure_id, partner_id) DO UPDATE SET value = EXCLUDED.value, percentile = EXCLUDED.percentile,
    rank = EXCLUDED.rank, peers = EXCLUDED.peers, taken_on = EXCLUDED.taken_on
  RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written)"""


def write_standings(formula: Function, *, measure_id: int, taken_on: date, at: datetime) -> int:
    """Write where partners stand by a measure, only what differs. Returns how many standings changed or went.

    Raises CriteriaError when the formula cannot be compiled, and what the database says when it fails at run time.
    """
    standings, parameters = peer_select(formula, at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP.format(standings=standings), {**parameters, "measure_id": measure_id, "taken_on": taken_on}
        )
        changed: int = cursor.fetchone()[0]
    return changed
