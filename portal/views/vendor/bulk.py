"""What is done for many partners at once: each is a page that says whom it touches; what is chosen is posted to it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, uuid4, uuid5

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import vendor_view
from accounts.models import SavedView
from accounts.permissions import Permission
from core import csv_export
from core.forms import HubForm
from partners.forms.refusals import show_refusal
from partners.models import Partner
from partners.services import conversations
from partners.views.ids import uuids
from portal.forms.bulk import BulkMessageForm, BulkTaskForm
from portal.queries import dashboard_filters as filters
from portal.queries import dashboard_rows as reads
from portal.views.vendor.home import PAGE, asked_of, reader_of
from scorecards.services import tasks

SAMPLE_SIZE = 12
#: So many at once, as many as a dashboard shows.
MOST = reads.MOST_PARTNERS


def _chosen(request: HttpRequest) -> list[Partner]:
    named = request.POST if request.method == "POST" else request.GET
    visible = Partner.objects.visible_to(request.user).filter(public_id__in=uuids(named.getlist("partner"))[:MOST])
    return list(visible.order_by("name", "pk"))


def _answer(
    request: Any, form: HubForm, do: Callable[[Partner, datetime, str], Any], words: dict[str, str]
) -> HttpResponse:
    """Show the form with whom it touches; once it is sent, do it for each, the same sending once only."""
    partners = _chosen(request)
    if request.method == "POST" and form.is_bound and partners and form.is_valid():
        once = request.POST.get("once", "")
        try:
            for partner in partners:
                do(partner, timezone.now(), once)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, words["done"] % {"n": len(partners)})
            return redirect("vendor:home")
    context = {
        "form": form,
        "partners": partners,
        "sample": partners[:SAMPLE_SIZE],
        "more": max(0, len(partners) - SAMPLE_SIZE),
        "once": request.POST.get("once") or uuid4(),
        "heading": words["heading"],
        "verb": words["verb"],
    }
    return render(request, "portal/vendor/bulk/form.html", context, status=422 if form.errors else 200)


def _is_answer(request: HttpRequest) -> bool:
    return request.method == "POST" and "once" in request.POST


@vendor_view(Permission.EDIT_PLANS)
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_task(request: Any) -> HttpResponse:
    """Add the same task for each of the chosen partners."""
    form = BulkTaskForm(request.POST if _is_answer(request) else None)

    def add(partner: Partner, at: datetime, once: str) -> None:
        key = uuid5(NAMESPACE_OID, f"{once} {partner.pk}")
        tasks.add(partner=partner, by=request.user, at=at, once_key=key, **form.cleaned_data)

    count = len(request.POST.getlist("partner"))
    words = {
        "heading": _("Add a task for each"),
        "verb": ngettext("Add the task", "Add a task for each of %(n)d", count) % {"n": count},
        "done": ngettext("The task was added.", "A task was added for each of %(n)d partners.", count),
    }
    return _answer(request, form, add, words)


@vendor_view(Permission.VIEW_CONVERSATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_message(request: Any) -> HttpResponse:
    """Write the same message to each of the chosen partners, in its own conversation."""
    form = BulkMessageForm(request.POST if _is_answer(request) else None)

    def send(partner: Partner, at: datetime, once: str) -> None:
        thread = conversations.thread_of(subject=partner, by=request.user, at=at)
        conversations.post(
            thread=thread, by=request.user, at=at, text=form.cleaned_data["text"], once_key=f"bulk-{once}"[:100]
        )

    count = len(request.POST.getlist("partner"))
    words = {
        "heading": _("Write to each"),
        "verb": ngettext("Send the message", "Send to %(n)d partners", count) % {"n": count},
        "done": ngettext("The message was sent.", "The message was sent to %(n)d partners.", count),
    }
    return _answer(request, form, send, words)


# --- as a file


@vendor_view(Permission.VIEW_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def dashboard_export(request: Any) -> Any:
    """Download the chosen partners, or all that the dashboard was narrowed to, with the columns it shows."""
    reader = reader_of(request.user)
    names = filters.Names.load()
    visible: QuerySet[Partner] = Partner.objects.visible_to(request.user)
    if request.method == "POST":
        asked = filters.Asked.of({}, request.POST.getlist("column"))
        visible = visible.filter(public_id__in=uuids(request.POST.getlist("partner"))[:MOST])
    else:
        views = list(SavedView.objects.visible_to(request.user).filter(page=PAGE))
        asked, _view = asked_of(request, views)
        visible = filters.narrowed(visible, asked, names, user=request.user)
    rows = reads.in_order(reads.rows_read(visible, names, reader), asked.sort)
    heading = [str(_("Partner")), *(str(filters.COLUMNS[one]) for one in asked.columns)]
    lines = [[row.partner.name, *(_cell(row, one) for one in asked.columns)] for row in rows]
    return csv_export.download([heading, *lines], name=f"partners-{reader.today.isoformat()}.csv")


def _cell(row: reads.Row, column: str) -> Any:
    match column:
        case "touched":
            return date_format(row.partner.touched_at, "Y-m-d") if row.partner.touched_at else ""
        case "alerts":
            return ", ".join(label for _kind, label, _icon in row.alerts)
        case "categories":
            return ", ".join(row.categories)
        case "next":
            return f"{row.action.text}: {row.action.reason}" if row.action else ""
        case "manager":
            return row.partner.manager or ""
    value = getattr(row, column)
    return "" if value is None else value
