"""Systems that call the API: made, given secrets, ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import get_access_token_model, get_application_model

from accounts.models import Integration, IntegrationCredential, User
from accounts.scopes import SCOPES
from core import audit
from core.models import Source
from core.refusals import Refusal

MAX_LIFE = timedelta(days=365)
MAX_CREDENTIALS = 2


@dataclass(frozen=True)
class Secret:
    """A credential in the one moment in which its secret is known."""

    credential: IntegrationCredential
    client_id: str
    client_secret: str


def register_source(*, key: str, label: str, by: Any) -> Source:
    """Return the source of this key, registered if it is new."""
    with audit.action("source.register", by=by):
        return Source.objects.get_or_create(key=key, defaults={"label": label})[0]


def create(
    *, name: str, source: Source, scopes: Iterable[str], expires_at: datetime, owner: User, by: Any, at: datetime
) -> tuple[Integration, Secret]:
    """Make an integration with its first secret, which is shown now and never again."""
    wanted = sorted(set(scopes))
    if unknown := [scope for scope in wanted if scope not in SCOPES]:
        raise Refusal({"scopes": _("Unknown scope: %(scopes)s.") % {"scopes": ", ".join(unknown)}})
    if not at < expires_at <= at + MAX_LIFE:
        raise Refusal({"expires_on": _("An integration ends within a year; choose a day in that time.")})
    if Integration.objects.filter(name=name).exists():
        raise Refusal({"name": _("Another integration has this name.")})
    with audit.action("integration.create", by=by):
        integration = Integration.objects.create(
            name=name, source=source, scopes=wanted, expires_at=expires_at, owner=owner
        )
        return integration, add_credential(integration=integration, by=by, at=at)


def add_credential(*, integration: Integration, by: User, at: datetime) -> Secret:
    """Give an integration another secret, so that it can change over without a pause. At most two live at a time."""
    with audit.action("integration.add_credential", by=by, integration=integration.pk):
        integration = Integration.objects.select_for_update().get(pk=integration.pk)
        if integration.revoked_at or integration.expires_at <= at:
            raise Refusal(_("This integration has ended."))
        if integration.credentials.count() >= MAX_CREDENTIALS:
            raise Refusal(_("There are two secrets already. Remove the old one first."))
        secret = generate_client_secret()
        application = get_application_model().objects.create(
            name=integration.name,
            client_secret=secret,
            client_type=get_application_model().CLIENT_CONFIDENTIAL,
            authorization_grant_type=get_application_model().GRANT_CLIENT_CREDENTIALS,
        )
        credential = IntegrationCredential.objects.create(
            integration=integration, application=application, created_by=by
        )
    return Secret(credential, application.client_id, secret)


def remove_credential(*, credential: IntegrationCredential, by: User, at: datetime) -> None:
    """End one secret and every token made with it."""
    with audit.action("integration.remove_credential", by=by, integration=credential.integration_id):
        get_application_model().objects.filter(pk=credential.application_id).delete()


def revoke(*, integration: Integration, by: User, at: datetime) -> bool:
    """End an integration with its next call. Returns whether it was live."""
    with audit.action("integration.revoke", by=by):
        ended = Integration.objects.filter(pk=integration.pk, revoked_at=None).update(revoked_at=at)
        tokens = get_access_token_model().objects.filter(application__integration_credential__integration=integration)
        tokens.delete()
    return bool(ended)
