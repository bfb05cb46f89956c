"""Figures of categories: members, revenue, certifications and moves by fiscal quarter, overlaps and flows.

Everything is reckoned anew for all partners with one statement a table. A *stay* is the time in which a partner held a
category: from the moment its membership was confirmed to the moment it ended.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

from core.models import Program
from core.periods import add_months
from criteria.clock import Clock
from insight.models import CategoryFlow, CategoryOverlap, CategoryQuarter

#: The running quarter and two years before it.
QUARTERS = 9
#: Who begins in one category so many days around leaving another went from there to here.
FLOW_DAYS = 90
SELLING_MONTHS = 12

STAYS = """
    SELECT m.partner_id, m.category_id, m.starts_at, m.ends_at
    FROM partners_categorymembership m
    WHERE m.state IN ('active', 'grace') OR (m.state = 'ended' AND EXISTS (
        SELECT FROM partners_membershipmove moved
        WHERE moved.membership_id = m.id AND moved.after IN ('active', 'grace')))
"""

#: What stands at the end of a quarter stands, in the running one, tomorrow at midnight (deals, certifications) or now.
QUARTER_ROWS = f"""
WITH quarter AS (
  SELECT * FROM unnest(%(starts_on)s::date[], %(ends_on)s::date[], %(starts_at)s::timestamptz[],
    %(ends_at)s::timestamptz[]) AS q (starts_on, ends_on, starts_at, ends_at)
), stay AS MATERIALIZED ({STAYS}
), won AS MATERIALIZED (
  SELECT taking.partner_id, deal.id AS deal_id, deal.closed_on,
    deal.program_amount * max(taking.split_percent) / 100 AS worth
  FROM deals_deal deal JOIN deals_dealparticipant taking ON taking.deal_id = deal.id
  WHERE deal.stage = 'won' AND deal.closed_on >= %(selling_from)s
  GROUP BY taking.partner_id, deal.id
), membership AS (
  SELECT stay.category_id, quarter.starts_on,
    count(*) FILTER (WHERE stay.starts_at < least(quarter.ends_at, %(at)s)
      AND (stay.ends_at IS NULL OR stay.ends_at >= least(quarter.ends_at, %(at)s))) AS members,
    count(*) FILTER (WHERE stay.starts_at >= quarter.starts_at AND stay.starts_at < quarter.ends_at) AS come,
    count(*) FILTER (WHERE stay.ends_at >= quarter.starts_at AND stay.ends_at < quarter.ends_at) AS gone
  FROM stay CROSS JOIN quarter GROUP BY 1, 2
), present AS (
  SELECT stay.partner_id, stay.category_id, quarter.starts_on, least(quarter.ends_on, %(today)s + 1) AS ends_on
  FROM stay JOIN quarter ON stay.starts_at < least(quarter.ends_at, %(at)s)
    AND (stay.ends_at IS NULL OR stay.ends_at >= least(quarter.ends_at, %(at)s))
), selling AS (
  SELECT present.category_id, present.starts_on, count(*) AS sellers
  FROM present WHERE EXISTS (SELECT FROM won WHERE won.partner_id = present.partner_id
    AND won.closed_on < present.ends_on AND won.closed_on >= present.ends_on - make_interval(months => %(months)s))
  GROUP BY 1, 2
), certified AS (
  SELECT present.category_id, present.starts_on, count(DISTINCT held.person_id) AS people
  FROM present JOIN partners_person person ON person.partner_id = present.partner_id
  JOIN enablement_heldcertification held ON held.person_id = person.id
    AND held.earned_on < present.ends_on
    AND (held.expires_on IS NULL OR held.expires_on >= present.ends_on)
  WHERE person.left_at IS NULL OR person.left_at >= present.ends_on
  GROUP BY 1, 2
), selling_deals AS (
  SELECT stay.category_id, quarter.starts_on, count(DISTINCT won.deal_id) AS deals, sum(won.worth) AS revenue
  FROM won JOIN quarter ON won.closed_on >= quarter.starts_on AND won.closed_on < quarter.ends_on
  JOIN stay ON stay.partner_id = won.partner_id
    AND (stay.starts_at AT TIME ZONE %(zone)s)::date <= won.closed_on
    AND (stay.ends_at IS NULL OR (stay.ends_at AT TIME ZONE %(zone)s)::date > won.closed_on)
  GROUP BY 1, 2
)
INSERT INTO insight_categoryquarter (category_id, starts_on, ends_on, members, came, went, sellers, deals_won,
  revenue, certified_people, worked_out_at)
SELECT category.id, quarter.starts_on, quarter.ends_on, coalesce(members, 0), coalesce(come, 0),
  coalesce(gone, 0), coalesce(sellers, 0), coalesce(deals, 0), coalesce(revenue, 0), coalesce(people, 0), %(at)s
FROM partners_category category CROSS JOIN quarter
LEFT JOIN membership ON membership.category_id = category.id AND membership.starts_on = quarter.starts_on
LEFT JOIN selling ON selling.category_id = category.id AND selling.starts_on = quarter.starts_on
LEFT JOIN certified ON certified.category_id = category.id AND certified.starts_on = quarter.starts_on
LEFT JOIN selling_deals ON selling_deals.category_id = category.id AND selling_deals.starts_on = quarter.starts_on
"""

OVERLAP_ROWS = """
INSERT INTO insight_categoryoverlap (category_id, other_id, partners)
SELECT one.category_id, another.category_id, count(*)
FROM partners_categorymembership one
JOIN partners_categorymembership another
  ON another.partner_id = one.partner_id AND another.category_id <> one.category_id
WHERE one.state IN ('active', 'grace') AND another.state IN ('active', 'grace')
GROUP BY 1, 2
"""

FLOW_ROWS = f"""
WITH stay AS MATERIALIZED ({STAYS})
INSERT INTO insight_categoryflow (source_id, target_id, partners)
SELECT gone.category_id, come.category_id, count(DISTINCT gone.partner_id)
FROM stay gone JOIN stay come ON come.partner_id = gone.partner_id AND come.category_id <> gone.category_id
WHERE gone.ends_at > %(since)s AND gone.ends_at <= %(at)s
  AND come.starts_at BETWEEN gone.ends_at - make_interval(days => %(days)s)
    AND gone.ends_at + make_interval(days => %(days)s)
GROUP BY 1, 2
"""


def refresh(*, at: datetime) -> None:
    """Reckon all figures anew. Two at once take turns; the second finds nothing to change but the moment."""
    with transaction.atomic():
        _take_turns()
        tables: tuple[tuple[Any, str, Any], ...] = (
            (CategoryQuarter, QUARTER_ROWS, _quarters(at)),
            (CategoryOverlap, OVERLAP_ROWS, {}),
            (CategoryFlow, FLOW_ROWS, {"since": at - timedelta(days=365), "at": at, "days": FLOW_DAYS}),
        )
        for model, statement, parameters in tables:
            model.objects.all().delete()
            with connection.cursor() as cursor:
                cursor.execute(statement, parameters)


def _quarters(at: datetime) -> dict[str, Any]:
    """Return the fiscal quarters that are reckoned, oldest first, as days and as moments in the program's zone."""
    program = Program.current()
    clock = Clock(at=at, zone=program.zone, fiscal_start=program.fiscal_year_start_month)
    days = [clock.period("fiscal_quarter", offset) for offset in range(1 - QUARTERS, 1)]

    def midnight(day: date) -> datetime:
        return datetime.combine(day, time.min, tzinfo=program.zone)

    return {
        "starts_on": [first for first, _end in days],
        "ends_on": [end for _first, end in days],
        "starts_at": [midnight(first) for first, _end in days],
        "ends_at": [midnight(end) for _first, end in days],
        "selling_from": add_months(days[0][0], -SELLING_MONTHS),
        "months": SELLING_MONTHS,
        "zone": program.timezone,
        "today": clock.today,
        "at": at,
    }


def _take_turns() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('insight.figures', 0))")
