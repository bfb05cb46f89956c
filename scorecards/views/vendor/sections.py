"""Sections of a draft at the vendor: added, renamed, moved, taken out."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import vendor_view
from accounts.permissions import Permission
from core.models import VersionState
from scorecards.forms.scorecards import SectionForm
from scorecards.models import ScorecardSection, ScorecardVersion
from scorecards.services import scorecards
from scorecards.views.vendor.parts import drafted_section, order_of, part_by_id, to_draft, trail_of_draft


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def section_create(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Add a section at the end of a draft."""
    return _edit(request, ScorecardSection(scorecard_version=_draft(scorecard_id)))


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def section_edit(request: HttpRequest, section_id: UUID) -> HttpResponse:
    """Change what a section says."""
    return _edit(request, drafted_section(section_id))


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_POST
def section_remove(request: HttpRequest, section_id: UUID) -> HttpResponse:
    """Take a section out of the draft, with its metrics."""
    section = drafted_section(section_id)
    scorecards.remove_section(section=section, by=request.user, at=timezone.now())
    messages.success(request, _("%(name)s is taken out of the draft.") % {"name": section})
    return to_draft(section.scorecard_version)


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_POST
def section_order(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Put the sections of the draft in order: one up or down by its button, or all of them after dragging."""
    draft = _draft(scorecard_id)
    moving, places, order = order_of(request.POST)
    given: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    if section := part_by_id(draft.sections.all(), moving):
        scorecards.move_section(section=section, places=places, **given)
    elif order:
        scorecards.order_sections(version=draft, order=order, **given)
    return HttpResponse(status=204) if getattr(request, "htmx", False) else to_draft(draft)


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_POST
def metric_order(request: HttpRequest, section_id: UUID) -> HttpResponse:
    """Put the metrics of a section in order, likewise."""
    section = drafted_section(section_id)
    moving, places, order = order_of(request.POST)
    given: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    if metric := part_by_id(section.metrics.select_related("section"), moving):
        scorecards.move_metric(metric=metric, places=places, **given)
    elif order:
        scorecards.order_metrics(section=section, order=order, **given)
    return HttpResponse(status=204) if getattr(request, "htmx", False) else to_draft(section.scorecard_version)


def _draft(scorecard_id: UUID) -> ScorecardVersion:
    drafts = ScorecardVersion.objects.filter(state=VersionState.DRAFT).select_related("definition")
    found: ScorecardVersion = get_object_or_404(drafts, definition__public_id=scorecard_id)
    return found


def _edit(request: HttpRequest, section: ScorecardSection) -> HttpResponse:
    initial = {"name": section.name, "description": section.description}
    form = SectionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _save(request, section, form):
        return to_draft(section.scorecard_version)
    context = {
        "form": form,
        "section": section if section.pk else None,
        "trail": trail_of_draft(section.scorecard_version),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "scorecards/vendor/sections/edit.html", context, status=status)


def _save(request: Any, section: ScorecardSection, form: SectionForm) -> bool:
    at = timezone.now()
    try:
        if section.pk:
            scorecards.update_section(section=section, by=request.user, at=at, changes=form.cleaned_data)
        else:
            version = section.scorecard_version
            scorecards.add_section(version=version, by=request.user, at=at, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
