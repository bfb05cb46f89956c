"""Measures: the list, one measure with its values and users, and what its owner does with it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.refusals import Refusal
from core.services import versions
from partners.models import Partner
from partners.querysets import sees_all_partners
from partners.services import publications
from segmentation.forms.measures import MeasureForm
from segmentation.models import Measure
from segmentation.queries import measures as reads
from segmentation.queries import worth
from segmentation.services import measures
from segmentation.views.vendor.publishing import MEASURES


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def measure_list(request: HttpRequest) -> HttpResponse:
    """Show all measures with the spread of their values and how much asks for them."""
    text = request.GET.get("q", "").strip()
    retired = request.GET.get("retired") == "1"
    found = Measure.objects.filter(retired_at__isnull=not retired).select_related("owner").order_by("name", "id")
    if text:
        found = found.filter(name__icontains=text)
    visible = Partner.objects.visible_to(request.user)
    context = {
        "rows": worth.list_rows(list(found), visible=visible, at=timezone.now()),
        "q": text,
        "retired": retired,
        "may_manage": allowed(request.user, Permission.MANAGE_MEASURES),
    }
    return render(request, "segmentation/vendor/measures/list.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def measure_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what a measure means, what partners are worth by it, and where it is used."""
    measure = get_object_or_404(Measure, public_id=public_id)
    published = versions.published_of(measure)
    past = measure.versions.exclude(state="draft").select_related("published_by").order_by("-number")
    visible = Partner.objects.visible_to(request.user)
    may_manage = allowed(request.user, Permission.MANAGE_MEASURES)
    draft = versions.existing_draft_of(measure)
    context = {
        "measure": measure,
        "published": published,
        "draft": draft,
        "plan": publications.plan_of(draft),
        **MEASURES.draft_urls(measure),
        "words": reads.words_of(published.formula) if published else "",
        "worth": worth.worth_of(measure, visible=visible, at=timezone.now()) if published else None,
        "uses": reads.uses_of(measure),
        "versions": [(one, reads.words_of(one.formula)) for one in past],
        "sees_all": sees_all_partners(request.user),
        "may_manage": may_manage and measure.retired_at is None,
        "may_edit": may_manage and measure.retired_at is None,
        "may_restore": may_manage and measure.retired_at is not None,
    }
    return render(request, "segmentation/vendor/measures/detail.html", context)


@vendor_view(Permission.MANAGE_MEASURES)
@require_http_methods(["GET", "HEAD", "POST"])
def measure_create(request: HttpRequest) -> HttpResponse:
    """Make a measure; its formula comes next."""
    form = MeasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        measure = measures.create(key=form.free_key(), by=request.user, at=timezone.now(), **form.cleaned_data)
        return redirect("vendor:measure-formula", measure.public_id)
    return _form_page(request, form, None)


@vendor_view(Permission.MANAGE_MEASURES)
@require_http_methods(["GET", "HEAD", "POST"])
def measure_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Rename a measure, describe it, or change how its number is shown."""
    measure = get_object_or_404(Measure, public_id=public_id)
    form = MeasureForm(request.POST or None, instance=get_object_or_404(Measure, public_id=public_id))
    if request.method == "POST" and form.is_valid():
        measures.update(measure=measure, by=request.user, at=timezone.now(), changes=form.cleaned_data)
        return redirect("vendor:measure-detail", measure.public_id)
    return _form_page(request, form, measure)


@vendor_view(Permission.MANAGE_MEASURES)
@require_POST
def measure_retire(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a measure out of use, unless something needs it."""
    measure = get_object_or_404(Measure, public_id=public_id)
    try:
        measures.retire(measure=measure, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("vendor:measure-detail", measure.public_id)
    messages.success(request, _("%(name)s is retired.") % {"name": measure})
    return redirect("vendor:measure-list")


def _form_page(request: HttpRequest, form: MeasureForm, measure: Measure | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "measure": measure}
    return render(request, "segmentation/vendor/measures/form.html", context, status=status)
