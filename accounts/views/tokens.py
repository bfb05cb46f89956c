"""The one address of OAuth that exists here: secrets in, tokens out."""

from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.views import TokenView

from accounts.access import public_view


@method_decorator(csrf_exempt, name="dispatch")
@public_view("An integration shows its secret here; it has no session.")
class Token(TokenView):
    """Gives an integration a token for an hour against its secret."""

    http_method_names = ["post"]
