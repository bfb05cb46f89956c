"""The library of a partner: only what is for them, by every door."""

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from core import markdown, sending
from enablement.forms.opinions import RatingForm
from enablement.models import ActivityKind, Asset, AssetPart
from enablement.queries import facets, library, picks, variants
from enablement.querysets.assets import search_words
from enablement.services import activity, opinions, vain_searches

PAGE_SIZE = 24
VTT = "text/vtt; charset=utf-8"
SORTS = [
    ("best", _("Best first")),
    ("newest", _("Newest first")),
    ("shortest", _("Shortest first")),
    ("rated", _("Best rated first")),
]
SHELVES = [("", _("Everything for you")), ("favourites", _("Your favourites")), ("recent", _("Used lately"))]


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def asset_list(request: Any) -> HttpResponse:
    """Show what is for the reader's partner, searched and narrowed; at first also what is picked for them."""
    search = library.Search.read(request.GET)
    who = {"user": request.user, "person": request.partner_person}
    words = search_words(search.text)
    hits = library.look(**who, search=search, words=words, partner=request.partner)
    if words and not (hits.ids or search.is_narrowed) and Asset.objects.visible_to(request.user).exists():
        vain_searches.note(
            partner=request.partner, text=" ".join(words.typed)[: library.MAX_TEXT_LENGTH], at=timezone.now()
        )
    page = Paginator(hits.ids, PAGE_SIZE).get_page(request.GET.get("page"))
    parameters = request.GET.copy()
    parameters.pop("page", None)
    context = {
        "page": page,
        "found": library.found(library.in_order(list(page.object_list)), **who, words=words),
        "is_more": hits.is_more,
        "search": search,
        "words": words.all,
        "groups": facets.grouped(hits.counts, search.chosen),
        "chips": facets.chips(search.chosen, request.GET),
        "query": parameters.urlencode(),
        "sorts": SORTS,
        "shelves": SHELVES,
        "question": _("I looked for “%s” in the library and found nothing. Is there something about it?") % search.text,
    }
    if request.htmx:
        return render(request, "enablement/partner/assets/_results.html", context)
    context["is_front"] = search.is_empty and page.number == 1
    return render(request, "enablement/partner/assets/list.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def asset_picks_panel(request: Any) -> HttpResponse:
    """Show what is picked for the reader, with the reasons, and what they used lately."""
    who = {"user": request.user, "person": request.partner_person}
    context = {"picks": picks.picks(**who, partner=request.partner), "recent": library.recent(**who)}
    if request.htmx:
        return render(request, "enablement/partner/assets/_picks.html", context)
    return render(request, "enablement/partner/assets/picks.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def asset_suggest(request: Any) -> HttpResponse:
    """Return titles that somebody who is typing may mean."""
    titles = library.suggestions(user=request.user, text=request.GET.get("q", ""))
    return render(request, "enablement/partner/assets/_suggestions.html", {"titles": titles})


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def asset_detail(request: Any, public_id: str) -> HttpResponse:
    """Show one asset in the medium and language that fit the reader, and count the view."""
    asset = _asset(request, public_id, library.judged_by(request.partner_person))
    if request.method == "GET":
        activity.note(person=request.partner_person, kind=ActivityKind.VIEW, at=timezone.now(), asset=asset)
    return _detail(request, asset)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def asset_more_panel(request: Any, public_id: str) -> HttpResponse:
    """Show others on the same subject."""
    asset = _asset(request, public_id)
    others = list(variants.more_like(asset, user=request.user))
    side = "_more" if request.htmx else "more"
    return render(request, f"enablement/partner/assets/{side}.html", {"asset": asset, "others": others})


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def asset_favourite(request: Any, public_id: str) -> HttpResponse:
    """Keep an asset among one's favourites, or no longer."""
    asset = _asset(request, public_id)
    is_favourite = request.POST.get("keep") == "1"
    opinions.keep(person=request.partner_person, asset=asset, at=timezone.now(), is_favourite=is_favourite)
    if request.htmx:
        context = {"asset": asset, "is_favourite": is_favourite, "wide": request.POST.get("wide") == "1"}
        return render(request, "enablement/partner/assets/_favourite.html", context)
    return redirect("partner:asset-detail", public_id=public_id)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_http_methods(["POST"])
def asset_rate(request: Any, public_id: str) -> HttpResponse:
    """Give an asset stars."""
    asset = _asset(request, public_id)
    form = RatingForm(request.POST)
    if not form.is_valid():
        judged = _asset(request, public_id, library.judged_by(request.partner_person))
        return _detail(request, judged, form=form, status=422)
    opinions.rate(person=request.partner_person, asset=asset, at=timezone.now(), **form.cleaned_data)
    if request.htmx:
        opinion = library.opinions_of([asset], person=request.partner_person)[asset.pk]
        context = {"asset": asset, "opinion": opinion, "form": RatingForm(initial=_said(opinion)), "is_saved": True}
        return render(request, "enablement/partner/assets/_rating.html", context)
    return redirect(f"{reverse('partner:asset-detail', args=[public_id])}#rating")


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def asset_part_download(request: Any, public_id: str, part_id: str) -> HttpResponseBase:
    """Send a file to keep, and count the download."""
    part = _part(request, public_id, part_id)
    response = sending.send_file(request, part.file, name=part.file_name, content_type=part.file_type, to_keep=True)
    if sending.is_a_start(request) and response.status_code < 400:
        activity.note(person=request.partner_person, kind=ActivityKind.DOWNLOAD, at=timezone.now(), asset=part.asset)
    return response


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def asset_part_play(request: Any, public_id: str, part_id: str) -> HttpResponseBase:
    """Send a recording, piece by piece, to the player on the asset's page."""
    part = _part(request, public_id, part_id, kind__in=("video", "audio"))
    return sending.send_file(request, part.file, name=part.file_name, content_type=part.file_type, to_keep=False)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def asset_part_captions(request: Any, public_id: str, part_id: str) -> HttpResponseBase:
    """Send the captions of a video to the player."""
    part = _part(request, public_id, part_id)
    return sending.send_file(request, part.captions, name="captions.vtt", content_type=VTT, to_keep=False)


def _asset(request: HttpRequest, public_id: str, judged: Mapping[str, Any] | None = None) -> Any:
    rows = Asset.objects.visible_to(request.user).annotate(**(judged or {})).without_words()
    return get_object_or_404(rows, public_id=public_id)


def _part(request: HttpRequest, public_id: str, part_id: str, **kinds: Any) -> AssetPart:
    seen = AssetPart.objects.visible_to(request.user).filter(**kinds).select_related("asset")
    rows = seen.defer("text", "words", "asset__words", "asset__facets")
    return get_object_or_404(rows, public_id=part_id, asset__public_id=public_id)


def _said(opinion: library.Opinion) -> dict[str, Any]:
    return {"stars": opinion.stars, "comment": opinion.comment}


def _detail(request: Any, asset: Any, *, form: RatingForm | None = None, status: int = 200) -> HttpResponse:
    seen = asset.parts.current().readable_by(request.user).select_related("region")
    seen = seen.defer("text", "words").order_by("position", "pk")
    languages = library.languages_of(request.user, request.partner_person)
    wishes = {"medium": request.GET.get("medium", ""), "language": request.GET.get("language", "")}
    shown = variants.show(seen, languages=languages, partner=request.partner, **wishes)
    opinion = library.Opinion(asset.average, asset.ratings, bool(asset.kept), asset.own, asset.said or "")
    context = {
        "asset": asset,
        "shown": shown,
        "bodies": [(part, markdown.render(part.body)) for part in shown.parts],
        "opinion": opinion,
        "form": form or RatingForm(initial=_said(opinion)),
        "items": list(variants.kit_items(asset, user=request.user)) if "kit" in asset.media else [],
    }
    return render(request, "enablement/partner/assets/detail.html", context, status=status)
