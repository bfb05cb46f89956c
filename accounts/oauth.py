"""How a credential becomes a token: client credentials by HTTP Basic, and nothing else."""

from typing import Any

from django.utils import timezone
from oauth2_provider.oauth2_validators import OAuth2Validator


class IntegrationValidator(OAuth2Validator):
    """Takes the credentials of live integrations from the Authorization header only."""

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Whether a live integration has shown its secret by HTTP Basic. Secrets in the body are refused."""
        return self._authenticate_basic_auth(request) and self._is_live(request.client)

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Whether the grant is the one we give."""
        return grant_type == "client_credentials" and super().validate_grant_type(
            client_id, grant_type, client, request, *args, **kwargs
        )

    @staticmethod
    def _is_live(application: Any) -> bool:
        credential = getattr(application, "integration_credential", None)
        if credential is None:
            return False
        integration = credential.integration
        return integration.revoked_at is None and integration.expires_at > timezone.now()
