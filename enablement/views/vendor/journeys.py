"""The vendor's journeys: made, described, retired, and how partners fare on them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from enablement.forms.journeys import JourneyForm
from enablement.models import Journey
from enablement.queries import drop_off, journey_versions, onboarding
from enablement.queries import journeys as journey_queries
from enablement.queries.audiences import for_people
from enablement.services import journeys
from enablement.views.vendor.journey_pages import journey_of, shared

PAGE_SIZE = 50


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def journey_list(request: HttpRequest) -> HttpResponse:
    """Show every journey with how many partners began and completed it."""
    page = Paginator(journey_queries.catalogue(user=request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    counts = journey_queries.partner_counts(page.object_list, user=request.user)
    rows = [(journey, counts.get(journey.pk, {})) for journey in page.object_list]
    may_edit = allowed(request.user, Permission.MANAGE_JOURNEYS)
    context = {"page": page, "rows": rows, "may_edit": may_edit}
    return render(request, "enablement/vendor/journeys/list.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def journey_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the steps in force and the partners on the journey."""
    journey = journey_of(request, public_id)
    context = shared(request, journey, "detail")
    walks = journey_queries.walks(journey=journey, user=request.user)
    steps = journey_versions.steps_in(context["published"])
    context |= {
        "people": for_people(journey),
        "first_deals": onboarding.of_journey(journey, user=request.user),
        "stages": drop_off.of_version(version=context["published"], steps=steps, user=request.user),
        "steps": steps,
        "page": Paginator(walks, PAGE_SIZE).get_page(request.GET.get("page")),
        "counts": journey_queries.partner_counts([journey], user=request.user).get(journey.pk, {}),
    }
    return render(request, "enablement/vendor/journeys/detail.html", context)


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def journey_create(request: HttpRequest) -> HttpResponse:
    """Make a journey with a draft that has no steps yet."""
    form = JourneyForm(request.POST or None, initial={"owner": request.user.pk})
    if request.method == "POST" and form.is_valid():
        try:
            journey = journeys.create(by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Saved as a draft. Add its steps now."))
            return redirect("vendor:journey-draft", public_id=journey.public_id)
    return _form_page(request, form)


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def journey_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a journey's name, summary, audience and owner, which hold at once."""
    journey = journey_of(request, public_id)
    form = JourneyForm(request.POST or None, initial=model_to_dict(journey))
    if request.method == "POST" and form.is_valid():
        try:
            journeys.update(journey=journey, by=_me(request), at=timezone.now(), changes=form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("vendor:journey-detail", public_id=public_id)
    return _form_page(request, form, journey=journey)


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_POST
def journey_retire(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a journey away from partners, or show it to them again."""
    journey = journey_of(request, public_id)
    if request.POST.get("act") == "restore":
        journeys.restore(journey=journey, by=_me(request), at=timezone.now())
        messages.success(request, _("Offered again: %(journey)s") % {"journey": journey})
    else:
        journeys.retire(journey=journey, by=_me(request), at=timezone.now())
        messages.success(request, _("Retired: %(journey)s") % {"journey": journey})
    return redirect("vendor:journey-detail", public_id=public_id)


def _me(request: HttpRequest) -> Any:
    return request.user


def _form_page(request: HttpRequest, form: JourneyForm, journey: Journey | None = None) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "journey": journey}
    return render(request, "enablement/vendor/journeys/form.html", context, status=status)
