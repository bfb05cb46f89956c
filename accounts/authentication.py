"""How callers of the API show who they are: integrations by a bearer token, people by the session of our own pages."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from oauth2_provider.models import get_access_token_model
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, Throttled
from rest_framework.request import Request

from accounts.access import belongs_somewhere
from accounts.models import Integration, IntegrationCredential
from accounts.services import sign_in
from core.network import client_address, network_of

LAST_USE_STEP = timedelta(minutes=1)
RIGHT_FOR_SECONDS = 300
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


class SecretAuthentication(BaseAuthentication):
    """Finds the integration behind HTTP Basic with client id and secret, for systems that cannot ask for a token."""

    def authenticate(self, request: Request) -> tuple[Integration, Token] | None:
        """Return the integration and what it may do, or None when no secret is shown."""
        header = get_authorization_header(request).decode("latin-1")
        if header.partition(" ")[0].lower() != "basic":
            return None
        at = timezone.now()
        pair = shown_secret(header)
        if pair is None:
            raise AuthenticationFailed(_("Client id and secret cannot be read."))
        client_id, secret = pair
        network = network_of(client_address(request._request))
        if not sign_in.may_try(name=client_id, network=network, at=at):
            raise Throttled(wait=settings.SIGN_IN_WINDOW_MINUTES * 60)
        rows = IntegrationCredential.objects.select_related("application", "integration")
        credential = rows.filter(application__client_id=client_id).first()
        if not self._is_right(credential, secret) or credential is None:
            sign_in.note_failure(name=client_id, network=network, at=at)
            raise AuthenticationFailed(_("Client id and secret do not match."))
        integration = credential.integration
        if integration.revoked_at or integration.expires_at <= at:
            raise AuthenticationFailed(_("This integration has ended."))
        note_use(integration, at=at)
        return integration, Token(frozenset(integration.scopes))

    @staticmethod
    def _is_right(credential: IntegrationCredential | None, secret: str) -> bool:
        """Whether the secret is the credential's; nobody's takes as long. What was right is known for a while: the
        fingerprints of secrets are slow to make, and systems that show one show it with every call."""
        kept = credential.application.client_secret if credential else _nobodys_secret()
        key = salted_hmac("accounts.secret", f"{kept}\n{secret}", algorithm="sha256").hexdigest()
        if credential is not None and cache.get(f"secret:{key}"):
            return True
        is_right = check_password(secret, kept)
        if is_right and credential is not None:
            cache.set(f"secret:{key}", True, RIGHT_FOR_SECONDS)
        return is_right


def shown_secret(header: str) -> tuple[str, str] | None:
    """Return the client id and secret of a header `Authorization: Basic …`, or None where it holds none."""
    scheme, _space, value = header.partition(" ")
    try:
        client_id, colon, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return (client_id, secret) if scheme.lower() == "basic" and colon and "\x00" not in client_id else None


@lru_cache
def _nobodys_secret() -> str:
    return make_password(secrets.token_urlsafe())


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
