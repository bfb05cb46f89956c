"""Metrics at the vendor: added to a scorecard, changed, taken off."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import vendor_view
from accounts.permissions import Permission
from scorecards.forms import MetricForm
from scorecards.models import Metric, Scorecard
from scorecards.queries import Words
from scorecards.services import scorecards


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def metric_create(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Add a metric to a scorecard."""
    scorecard = get_object_or_404(Scorecard, public_id=scorecard_id)
    return _edit(request, Metric(scorecard=scorecard))


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def metric_edit(request: HttpRequest, metric_id: UUID) -> HttpResponse:
    """Change a metric."""
    return _edit(request, get_object_or_404(Metric.objects.select_related("scorecard"), public_id=metric_id))


def _edit(request: HttpRequest, metric: Metric) -> HttpResponse:
    words = Words.now()
    sentence = words.of(metric.expression) if metric.pk else ""
    form = MetricForm(request.POST or None, instance=metric, catalog=words.catalog, sentence=sentence)
    if request.method == "POST" and form.is_valid() and _save(request, metric, form):
        messages.success(request, _("Saved. Every partner is being measured; scores follow within a few minutes."))
        return redirect("vendor:scorecard-detail", metric.scorecard.public_id)
    scorecard = metric.scorecard
    context = {
        "form": form,
        "metric": metric if metric.pk else None,
        "trail": [
            (_("Scorecards"), reverse("vendor:scorecard-list")),
            (scorecard.name, reverse("vendor:scorecard-detail", args=[scorecard.public_id])),
        ],
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
            scorecards.add_metric(scorecard=metric.scorecard, by=request.user, at=at, **form.changes())
    except ValidationError as error:
        form.take_errors(error)
        return False
    return True


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_POST
def metric_remove(request: HttpRequest, metric_id: UUID) -> HttpResponse:
    """Take a metric off its scorecard."""
    metric = get_object_or_404(Metric.objects.select_related("scorecard"), public_id=metric_id)
    scorecards.remove_metric(metric=metric, by=request.user, at=timezone.now())
    messages.success(request, _("%(name)s does not count any more.") % {"name": metric})
    return redirect("vendor:scorecard-detail", metric.scorecard.public_id)
