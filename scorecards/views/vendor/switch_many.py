"""A scorecard switched on for many partners at once, after a look at whom it does not fit."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import vendor_view
from accounts.permissions import Permission
from core.services import versions
from partners.forms.refusals import show_refusal
from partners.models import Partner
from partners.views.ids import uuids
from scorecards.forms.use import SwitchManyForm, SwitchOffManyForm
from scorecards.models import Scorecard
from scorecards.queries.fits import Fit, fits, on_for
from scorecards.services import use

#: So many at once, as many as a dashboard shows.
MOST = 500
SAMPLE_SIZE = 12


@vendor_view(Permission.ASSESS)
@require_http_methods(["GET", "HEAD", "POST"])
def scorecard_switch_on_many(request: HttpRequest) -> HttpResponse:
    """Show whom a scorecard fits among the chosen partners, and switch it on. What is posted without `act` chooses."""
    at, act = timezone.now(), request.POST.get("act", "")
    partners = _chosen(request)
    form = SwitchManyForm(request.POST if act else None)
    found: list[Fit] = []
    if act and partners and form.is_valid():
        version = versions.published_of(form.cleaned_data["scorecard"])
        found = fits(partners, version, at=at) if version else []
        if act == "switch":
            wanted = [one.partner for one in found if form.cleaned_data["everyone"] or not one.reasons]
            scorecard, reason = form.cleaned_data["scorecard"], form.cleaned_data["reason"]
            try:
                switched = use.switch_on_many(
                    partners=wanted, scorecard=scorecard, by=request.user, at=at, reason=reason
                )
            except ValidationError as error:
                show_refusal(form, error)
            else:
                messages.success(request, _told(scorecard, switched))
                return redirect("vendor:home")
    context = {
        "form": form,
        "partners": partners,
        "sample": partners[:SAMPLE_SIZE],
        "more": max(0, len(partners) - SAMPLE_SIZE),
        "looked": bool(found),
        "fitting": [one.partner for one in found if not one.is_on and not one.reasons],
        "misfits": [one for one in found if not one.is_on and one.reasons],
        "on": [one.partner for one in found if one.is_on],
    }
    return render(request, "scorecards/vendor/scorecards/switch_many.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.ASSESS)
@require_http_methods(["GET", "HEAD", "POST"])
def scorecard_switch_off_many(request: HttpRequest) -> HttpResponse:
    """Switch a scorecard off for those of the chosen partners for whom it is on. What has no `act` chooses."""
    at, act = timezone.now(), request.POST.get("act", "")
    partners = _chosen(request)
    on = on_for(partners)
    form = SwitchOffManyForm(request.POST if act else None, on=Scorecard.objects.filter(pk__in=[one.pk for one in on]))
    if act and partners and form.is_valid():
        scorecard, reason = form.cleaned_data["scorecard"], form.cleaned_data["reason"]
        count = use.switch_off_many(partners=partners, scorecard=scorecard, by=request.user, at=at, reason=reason)
        words = ngettext("%(name)s is off for %(n)d partner.", "%(name)s is off for %(n)d partners.", count)
        messages.success(request, words % {"name": scorecard, "n": count})
        return redirect("vendor:home")
    context = {"form": form, "partners": partners, "on": on}
    template = "scorecards/vendor/scorecards/switch_off_many.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _chosen(request: HttpRequest) -> list[Partner]:
    named = request.POST if request.method == "POST" else request.GET
    visible = Partner.objects.visible_to(request.user).filter(public_id__in=uuids(named.getlist("partner"))[:MOST])
    return list(visible.order_by("name", "pk"))


def _told(scorecard: Scorecard, switched: Sequence[Any]) -> str:
    if not switched:
        return _("%(name)s was switched on for nobody: it is on already, or does not fit.") % {"name": scorecard}
    words = ngettext("%(name)s is on for %(n)d more partner.", "%(name)s is on for %(n)d more partners.", len(switched))
    return words % {"name": scorecard, "n": len(switched)}
