"""What the proposals rest on: when two categories are one, when one is two, and when nobody needs it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from core.models import Program
from core.periods import add_months, today
from insight.queries.standing import Standing

#: Merge where nearly all are in both, or where most are and both give nearly the same.
MERGE_SHARED_PERCENT = 90
MERGE_SHARED_AND_ALIKE_PERCENT = 60
#: Retire after a year in use: hardly anybody in it and nothing sold, or nobody came and it hardly sells.
RETIRE_MEMBERS = 2
RETIRE_MONTHS = 12
RETIRE_REVENUE_SHARE = Decimal("0.005")
#: Split where those who are in another category, too, sell so many times as much as the rest, or as little.
SPLIT_TIMES = 4
SPLIT_PERCENT = 20
SPLIT_MEMBERS = 5

SIMILAR = """
SELECT one.definition_id, other.definition_id, round(100 * similarity(one.benefits, other.benefits))::int
FROM partners_categoryversion one
JOIN partners_categoryversion other ON other.definition_id <> one.definition_id
WHERE one.state = 'published' AND other.state = 'published'
  AND length(one.benefits) >= 40 AND length(other.benefits) >= 40
"""

#: Of each category's members: median revenue of a year, of those who are in another category and of the rest.
HALVES = """
WITH member AS MATERIALIZED (
  SELECT partner_id, category_id FROM partners_categorymembership WHERE state IN ('active', 'grace')
), won AS (
  SELECT taking.partner_id, deal.program_amount * max(taking.split_percent) / 100 AS worth
  FROM deals_deal deal JOIN deals_dealparticipant taking ON taking.deal_id = deal.id
  WHERE deal.stage = 'won' AND deal.closed_on > %(since)s AND deal.closed_on <= %(today)s
  GROUP BY taking.partner_id, deal.id
), worth AS MATERIALIZED (
  SELECT member.partner_id, coalesce((SELECT sum(won.worth) FROM won WHERE won.partner_id = member.partner_id), 0)
    AS revenue
  FROM (SELECT DISTINCT partner_id FROM member) member
)
SELECT member.category_id, other.id,
  count(*) FILTER (WHERE besides.partner_id IS NOT NULL) AS inside,
  count(*) FILTER (WHERE besides.partner_id IS NULL) AS outside,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY worth.revenue) FILTER (WHERE besides.partner_id IS NOT NULL)
    AS inside_median,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY worth.revenue) FILTER (WHERE besides.partner_id IS NULL)
    AS outside_median
FROM member JOIN worth ON worth.partner_id = member.partner_id
JOIN partners_category other ON other.id <> member.category_id AND other.retired_at IS NULL
LEFT JOIN member besides ON besides.partner_id = member.partner_id AND besides.category_id = other.id
GROUP BY 1, 2
"""


def similar_benefits() -> Mapping[tuple[int, int], int]:
    """Return in percent how alike what two published categories give is, by pair of ids, either way round."""
    with connection.cursor() as cursor:
        cursor.execute(SIMILAR)
        return {(one, other): percent for one, other, percent in cursor.fetchall()}


def would_merge(*, shared: int, alike: int) -> bool:
    """Say whether two categories look like one; both figures in percent."""
    least = MERGE_SHARED_AND_ALIKE_PERCENT
    return shared >= MERGE_SHARED_PERCENT or (shared >= least and alike >= least)


def would_retire(one: Standing, *, whole: Decimal | int, at: datetime) -> bool:
    """Say whether nobody would miss a category; `whole` is what all categories' members sold in the year."""
    first = one.category.versions.order_by("published_at").values_list("published_at", flat=True).first()
    zone = Program.current().zone
    if first is None or add_months(today(at=first, zone=zone), RETIRE_MONTHS) > today(at=at, zone=zone):
        return False
    if one.members <= RETIRE_MEMBERS:
        return not one.year.revenue
    return not one.year.came and one.year.revenue < whole * RETIRE_REVENUE_SHARE


def splits(standings: Sequence[Standing], *, at: datetime) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Yield categories of two kinds of members: (category id, id of the category that tells them apart, numbers)."""
    day = today(at=at, zone=Program.current().zone)
    known = {one.category.pk for one in standings}
    with connection.cursor() as cursor:
        cursor.execute(HALVES, {"since": add_months(day, -12), "today": day})
        rows = [row for row in cursor.fetchall() if {row[0], row[1]} <= known]
    best: dict[int, tuple[float, int, dict[str, Any]]] = {}
    for category_id, other_id, inside, outside, inside_median, outside_median in rows:
        least = max(SPLIT_MEMBERS, (inside + outside) * SPLIT_PERCENT / 100)
        if min(inside, outside) < least:
            continue
        low, high = sorted((inside_median, outside_median))
        times = high / low if low else float("inf") if high else 1.0
        if times < SPLIT_TIMES or times <= best.get(category_id, (0.0,))[0]:
            continue
        numbers = {
            **{"inside": inside, "outside": outside},
            **{"inside_median": f"{inside_median:.2f}", "outside_median": f"{outside_median:.2f}"},
        }
        best[category_id] = (times, other_id, numbers)
    for category_id, (_times, other_id, numbers) in sorted(best.items()):
        yield category_id, other_id, numbers
