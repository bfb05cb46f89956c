"""Metrics of a draft at the vendor: added, changed, duplicated, moved, taken out."""

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
from scorecards.forms.metrics import MetricForm
from scorecards.models import Metric
from scorecards.queries import Words
from scorecards.services import scorecards
from scorecards.views.vendor.parts import drafted_section, to_draft, trail_of_draft


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def metric_create(request: HttpRequest, section_id: UUID) -> HttpResponse:
    """Add a metric to a section."""
    section = drafted_section(section_id)
    return _edit(request, Metric(scorecard_version=section.scorecard_version, section=section))


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def metric_edit(request: HttpRequest, metric_id: UUID) -> HttpResponse:
    """Change a metric."""
    return _edit(request, _drafted(metric_id))


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_POST
def metric_duplicate(request: HttpRequest, metric_id: UUID) -> HttpResponse:
    """Put a copy of a metric beside it."""
    metric = _drafted(metric_id)
    copy = scorecards.duplicate_metric(metric=metric, by=request.user, at=timezone.now())
    messages.success(request, _("“%(name)s” stands beside it.") % {"name": copy})
    return to_draft(metric.scorecard_version)


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_POST
def metric_remove(request: HttpRequest, metric_id: UUID) -> HttpResponse:
    """Take a metric out of the draft."""
    metric = _drafted(metric_id)
    scorecards.remove_metric(metric=metric, by=request.user, at=timezone.now())
    messages.success(request, _("%(name)s is taken out of the draft.") % {"name": metric})
    return to_draft(metric.scorecard_version)


def _drafted(metric_id: UUID) -> Metric:
    """Return a metric of a draft; those of published versions have no editor."""
    drafts = Metric.objects.filter(scorecard_version__state=VersionState.DRAFT)
    return get_object_or_404(
        drafts.select_related("scorecard_version__definition", "section__scorecard_version"), public_id=metric_id
    )


def _edit(request: HttpRequest, metric: Metric) -> HttpResponse:
    words = Words.now()
    sentence = words.of(metric.expression) if metric.expression else ""
    form = MetricForm(request.POST or None, instance=metric, catalog=words.catalog, sentence=sentence)
    if request.method == "POST" and form.is_valid() and _save(request, metric, form):
        messages.success(request, _("Saved in the draft. Nothing changes for partners until you publish it."))
        return to_draft(metric.scorecard_version)
    context = {
        "form": form,
        "metric": metric if metric.pk else None,
        "section": metric.section,
        "trail": trail_of_draft(metric.scorecard_version),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "scorecards/vendor/metrics/edit.html", context, status=status)


def _save(request: Any, metric: Metric, form: MetricForm) -> bool:
    """Write the metric, or put what the service refuses into the form and return False."""
    at = timezone.now()
    try:
        if metric.pk:
            scorecards.update_metric(metric=metric, by=request.user, at=at, changes=form.changes())
        else:
            scorecards.add_metric(by=request.user, at=at, **form.changes())
    except ValidationError as error:
        form.take_errors(error)
        return False
    return True
