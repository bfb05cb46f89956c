"""The one address of OAuth that exists here: secrets in, tokens out."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.views import TokenView

from accounts.access import public_view


@method_decorator(csrf_exempt, name="dispatch")
@public_view("An integration shows its secret here; it has no session.")
class Token(TokenView):
    """Gives an integration a token for an hour against its secret."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with a token. A secret that came over plain HTTP is refused, so that the mistake is seen at once."""
        if settings.SECURE and not request.is_secure():
            return JsonResponse({"error": "invalid_request", "error_description": "Use HTTPS."}, status=403)
        return super().post(request, *args, **kwargs)
