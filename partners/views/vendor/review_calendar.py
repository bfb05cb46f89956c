"""What comes due: by month or week, as a list, and reviews opened before their time."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.models import Program
from core.periods import today as day_at
from partners.forms.definitions import add_refusal
from partners.forms.reviews import OpenReviewForm, SpanForm
from partners.models import CategoryMembership
from partners.queries import reviews as reads
from partners.services import review_openings
from partners.views.ids import uuids
from partners.views.vendor.membership_tabs import membership_tabs

PAGE_SIZE = 50
#: How many are shown under a month or week before the list of all of them.
SHOWN_AT_ONCE = 10
OPENED_AT_ONCE = 50
REFUSALS_SHOWN = 5
#: Without days in the address the list shows so many to come.
DAYS_AHEAD = 90


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def membership_review_calendar(request: HttpRequest) -> HttpResponse:
    """Show what comes due in each of the coming weeks or months."""
    by_week = request.GET.get("by") == "week"
    spans = reads.calendar(request.user, today=_today(), by_week=by_week)
    here = reverse("vendor:membership-review-calendar")
    context = {
        "rows": [(span, _list_url(span.starts_on, span.ends_on)) for span in spans],
        "most": max((span.total for span in spans), default=0),
        "by_week": by_week,
        "options": [(f"{here}?by=month", _("By month")), (f"{here}?by=week", _("By week"))],
        "chosen": f"{here}?by={'week' if by_week else 'month'}",
        "tabs": membership_tabs("calendar"),
    }
    return render(request, "partners/vendor/membership_reviews/calendar.html", context)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def membership_due_list(request: HttpRequest) -> HttpResponse:
    """List the memberships that come due between two days; to htmx the first of them, for the calendar."""
    since, until = _days(request)
    category = request.GET.get("category", "")
    rows = reads.coming_due(request.user, since=since, until=until, category=category)
    if request.headers.get("HX-Request"):
        context = {"rows": rows[:SHOWN_AT_ONCE], "total": rows.count(), "list_url": _list_url(since, until)}
        return render(request, "partners/vendor/membership_reviews/_due.html", context)
    query = {name: value for name, value in request.GET.items() if value and name != "page"}
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "since": since,
        "until": until,
        "category": category,
        "categories": reads.categories_in_use(),
        "query": urlencode(query),
        "here": request.get_full_path(),
        "all_url": _list_url(since, until),
        "may_decide": allowed(request.user, Permission.EDIT_PARTNERS),
        "trail": [(_("Calendar of reviews"), reverse("vendor:membership-review-calendar"))],
    }
    return render(request, "partners/vendor/membership_reviews/due.html", context)


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def membership_review_open_many(request: HttpRequest) -> HttpResponse:
    """Open reviews of the chosen memberships before their time, each by itself, and say which could not be opened."""
    ids = uuids(request.POST.getlist("membership"))[:OPENED_AT_ONCE]
    chosen = CategoryMembership.objects.visible_to(request.user).filter(public_id__in=ids)
    openings = review_openings.open_many(
        memberships=chosen.select_related("partner", "category").order_by("next_review_on", "pk"),
        by=request.user,
        at=timezone.now(),
        reason=request.POST.get("reason", "")[:300],
    )
    _say(request, openings)
    back = request.POST.get("back", "")
    here = reverse("vendor:membership-due-list")
    fits = back.startswith(here) and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if fits else here)


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def membership_review_open(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Open the review of one membership before its time."""
    rows = CategoryMembership.objects.visible_to(request.user).select_related("partner", "category")
    membership: CategoryMembership = get_object_or_404(rows, public_id=public_id)
    form = OpenReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            review = review_openings.open_early(
                membership=membership, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The review is open; the partner is asked."))
            return redirect("vendor:membership-review-detail", review.public_id)
    context = {
        "form": form,
        "membership": membership,
        "trail": [(str(membership), reverse("vendor:membership-detail", args=[membership.public_id]))],
    }
    return render(request, "partners/vendor/membership_reviews/open.html", context, status=422 if form.errors else 200)


def _say(request: HttpRequest, openings: list[review_openings.Opening]) -> None:
    opened = sum(one.is_new for one in openings)
    refused = [one for one in openings if one.refusal]
    known = len(openings) - opened - len(refused)
    if opened:
        said = ngettext("%(n)s review was opened.", "%(n)s reviews were opened.", opened)
        messages.success(request, said % {"n": opened})
    if known:
        said = ngettext("%(n)s was under way already.", "%(n)s were under way already.", known)
        messages.info(request, said % {"n": known})
    for one in refused[:REFUSALS_SHOWN]:
        messages.error(request, one.refusal)
    if len(refused) > REFUSALS_SHOWN:
        messages.error(request, _("%(n)s more could not be opened.") % {"n": len(refused) - REFUSALS_SHOWN})
    if not openings:
        messages.error(request, _("Choose the memberships first."))


def _days(request: HttpRequest) -> tuple[date, date]:
    """Return the days of the address, else the coming three months."""
    form = SpanForm(request.GET)
    if form.is_valid() and form.cleaned_data["since"] <= form.cleaned_data["until"]:
        return form.cleaned_data["since"], form.cleaned_data["until"]
    return _today(), _today() + timedelta(days=DAYS_AHEAD)


def _list_url(since: date, until: date) -> str:
    days = urlencode({"since": since.isoformat(), "until": until.isoformat()})
    return f"{reverse('vendor:membership-due-list')}?{days}"


def _today() -> Any:
    return day_at(at=timezone.now(), zone=Program.current().zone)
