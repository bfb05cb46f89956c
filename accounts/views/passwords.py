"""Setting a new password by e-mail."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import public_view
from accounts.forms import EmailForm, NewPasswordForm
from accounts.models import User
from accounts.services import sign_in as attempts
from accounts.services import users
from core.network import client_address, network_of


@public_view("Somebody who forgot the password cannot sign in.")
@require_http_methods(["GET", "HEAD", "POST"])
def request_reset(request: HttpRequest) -> HttpResponse:
    """Ask for the address a link is sent to. The answer is the same whether or not anybody has it."""
    form = EmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email, at = form.cleaned_data["email"], timezone.now()
        network = network_of(client_address(request))
        if attempts.take_attempt(email=f"reset {email}", network=network, at=at):
            users.request_password_reset(email=email, at=at)
        return redirect("accounts:password-sent")
    return render(request, "accounts/password_request.html", {"form": form}, status=422 if form.errors else 200)


@public_view("It says the same to everybody.")
@require_http_methods(["GET", "HEAD"])
def reset_sent(request: HttpRequest) -> HttpResponse:
    """Say what happens next."""
    return render(request, "accounts/password_sent.html")


@public_view("The link in the e-mail is the proof.")
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def set_password(request: HttpRequest, user: UUID, token: str) -> HttpResponse:
    """Take a new password from whoever has the link."""
    found = User.objects.filter(public_id=user, is_active=True).first()
    if found is None or not default_token_generator.check_token(found, token):
        return render(request, "accounts/password_gone.html", status=410)
    form = NewPasswordForm(request.POST or None, user=found)
    if request.method == "POST" and form.is_valid():
        users.set_password(user=found, password=form.cleaned_data["password"], by=found, at=timezone.now())
        messages.success(request, _("Your new password is set. Sign in with it."))
        return redirect("accounts:sign-in")
    return render(
        request, "accounts/password_set.html", {"form": form, "person": found}, status=422 if form.errors else 200
    )
