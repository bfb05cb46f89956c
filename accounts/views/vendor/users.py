"""The vendor's people: invited, given roles, let go."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import queries
from accounts.access import vendor_view
from accounts.forms import InviteUserForm, RoleForm
from accounts.models import User
from accounts.permissions import Permission
from accounts.services import invitations, users
from core.refusals import Refusal

PER_PAGE = 50


@vendor_view(Permission.MANAGE_USERS)
@require_http_methods(["GET", "HEAD"])
def user_list(request: HttpRequest) -> HttpResponse:
    """List the vendor's people."""
    text = request.GET.get("q", "").strip()[:100]
    people = queries.vendor_users(text=text, at=timezone.now())
    page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/vendor/users/list.html", {"page": page, "text": text})


@vendor_view(Permission.MANAGE_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def user_invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody at the vendor."""
    form = InviteUserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = users.create(**form.cleaned_data, by=request.user, at=timezone.now())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": user.email})
            return redirect("vendor:user-list")
    return render(request, "accounts/vendor/users/invite.html", {"form": form}, status=422 if form.errors else 200)


@vendor_view(Permission.MANAGE_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def user_edit(request: HttpRequest, user: UUID) -> HttpResponse:
    """Show one person at the vendor, and take another role."""
    person = _load(user)
    form = RoleForm(request.POST or None, initial={"role": person.role})
    if request.method == "POST" and form.is_valid():
        try:
            users.change_role(user=person, role=form.cleaned_data["role"], by=request.user, at=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("The role is saved. It counts from the next page on."))
            return redirect("vendor:user-edit", person.public_id)
    context = {"person": person, "form": form}
    return render(request, "accounts/vendor/users/edit.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.MANAGE_USERS)
@require_POST
def user_deactivate(request: HttpRequest, user: UUID) -> HttpResponse:
    """End a person's access."""
    person = _load(user)
    try:
        users.deactivate(user=person, by=request.user, at=timezone.now())
        messages.success(request, _("%(name)s is out from the next page on.") % {"name": person})
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("vendor:user-edit", person.public_id)


@vendor_view(Permission.MANAGE_USERS)
@require_POST
def user_reactivate(request: HttpRequest, user: UUID) -> HttpResponse:
    """Let a person in again."""
    person = _load(user)
    users.reactivate(user=person, by=request.user, at=timezone.now())
    messages.success(request, _("%(name)s may sign in again.") % {"name": person})
    return redirect("vendor:user-edit", person.public_id)


@vendor_view(Permission.MANAGE_USERS)
@require_POST
def user_resend(request: HttpRequest, user: UUID) -> HttpResponse:
    """Send a person another invitation."""
    person = _load(user)
    try:
        invitations.resend(user=person, by=request.user, at=timezone.now())
        messages.success(request, _("A new invitation is on its way to %(email)s.") % {"email": person.email})
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("vendor:user-edit", person.public_id)


def _load(public_id: UUID) -> User:
    return get_object_or_404(queries.vendor_users(at=timezone.now()), public_id=public_id)
