"""Systems that call the API: made, given secrets and tokens, ended."""

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from accounts.models import Integration, IntegrationCredential, User
from accounts.permissions import Permission
from accounts.services import integrations
from core.refusals import Refusal
from tests.factories.accounts import IntegrationFactory, bearer_token
from tests.factories.core import SourceFactory

pytestmark = pytest.mark.django_db

LIST = "/vendor/integrations/"


class Probe(APIView):
    """A view of the API that asks for one scope and one permission."""

    required_scopes = {"GET": "partners:read", "POST": "partners:write"}
    permissions = {"GET": (Permission.VIEW_PARTNERS, Permission.USE_PARTNER_PORTAL), "POST": Permission.EDIT_PARTNERS}

    def get(self, request: Any) -> Response:
        return Response({"caller": str(request.user)})

    post = get


def call(token: str | None = None, *, method: str = "get", user: Any = None, query: str = "", **headers: str):
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = getattr(APIRequestFactory(enforce_csrf_checks=True), method)(f"/api/v1/probe{query}", headers=headers)
    if user is not None:
        request.user = user
    response = Probe.as_view()(request)
    response.render()
    return response


@pytest.fixture
def secret(victor: User) -> integrations.Secret:
    at = timezone.now()
    return integrations.create(
        name="CRM", source=SourceFactory(key="salesforce"), scopes=["partners:read"], owner=victor, by=victor, at=at,
        expires_at=at + timedelta(days=30),
    )[1]  # fmt: skip


def ask_token(client: Client, secret: integrations.Secret, *, body: dict[str, str] | None = None, basic: bool = True):
    pair = base64.b64encode(f"{secret.client_id}:{secret.client_secret}".encode()).decode()
    headers = {"Authorization": f"Basic {pair}"} if basic else {}
    return client.post("/o/token", {"grant_type": "client_credentials", **(body or {})}, headers=headers)


# --- tokens


def test_a_secret_gives_a_token_for_an_hour_that_opens_the_api(client: Client, secret: integrations.Secret) -> None:
    answer = ask_token(client, secret)

    assert answer.status_code == 200
    body = answer.json()
    assert (body["expires_in"], body["scope"], "refresh_token" in body) == (3600, "partners:read", False)
    assert call(body["access_token"]).data == {"caller": "CRM"}


def test_secrets_and_tokens_are_kept_as_digests_only(client: Client, secret: integrations.Secret) -> None:
    token = ask_token(client, secret).json()["access_token"]

    kept = [*Application.objects.values_list(), *AccessToken.objects.values_list()]
    assert secret.client_secret not in str(kept)
    assert token not in str(kept)


def test_the_secret_is_taken_from_the_header_only(client: Client, secret: integrations.Secret) -> None:
    pair = {"client_id": secret.client_id, "client_secret": secret.client_secret}

    assert ask_token(client, secret, body=pair, basic=False).status_code == 401


def test_wrong_secrets_are_tried_a_few_times_only(client: Client, secret: integrations.Secret, settings: Any) -> None:
    wrong = integrations.Secret(secret.credential, secret.client_id, "wrong")

    statuses = [ask_token(client, wrong).status_code for _ in range(settings.SIGN_IN_ATTEMPTS + 1)]

    assert statuses == [401] * settings.SIGN_IN_ATTEMPTS + [429]
    assert int(ask_token(client, secret)["Retry-After"]) > 60
    with time_machine.travel(timezone.now() + timedelta(minutes=settings.SIGN_IN_WINDOW_MINUTES + 1)):
        assert ask_token(client, secret).status_code == 200


def test_no_other_grant_is_given(client: Client, secret: integrations.Secret) -> None:
    for grant in ("password", "authorization_code", "refresh_token", "implicit"):
        body = {"grant_type": grant, "username": "vera@vendor.example", "password": "x", "code": "x"}
        assert ask_token(client, secret, body=body).status_code in {400, 401}


def test_a_token_may_ask_for_less_and_not_for_more(client: Client, secret: integrations.Secret) -> None:
    assert ask_token(client, secret, body={"scope": "partners:read"}).status_code == 200
    assert ask_token(client, secret, body={"scope": "deals:write"}).status_code == 400


def test_only_the_token_address_of_the_toolkit_exists(client: Client) -> None:
    for path in ("/o/authorize/", "/o/applications/", "/o/introspect/", "/o/revoke_token/", "/o/token/"):
        assert client.get(path).status_code == 404
    assert client.get("/o/token").status_code == 405


def test_a_revoked_integration_gets_no_token_and_its_tokens_stop(
    client: Client, secret: integrations.Secret, victor: User
) -> None:
    token = ask_token(client, secret).json()["access_token"]

    integrations.revoke(integration=secret.credential.integration, by=victor, at=timezone.now())

    assert call(token).status_code == 401
    assert ask_token(client, secret).status_code == 401


def test_an_expired_integration_is_refused(client: Client, secret: integrations.Secret) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert ask_token(client, secret).status_code == 401


def test_removing_a_secret_ends_its_tokens_and_leaves_the_other(
    client: Client, secret: integrations.Secret, victor: User
) -> None:
    at = timezone.now()
    integration = secret.credential.integration
    second = integrations.add_credential(integration=integration, by=victor, at=at)
    old, new = (ask_token(client, one).json()["access_token"] for one in (secret, second))

    integrations.remove_credential(credential=secret.credential, by=victor, at=at)

    assert call(old).status_code == 401
    assert call(new).status_code == 200


# --- calls


def test_without_a_token_the_api_says_how_to_show_one() -> None:
    response = call()

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert response.data["code"] == "unauthenticated"


def test_a_bad_token_is_refused(ian: Integration) -> None:
    assert call("nonsense").status_code == 401


def test_an_expired_token_says_so(ian: Integration) -> None:
    response = call(bearer_token(ian, seconds=-1))

    assert response.status_code == 401
    assert response.data["code"] == "token_expired"


def test_a_token_in_the_address_is_refused(ian: Integration) -> None:
    assert call(query=f"?access_token={bearer_token(ian)}").status_code == 401


def test_a_missing_scope_is_named(victor: User) -> None:
    token = bearer_token(IntegrationFactory(owner=victor, scopes=["partners:read"]))

    response = call(token, method="post")

    assert call(token).status_code == 200
    assert response.status_code == 403
    assert response.data["code"] == "insufficient_scope"
    assert "partners:write" in response.data["detail"]


def test_a_scope_taken_away_is_gone_from_tokens_made_before(ian: Integration) -> None:
    token = bearer_token(ian)

    Integration.objects.filter(pk=ian.pk).update(scopes=["deals:read"])

    assert call(token).status_code == 403


def test_the_last_call_is_remembered_once_a_minute(ian: Integration, now: datetime) -> None:
    token = bearer_token(ian)

    moments = []
    for seconds in (0, 30, 61):
        with time_machine.travel(now + timedelta(seconds=seconds), tick=False):
            call(token)
        ian.refresh_from_db()
        moments.append(ian.last_used_at)

    assert moments == [now, now, now + timedelta(seconds=61)]


def test_people_call_with_their_session_by_their_permissions(vera: User, pete: User, erin: User) -> None:
    assert call(user=vera).status_code == 200
    assert call(user=pete).status_code == 200
    assert call(user=erin).status_code == 200


def test_a_session_writes_only_with_csrf_token_and_from_our_own_pages(vera: User) -> None:
    assert call(user=vera, method="post").status_code == 403
    assert call(user=vera, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert call(user=vera, **{"Sec-Fetch-Site": "same-origin"}).status_code == 200


# --- pages


@pytest.fixture
def admin(client_of: Callable[[User], Client], victor: User) -> Client:
    return client_of(victor)


def form(**other: Any) -> dict[str, Any]:
    day = (timezone.now() + timedelta(days=90)).date().isoformat()
    return {"name": "HubSpot", "new_source": "hubspot", "expires_on": day, "scopes": ["partners:read"], **other}


def test_an_admin_adds_an_integration_and_sees_its_secret_once(admin: Client) -> None:
    page = admin.post(f"{LIST}new/", form())

    assert page.status_code == 201
    integration = Integration.objects.get()
    assert integration.credentials.get().application.client_id in page.content.decode()
    assert "only time you see it" in page.content.decode()
    detail = admin.get(f"{LIST}{integration.public_id}/").content.decode()
    assert "partners:read" in detail
    assert "data-secret" not in detail
    assert "HubSpot" in admin.get(LIST).content.decode()


def test_the_form_asks_for_one_source_a_fair_end_and_a_scope(admin: Client) -> None:
    source = SourceFactory()
    wrong = (
        {"new_source": ""},
        {"source": source.pk},
        {"expires_on": "2020-01-01"},
        {"expires_on": (timezone.now() + timedelta(days=400)).date().isoformat()},
        {"scopes": []},
        {"scopes": ["everything"]},
    )
    for other in wrong:
        assert admin.post(f"{LIST}new/", form(**other)).status_code == 422, other
    assert not Integration.objects.exists()


def test_a_name_is_used_once(admin: Client) -> None:
    admin.post(f"{LIST}new/", form())

    assert b"Another integration has this name" in admin.post(f"{LIST}new/", form()).content


def test_secrets_are_rotated_with_at_most_two_alive(admin: Client, ian: Integration) -> None:
    add = f"{LIST}{ian.public_id}/credentials/add/"
    assert admin.post(add).status_code == 201
    assert admin.post(add).status_code == 201

    assert "two secrets already" in admin.post(add, follow=True).content.decode()
    assert ian.credentials.count() == 2

    oldest = ian.credentials.earliest("created_at")
    admin.post(f"{LIST}{ian.public_id}/credentials/{oldest.public_id}/remove/")
    assert not IntegrationCredential.objects.filter(pk=oldest.pk).exists()


def test_a_secret_is_removed_through_its_own_integration_only(admin: Client, ian: Integration, victor: User) -> None:
    other = IntegrationFactory(owner=victor)
    secret = integrations.add_credential(integration=ian, by=victor, at=timezone.now())

    response = admin.post(f"{LIST}{other.public_id}/credentials/{secret.credential.public_id}/remove/")

    assert response.status_code == 404


def test_ending_an_integration_twice_keeps_the_first_moment(admin: Client, ian: Integration) -> None:
    admin.post(f"{LIST}{ian.public_id}/revoke/")
    ian.refresh_from_db()
    first = ian.revoked_at

    page = admin.post(f"{LIST}{ian.public_id}/revoke/", follow=True)

    ian.refresh_from_db()
    assert first is not None
    assert ian.revoked_at == first
    assert "Ended" in page.content.decode()


def test_an_ended_integration_gets_no_new_secret(ian: Integration, victor: User) -> None:
    at = timezone.now()
    integrations.revoke(integration=ian, by=victor, at=at)
    ian.refresh_from_db()

    with pytest.raises(Refusal):
        integrations.add_credential(integration=ian, by=victor, at=at)


def test_integrations_are_for_program_admins(client_of: Callable[[User], Client], vera: User, erin: User) -> None:
    for user in (vera, erin):
        assert client_of(user).get(LIST).status_code == 403
        assert client_of(user).get(f"{LIST}new/").status_code == 403
