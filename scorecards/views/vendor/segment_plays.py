"""Plays of segments: the list, one with its result, planned, started with a preview, ended."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.refusals import Refusal
from core.templatetags.formats import day
from partners.forms.refusals import show_refusal
from partners.models import Partner
from scorecards.forms.segment_plays import SegmentPlayForm
from scorecards.models import SegmentPlay, SegmentPlayState
from scorecards.queries import figures
from scorecards.queries import segment_plays as reads
from scorecards.services import segment_plays
from segmentation.models import Segment

FOLDER = "scorecards/vendor/segment_plays"
PAGE_ROWS = 50


@vendor_view(Permission.VIEW_SEGMENTS)
@require_safe
def segment_play_list(request: HttpRequest) -> HttpResponse:
    """Show how segments are treated and what came of it."""
    page = Paginator(reads.all_of(), PAGE_ROWS).get_page(request.GET.get("page"))
    fields = figures.numeric_fields()
    context = {
        "page": page,
        "rows": [(one, figures.label_of(fields, one.field_key)) for one in page],
        "may_manage": allowed(request.user, Permission.MANAGE_PLAYS),
    }
    return render(request, f"{FOLDER}/list.html", context)


@vendor_view(Permission.VIEW_SEGMENTS)
@require_safe
def segment_plays_panel(request: HttpRequest, segment_id: UUID) -> HttpResponse:
    """Show how one segment is treated, for its page."""
    segment = get_object_or_404(Segment, public_id=segment_id)
    context = {
        "segment": segment,
        "rows": reads.all_of(segment=segment),
        "may_manage": allowed(request.user, Permission.MANAGE_PLAYS) and segment.retired_at is None,
    }
    return render(request, f"{FOLDER}/_segment_panel.html", context)


@vendor_view(Permission.VIEW_SEGMENTS)
@require_safe
def segment_play_detail(request: HttpRequest, segment_play_id: UUID) -> HttpResponse:
    """Show the treatment, whom it was given to, and its figure then and now against everybody else's."""
    one = _segment_play(segment_play_id)
    field = figures.numeric_fields().get(one.field_key)
    result = reads.result_of(one)
    members = reads.members_of(one, visible=Partner.objects.visible_to(request.user))
    context = {
        "one": one,
        "figure": str(field.label) if field else one.field_key,
        "is_measurable": field is not None,
        "target": figures.shown(field, one.target),
        "result": result,
        "told": _told(result, field) if result else {},
        "points": [(day(on), value) for on, value in result.series] if result else [],
        "others": [(day(on), value) for on, value in result.series_outside] if result else [],
        "given": reads.given_by(one),
        "page": Paginator(members, PAGE_ROWS).get_page(request.GET.get("page")),
        "trail": _trail(),
        "may_manage": allowed(request.user, Permission.MANAGE_PLAYS),
    }
    return render(request, f"{FOLDER}/detail.html", context)


def _told(result: reads.Result, field: Any) -> dict[str, str]:
    """Return the figures of a result as people read them."""
    values = {
        "inside_then": result.last.inside_then,
        "inside_now": result.last.inside_now,
        "outside_then": result.first.outside_now,
        "outside_now": result.last.outside_now,
        "moved": result.moved,
        "moved_outside": result.moved_outside,
    }
    return {name: figures.shown(field, value) for name, value in values.items()}


@vendor_view(Permission.MANAGE_PLAYS)
@require_http_methods(["GET", "HEAD", "POST"])
def segment_play_create(request: HttpRequest) -> HttpResponse:
    """Plan a play for a segment."""
    asked = Segment.objects.filter(is_audience=False, key=request.GET.get("segment", "")).first()
    form = SegmentPlayForm(
        request.POST or None, initial={"segment": asked, "owner": request.user, "on_leaving": "keep"}
    )
    if request.method == "POST" and form.is_valid():
        segment, plays = form.cleaned_data["segment"], form.cleaned_data["plays"]
        try:
            made = segment_plays.create(
                segment=segment, plays=plays, by=_me(request), at=timezone.now(), **form.changes
            )
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("vendor:segment-play-detail", made.public_id)
    return _form_page(request, form, None)


@vendor_view(Permission.MANAGE_PLAYS)
@require_http_methods(["GET", "HEAD", "POST"])
def segment_play_edit(request: HttpRequest, segment_play_id: UUID) -> HttpResponse:
    """Change it."""
    one = _segment_play(segment_play_id)
    initial = {name: getattr(one, name) for name in segment_plays.EDITABLE} | {"plays": one.plays.all()}
    if one.target is not None:
        initial["target"] = f"{one.target.normalize():f}"
    form = SegmentPlayForm(request.POST or None, initial=initial, segment_play=one)
    if request.method == "POST" and form.is_valid():
        try:
            segment_plays.update(
                segment_play=_segment_play(segment_play_id),
                by=_me(request),
                at=timezone.now(),
                changes=form.changes,
                plays=form.cleaned_data["plays"],
            )
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("vendor:segment-play-detail", one.public_id)
    return _form_page(request, form, one)


@vendor_view(Permission.MANAGE_PLAYS)
@require_http_methods(["GET", "HEAD", "POST"])
def segment_play_start(request: HttpRequest, segment_play_id: UUID) -> HttpResponse:
    """Show whom a start would reach; start it."""
    one = _segment_play(segment_play_id)
    if request.method == "POST":
        try:
            segment_plays.start(segment_play=one, by=_me(request), at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Started. Partners get it one after the other, within minutes."))
        return redirect("vendor:segment-play-detail", one.public_id)
    trail = [*_trail(), (one.name, reverse("vendor:segment-play-detail", args=[one.public_id]))]
    is_planned = one.state == SegmentPlayState.PLANNED
    context = {"one": one, "preview": reads.preview(one), "trail": trail, "is_planned": is_planned}
    return render(request, f"{FOLDER}/start.html", context)


@vendor_view(Permission.MANAGE_PLAYS)
@require_POST
def segment_play_end(request: HttpRequest, segment_play_id: UUID) -> HttpResponse:
    """Give it to nobody any more."""
    one = _segment_play(segment_play_id)
    if segment_plays.end(segment_play=one, by=_me(request), at=timezone.now()):
        messages.success(request, _("Ended. What is in work goes on; the result stands as it is."))
    return redirect("vendor:segment-play-detail", one.public_id)


def _form_page(request: HttpRequest, form: SegmentPlayForm, one: SegmentPlay | None) -> HttpResponse:
    trail = _trail()
    if one:
        trail.append((one.name, reverse("vendor:segment-play-detail", args=[one.public_id])))
    context = {"form": form, "one": one, "trail": trail}
    return render(request, f"{FOLDER}/form.html", context, status=422 if request.method == "POST" else 200)


def _segment_play(public_id: UUID) -> Any:
    return get_object_or_404(SegmentPlay.objects.select_related("segment", "owner"), public_id=public_id)


def _trail() -> list[tuple[str, str]]:
    return [
        (_("Segments"), reverse("vendor:segment-list")),
        (_("Plays of segments"), reverse("vendor:segment-play-list")),
    ]


def _me(request: HttpRequest) -> Any:
    return request.user
