"""The vendor's library: made, edited, published, retired. Their parts have pages of their own (`parts.py`)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core import markdown
from core.models import PublishState
from core.refusals import Refusal
from enablement.forms.content import FORM_NAMES, AssetForm, KitItemForm, PartForm, PublishForm
from enablement.models import Asset, Medium
from enablement.queries import content as content_queries
from enablement.queries import library, variants
from enablement.queries.audiences import for_people
from enablement.services import content, kits
from partners.forms.refusals import show_refusal

PAGE_SIZE = 50
COMMENTS_SHOWN = 5


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def asset_list(request: HttpRequest) -> HttpResponse:
    """Show every asset with its state, audience, owner and use."""
    search = content_queries.Search.read(request.GET)
    found = content_queries.catalogue(user=request.user, search=search)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    usage = content_queries.usage(page.object_list)
    parameters = request.GET.copy()
    parameters.pop("page", None)
    context = {
        "page": page,
        "rows": [(asset, usage[asset.pk]) for asset in page.object_list],
        "search": search,
        "media": Medium.choices,
        "states": PublishState.choices,
        "query": parameters.urlencode(),
        "may_edit": may_edit(request),
    }
    fragment = getattr(request, "htmx", False)
    return render(request, f"enablement/vendor/assets/{'_results' if fragment else 'list'}.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def asset_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one asset as partners see it, with its parts and what the vendor knows about it."""
    return detail_page(request, find_asset(request, public_id))


@vendor_view(Permission.MANAGE_CONTENT)
@require_http_methods(["GET", "HEAD", "POST"])
def asset_create(request: HttpRequest) -> HttpResponse:
    """Make a draft with its first part."""
    initial = {"owner": request.user.pk} | _asked_for(request)
    form = AssetForm(request.POST or None, initial=initial)
    part_form = PartForm(request.POST or None, request.FILES or None)
    if is_saving(request) and form.is_valid() and part_form.is_valid():
        try:
            asset = content.create(by=me(request), at=timezone.now(), **_first_part(part_form), **form.changes)
        except ValidationError as refusal:
            of_asset = hasattr(refusal, "error_dict") and not {*refusal.error_dict} - {*form.fields}
            show_refusal(form if of_asset else part_form, refusal, None if of_asset else FORM_NAMES)
        else:
            messages.success(request, _("Saved as a draft."))
            return to_page(request, asset.public_id)
    if request.method == "POST" and not is_saving(request):
        form = AssetForm(initial={**initial, **request.POST.dict()})
        part_form = PartForm(initial=request.POST.dict())
    context = {"form": form, "part_form": part_form, "html": markdown.render(part_form["body"].value() or "")}
    wrong = (form.is_bound and form.errors) or (part_form.is_bound and part_form.errors)
    return render(request, "enablement/vendor/assets/create.html", context, status=422 if wrong else 200)


@vendor_view(Permission.MANAGE_CONTENT)
@require_http_methods(["GET", "HEAD", "POST"])
def asset_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change what holds for an asset whatever its parts."""
    asset = find_asset(request, public_id)
    form = AssetForm(request.POST or None, initial=model_to_dict(asset))
    if request.method == "POST" and form.is_valid():
        try:
            content.update(asset=asset, by=me(request), at=timezone.now(), changes=form.changes)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("vendor:asset-detail", public_id=public_id)
    context = {"form": form, "asset": find_asset(request, public_id)}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "enablement/vendor/assets/form.html", context, status=status)


@vendor_view(Permission.MANAGE_CONTENT)
@require_POST
def asset_preview(request: HttpRequest) -> HttpResponse:
    """Return the text as partners will see it."""
    html = markdown.render(request.POST.get("body", ""))
    return render(request, "enablement/vendor/assets/_preview.html", {"html": html})


@vendor_view(Permission.MANAGE_CONTENT)
@require_POST
def asset_publish(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show an asset to its audience, now or from a day on."""
    asset = find_asset(request, public_id)
    form = PublishForm(request.POST) if "on" in request.POST else None
    if form is not None and not form.is_valid():
        return detail_page(request, asset, publish_form=form, status=422)
    on = form.cleaned_data["on"] if form else None
    try:
        content.publish(asset=asset, by=me(request), at=timezone.now(), on=on)
    except Refusal as refusal:
        if form is None:
            messages.error(request, str(refusal))
            return redirect("vendor:asset-detail", public_id=public_id)
        show_refusal(form, refusal)
        return detail_page(request, asset, publish_form=form, status=422)
    said = _("Will be shown from the day on: %(asset)s") if on else _("Published: %(asset)s")
    messages.success(request, said % {"asset": asset})
    return redirect("vendor:asset-detail", public_id=public_id)


@vendor_view(Permission.MANAGE_CONTENT)
@require_POST
def asset_retire(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take an asset away from partners."""
    asset = find_asset(request, public_id)
    content.retire(asset=asset, by=me(request), at=timezone.now())
    messages.success(request, _("Retired: %(asset)s") % {"asset": asset})
    return redirect("vendor:asset-detail", public_id=public_id)


@vendor_view(Permission.MANAGE_CONTENT)
@require_POST
def asset_audience(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give an asset an audience of its own, and lead to its criteria."""
    segment = content.own_audience(asset=find_asset(request, public_id), by=me(request), at=timezone.now())
    messages.success(request, _("Now say who sees it. Until this is published, nobody does."))
    return redirect("vendor:segment-detail", public_id=segment.public_id)


@vendor_view(Permission.MANAGE_CONTENT)
@require_POST
def kit_add(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put an asset into a kit."""
    kit = find_asset(request, public_id)
    form = KitItemForm(request.POST, kit=kit)
    if form.is_valid():
        try:
            kits.add(kit=kit, item=form.cleaned_data["item"], by=me(request), at=timezone.now())
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("vendor:asset-detail", public_id=public_id)
    return detail_page(request, kit, kit_form=form, status=422)


@vendor_view(Permission.MANAGE_CONTENT)
@require_POST
def kit_remove(request: HttpRequest, public_id: str, item_id: str) -> HttpResponse:
    """Take an asset out of a kit."""
    kit = find_asset(request, public_id)
    item = get_object_or_404(Asset.objects.filter(in_kits__kit=kit).without_words(), public_id=item_id)
    kits.remove(kit=kit, item=item, by=me(request), at=timezone.now())
    return redirect("vendor:asset-detail", public_id=public_id)


@vendor_view(Permission.MANAGE_CONTENT)
@require_POST
def kit_order(request: HttpRequest, public_id: str) -> HttpResponse:
    """Move an asset of a kit one place up or down."""
    kit = find_asset(request, public_id)
    ids = [str(one) for one in kit.kit_items.order_by("position", "pk").values_list("item__public_id", flat=True)]
    order = stepped(ids, request.POST.get("item", ""), request.POST.get("act", ""))
    kits.order(kit=kit, items=order, by=me(request), at=timezone.now())
    return redirect("vendor:asset-detail", public_id=public_id)


# --- shared with the pages of parts


def to_page(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Lead to an asset's page; an upload that shows its progress is told where to go."""
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": reverse("vendor:asset-detail", args=[public_id])})
    return redirect("vendor:asset-detail", public_id=public_id)


def stepped(order: list[str], moved: str, act: str) -> list[str]:
    """Return an order with one of its ids a place up or down."""
    step = -1 if act == "up" else 1
    place = order.index(moved) if moved in order else -1
    if place < 0 or not 0 <= place + step < len(order):
        return order
    order[place], order[place + step] = order[place + step], order[place]
    return order


def find_asset(request: HttpRequest, public_id: str) -> Asset:
    """Return the asset of an address, or 404."""
    seen = Asset.objects.visible_to(request.user).without_words().select_related("audience", "owner")
    return get_object_or_404(seen, public_id=public_id)


def me(request: HttpRequest) -> Any:
    """Return who calls."""
    return request.user


def may_edit(request: HttpRequest) -> bool:
    """Whether the caller writes content."""
    return allowed(request.user, Permission.MANAGE_CONTENT)


def is_saving(request: HttpRequest) -> bool:
    """Whether a form is to be saved, not only shown again with its preview."""
    return request.method == "POST" and request.POST.get("act") != "preview"


def detail_page(
    request: HttpRequest,
    asset: Asset,
    *,
    publish_form: PublishForm | None = None,
    kit_form: KitItemForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page of an asset."""
    rows = asset.parts.select_related("region").defer("text", "words").order_by("removed_at", "position", "pk")
    parts = list(rows)
    current = [part for part in parts if part.removed_at is None]
    wishes = {"medium": request.GET.get("medium", ""), "language": request.GET.get("language", "")}
    shown = variants.show(current, languages=[], **wishes)
    edits = may_edit(request)
    context = {
        "asset": asset,
        "parts": parts,
        "shown": shown,
        "bodies": [(part, markdown.render(part.body)) for part in shown.parts],
        "usage": content_queries.usage([asset])[asset.pk],
        "people": for_people(asset),
        "opinion": library.opinions_of([asset], person=None).get(asset.pk, library.Opinion()),
        "comments": asset.opinions.exclude(comment="")
        .select_related("person__partner")
        .order_by("-rated_at")[:COMMENTS_SHOWN],
        "may_edit": edits,
        "publish_form": publish_form or PublishForm(),
        "items": list(variants.kit_items(asset, user=request.user)) if "kit" in asset.media else None,
        "kit_form": (kit_form or KitItemForm(kit=asset)) if edits and "kit" in asset.media else None,
        "has_own_audience": asset.audience is not None and asset.audience.is_audience,
    }
    return render(request, "enablement/vendor/assets/detail.html", context, status=status)


def _asked_for(request: HttpRequest) -> dict[str, Any]:
    """Return what the address says of the asset to make: the stage of a hole in the coverage, or what it is about."""
    title = request.GET.get("title", "").replace("\0", "")[: library.MAX_TEXT_LENGTH]
    stage = request.GET.get("stage", "")
    return ({"sales_stages": [stage]} if stage else {}) | ({"title": title} if title else {})


def _first_part(form: PartForm) -> dict[str, Any]:
    """Return what makes the first part. The asset's own title and summary are its words."""
    fields = {name: value for name, value in form.changes.items() if name not in {"title", "summary"}}
    return fields | form.uploads
