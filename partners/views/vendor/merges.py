"""Merging two partners: choose the other, compare, decide field by field; what was merged, and undoing it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from core.refusals import Refusal
from partners.forms.merges import ChooseForm
from partners.models import DuplicatePair, Merge, Partner
from partners.queries import attributes as attribute_queries
from partners.queries.merges import Line, comparison, done, made_since, moving, reasons_of
from partners.services import merge_parts, merging

PAGE_ROWS = 25


def _trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Duplicates"), reverse("vendor:duplicate-list")), *more]


def _partner(request: HttpRequest, public_id: Any) -> Partner:
    visible = Partner.objects.visible_to(request.user).select_related("region")
    found: Partner = get_object_or_404(visible, public_id=public_id)
    return found


@vendor_view(Permission.MERGE_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def merge_choose(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Ask which partner is the same organisation; those that look alike are offered."""
    partner = _partner(request, public_id)
    others = Partner.objects.visible_to(request.user).exclude(pk=partner.pk)
    form = ChooseForm(request.POST or None, others=others)
    if request.method == "POST" and form.is_valid():
        return redirect("vendor:merge-compare", partner.public_id, form.cleaned_data["other"].public_id)
    pairs = DuplicatePair.objects.visible_to(request.user).waiting().filter(Q(first=partner) | Q(second=partner))
    alike = [
        {"other": pair.second if pair.first_id == partner.pk else pair.first, "pair": pair, "reasons": reasons_of(pair)}
        for pair in pairs.select_related("first", "second").order_by("-score", "pk")
    ]
    context = {"partner": partner, "form": form, "alike": alike, "trail": _trail()}
    return render(request, "partners/vendor/merges/choose.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.MERGE_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def merge_compare(request: HttpRequest, public_id: Any, other_id: Any) -> HttpResponse:
    """Show two partners side by side and what would move; the first one survives. Posted, merge them."""
    visible = Partner.objects.visible_to(request.user).select_related("region")
    found = {one.public_id: one for one in visible.filter(public_id__in=[public_id, other_id])}
    if public_id not in found or other_id not in found:
        raise Http404
    kept, gone = found[public_id], found[other_id]
    if kept == gone:
        messages.error(request, _("Choose two different partners."))
        return redirect("vendor:merge-choose", kept.public_id)
    lines = comparison(kept, gone, attribute_queries.live())
    refusal = ""
    if request.method == "POST":
        try:
            made = merging.merge(
                survivor=kept,
                merged=gone,
                by=request.user,
                at=timezone.now(),
                choices=_choices(request, lines),
                note=request.POST.get("note", "").strip()[:300],
            )
        except Refusal as error:
            refusal = str(error)
        else:
            told = _("%(gone)s is part of %(kept)s now. It can be undone for 30 days.")
            messages.success(request, told % {"gone": gone.name, "kept": kept.name})
            return redirect("vendor:merge-detail", made.public_id)
    pair = DuplicatePair.objects.filter(first_id=min(kept.pk, gone.pk), second_id=max(kept.pk, gone.pk)).first()
    context = {
        "kept": kept,
        "gone": gone,
        "differing": [(line, request.POST.get(line.name, line.choice)) for line in lines if line.differs],
        "same": [line for line in lines if not line.differs],
        "moving": moving(kept, gone, merge_parts.parts()),
        "pair": pair,
        "reasons": reasons_of(pair) if pair else [],
        "refusal": refusal,
        "note": request.POST.get("note", ""),
        "trail": _trail(),
    }
    return render(request, "partners/vendor/merges/compare.html", context, status=422 if refusal else 200)


def _choices(request: HttpRequest, lines: list[Line]) -> dict[str, merging.Choice]:
    """Return whose value survives, as posted where that is one of the choices."""
    chosen = {}
    for line in lines:
        if line.differs:
            allowed = {merging.Choice.SURVIVOR, merging.Choice.MERGED} | (
                {merging.Choice.BOTH} if line.may_be_both else set()
            )
            posted = request.POST.get(line.name, line.choice)
            chosen[line.name] = merging.Choice(posted if posted in allowed else line.choice)
    return chosen


@vendor_view(Permission.MERGE_PARTNERS)
@require_safe
def merge_list(request: HttpRequest) -> HttpResponse:
    """Show what was merged, newest first."""
    merges = Merge.objects.visible_to(request.user).select_related("survivor", "merged_by", "undone_by")
    page = Paginator(merges.order_by("-merged_at", "-pk"), PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "partners/vendor/merges/list.html", {"page": page, "trail": _trail(), "at": timezone.now()})


@vendor_view(Permission.MERGE_PARTNERS)
@require_safe
def merge_detail(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Show what a merge did, and what undoing it would leave with the survivor."""
    merge = _merge(request, public_id)
    parts = merge_parts.parts()
    can_be_undone = merge.can_be_undone(timezone.now())
    context = {
        "merge": merge,
        "done": done(merge, parts),
        "since": made_since(merge, parts) if can_be_undone else [],
        "can_be_undone": can_be_undone,
        "trail": _trail((_("Merges"), reverse("vendor:merge-list"))),
    }
    return render(request, "partners/vendor/merges/detail.html", context)


@vendor_view(Permission.MERGE_PARTNERS)
@require_POST
def merge_undo(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Make two partners of one again."""
    merge = _merge(request, public_id)
    try:
        merging.undo(merge=merge, by=request.user, at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("%(name)s is a partner of its own again.") % {"name": merge.merged_name})
    return redirect("vendor:merge-detail", merge.public_id)


def _merge(request: HttpRequest, public_id: Any) -> Merge:
    seen = Merge.objects.visible_to(request.user).select_related("survivor", "merged_by", "undone_by")
    found: Merge = get_object_or_404(seen, public_id=public_id)
    return found
