"""Signing in and out."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import belongs_somewhere, public_view
from accounts.forms import SignInForm
from accounts.services import sign_in as attempts
from accounts.signals import signed_in
from core.network import client_address, network_of


@public_view("People sign in here.")
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for address and password, and lead on to where the visitor wanted to go."""
    if request.user.is_authenticated and belongs_somewhere(request.user):
        return redirect(_next(request))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        refusal = _try(request, **form.cleaned_data)
        if refusal is None:
            return redirect(_next(request))
        form.add_error(None, refusal)
    context = {"form": form, "next": request.POST.get("next", request.GET.get("next", ""))}
    return render(request, "accounts/sign_in.html", context, status=422 if form.errors else 200)


def _try(request: HttpRequest, *, email: str, password: str) -> str | None:
    """Sign the visitor in, or return why not. An unknown address and a wrong password are told alike."""
    at, network = timezone.now(), network_of(client_address(request))
    if not attempts.take_attempt(email=email, network=network, at=at):
        minutes = settings.SIGN_IN_WINDOW_MINUTES
        return ngettext(
            "There were too many tries. Wait %(minutes)s minute, or set a new password.",
            "There were too many tries. Wait %(minutes)s minutes, or set a new password.",
            minutes,
        ) % {"minutes": minutes}
    user: Any = authenticate(request, email=email, password=password)
    if user is None:
        return _("Address and password do not match. Check both, or set a new password.")
    attempts.forget_attempts(email=email, network=network)
    if not belongs_somewhere(user):
        return _("Your access has ended. Ask the partner admin of your company, or your partner manager.")
    login(request, user)
    signed_in.send(sender=type(user), user=user, at=at)
    return None


def _next(request: HttpRequest) -> str:
    """Return where the visitor wanted to go, if that is one of our own pages."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)


@public_view("Signing out twice is no mistake.")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect("accounts:sign-in")
