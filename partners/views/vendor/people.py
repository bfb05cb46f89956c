"""People at partners, on the vendor's side."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from partners.forms.people import NewPersonForm, PersonForm
from partners.forms.refusals import show_refusal
from partners.models import Partner, Person
from partners.services import people
from partners.views.vendor.partners import load, panel, shell, trail


def _person(request: HttpRequest, public_id: Any) -> Person:
    rows = Person.objects.visible_to(request.user).filter(left_at__isnull=True).select_related("partner", "user")
    return get_object_or_404(rows, public_id=public_id)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_people(request: HttpRequest, public_id: Any) -> HttpResponse:
    """List the partner's people, those who left last."""
    partner = load(request, public_id)
    rows = partner.people.select_related("user").order_by("left_at", "name", "id")
    learning = panel(_("Learning"), "partner-learning-panel", partner)
    context = {**shell(request, partner, "people"), "people": rows, "learning_panel": learning}
    return render(request, "partners/vendor/people/list.html", context)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_people_panel(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Show the partner's people as a part of another page."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    rows = partner.people.filter(left_at__isnull=True).order_by("-is_admin", "name", "id")
    context = {"partner": partner, "people": rows[:6], "count": rows.count()}
    return render(request, "partners/vendor/people/_panel.html", context)


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Add somebody to a partner, and invite them if wished."""
    partner = load(request, public_id)
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        invited = values.pop("invite")
        try:
            people.add(partner=partner, by=request.user, at=timezone.now(), invited=invited, **values)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("%(name)s was added.") % {"name": values["name"]})
            return redirect("vendor:partner-people", partner.public_id)
    context = {"form": form, "partner": partner, "trail": _trail(partner)}
    return render(request, "partners/vendor/people/add.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Change what is known of a person."""
    person = _person(request, public_id)
    form = PersonForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            people.update(person=person, by=request.user, at=timezone.now(), changes=form.changes)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("%(name)s was saved.") % {"name": person.name})
            return redirect("vendor:partner-people", person.partner.public_id)
    context = {"form": form, "person": person, "partner": person.partner, "trail": _trail(person.partner)}
    return render(request, "partners/vendor/people/edit.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def person_leave(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Note that a person left the partner."""
    person = _person(request, public_id)
    try:
        people.leave(person=person, by=request.user, at=timezone.now())
        messages.success(request, _("%(name)s can no longer sign in for this partner.") % {"name": person.name})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("vendor:partner-people", person.partner.public_id)


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def person_invite(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Send a person a link to sign in."""
    person = _person(request, public_id)
    try:
        people.invite(person=person, by=request.user, at=timezone.now())
        messages.success(request, _("%(email)s was invited.") % {"email": person.email})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("vendor:partner-people", person.partner.public_id)


def _trail(partner: Partner) -> list[tuple[str, str]]:
    return [*trail(partner), (_("People"), reverse("vendor:partner-people", args=[partner.public_id]))]
