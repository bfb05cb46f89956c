"""Everything to do for somebody, over all partners they look after, and what they put away."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from partners.models import Partner
from portal.queries.actions import Action, waiting_applications
from portal.queries.dashboard_filters import Names
from portal.queries.dashboard_rows import Reader, ranked, rows_read
from scorecards.models import ActionChoice

PAGE_SIZE = 50
MOST_APPLICATIONS = 50
MOST_PUT_AWAY = 100


@dataclass(frozen=True, slots=True)
class DoNext:
    """What is to be done, page by page, and what was put away."""

    page: "Page[Action]"
    put_away: list[ActionChoice]


def everything(reader: Reader, *, page: Any) -> DoNext:
    """Return every thing to do, the most urgent first."""
    partners = Partner.objects.visible_to(reader.user)
    rows = rows_read(partners, Names.load(), reader)
    waiting = waiting_applications(reader.user, at=reader.at, most=MOST_APPLICATIONS)
    actions = ranked([*waiting.actions, *(action for row in rows for action in row.actions)])
    return DoNext(Paginator(actions, PAGE_SIZE).get_page(page), put_away_by(reader))


def put_away_by(reader: Reader) -> list[ActionChoice]:
    """Return what somebody put away and what did not come back yet, the latest first."""
    rows = ActionChoice.objects.filter(user=reader.user, set_aside_at__isnull=False)
    still = rows.exclude(until_on__lte=reader.today).select_related("partner")
    return list(still.order_by("-set_aside_at", "-pk")[:MOST_PUT_AWAY])
