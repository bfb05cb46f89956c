"""The glossary: what categories, tiers and life stages mean, and how they differ."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import partner_view, public_view
from accounts.permissions import Permission
from core.models import Program
from partners.queries import glossary as reads
from partners.queries import languages


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def glossary(request: Any) -> HttpResponse:
    """Explain every definition of the program, the partner's own marked."""
    return _page(request, request.partner, "partners/partner/glossary/page.html")


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def glossary_compare(request: Any) -> HttpResponse:
    """Show two or three categories side by side."""
    language = languages.language_for(request.user, request.GET.get("language", ""))
    known = reads.terms(request.partner, language)["category"]
    wanted = request.GET.getlist("category")
    chosen = [one for one in known if one.key in wanted][: reads.MOST_COMPARED]
    context = {
        "known": known,
        "chosen": chosen,
        "chosen_keys": [one.key for one in chosen],
        "rows": reads.compared(chosen) if len(chosen) > 1 else [],
        "language": language,
    }
    return render(request, "partners/partner/glossary/compare.html", context)


@public_view("applicants read what the program's categories mean before they apply, where the program allows it")
@require_safe
def glossary_public(request: HttpRequest) -> HttpResponse:
    """Explain every definition to readers from outside, where the program allows it."""
    if not Program.current().shows_glossary:
        raise Http404
    return _page(request, None, "partners/public/glossary.html")


def _page(request: Any, partner: Any, template: str) -> HttpResponse:
    language = languages.language_of(request, request.GET.get("language", ""))
    text = request.GET.get("q", "").strip()[:100]
    found = reads.terms(partner, language, text=text)
    offered = languages.offered()
    context = {
        "terms": found,
        "is_empty": not any(found.values()),
        "q": text,
        "language": language,
        "offered": list(offered.items()) if len(offered) > 1 else [],
        "own_language": next(iter(offered.values())),
    }
    return render(request, template, context)
