"""What publishing a draft would change, reckoned by the statement that measures. Nothing is written."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import OperationalError, connection, transaction

from criteria.tree import CriteriaError
from partners.models import Partner
from scorecards.models import ScorecardVersion, Zone
from scorecards.services.measuring import Measuring, Sheet
from segmentation import engine
from segmentation.scope import Scope

#: Longer than this nobody waits for a page.
SECONDS = 15
MOVERS_SHOWN = 10

_MOVES = """
WITH found AS MATERIALIZED (
  SELECT f.partner_id, round(f.exact)::int AS after FROM ({measured}) f WHERE f.exact IS NOT NULL
), moved AS MATERIALIZED (
  SELECT partner_id, s.value AS before, f.after
  FROM found f FULL JOIN (
    SELECT partner_id, value FROM scorecards_score WHERE is_current AND scorecard_id = %(scorecard_id)s
  ) s USING (partner_id)
)
SELECT count(after), count(before), count(*) FILTER (WHERE before IS NULL), count(*) FILTER (WHERE after IS NULL),
  count(*) FILTER (WHERE after > before), count(*) FILTER (WHERE after < before),
  count(*) FILTER (WHERE after = before), avg(before), avg(after),
  count(*) FILTER (WHERE after >= %(green)s), count(*) FILTER (WHERE after >= %(amber)s AND after < %(green)s),
  count(*) FILTER (WHERE after < %(amber)s),
  (SELECT json_agg(row_to_json(top)) FROM (
    SELECT partner_id, before, after FROM moved
    WHERE after <> before OR (after IS NULL) <> (before IS NULL)
    ORDER BY abs(coalesce(after, 0) - coalesce(before, 0)) DESC, partner_id LIMIT %(shown)s
  ) top)
FROM moved"""


@dataclass(frozen=True, slots=True)
class Mover:
    """A partner whose score would be another one; None where it has none."""

    partner: Partner
    before: int | None
    after: int | None

    @property
    def change(self) -> int | None:
        """By how many points, where there is a score before and after."""
        return self.after - self.before if self.before is not None and self.after is not None else None


@dataclass(frozen=True, slots=True)
class Impact:
    """How many partners a draft would measure, and whose score would move by how much."""

    measured: int
    measured_before: int
    enters: int
    leaves: int
    rises: int
    falls: int
    stays: int
    average_before: Decimal | None
    average_after: Decimal | None
    zones: dict[Zone, int]
    movers: list[Mover]


def impact(*, draft: ScorecardVersion, visible: Any, at: datetime, seconds: int = SECONDS) -> Impact | None:
    """Return what publishing a draft would change; None where that takes too long or cannot be reckoned.

    Counts are of all partners; those named are among the visible ones.
    """
    [sheet] = Sheet.of_many([draft])
    measuring = Measuring([sheet], at)
    if measuring.set_aside:
        return None
    scope = Scope.everybody()
    parameters = {
        **measuring.parameters,
        "scorecard_id": draft.definition_id,
        "green": draft.green_from,
        "amber": draft.amber_from,
        "shown": MOVERS_SHOWN,
    }
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            moves = _MOVES.format(measured=measuring.select(scope))
            cursor.execute(f"SET LOCAL statement_timeout = {int(seconds) * 1000}; {moves}", parameters)
            found = cursor.fetchone()
    except (OperationalError, CriteriaError, *engine.FAULTS_OF_RULES):
        return None
    *counts, green, amber, red, top = found
    zones = {Zone.GREEN: green, Zone.AMBER: amber, Zone.RED: red}
    after, before, enters, leaves, rises, falls, stays, average_before, average_after = counts
    return Impact(
        measured=after,
        measured_before=before,
        enters=enters,
        leaves=leaves,
        rises=rises,
        falls=falls,
        stays=stays,
        average_before=average_before,
        average_after=average_after,
        zones=zones,
        movers=_movers(top or [], visible),
    )


def _movers(top: list[dict[str, Any]], visible: Any) -> list[Mover]:
    partners = {one.pk: one for one in visible.filter(pk__in=[row["partner_id"] for row in top])}
    return [
        Mover(partners[row["partner_id"]], row["before"], row["after"]) for row in top if row["partner_id"] in partners
    ]
