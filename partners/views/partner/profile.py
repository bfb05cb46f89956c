"""The partner's own profile."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed, partner_view
from accounts.permissions import Permission
from partners.forms.partners import ProfileForm
from partners.models import Partner
from partners.queries import attributes as attribute_queries
from partners.queries import known_values
from partners.queries.completeness import completeness
from partners.queries.facts import attribute_facts, profile_facts
from partners.queries.groups import family_of
from partners.services import partners


@partner_view()
@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """Show the organisation as the vendor knows it, and what would round it off."""
    partner = _own(request)
    seen = [one for one in attribute_queries.live() if one.partner_may_see]
    context = {
        "partner": partner,
        "facts": profile_facts(partner),
        "attribute_facts": attribute_facts(partner, seen),
        "completeness": completeness(partner, seen),
        "family": family_of(partner),
        "may_edit": allowed(request.user, Permission.EDIT_OWN_PROFILE),
    }
    return render(request, "partners/partner/profile/show.html", context)


@partner_view(Permission.EDIT_OWN_PROFILE)
@require_http_methods(["GET", "HEAD", "POST"])
def profile_edit(request: HttpRequest) -> HttpResponse:
    """Change what the organisation itself may change. The vendor's fields are shown, not asked."""
    context = edit_context(request)
    partner, form = context["partner"], context["form"]
    if request.method == "POST" and form.is_valid():
        try:
            changed = partners.update(partner=partner, by=request.user, at=timezone.now(), changes=form.changes)
        except ValidationError as error:
            form.show(error)
        else:
            messages.success(request, _("Your profile was saved.") if changed else _("Nothing was different."))
            return redirect("partner:profile")
    return render(request, "partners/partner/profile/edit.html", context, status=422 if form.errors else 200)


@partner_view(Permission.EDIT_OWN_PROFILE)
@require_safe
def profile_values_panel(request: HttpRequest) -> HttpResponse:
    """Return what a list field may be completed to, from what rules name and several partners have."""
    field, typed = request.GET.get("field", ""), request.GET.get("q", "").strip()
    found = known_values.for_partners(field, typed) if field in known_values.LISTS and typed else []
    return render(request, "partners/_suggestions.html", {"found": [(value, value, "") for value, _n in found]})


def edit_context(request: HttpRequest) -> dict[str, Any]:
    """Return what the page of the form shows, the form bound to what was posted."""
    partner = _own(request)
    seen = [one for one in attribute_queries.live() if one.partner_may_see]
    own = [one for one in seen if one.partner_may_edit]
    return {
        "partner": partner,
        "form": ProfileForm(request.POST or None, partner=partner, attributes=own),
        "vendor_facts": _vendor_facts(partner, [one for one in seen if not one.partner_may_edit]),
        "completeness": completeness(partner, own),
        "trail": [(_("Your company"), reverse("partner:profile"))],
        "effects_url": _effects_url(),
        "form_action": reverse("partner:profile-edit"),
    }


def _effects_url() -> str:
    """Return where it is told what would follow of a change, if somebody tells it."""
    try:
        return reverse("partner:profile-effects")
    except NoReverseMatch:
        return ""


def _own(request: HttpRequest) -> Partner:
    own: Any = request
    return Partner.objects.select_related("region", "parent").get(pk=own.partner.pk)


def _vendor_facts(partner: Partner, attributes: list[Any]) -> list[tuple[str, Any]]:
    return [
        (_("Name"), partner.name),
        (_("Legal name"), partner.legal_name),
        (_("Domain"), partner.domain),
        (_("Tax id"), partner.tax_id),
        (_("Status"), partner.get_status_display()),
        (_("Country"), partner.country),
        (_("Region"), partner.region.name if partner.region else ""),
        *attribute_facts(partner, attributes),
    ]
