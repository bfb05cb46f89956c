"""The vendor's news: written, shown to its audience, and who has read and acknowledged it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core import markdown
from core.models import Program, PublishState
from core.refusals import Refusal
from enablement.forms.news import NewsForm, NewsTranslationForm, PublishNewsForm
from enablement.models import NewsItem, NewsKind
from enablement.queries import news as queries
from enablement.queries.audiences import for_people
from enablement.services import news
from partners.forms.refusals import show_refusal

PAGE_SIZE = 20
PEOPLE_SIZE = 50


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def news_list(request: HttpRequest) -> HttpResponse:
    """Show every item with its state, its audience, and how many have read and acknowledged it."""
    search = queries.Search.read(request.GET)
    parameters = request.GET.copy()
    parameters.pop("page", None)
    context = {
        "page": Paginator(queries.catalogue(search), PAGE_SIZE).get_page(request.GET.get("page")),
        "search": search,
        "kinds": NewsKind.choices,
        "states": PublishState.choices,
        "query": parameters.urlencode(),
        "may_edit": _may_edit(request),
    }
    fragment = getattr(request, "htmx", False)
    return render(request, f"enablement/vendor/news/{'_results' if fragment else 'list'}.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def news_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show an item as partners read it, whom it reaches, and how far each partner is with it."""
    return _detail(request, _item(public_id))


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def news_readers(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the people an item is for with what each has done, of the partners the caller sees."""
    item = _item(public_id)
    standing = request.GET.get("standing", "")
    partner = request.GET.get("partner", "")
    found = queries.people(item, user=request.user, standing=standing, partner=_uuid(partner))
    parameters = request.GET.copy()
    parameters.pop("page", None)
    context = {
        "item": item,
        "page": Paginator(found, PEOPLE_SIZE).get_page(request.GET.get("page")),
        "standing": standing if standing in queries.STANDINGS else "",
        "partner": partner,
        "query": parameters.urlencode(),
    }
    return render(request, "enablement/vendor/news/readers.html", context)


@vendor_view(Permission.MANAGE_NEWS)
@require_http_methods(["GET", "HEAD", "POST"])
def news_create(request: HttpRequest) -> HttpResponse:
    """Write a draft."""
    form = NewsForm(request.POST or None, initial={"owner": request.user.pk})
    if _is_saving(request) and form.is_valid():
        try:
            item = news.create(by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved as a draft."))
            return redirect("vendor:news-detail", item.public_id)
    return _form_page(request, form)


@vendor_view(Permission.MANAGE_NEWS)
@require_http_methods(["GET", "HEAD", "POST"])
def news_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change an item."""
    item = _item(public_id)
    form = NewsForm(request.POST or None, initial=model_to_dict(item))
    if _is_saving(request) and form.is_valid():
        try:
            news.update(item=item, by=_me(request), at=timezone.now(), changes=form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("vendor:news-detail", public_id)
    return _form_page(request, form, _item(public_id))


@vendor_view(Permission.MANAGE_NEWS)
@require_POST
def news_preview(request: HttpRequest) -> HttpResponse:
    """Return the text as partners will read it, and how many it reaches."""
    return render(request, "enablement/vendor/news/_preview.html", _previewed(NewsForm(request.POST)))


@vendor_view(Permission.MANAGE_NEWS)
@require_http_methods(["GET", "HEAD", "POST"])
def news_languages(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write an item's texts in another language beside the original."""
    item = _item(public_id)
    known = Program.current().further_languages
    asked = request.POST.get("language") or request.GET.get("language") or next(iter(known), "")
    context: dict[str, Any] = {
        "item": item,
        "completeness": queries.completeness(item),
        "language": asked,
        "language_name": known.get(asked, ""),
        "may_set_languages": allowed(request.user, Permission.MANAGE_PROGRAM),
    }
    if asked not in known:
        return render(request, "enablement/vendor/news/languages.html", context)
    form = NewsTranslationForm(request.POST or None, item=item, language=asked)
    if request.method == "POST" and form.is_valid():
        said = {"texts": form.texts, "still": form.cleaned_data.get("still", False)}
        try:
            changed = news.translate(item=item, by=_me(request), at=timezone.now(), language=asked, **said)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved.") if changed else _("Nothing changed."))
            return redirect("vendor:news-detail", public_id)
    context |= {"form": form, "rows": [(form[name], getattr(item, name)) for name in form.names]}
    return render(request, "enablement/vendor/news/languages.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.MANAGE_NEWS)
@require_POST
def news_publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show an item to its audience, now or from a moment on."""
    item = _item(public_id)
    form = PublishNewsForm(request.POST) if "starts_at" in request.POST else None
    if form is not None and not form.is_valid():
        return _detail(request, item, publish_form=form, status=422)
    starts_at = form.cleaned_data["starts_at"] if form else None
    try:
        news.publish(item=item, by=_me(request), at=timezone.now(), starts_at=starts_at)
    except Refusal as refusal:
        if form is None:
            messages.error(request, str(refusal))
            return redirect("vendor:news-detail", public_id)
        show_refusal(form, refusal)
        return _detail(request, _item(public_id), publish_form=form, status=422)
    if starts_at:
        moment = date_format(timezone.localtime(starts_at), "SHORT_DATETIME_FORMAT")
        messages.success(request, _("Will be published on %(moment)s.") % {"moment": moment})
    else:
        messages.success(request, _("Published. Its readers are being told."))
    return redirect("vendor:news-detail", public_id)


@vendor_view(Permission.MANAGE_NEWS)
@require_POST
def news_retire(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take an item away from partners."""
    item = _item(public_id)
    news.retire(item=item, by=_me(request), at=timezone.now())
    messages.success(request, _("Retired: %(item)s") % {"item": item})
    return redirect("vendor:news-detail", public_id)


@vendor_view(Permission.MANAGE_NEWS)
@require_POST
def news_remind(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Remind everybody who has not acknowledged an item."""
    item = _item(public_id)
    try:
        is_new = news.remind(item=item, by=_me(request), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("They are being reminded.") if is_new else _("They were reminded today already.")
        messages.success(request, said)
    return redirect("vendor:news-detail", public_id)


def _item(public_id: UUID) -> NewsItem:
    return get_object_or_404(NewsItem.objects.select_related("audience", "owner"), public_id=public_id)


def _me(request: HttpRequest) -> Any:
    return request.user


def _may_edit(request: HttpRequest) -> bool:
    return allowed(request.user, Permission.MANAGE_NEWS)


def _is_saving(request: HttpRequest) -> bool:
    return request.method == "POST" and request.POST.get("act") != "preview"


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _previewed(form: NewsForm) -> dict[str, Any]:
    """Return what the form would show, and to how many; of people only where all their fields are valid."""
    form.is_valid()
    said = form.cleaned_data
    asked = ("audience", "for_functions", "for_languages", "for_certifications")
    item = NewsItem(**{name: said[name] for name in asked if name in said})
    whom_known = not {*asked} & {*form.errors}
    return {"html": markdown.render(form["body"].value() or ""), "reach": queries.reach(item) if whom_known else None}


def _form_page(request: HttpRequest, form: NewsForm, item: NewsItem | None = None) -> HttpResponse:
    is_preview = request.method == "POST" and not _is_saving(request)
    shown = NewsForm(form.data if form.is_bound else form.initial)
    context = {"item": item, **_previewed(shown)}
    if is_preview:
        form = NewsForm(initial={**form.initial, **_typed(form)})
    context["form"] = form
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "enablement/vendor/news/form.html", context, status=status)


def _typed(form: NewsForm) -> dict[str, Any]:
    """Return what was typed, to be shown again without complaints about what is missing."""
    return {name: form[name].value() for name in form.fields}


def _detail(
    request: HttpRequest, item: NewsItem, *, publish_form: PublishNewsForm | None = None, status: int = 200
) -> HttpResponse:
    rows = queries.by_partner(item, user=request.user)
    may_see_people = allowed(request.user, Permission.VIEW_PARTNERS)
    context = {
        "item": item,
        "html": markdown.render(item.body),
        "people": for_people(item),
        "reach": queries.reach(item),
        "reading": queries.reading(item),
        "completeness": queries.completeness(item),
        "page": Paginator(rows, PEOPLE_SIZE).get_page(request.GET.get("page")) if may_see_people else None,
        "may_edit": _may_edit(request),
        "publish_form": publish_form or PublishNewsForm(),
    }
    return render(request, "enablement/vendor/news/detail.html", context, status=status)
