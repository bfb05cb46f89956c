"""How long partners who are onboarded take to their first deal, from the day their journey began."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from core.models import Program
from enablement.models import Enrollment, Journey
from enablement.queries import walk_steps
from partners.models import Category

_FIRST_DEALS = """
    SELECT count(*), count(opened_after), percentile_cont(0.5) WITHIN GROUP (ORDER BY opened_after),
        count(won_after), percentile_cont(0.5) WITHIN GROUP (ORDER BY won_after)
    FROM (
        SELECT first.opened_on - began.day AS opened_after, first.won_on - began.day AS won_after
        FROM enablement_enrollment enrollment
        CROSS JOIN LATERAL (SELECT (enrollment.started_at AT TIME ZONE %(zone)s)::date AS day) began
        CROSS JOIN LATERAL (
            SELECT min(deal.opened_on) AS opened_on, min(deal.closed_on) FILTER (WHERE deal.stage = 'won') AS won_on
            FROM deals_dealparticipant participant JOIN deals_deal deal ON deal.id = participant.deal_id
            WHERE participant.partner_id = enrollment.partner_id
        ) first
        WHERE {which} AND (first.opened_on IS NULL OR first.opened_on >= began.day)
    ) counted
"""


@dataclass(frozen=True)
class FirstDeals:
    """How many were onboarded without a deal before, how many have one by now, and the median days to it."""

    began: int
    opened: int
    days_to_open: float | None
    won: int
    days_to_win: float | None


def first_deals(walks: "QuerySet[Enrollment]") -> FirstDeals | None:
    """Return the days to the first deal of the partners on these walks; None where there are none."""
    picked = walk_steps.picked(walks)
    if picked is None:
        return None
    which, named = picked
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_DEALS.format(which=which), named | {"zone": str(Program.current().zone)})
        found = FirstDeals(*cursor.fetchone())
    return found if found.began else None


def of_journey(journey: Journey, *, user: Any) -> FirstDeals | None:
    """Return those of an onboarding journey, of the partners the reader sees; None for other journeys."""
    if journey.onboards_id is None:
        return None
    return first_deals(Enrollment.objects.visible_to(user).filter(journey=journey))


def of_category(category: Category, *, user: Any) -> FirstDeals | None:
    """Return those of the onboarding of a category, whichever journey it was."""
    return first_deals(Enrollment.objects.visible_to(user).filter(journey__onboards=category))
