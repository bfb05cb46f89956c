"""Parts of the partners' side that stay closed until an agreement is accepted."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import partner_standing
from core.models import Program
from core.periods import today
from partners.models import Gate
from partners.queries import agreements

#: How the names of a gate's pages begin.
PAGES = {Gate.CONTENT: "asset-", Gate.DEALS: "deal-"}


class AgreementGateMiddleware:
    """Shows what is to be accepted instead of a page behind a closed gate. Guards are asked first, as everywhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_arguments: Any) -> HttpResponse | None:
        """Answer for the view when the gate before it is closed to this partner."""
        match, user = request.resolver_match, request.user
        if match is None or match.namespace != "partner" or not user.is_authenticated or user.is_vendor:
            return None
        gate = next((one for one, start in PAGES.items() if (match.url_name or "").startswith(start)), None)
        standing = partner_standing(user) if gate else None
        if gate is None or standing is None:
            return None
        day = today(at=timezone.now(), zone=Program.current().zone)
        closed = agreements.closing([standing[0].partner_id], gate, day).select_related("definition")
        waiting = list(closed.order_by("definition__position", "pk"))
        if not waiting:
            return None
        context = {"gate": gate, "waiting": waiting}
        return render(request, "partners/partner/agreements/closed.html", context, status=403)
