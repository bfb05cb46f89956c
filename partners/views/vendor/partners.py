"""Partners on the vendor's side: the list, a new one, its profile, and the one page with everything about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.services import external_ids
from partners.forms.partners import PartnerForm
from partners.models import Partner
from partners.queries import applications
from partners.queries import attributes as attribute_queries
from partners.queries import partners as reads
from partners.queries.completeness import completeness
from partners.queries.facts import attribute_facts, profile_facts
from partners.queries.groups import in_group
from partners.queries.timeline import filters, timeline
from partners.services import assignments, partners

PAGE_SIZE = 50


def load(request: HttpRequest, public_id: Any) -> Partner:
    """Return the partner with what its header shows, or 404 to whom it is none of their business."""
    visible = Partner.objects.visible_to(request.user).select_related("parent")
    return get_object_or_404(reads.with_classification(visible), public_id=public_id)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_list(request: Any) -> HttpResponse:
    """List the partners the reader may see, narrowed and sorted as the address says."""
    attributes = attribute_queries.in_use()
    filters = reads.Filters.of(request.GET.dict())
    sort = request.GET.get("sort", "")
    sort = sort if sort in reads.SORTS else reads.DEFAULT_SORT
    visible = Partner.objects.visible_to(request.user)
    found = reads.narrowed(visible, filters, user=request.user, attributes=attributes)
    listed = reads.with_classification(found).order_by(*reads.SORTS[sort])
    paginator = Paginator(listed, PAGE_SIZE)
    paginator.count = found.count()  # without what a line shows beside the partner
    page = paginator.get_page(request.GET.get("page"))
    query: dict[str, str] = {name: value for name, value in request.GET.items() if value and name != "page"}
    template = "partners/vendor/partners/_results.html" if request.htmx else "partners/vendor/partners/list.html"
    return render(
        request,
        template,
        {
            "page": page,
            "filters": filters,
            "options": reads.options(),
            "attributes": [(one, filters.attributes.get(one.key, "")) for one in attributes.values()],
            "columns": _columns(query, sort),
            "query": urlencode(query),
            "filter_query": urlencode({name: value for name, value in query.items() if name != "sort"}),
            "sees_all": allowed(request.user, Permission.VIEW_ALL_PARTNERS),
            "may_assign": allowed(request.user, Permission.ASSIGN_PARTNERS),
            "may_edit": allowed(request.user, Permission.EDIT_PARTNERS),
        },
    )


def _columns(query: dict[str, str], sort: str) -> list[dict[str, Any]]:
    """Return the headings that sort, each with the address that turns it around and how it is sorted now."""
    headings = [("name", _("Partner")), ("joined", _("Partner since")), ("active", _("Last active"))]
    columns = []
    for key, label in headings:
        down = sort == key
        word = f"-{key}" if down else key
        state = "ascending" if down else "descending" if sort == f"-{key}" else ""
        columns.append({"key": key, "label": label, "url": "?" + urlencode({**query, "sort": word}), "state": state})
    return columns


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def partner_create(request: HttpRequest) -> HttpResponse:
    """Add a partner."""
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            partner = _create(request, form)
        except ValidationError as error:
            form.show(error)
        else:
            messages.success(request, _("%(name)s was added.") % {"name": partner.name})
            return redirect("vendor:partner-detail", partner.public_id)
    context = {"form": form, "trail": trail()}
    return render(request, "partners/vendor/partners/create.html", context, status=422 if form.errors else 200)


def _create(request: Any, form: PartnerForm) -> Partner:
    """Add the partner; who sees only partners assigned to them looks after it from now on."""
    at = timezone.now()
    with transaction.atomic():
        partner = partners.create(by=request.user, at=at, **form.values)
        if not allowed(request.user, Permission.VIEW_ALL_PARTNERS):
            assignments.assign(partners=[partner], user=request.user, by=request.user, at=at)
    return partner


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def partner_edit(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Change a partner's profile."""
    partner = load(request, public_id)
    form = _form(request, partner)
    if request.method == "POST" and form.is_valid():
        try:
            changed = partners.update(partner=partner, by=request.user, at=timezone.now(), changes=form.changes)
        except ValidationError as error:
            form.show(error)
        else:
            told = _("The profile of %(name)s was saved.") if changed else _("Nothing was different.")
            messages.success(request, told % {"name": partner.name} if changed else told)
            return redirect("vendor:partner-detail", partner.public_id)
    context = {"form": form, "partner": partner, "external_ids": _ids(partner), "trail": trail(partner)}
    return render(request, "partners/vendor/partners/edit.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, partner: Partner | None = None) -> PartnerForm:
    return PartnerForm(
        request.POST or None,
        partner=partner,
        attributes=attribute_queries.live(),
        visible=Partner.objects.visible_to(request.user),
    )


# --- one page with everything


@dataclass(frozen=True, slots=True)
class Panel:
    """A place for what another part of the portal knows about the partner; a link until it is loaded."""

    title: str
    url: str


def panel(title: str, url_name: str, partner: Partner) -> Panel | None:
    """Return the place of a panel, if the part of the portal that serves it is there."""
    try:
        return Panel(title, reverse(f"vendor:{url_name}", args=[partner.public_id]))
    except NoReverseMatch:
        return None


def tabs(partner: Partner, current: str) -> list[dict[str, Any]]:
    """Return the tabs of the page, each an address of its own."""
    names = [
        ("overview", _("Overview"), "partner-detail"),
        ("people", _("People"), "partner-people"),
        ("scorecards", _("Scorecards"), "partner-scorecards"),
        ("deals", _("Deals"), "partner-deals"),
        ("enablement", _("Enablement"), "partner-enablement"),
        ("history", _("History"), "partner-history"),
    ]
    return [
        {
            "label": label,
            "url": reverse(f"vendor:{name}", args=[partner.public_id]),
            "current": key == current,
            "count": None,
        }
        for key, label, name in names
    ]


def trail(partner: Partner | None = None) -> list[tuple[str, str]]:
    """Return the way to a partner's pages."""
    way = [(_("Partners"), reverse("vendor:partner-list"))]
    return [*way, (partner.name, reverse("vendor:partner-detail", args=[partner.public_id]))] if partner else way


def shell(request: HttpRequest, partner: Partner, current: str) -> dict[str, Any]:
    """Return what every tab of the page shows around its own part."""
    return {
        "partner": partner,
        "tabs": tabs(partner, current),
        "trail": trail(),
        "may_edit": allowed(request.user, Permission.EDIT_PARTNERS),
        "may_assign": allowed(request.user, Permission.ASSIGN_PARTNERS),
        "may_merge": allowed(request.user, Permission.MERGE_PARTNERS),
    }


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_detail(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Show who the partner is, how it is classified, how it does, and what happened last."""
    partner = load(request, public_id)
    attributes = list(attribute_queries.live())
    panels = [
        panel(_("Alerts"), "partner-alerts-panel", partner),
        panel(_("Classification"), "partner-classification-panel", partner),
        panel(_("Categories"), "partner-memberships-panel", partner),
        panel(_("Tiers"), "partner-tiers-panel", partner),
        panel(_("Life stage"), "partner-life-stage-panel", partner),
        panel(_("Score"), "partner-score-panel", partner),
        panel(_("Tasks"), "partner-tasks-panel", partner),
        panel(_("Success plans"), "partner-success-plans-panel", partner),
        panel(_("Plays"), "partner-plays-panel", partner),
        panel(_("Touches"), "partner-touches-panel", partner),
        panel(_("Surveys"), "partner-surveys-panel", partner),
        panel(_("Specializations"), "partner-specializations-panel", partner),
        panel(_("Skills and ways of working"), "partner-skills-panel", partner),
        panel(_("Agreements"), "partner-agreements-panel", partner),
        panel(_("Application"), "partner-application-panel", partner) if _applied(request, partner) else None,
        panel(_("Group"), "partner-group-panel", partner) if in_group(partner) else None,
    ]
    context = {
        **shell(request, partner, "overview"),
        "facts": profile_facts(partner),
        "attribute_facts": attribute_facts(partner, attributes),
        "completeness": completeness(partner, attributes),
        "external_ids": _ids(partner),
        "panels": [one for one in panels if one],
        "managers_panel": panel(_("Who looks after it"), "partner-managers-panel", partner),
        "people_panel": panel(_("People"), "partner-people-panel", partner),
        "timeline_panel": panel(_("What happened"), "partner-timeline-panel", partner),
    }
    return render(request, "partners/vendor/partners/detail.html", context)


def _applied(request: HttpRequest, partner: Partner) -> bool:
    """Whether the partner came by an application that the reader may see."""
    may_see = allowed(request.user, Permission.REVIEW_APPLICATIONS)
    return may_see and applications.of_partner(partner, request.user).exists()


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_scorecards(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Show the partner's scorecards, served by the part of the portal that keeps them."""
    return _panel_page(request, public_id, "scorecards", [(_("Scorecards"), "partner-scorecards-panel")])


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_deals(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Show the partner's deals, served by the part of the portal that keeps them."""
    return _panel_page(request, public_id, "deals", [(_("Deals"), "partner-deals-panel")])


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_enablement(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Show journeys, certifications and activity, served by the part of the portal that keeps them."""
    return _panel_page(request, public_id, "enablement", [(_("Enablement"), "partner-enablement-panel")])


def _panel_page(request: HttpRequest, public_id: Any, tab: str, names: list[tuple[str, str]]) -> HttpResponse:
    partner = load(request, public_id)
    panels = [one for title, name in names if (one := panel(title, name, partner))]
    return render(request, "partners/vendor/partners/panels.html", {**shell(request, partner, tab), "panels": panels})


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_history(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Show everything that happened to the partner, page by page."""
    partner = load(request, public_id)
    kinds = filters()
    only = request.GET.get("only", "")
    only = only if only in dict(kinds) else ""
    page = timeline(partner, before=_moment(request.GET.get("before", "")), only=only)
    assignments = partner.assignments.select_related("user", "assigned_by").order_by("-starts_at", "-id")
    context = {
        **shell(request, partner, "history"),
        "timeline": page,
        "assignments": assignments,
        "kinds": kinds,
        "only": only,
    }
    return render(request, "partners/vendor/partners/history.html", context)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_timeline_panel(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Show the last few things that happened, as a part of another page."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    context = {"partner": partner, "timeline": timeline(partner, size=6)}
    return render(request, "partners/vendor/partners/_timeline_panel.html", context)


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    return found if found and timezone.is_aware(found) else None


def _ids(partner: Partner) -> list[tuple[str, str]]:
    return sorted(external_ids.of_objects(partners.RESOURCE, [partner.pk]).get(partner.pk, {}).items())
