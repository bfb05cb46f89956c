"""Segments: the list, one segment with its partners, and what its owner does with it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.refusals import Refusal
from core.services import versions
from criteria.fields import RuleKind
from partners.models import Partner
from partners.services import publications
from segmentation import queries
from segmentation.forms.segments import PinForm, SegmentForm
from segmentation.models import Segment, SegmentKind
from segmentation.services import segments
from segmentation.views.vendor.publishing import SEGMENTS

PAGE_ROWS = 50


@vendor_view(Permission.VIEW_SEGMENTS)
@require_safe
def segment_list(request: HttpRequest) -> HttpResponse:
    """Show all segments with their size."""
    text = request.GET.get("q", "").strip()
    retired = request.GET.get("retired") == "1"
    found = Segment.objects.filter(is_audience=False, retired_at__isnull=not retired)
    rows = found.select_related("owner").order_by("name", "id")
    if text:
        rows = rows.filter(name__icontains=text)
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    counts = queries.member_counts()
    drafts = queries.draft_ids(Segment, [row.pk for row in page])
    broken = queries.broken_ids("segment")
    shown = [
        {"segment": row, "count": counts.get(row.pk, 0), "has_draft": row.pk in drafts, "is_broken": row.pk in broken}
        for row in page
    ]
    context = {"rows": shown, "page": page, "q": text, "retired": retired, "may_manage": _may_manage(request)}
    return render(request, "segmentation/vendor/segments/list.html", context)


@vendor_view(Permission.VIEW_SEGMENTS)
@require_safe
def segment_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show who is in a segment, by which criteria, and what happened to it."""
    segment = get_object_or_404(Segment, public_id=public_id)
    published, draft = versions.published_of(segment), versions.existing_draft_of(segment)
    may_manage = _may_manage(request) and segment.retired_at is None
    text = request.GET.get("q", "").strip()
    found = queries.members(segment, visible=Partner.objects.visible_to(request.user))
    found = found.select_related("region", "classification__stage")
    if text:
        found = found.matching(text)
    context = {
        "segment": segment,
        "kind": RuleKind.SEGMENT.value,
        "published": published,
        "draft": draft,
        "plan": publications.plan_of(draft),
        **SEGMENTS.draft_urls(segment),
        "sentence": queries.sentence_of(published.criteria) if published else "",
        "page": Paginator(found.order_by("name", "id"), PAGE_ROWS).get_page(request.GET.get("page")),
        "q": text,
        "pins": segment.pins.select_related("partner").order_by("direction", "partner__name"),
        "moves": queries.recent_moves(segment, visible=Partner.objects.visible_to(request.user)),
        "freshness": queries.freshness(),
        "health": queries.health_of("segment", segment.pk),
        "versions": segment.versions.exclude(state="draft").select_related("published_by").order_by("-number"),
        "may_manage": may_manage,
        "may_edit": may_manage,
        "may_restore": _may_manage(request) and segment.retired_at is not None,
        "is_static": segment.kind == SegmentKind.STATIC,
        "may_pin": may_manage and segment.kind != SegmentKind.DYNAMIC,
    }
    return render(request, "segmentation/vendor/segments/detail.html", context)


@vendor_view(Permission.MANAGE_SEGMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def segment_create(request: HttpRequest) -> HttpResponse:
    """Make a segment; the criteria come next."""
    form = SegmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        segment = segments.create(key=form.free_key(), by=request.user, at=timezone.now(), **form.cleaned_data)
        if segment.kind == SegmentKind.STATIC:
            return redirect("vendor:segment-detail", segment.public_id)
        return redirect("vendor:criteria-edit", RuleKind.SEGMENT.value, segment.public_id)
    return _form_page(request, form, None)


@vendor_view(Permission.MANAGE_SEGMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def segment_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Rename a segment, describe it, or change how partners come to be in it."""
    segment = _segment(public_id)
    form = SegmentForm(request.POST or None, instance=_segment(public_id))
    if request.method == "POST" and form.is_valid():
        segments.update(segment=segment, by=request.user, at=timezone.now(), changes=form.cleaned_data)
        return redirect("vendor:segment-detail", segment.public_id)
    return _form_page(request, form, segment)


@vendor_view(Permission.MANAGE_SEGMENTS)
@require_POST
def segment_retire(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a segment out of use, unless something needs it."""
    segment = _segment(public_id)
    try:
        segments.retire(segment=segment, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("vendor:segment-detail", segment.public_id)
    messages.success(request, _("%(name)s is retired.") % {"name": segment})
    return redirect("vendor:segment-list")


@vendor_view(Permission.MANAGE_SEGMENTS)
@require_POST
def segment_pin(request: HttpRequest, public_id: str) -> HttpResponse:
    """Pin a partner in or out."""
    segment = _segment(public_id)
    form = PinForm(request.POST)
    form.fields["partner"].queryset = Partner.objects.visible_to(request.user)  # type: ignore[attr-defined]
    if not form.is_valid():
        messages.error(request, _("Choose a partner and whether to pin it in or out."))
        return redirect("vendor:segment-detail", segment.public_id)
    partner, direction = form.cleaned_data["partner"], form.cleaned_data["direction"]
    try:
        segments.pin(
            segment=segment,
            partners=[partner],
            direction=direction,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("vendor:segment-detail", segment.public_id)


@vendor_view(Permission.MANAGE_SEGMENTS)
@require_safe
def segment_pin_choices(request: HttpRequest, public_id: str) -> HttpResponse:
    """Return partners whose name contains what was typed, each with buttons to pin it."""
    segment = _segment(public_id)
    text = request.GET.get("pin_q", "").strip()
    found = Partner.objects.visible_to(request.user).matching(text).order_by("name", "id")[:8] if text else []
    return render(
        request, "segmentation/vendor/segments/_pin_choices.html", {"segment": segment, "found": found, "q": text}
    )


@vendor_view(Permission.MANAGE_SEGMENTS)
@require_POST
def segment_unpin(request: HttpRequest, public_id: str, partner_id: str) -> HttpResponse:
    """Let the criteria decide about a partner again."""
    segment = _segment(public_id)
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=partner_id)
    segments.unpin(segment=segment, partners=[partner], by=request.user, at=timezone.now())
    return redirect("vendor:segment-detail", segment.public_id)


def _form_page(request: HttpRequest, form: Any, segment: Segment | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "segment": segment}
    return render(request, "segmentation/vendor/segments/form.html", context, status=status)


def _segment(public_id: str) -> Segment:
    return get_object_or_404(Segment, public_id=public_id, retired_at__isnull=True)


def _may_manage(request: HttpRequest) -> bool:
    return allowed(request.user, Permission.MANAGE_SEGMENTS)
