"""News for the reader: what is new, one page for each item, and acknowledging it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from core import markdown
from core.refusals import Refusal
from enablement.models import NewsItem, NewsKind
from enablement.queries import news as queries
from enablement.services import news

PAGE_SIZE = 20
SHOWN_AT_HOME = 3


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def news_list(request: Any) -> HttpResponse:
    """Show what there is to read: first what asks for something, then what is unread."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in NewsKind.values else ""
    rows = queries.for_person(user=request.user, person=request.partner_person, kind=kind)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(item, queries.said_to(item, request.user)) for item in page.object_list],
        "kind": kind,
        "kinds": [("?", _("All")), *((f"?kind={value}", label) for value, label in NewsKind.choices)],
        "chosen": f"?kind={kind}" if kind else "?",
        "query": f"kind={kind}" if kind else "",
    }
    return render(request, "enablement/partner/news/list.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def news_panel(request: Any) -> HttpResponse:
    """Show on the home page what is new to the reader; nothing where there is nothing."""
    items = queries.waiting(user=request.user, person=request.partner_person, limit=SHOWN_AT_HOME)
    rows = [(item, queries.said_to(item, request.user)) for item in items]
    context = {
        "pinned": [row for row in rows if row[0].must_be_acknowledged],
        "rows": [row for row in rows if not row[0].must_be_acknowledged],
    }
    page = "_home" if request.htmx else "home"
    return render(request, f"enablement/partner/news/{page}.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def news_detail(request: Any, public_id: UUID) -> HttpResponse:
    """Show an item, and remember that its reader opened it."""
    item = _item(request, public_id)
    if request.method == "GET":
        news.read(item=item, person=request.partner_person, at=timezone.now())
    said = queries.said_to(item, request.user)
    context = {"item": item, "said": said, "html": markdown.render(said.body)}
    return render(request, "enablement/partner/news/detail.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def news_acknowledge(request: Any, public_id: UUID) -> HttpResponse:
    """Remember that the reader has read and understood an item."""
    item = _item(request, public_id)
    try:
        news.acknowledge(item=item, person=request.partner_person, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Thank you. You have acknowledged it."))
    return redirect("partner:news-detail", public_id)


def _item(request: Any, public_id: UUID) -> Any:
    rows = NewsItem.objects.visible_to(request.user).with_reading_of(request.partner_person)
    return get_object_or_404(rows, public_id=public_id)
