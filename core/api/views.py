"""Addresses of the API that belong to no resource."""

from functools import cache
from typing import Any

from django.http import HttpRequest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.problems import Problem
from core.api.viewsets import ApiView


class NowhereView(ApiView, APIView):
    """Every address that is none: the same 404 as a record that does not exist."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse whatever the method."""
        super().initial(request, *args, **kwargs)
        raise Problem("not_found")


class OpenApiView(ApiView, APIView):
    """The description of the API, for every caller who has shown who they are."""

    permission_classes = (IsAuthenticated,)
    schema = None

    def get(self, request: Request, **kwargs: Any) -> Response:
        """Return the OpenAPI description."""
        return Response(description())


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI description of everything under /api/v1."""
    request = Request(HttpRequest())
    request.user = _Reader()  # type: ignore[assignment]
    request.auth = None  # otherwise asking for it authenticates anew, and the reader is nobody from then on
    return SchemaGenerator(api_version="v1").get_schema(request=request, public=True)  # type: ignore[no-any-return]


class _Reader:
    """Somebody at the vendor, so that the description has every field there is."""

    is_authenticated = is_vendor = True
    is_anonymous = False
    pk = None
