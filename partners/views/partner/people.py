"""A partner's own people, for partner admins."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from partners.forms.people import NewPersonForm, PersonForm
from partners.forms.refusals import show_refusal
from partners.models import Person
from partners.services import people


def _rows(request: HttpRequest) -> Any:
    own: Any = request
    visible = Person.objects.visible_to(request.user).of(own.partner)
    return visible.filter(left_at__isnull=True).select_related("user", "partner")


def _trail() -> list[tuple[str, str]]:
    return [(_("People"), reverse("partner:person-list"))]


@partner_view(Permission.MANAGE_OWN_PEOPLE)
@require_safe
def person_list(request: HttpRequest) -> HttpResponse:
    """List the people of the organisation."""
    context = {"people": _rows(request).order_by("-is_admin", "name", "id")}
    return render(request, "partners/partner/people/list.html", context)


@partner_view(Permission.MANAGE_OWN_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: HttpRequest) -> HttpResponse:
    """Add a colleague, and invite them if wished."""
    own: Any = request
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            people.add(partner=own.partner, by=request.user, at=timezone.now(), invited=values.pop("invite"), **values)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("%(name)s was added.") % {"name": values["name"]})
            return redirect("partner:person-list")
    context = {"form": form, "trail": _trail()}
    return render(request, "partners/partner/people/add.html", context, status=422 if form.errors else 200)


@partner_view(Permission.MANAGE_OWN_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Change a colleague's details, or make them a partner admin."""
    person = get_object_or_404(_rows(request), public_id=public_id)
    form = PersonForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            people.update(person=person, by=request.user, at=timezone.now(), changes=form.changes)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("%(name)s was saved.") % {"name": person.name})
            return redirect("partner:person-list")
    context = {"form": form, "person": person, "trail": _trail()}
    return render(request, "partners/partner/people/edit.html", context, status=422 if form.errors else 200)


@partner_view(Permission.MANAGE_OWN_PEOPLE)
@require_POST
def person_leave(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Remove a colleague; the last partner admin stays."""
    person = get_object_or_404(_rows(request), public_id=public_id)
    try:
        people.leave(person=person, by=request.user, at=timezone.now())
        messages.success(request, _("%(name)s can no longer sign in.") % {"name": person.name})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("partner:person-list")


@partner_view(Permission.MANAGE_OWN_PEOPLE)
@require_POST
def person_invite(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Send a colleague a link to sign in."""
    person = get_object_or_404(_rows(request), public_id=public_id)
    try:
        people.invite(person=person, by=request.user, at=timezone.now())
        messages.success(request, _("%(email)s was invited.") % {"email": person.email})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("partner:person-list")
