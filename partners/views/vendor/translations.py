"""The vendor's page of what is to be translated, and of translations to look at again."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.models import Program
from partners.queries import translations

PAGE_SIZE = 50


@vendor_view(Permission.MANAGE_CATEGORIES, Permission.EDIT_REGIONAL_TEXTS)
@require_safe
def translation_list(request: Any) -> HttpResponse:
    """List definitions by language: what lacks words, and where the original changed after they were translated.

    A regional admin reads of what definitions say in the regions granted to them.
    """
    known = Program.current().further_languages
    language = request.GET.get("language", "") if request.GET.get("language") in known else ""
    show = request.GET.get("show", "") if request.GET.get("show") in translations.KEEPS else "open"
    all_work = translations.work(user=request.user, language=language)
    labels = {"open": _("Open"), "old": _("To look at again"), "missing": _("Missing"), "all": _("All")}
    context = {
        "page": Paginator(translations.kept(all_work, show), PAGE_SIZE).get_page(request.GET.get("page")),
        "choices": [(key, label, len(translations.kept(all_work, key)), key == show) for key, label in labels.items()],
        "languages": known,
        "language": language,
        "show": show,
        "may_set_languages": allowed(request.user, Permission.MANAGE_PROGRAM),
    }
    return render(request, "partners/vendor/definitions/translations.html", context)
