"""The one address of OAuth that exists here: secrets in, tokens out."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.views import TokenView

from accounts.access import public_view
from accounts.authentication import shown_secret
from accounts.services import sign_in
from core.network import client_address, network_of


@method_decorator(csrf_exempt, name="dispatch")
@public_view("An integration shows its secret here; it has no session.")
class Token(TokenView):
    """Gives an integration a token for an hour against its secret."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with a token. A secret that came over plain HTTP is refused, so that the mistake is seen at once."""
        if settings.SECURE and not request.is_secure():
            return JsonResponse({"error": "invalid_request", "error_description": "Use HTTPS."}, status=403)
        name = (shown_secret(request.headers.get("Authorization", "")) or ("", ""))[0]
        at, network = timezone.now(), network_of(client_address(request))
        if not sign_in.may_try(name=name, network=network, at=at):
            wait = {"Retry-After": str(settings.SIGN_IN_WINDOW_MINUTES * 60)}
            return JsonResponse(
                {"error": "invalid_client", "error_description": "Too many tries."}, status=429, headers=wait
            )
        response: HttpResponse = super().post(request, *args, **kwargs)
        if response.status_code == 401 and name:
            sign_in.note_failure(name=name, network=network, at=at)
        return response
