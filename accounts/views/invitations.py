"""Accepting an invitation."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import public_view
from accounts.forms import AcceptInvitationForm
from accounts.services import invitations
from accounts.signals import signed_in


@public_view("The link in the e-mail is the proof.")
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Take a name and a password from an invited person and let them in."""
    at = timezone.now()
    try:
        invitation = invitations.find(token=token, at=at)
        form = AcceptInvitationForm(request.POST or None, user=invitation.user, initial={"name": invitation.user.name})
        if request.method == "POST" and form.is_valid():
            user = invitations.accept(token=token, at=at, **form.cleaned_data)
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            signed_in.send(sender=type(user), user=user, at=at)
            return redirect("/")
    except invitations.InvitationGoneError as gone:
        return render(request, "accounts/invitation_gone.html", {"why": gone.why}, status=410)
    context = {"form": form, "invitation": invitation}
    return render(request, "accounts/invitation_accept.html", context, status=422 if form.errors else 200)
