"""Addresses of partners that became part of another lead to the one they are part of, in pages and the API alike."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from partners.models import Merge, Partner


class MergedAddressMiddleware:
    """Looks only at what was not found, so that nothing costs more that is there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead on."""
        response = self.get_response(request)
        if response.status_code == 404 and request.method in {"GET", "HEAD"} and request.resolver_match:
            return self._led_on(request) or response
        return response

    @staticmethod
    def _led_on(request: Any) -> HttpResponse | None:
        """Return the way to the survivor, for those who may see it."""
        match = request.resolver_match
        named = {name: id_ for name, value in match.kwargs.items() if (id_ := _uuid(value))}
        if not named or not getattr(request.user, "is_authenticated", False):
            return None
        merges = Merge.objects.standing().filter(merged_public_id__in=named.values())
        seen = merges.filter(survivor__in=Partner.objects.visible_to(request.user).values("pk"))
        survivors = {one.merged_public_id: one.survivor.public_id for one in seen.select_related("survivor")}
        if not survivors:
            return None
        kwargs = match.kwargs | {name: survivors[id_] for name, id_ in named.items() if id_ in survivors}
        address = reverse(match.view_name, kwargs=kwargs)
        query = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(f"{address}?{query}" if query else address)


def _uuid(value: Any) -> UUID | None:
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        return None
