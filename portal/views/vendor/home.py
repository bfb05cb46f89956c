"""The vendor's home page: the dashboard of a channel manager, as a board or a table; and of a colleague, to read."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import allowed, vendor_view
from accounts.models import SavedView
from accounts.permissions import Permission
from core.models import Program
from core.periods import today
from partners.models import Partner
from partners.queries.partners import managers
from portal.queries import dashboard as reads
from portal.queries import dashboard_filters as filters
from portal.queries.actions import WaitingApplications, waiting_applications
from portal.queries.dashboard_rows import MOST_PARTNERS, Reader
from portal.queries.home import tier_progress
from portal.views.vendor.actions import board_of_four
from scorecards.models import AlertKind
from scorecards.queries import score_card

PAGE = "dashboard"
PAGE_SIZE = 30
TIERS_IN_FOCUS = 1
MOST_DIGITS = 5


def reader_of(user: Any) -> Reader:
    """Return who reads, and when."""
    at = timezone.now()
    return Reader(user, at, today(at=at, zone=Program.current().zone))


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def home(request: Any) -> HttpResponse:
    """Show the partners one looks after, with what to do next; to those who see all and look after none, all."""
    user = request.user
    views = list(SavedView.objects.visible_to(user).filter(page=PAGE).select_related("user").order_by("name", "pk"))
    asked, view = asked_of(request, views)
    reader = reader_of(user)
    board = reads.dashboard(
        partners=Partner.objects.visible_to(user),
        asked=asked,
        names=(names := filters.Names.load()),
        reader=reader,
        applications=waiting_applications(user, at=reader.at, most=reads.ACTIONS_SHOWN),
    )
    may_edit = allowed(user, Permission.EDIT_PARTNERS)
    context = {
        "views": views,
        "view": view,
        "sees_all": allowed(user, Permission.VIEW_ALL_PARTNERS),
        "may_edit": may_edit,
        "may_message": may_edit and allowed(user, Permission.VIEW_CONVERSATIONS),
        "may_assess": allowed(user, Permission.ASSESS),
        "may_write_tasks": may_edit and allowed(user, Permission.EDIT_PLANS),
        "whose": filters.WHOSE,
    }
    return _page(request, board, asked, names, context)


@vendor_view(Permission.VIEW_ALL_PARTNERS)
@require_safe
def manager_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the dashboard of one manager, to read."""
    manager = get_object_or_404(managers(), public_id=public_id)
    asked = filters.Asked.of(request.GET.dict(), request.GET.getlist("column"))
    board = reads.dashboard(
        partners=Partner.objects.all().looked_after_by(manager),
        asked=asked,
        names=(names := filters.Names.load()),
        reader=reader_of(manager),
        applications=WaitingApplications([], 0),
    )
    return _page(request, board, asked, names, {"manager": manager, "whose": filters.WHOSE})


def asked_of(request: Any, views: list[SavedView]) -> tuple[filters.Asked, SavedView | None]:
    """Return what is asked for: what the address says, else the view it names, else one's own default view."""
    query = request.GET
    named = query.get("view", "")
    view = next((one for one in views if str(one.public_id) == named), None)
    if view is None and not query:
        view = next((one for one in views if one.is_default and one.user_id == request.user.pk), None)
    if view is None:
        return filters.Asked.of(query.dict(), query.getlist("column")), None
    return filters.Asked.of({**view.filters, "sort": view.sort}, view.columns), view


def _page(
    request: Any, board: reads.Dashboard, asked: filters.Asked, names: filters.Names, context: dict[str, Any]
) -> HttpResponse:
    page = None
    if asked.layout == filters.TABLE:
        page = Paginator(board.rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context |= {
        "board": board,
        "asked": asked,
        "page": page,
        "headings": _headings(asked) if page else (),
        "default_columns": filters.DEFAULT_COLUMNS,
        "all_columns": [(key, label, key in asked.columns) for key, label in filters.COLUMNS.items()],
        "options": {kind: names.offered(kind) for kind in ("stage", "tier", "category", "segment", "region")},
        "zones": filters.ZONES,
        "alert_kinds": [(filters.ANY_ALERT, _("Any alert")), *AlertKind.choices],
        "board_url": asked.address(layout=""),
        "table_url": asked.address(layout=filters.TABLE),
        "query": asked.address().removeprefix("?"),
        "most": MOST_PARTNERS,
        **board_of_four(board.priorities),
    }
    more = next((one for one in board.columns if one.key == request.GET.get("more")), None)
    if request.htmx and more:
        first = request.GET.get("from", "")
        column = more.after(int(first) if first.isdecimal() and len(first) < MOST_DIGITS else 0)
        return render(request, "portal/vendor/_cards.html", {**context, "column": column})
    template = "portal/vendor/_partners.html" if _wants_partners(request) else "portal/vendor/home.html"
    return render(request, template, context)


def _wants_partners(request: Any) -> bool:
    return bool(request.htmx and request.htmx.target == "dashboard-partners")


def _headings(asked: filters.Asked) -> list[dict[str, Any]]:
    """Return the headings of the table, each with the address that sorts by it or turns it around."""
    found = []
    for key in ("name", *asked.columns):
        label = _("Partner") if key == "name" else filters.COLUMNS[key]
        # The first press shows what one looks for: names from A, numbers from the highest.
        first = key if key in ("name", "stage", "tier", "region", "manager", "touched") else f"-{key}"
        other = key if first.startswith("-") else f"-{key}"
        state = {key: "ascending", f"-{key}": "descending"}.get(asked.sort, "")
        url = "" if key in filters.UNSORTED else asked.address(sort=other if asked.sort == first else first)
        found.append({"key": key, "label": label, "url": url, "state": state, "is_number": key in NUMBERS})
    return found


NUMBERS = {"score", "change", "pipeline", "won", "tasks"}


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def focus_panel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one partner in focus: its score against similar partners, the biggest gap first."""
    visible = Partner.objects.visible_to(request.user).select_related("region", "classification__stage")
    partner = get_object_or_404(visible, public_id=public_id)
    at = timezone.now()
    tiers = [one for one in tier_progress(partner, at=at) if one.next][:TIERS_IN_FOCUS]
    context = {"partner": partner, "card": score_card(partner, at=at), "tiers": tiers}
    if request.headers.get("HX-Request"):
        return render(request, "portal/vendor/_focus.html", context)
    return render(request, "portal/vendor/focus.html", context)
