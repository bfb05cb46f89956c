"""One's own account."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import signed_in_view
from accounts.forms import ChangePasswordForm, ProfileForm
from accounts.models import User
from accounts.services import users


@signed_in_view
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and take what people set for themselves."""
    user = _reader(request)
    initial = {"name": user.name, "language": user.language, "timezone": user.timezone}
    initial["reading_language"] = user.reading_language
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        if users.update_own(user=user, by=user, at=timezone.now(), changes=form.cleaned_data):
            translation.activate(user.language)
            messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    context = {"form": form, "password_form": ChangePasswordForm(user=user, prefix="password")}
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)


@signed_in_view
@sensitive_post_parameters("password-current", "password-password")
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Take a new password. Sessions on other devices end; this one goes on."""
    user = _reader(request)
    form = ChangePasswordForm(request.POST or None, user=user, prefix="password")
    if request.method == "POST" and form.is_valid():
        users.set_password(user=user, password=form.cleaned_data["password"], by=user, at=timezone.now())
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed. Other devices are signed out."))
        return redirect("accounts:profile")
    context = {"form": form}
    return render(request, "accounts/password_change.html", context, status=422 if form.errors else 200)


def _reader(request: HttpRequest) -> User:
    """Return the signed-in user as a record of its own, so that a refused form leaves the page's reader as they are."""
    user: Any = request.user
    return User.objects.get(pk=user.pk)
