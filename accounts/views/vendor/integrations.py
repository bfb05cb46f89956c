"""Systems that call the API, and their secrets."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import queries
from accounts.access import vendor_view
from accounts.forms import IntegrationForm
from accounts.models import Integration
from accounts.permissions import Permission
from accounts.scopes import SCOPES
from accounts.services import integrations
from core.refusals import Refusal


@vendor_view(Permission.MANAGE_INTEGRATIONS)
@require_http_methods(["GET", "HEAD"])
def integration_list(request: HttpRequest) -> HttpResponse:
    """List the systems that may call."""
    context = {"integrations": queries.integrations(), "now": timezone.now()}
    return render(request, "accounts/vendor/integrations/list.html", context)


@vendor_view(Permission.MANAGE_INTEGRATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def integration_create(request: HttpRequest) -> HttpResponse:
    """Make an integration and show its secret, once."""
    form = IntegrationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            integration, secret = _create(request, form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return _show_secret(request, integration, secret)
    context = {"form": form}
    return render(request, "accounts/vendor/integrations/create.html", context, status=422 if form.errors else 200)


def _create(request: HttpRequest, data: dict[str, Any]) -> tuple[Integration, integrations.Secret]:
    user: Any = request.user
    key = data["new_source"]
    source = data["source"] or integrations.register_source(key=key, label=data["name"], by=user)
    return integrations.create(
        name=data["name"],
        source=source,
        scopes=data["scopes"],
        expires_at=data["expires_at"],
        owner=user,
        by=user,
        at=timezone.now(),
    )


@vendor_view(Permission.MANAGE_INTEGRATIONS)
@require_http_methods(["GET", "HEAD"])
def integration_detail(request: HttpRequest, integration: UUID) -> HttpResponse:
    """Show what a system may do, when it last called, and its secrets."""
    found = _load(integration)
    context = {
        "integration": found,
        "scopes": [(scope, SCOPES.get(scope, scope)) for scope in found.scopes],
        "credentials": found.credentials.select_related("application", "created_by").order_by("created_at"),
        "max_credentials": integrations.MAX_CREDENTIALS,
        "xapi_address": _xapi_address(),
        "now": timezone.now(),
    }
    return render(request, "accounts/vendor/integrations/detail.html", context)


@vendor_view(Permission.MANAGE_INTEGRATIONS)
@require_POST
def integration_credential_add(request: HttpRequest, integration: UUID) -> HttpResponse:
    """Give an integration another secret and show it, once."""
    found = _load(integration)
    user: Any = request.user
    try:
        secret = integrations.add_credential(integration=found, by=user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("vendor:integration-detail", found.public_id)
    return _show_secret(request, found, secret)


@vendor_view(Permission.MANAGE_INTEGRATIONS)
@require_POST
def integration_credential_remove(request: HttpRequest, integration: UUID, credential: UUID) -> HttpResponse:
    """End one secret of an integration."""
    found = _load(integration)
    user: Any = request.user
    one = get_object_or_404(found.credentials, public_id=credential)
    integrations.remove_credential(credential=one, by=user, at=timezone.now())
    messages.success(request, _("The secret is removed. Tokens made with it have stopped working."))
    return redirect("vendor:integration-detail", found.public_id)


@vendor_view(Permission.MANAGE_INTEGRATIONS)
@require_POST
def integration_revoke(request: HttpRequest, integration: UUID) -> HttpResponse:
    """End an integration."""
    found = _load(integration)
    user: Any = request.user
    integrations.revoke(integration=found, by=user, at=timezone.now())
    messages.success(request, _("%(name)s is ended. Its next call is refused.") % {"name": found})
    return redirect("vendor:integration-detail", found.public_id)


def _load(public_id: UUID) -> Integration:
    return get_object_or_404(queries.integrations(), public_id=public_id)


def _show_secret(request: HttpRequest, integration: Integration, secret: integrations.Secret) -> HttpResponse:
    context = {"integration": integration, "secret": secret, "xapi_address": _xapi_address()}
    return render(request, "accounts/vendor/integrations/secret.html", context, status=201)


def _xapi_address() -> str:
    return settings.PUBLIC_URL + reverse("xapi:nowhere")
