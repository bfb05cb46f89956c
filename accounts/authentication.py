"""How callers of the API show who they are: integrations by a bearer token, people by the session of our own pages."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from oauth2_provider.models import get_access_token_model
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from accounts.access import belongs_somewhere
from accounts.models import Integration

LAST_USE_STEP = timedelta(minutes=1)
OWN_PAGES = {"same-origin", "none"}


@dataclass(frozen=True)
class Token:
    """What a bearer token allows now: what it was given, less what the integration has lost since."""

    scopes: frozenset[str]


class IntegrationAuthentication(BaseAuthentication):
    """Finds the integration behind `Authorization: Bearer …`. Revocation and expiry hold for the next request."""

    def authenticate(self, request: Request) -> tuple[Integration, Token] | None:
        """Return the integration and what its token allows, or None when no bearer token is shown."""
        if "access_token" in request.query_params:
            raise AuthenticationFailed(_("A token in the address is refused. Send it in the Authorization header."))
        scheme, _space, value = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        at = timezone.now()
        token = self._token(value.strip())
        if token.expires <= at:
            raise AuthenticationFailed(_("The token has expired. Ask for a new one."), code="token_expired")
        integration = token.application.integration_credential.integration
        if integration.revoked_at or integration.expires_at <= at:
            raise AuthenticationFailed(_("This integration has ended."))
        note_use(integration, at=at)
        return integration, Token(frozenset(token.scope.split()) & frozenset(integration.scopes))

    def authenticate_header(self, request: Request) -> str:
        """Tell callers without a good token what is asked."""
        return 'Bearer error="invalid_token"'

    @staticmethod
    def _token(value: str) -> Any:
        digest = hashlib.sha256(value.encode()).hexdigest()
        tokens = get_access_token_model().objects.select_related("application__integration_credential__integration")
        token = tokens.filter(token_checksum=digest, application__integration_credential__isnull=False).first()
        if token is None:
            raise AuthenticationFailed(_("The token is not valid."))
        return token


def note_use(integration: Integration, *, at: datetime) -> None:
    """Remember the last use of an integration, at most once a minute."""
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=at - LAST_USE_STEP)
    Integration.objects.filter(stale, pk=integration.pk).update(last_used_at=at)


class PageSessionAuthentication(SessionAuthentication):
    """Takes the session of a signed-in person, with CSRF token, and only from our own pages."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """Return the signed-in user, or None."""
        user = getattr(request._request, "user", None)
        if user is None or not user.is_authenticated or not belongs_somewhere(user):
            return None
        if request.headers.get("Sec-Fetch-Site", "none") not in OWN_PAGES:
            raise PermissionDenied(_("The API takes sessions from our own pages only."))
        self.enforce_csrf(request)
        return user, None
