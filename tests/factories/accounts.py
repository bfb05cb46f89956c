"""People who sign in, and credentials."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory
from oauth2_provider.models import AccessToken, Application

from accounts.models import (
    DigestSetting,
    Integration,
    IntegrationCredential,
    Invitation,
    NoticeChoice,
    Notification,
    SavedView,
    SignInAttempt,
    User,
)
from accounts.roles import VendorRole
from accounts.scopes import SCOPES
from tests.factories.core import SourceFactory


class UserFactory(DjangoModelFactory[User]):
    """Somebody with an address; without `role` a person of a partner."""

    class Meta:
        model = User

    name = factory.Sequence(lambda number: f"Person {number}")
    email = factory.Sequence(lambda number: f"person{number}@example.com")
    password = "!"


class VendorUserFactory(UserFactory):
    """Somebody at the vendor."""

    role = VendorRole.CAM


class InvitationFactory(DjangoModelFactory[Invitation]):
    """An open invitation."""

    class Meta:
        model = Invitation

    user = factory.SubFactory(UserFactory)
    token_digest = factory.Sequence(lambda number: hashlib.sha256(str(number).encode()).hexdigest())
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


class NotificationFactory(DjangoModelFactory[Notification]):
    """A message to a person."""

    class Meta:
        model = Notification

    user = factory.SubFactory(UserFactory)
    kind = "news"
    text = "Something happened."
    dedupe_key = factory.Sequence(str)


class NoticeChoiceFactory(DjangoModelFactory[NoticeChoice]):
    """Somebody who wants news in the portal only."""

    class Meta:
        model = NoticeChoice

    user = factory.SubFactory(UserFactory)
    kind = "news"
    way = "portal"


class DigestSettingFactory(DjangoModelFactory[DigestSetting]):
    """Somebody who gets the digest on Mondays at eight."""

    class Meta:
        model = DigestSetting

    user = factory.SubFactory(UserFactory)


class SignInAttemptFactory(DjangoModelFactory[SignInAttempt]):
    """A failed sign-in."""

    class Meta:
        model = SignInAttempt

    email = "person@example.com"
    network = "192.0.2.0/24"


class IntegrationFactory(DjangoModelFactory[Integration]):
    """A system with every scope."""

    class Meta:
        model = Integration

    name = factory.Sequence(lambda number: f"Integration {number}")
    owner = factory.SubFactory(VendorUserFactory, role=VendorRole.PROGRAM_ADMIN)
    source = factory.SubFactory(SourceFactory)
    scopes = factory.LazyFunction(lambda: list(SCOPES))
    expires_at = datetime(2040, 1, 1, tzinfo=UTC)


class ApplicationFactory(DjangoModelFactory[Application]):
    """The toolkit's record of a client that may ask for tokens."""

    class Meta:
        model = Application

    client_type = Application.CLIENT_CONFIDENTIAL
    authorization_grant_type = Application.GRANT_CLIENT_CREDENTIALS
    client_secret = "!"


class IntegrationCredentialFactory(DjangoModelFactory[IntegrationCredential]):
    """A live secret of an integration."""

    class Meta:
        model = IntegrationCredential

    integration = factory.SubFactory(IntegrationFactory)
    application = factory.SubFactory(ApplicationFactory)
    created_by = factory.SelfAttribute("integration.owner")


def bearer_token(integration: Integration, *, seconds: int = 3600) -> str:
    """Return a token the integration may call with, as if it had asked at /o/token."""
    token = secrets.token_urlsafe()
    credential = integration.credentials.first() or IntegrationCredentialFactory(integration=integration)
    AccessToken.objects.create(
        token="",
        token_checksum=hashlib.sha256(token.encode()).hexdigest(),
        application=credential.application,
        expires=timezone.now() + timedelta(seconds=seconds),
        scope=" ".join(integration.scopes),
    )
    return token


class SavedViewFactory(DjangoModelFactory[SavedView]):
    """Somebody's own view of the dashboard."""

    class Meta:
        model = SavedView

    user = factory.SubFactory(VendorUserFactory)
    page = "dashboard"
    name = factory.Sequence(lambda number: f"View {number}")
