"""The classic classifications: bands of revenue and engagement, edited as numbers, and against each other."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.money import program_currency
from partners.models import LifeStage, Partner
from segmentation.forms.bands import BandsForm
from segmentation.models import Measure
from segmentation.queries import bands as reads
from segmentation.services import bands

FOLDER = "segmentation/vendor/bands"


@vendor_view(Permission.VIEW_SEGMENTS)
@require_safe
def classification(request: HttpRequest) -> HttpResponse:
    """Show every scale with its bands, the partners in them, and what its drafts would change."""
    return _page(request)


@vendor_view(Permission.MANAGE_SEGMENTS)
@require_POST
def bands_save(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write other marks into the drafts of a scale's segments."""
    scale = _scale(public_id)
    if scale is None:
        return _gone(request)
    form = BandsForm(request.POST, scale=scale, prefix=scale.measure.key)
    if not form.is_valid():
        return _page(request, form=form, of=scale)
    try:
        changed = bands.save(scale=scale, thresholds=form.marks, by=request.user, at=timezone.now())
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _page(request, form=form, of=scale)
    messages.success(
        request, _("Saved as drafts. Nothing changes until they are published.") if changed else _("Nothing changed.")
    )
    return redirect("vendor:classification")


@vendor_view(Permission.MANAGE_SEGMENTS)
@require_POST
def bands_publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Publish the drafts of a scale's segments together."""
    scale = _scale(public_id)
    if scale is None:
        return _gone(request)
    try:
        n = bands.publish(scale=scale, by=request.user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        told = ngettext("%(n)s segment was published.", "%(n)s segments were published.", n) % {"n": n}
        messages.success(request, told if n else _("There was nothing to publish."))
    return redirect("vendor:classification")


@vendor_view(Permission.MANAGE_SEGMENTS)
@require_POST
def bands_discard(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Throw the drafts of a scale's segments away."""
    scale = _scale(public_id)
    if scale is None:
        return _gone(request)
    if bands.discard(scale=scale, by=request.user, at=timezone.now()):
        messages.success(request, _("The drafts were discarded."))
    return redirect("vendor:classification")


@vendor_view(Permission.VIEW_SEGMENTS)
@require_safe
def classification_matrix(request: HttpRequest) -> HttpResponse:
    """Show two scales against each other, with revenue and life stages, and the way to the partners."""
    scales = reads.scales()
    by_key = {scale.measure.key: scale for scale in scales}
    across = by_key.get(request.GET.get("across", "")) or (scales[1] if len(scales) > 1 else None)
    down = by_key.get(request.GET.get("down", "")) or (scales[0] if len(scales) > 1 else None)
    stage = request.GET.get("stage", "")
    visible = Partner.objects.visible_to(request.user)
    context = {
        "scales": scales,
        "across": across,
        "down": down,
        "stages": LifeStage.objects.filter(retired_at__isnull=True).order_by("position", "pk"),
        "stage": stage,
        "currency": str(program_currency),
        "matrix": (
            reads.matrix(across, down, at=timezone.now(), visible=visible, stage=stage)
            if across is not None and down is not None and across != down
            else None
        ),
    }
    template = "_matrix.html" if request.headers.get("HX-Request") else "matrix.html"
    return render(request, f"{FOLDER}/{template}", context)


def _page(request: HttpRequest, *, form: BandsForm | None = None, of: reads.Scale | None = None) -> HttpResponse:
    at = timezone.now()
    visible = Partner.objects.visible_to(request.user)
    views: list[Any] = []
    for scale in reads.scales():
        is_posted = of is not None and scale.measure == of.measure
        own = form if is_posted else BandsForm(scale=scale, prefix=scale.measure.key)
        views.append((reads.view_of(scale, at=at, visible=visible), own))
    context = {
        "views": views,
        "currency": str(program_currency),
        "may_edit": allowed(request.user, Permission.MANAGE_SEGMENTS),
    }
    return render(request, f"{FOLDER}/page.html", context, status=422 if form is not None else 200)


def _scale(public_id: UUID) -> reads.Scale | None:
    measure = get_object_or_404(Measure, public_id=public_id)
    return next((scale for scale in reads.scales() if scale.measure == measure), None)


def _gone(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("No segments lie side by side on this measure any more."))
    return redirect("vendor:classification")
