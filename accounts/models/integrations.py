"""Systems that call the API, and their credentials."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models.users import User
from core.audit import tracked
from core.models import Record, Source


@tracked(exclude=("last_used_at",))
class Integration(Record):
    """A system with a name, an owner, scopes, the source it writes as, and an end."""

    name = models.CharField(max_length=120, unique=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="integrations")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="integrations")
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return self.name

    @property
    def is_authenticated(self) -> bool:
        """An integration that reached a view has shown a live token."""
        return True

    @property
    def is_anonymous(self) -> bool:
        """Never: see `is_authenticated`."""
        return False

    @property
    def is_vendor(self) -> bool:
        """An integration works for the vendor."""
        return True


@tracked()
class IntegrationCredential(Record):
    """One live secret of an integration; two may overlap, so that rotation needs no downtime."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="credentials")
    application = models.OneToOneField(
        settings.OAUTH2_PROVIDER_APPLICATION_MODEL, on_delete=models.CASCADE, related_name="integration_credential"
    )
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return f"Credential of {self.integration}"
