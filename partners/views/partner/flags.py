"""What we flag: sending a flag, reading its answer, taking it back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from partners.forms.definitions import add_refusal
from partners.forms.flags import FlagForm
from partners.models import Category, Flag, FlagAbout, Tier
from partners.queries import categories as category_reads
from partners.queries import flags as reads
from partners.services import flags
from partners.views.partner.category_tabs import category_tabs

PAGE_SIZE = 50


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def flag_list(request: Any) -> HttpResponse:
    """Show what our people flagged, and what was answered."""
    page = Paginator(reads.of_partner(request.partner, request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "tabs": category_tabs("flags")}
    return render(request, "partners/partner/flags/list.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def flag_detail(request: Any, flag: UUID) -> HttpResponse:
    """Show one flag of ours with its answer."""
    context = {"flag": _flag(request, flag), "trail": [(_("What you flagged"), reverse("partner:flag-list"))]}
    return render(request, "partners/partner/flags/detail.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def flag_withdraw(request: Any, flag: UUID) -> HttpResponse:
    """Take back what we flagged."""
    mine = _flag(request, flag)
    try:
        flags.withdraw(flag=mine, by=request.user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Taken back."))
    return redirect("partner:flag-detail", mine.public_id)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def category_flag(request: Any, public_id: UUID) -> HttpResponse:
    """Say that our membership in a category, or the category's definition, seems wrong."""
    entry = category_reads.entry(get_object_or_404(Category, public_id=public_id), request.partner)
    if entry is None:
        raise Http404
    about = [FlagAbout.MEMBERSHIP, FlagAbout.CATEGORY] if entry.membership else [FlagAbout.CATEGORY]
    others = Category.objects.filter(retired_at__isnull=True, versions__state="published").exclude(pk=entry.category.pk)
    form = FlagForm(request.POST or None, about=about, others=others.order_by("position", "pk"))
    back = reverse("partner:category-detail", args=[entry.category.public_id])

    def subject() -> Any:
        is_ours = entry.membership and form.cleaned_data.get("about") == FlagAbout.MEMBERSHIP
        return entry.membership if is_ours else entry.category

    return _send(request, form, subject, name=entry.category, back=back)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def tier_flag(request: Any, public_id: UUID) -> HttpResponse:
    """Say that the definition of a tier seems wrong."""
    tier = get_object_or_404(Tier, public_id=public_id)
    form = FlagForm(request.POST or None, about=[FlagAbout.TIER], others=Category.objects.none())
    return _send(request, form, lambda: tier, name=tier, back=reverse("partner:tier-detail"))


def _send(request: Any, form: FlagForm, subject: Any, *, name: Any, back: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = {key: form.cleaned_data.get(key) for key in ("reason", "text", "suggested")}
        mine = {"by": request.user, "partner": request.partner, "from_partner": True}
        try:
            flag = flags.send(subject=subject(), at=timezone.now(), **mine, **said)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Thank you. You are told what comes of it."))
            return redirect("partner:flag-detail", flag.public_id)
    context = {"form": form, "name": name, "back": back}
    return render(request, "partners/partner/flags/send.html", context, status=422 if form.errors else 200)


def _flag(request: Any, public_id: UUID) -> Flag:
    rows = Flag.objects.visible_to(request.user).filter(partner=request.partner).select_related(*reads.RELATED)
    flag: Flag = get_object_or_404(rows, public_id=public_id)
    return flag
