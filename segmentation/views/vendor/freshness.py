"""For operators: how far the answers are behind, what failed, and another chance for it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from core.services import outbox
from partners.models import Partner
from segmentation import queries
from segmentation.models import FullRun
from segmentation.services import recompute

FOLDER = "segmentation/vendor/freshness"


@vendor_view(Permission.MANAGE_PROGRAM)
@require_safe
def freshness(request: HttpRequest) -> HttpResponse:
    """Show how fresh the answers are and what keeps them from being right."""
    return render(request, f"{FOLDER}/detail.html", _context())


@vendor_view(Permission.MANAGE_PROGRAM)
@require_safe
def freshness_panel(request: HttpRequest) -> HttpResponse:
    """Answer the page that asks whether anything is new: nothing while what it shows is right."""
    context = _context()
    if request.GET.get("seen") == context["now"].digest:
        return HttpResponse(status=204)
    return render(request, f"{FOLDER}/_now.html", context)


@vendor_view(Permission.MANAGE_PROGRAM)
@require_POST
def freshness_run(request: HttpRequest) -> HttpResponse:
    """Have everybody recomputed."""
    recompute.ask_for_full_run(reason=_("Asked for by %(name)s") % {"name": request.user})
    messages.success(request, _("Every partner will be computed anew. Answers stay visible meanwhile."))
    return redirect("vendor:freshness")


@vendor_view(Permission.MANAGE_PROGRAM)
@require_POST
def freshness_retry(request: HttpRequest) -> HttpResponse:
    """Give what failed another chance: a run's parts, a rule, a partner, or the follow-ups."""
    retry = RETRIES.get(request.POST.get("what", ""))
    if retry is None:
        messages.error(request, _("Nothing was named that could be tried again."))
    else:
        messages.info(request, retry(request, request.POST.get("id", "")))
    return redirect("vendor:freshness")


def _retry_run(request: HttpRequest, public_id: str) -> str:
    run = _found(FullRun, public_id)
    count = recompute.retry_run(run=run, by=request.user, at=timezone.now())
    return ngettext("%(n)s part is tried again.", "%(n)s parts are tried again.", count) % {"n": count}


def _retry_rule(request: HttpRequest, named: str) -> str:
    kind, _sign, public_id = named.partition(":")
    definition = _found(queries.RULES.get(kind), public_id)
    found = recompute.retry_rule(
        kind=kind, rule_id=definition.pk, label=str(definition), by=request.user, at=timezone.now()
    )
    words = _("“%(name)s” is tried again.") if found else _("“%(name)s” is not set aside any more.")
    return words % {"name": definition}


def _retry_partner(request: HttpRequest, public_id: str) -> str:
    partner = _found(Partner, public_id)
    found = recompute.retry_partner(partner=partner, by=request.user, at=timezone.now())
    words = _("%(name)s is tried again.") if found else _("%(name)s is not set aside any more.")
    return words % {"name": partner}


def _retry_messages(request: HttpRequest, _id: str) -> str:
    count = outbox.retry_failed()
    return ngettext("%(n)s follow-up is tried again.", "%(n)s follow-ups are tried again.", count) % {"n": count}


RETRIES = {"run": _retry_run, "rule": _retry_rule, "partner": _retry_partner, "messages": _retry_messages}


def _found(model: Any, public_id: str) -> Any:
    """Return what was named, or a page that says there is none: what comes from a form may be anything."""
    if model is None or not _is_uuid(public_id):
        raise Http404
    return get_object_or_404(model, public_id=public_id)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _context() -> dict[str, Any]:
    at = timezone.now()
    return {"now": queries.operations(at=at), "at": at}
