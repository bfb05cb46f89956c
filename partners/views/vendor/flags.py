"""The vendor's side of flags: the queue, one flag with its answer, what flags say of definitions, sending one."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
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
from accounts.models import User
from accounts.permissions import Permission
from core.models import Program
from core.periods import today as day_at
from partners.forms.definitions import add_refusal
from partners.forms.flags import AnswerFlagForm, FlagForm, GiveFlagForm, PeriodForm
from partners.models import Category, CategoryMembership, Flag, FlagAbout, FlagAction, Tier
from partners.queries import flags as reads
from partners.services import flags
from partners.views.vendor.membership_tabs import membership_tabs

PAGE_SIZE = 50
#: Times that statistics offer to choose at once.
PERIODS_OF_DAYS = (30, 90, 365)
FILTERS = ("open", "mine", "late", "answered")
#: Who may answer what is said of a definition; its owner may, too.
KEEPERS = {FlagAbout.CATEGORY: Permission.MANAGE_CATEGORIES, FlagAbout.TIER: Permission.MANAGE_TIERS}


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def flag_list(request: HttpRequest) -> HttpResponse:
    """List the flags that wait for an answer, those due first at the top."""
    show, definition = request.GET.get("show", "open"), request.GET.get("definition", "")
    show = show if show in FILTERS else "open"
    rows = reads.queue(request.user, today=_today(), show=show, definition=definition)
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "show": show,
        "shows": [
            ("open", _("All open")),
            ("mine", _("Mine to answer")),
            ("late", _("Late")),
            ("answered", _("Answered")),
        ],
        "definition": definition,
        "definitions": reads.definitions(request.user),
        "query": urlencode({name: value for name, value in request.GET.items() if value and name != "page"}),
        "is_narrowed": show != "open" or bool(definition),
        "today": _today(),
        "tabs": membership_tabs("flags"),
    }
    return render(request, "partners/vendor/flags/list.html", context)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def flag_statistics(request: HttpRequest) -> HttpResponse:
    """Show what flags say about each definition, in a time that one chooses, and which ones confuse people."""
    today = _today()
    form = PeriodForm(request.GET or None)
    period = form.cleaned_data if form.is_valid() else {}
    here = reverse("vendor:flag-statistics")
    context = {
        "lines": reads.statistics(request.user, today=today, **period),
        "form": form,
        "is_narrowed": any(period.values()),
        "options": [
            (here, _("All time")),
            *(
                (f"{here}?since={today - timedelta(days=days)}", _("Last %(days)d days") % {"days": days})
                for days in PERIODS_OF_DAYS
            ),
        ],
        "here": request.get_full_path(),
        "trail": [(_("Flags"), reverse("vendor:flag-list"))],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "partners/vendor/flags/statistics.html", context, status=status)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def flag_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one flag with everything around it, and the answer."""
    flag = _flag(request, public_id)
    return _page(request, flag, _answer_form(flag))


@vendor_view(Permission.EDIT_PARTNERS, Permission.MANAGE_CATEGORIES, Permission.MANAGE_TIERS)
@require_POST
def flag_answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Accept or decline a flag, with a reply to the sender."""
    flag = _flag(request, public_id)
    form = _answer_form(flag, request.POST)
    if not _may_answer(request.user, flag):
        form.add_error(None, _("The owner of this flag answers it, or a program admin."))
    if form.is_valid():
        said: dict[str, Any] = {
            "flag": flag,
            "by": request.user,
            "at": timezone.now(),
            "reply": form.cleaned_data["reply"],
        }
        try:
            if request.POST.get("act") == "accept":
                action = form.cleaned_data.get("action") or FlagAction.NOTED
                flags.accept(**said, action=action, category=form.cleaned_data.get("category"))
            else:
                flags.decline(**said)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Answered. The sender is told."))
            return redirect("vendor:flag-detail", flag.public_id)
    return _page(request, flag, form)


@vendor_view(Permission.EDIT_PARTNERS, Permission.MANAGE_CATEGORIES, Permission.MANAGE_TIERS)
@require_POST
def flag_give(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make somebody else answer a flag."""
    flag = _flag(request, public_id)
    form = GiveFlagForm(request.POST, colleagues=_colleagues())
    if form.is_valid():
        try:
            flags.give(flag=flag, by=request.user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("%(name)s answers it now.") % {"name": form.cleaned_data["owner"]})
    else:
        messages.error(request, _("Choose somebody who works here."))
    if Flag.objects.visible_to(request.user).filter(pk=flag.pk).exists():
        return redirect("vendor:flag-detail", flag.public_id)
    return redirect("vendor:flag-list")


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def membership_flag(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say that a membership seems wrong."""
    rows = CategoryMembership.objects.visible_to(request.user).select_related("partner", "category")
    membership = get_object_or_404(rows, public_id=public_id)
    back = reverse("vendor:membership-detail", args=[membership.public_id])
    return _send(request, membership, FlagAbout.MEMBERSHIP, others=_others(membership.category), back=back)


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def category_flag(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say that the definition of a category seems wrong."""
    category = get_object_or_404(Category, public_id=public_id)
    back = reverse("vendor:category-detail", args=[category.public_id])
    return _send(request, category, FlagAbout.CATEGORY, others=Category.objects.none(), back=back)


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def tier_flag(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say that the definition of a tier seems wrong."""
    tier = get_object_or_404(Tier, public_id=public_id)
    back = reverse("vendor:tier-detail", args=[tier.public_id])
    return _send(request, tier, FlagAbout.TIER, others=Category.objects.none(), back=back)


def _send(request: HttpRequest, subject: Any, about: FlagAbout, *, others: Any, back: str) -> HttpResponse:
    form = FlagForm(request.POST or None, about=[about], others=others)
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = {name: form.cleaned_data.get(name) for name in ("reason", "text", "suggested")}
        try:
            flag = flags.send(subject=subject, by=request.user, at=timezone.now(), **said)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Flagged. Whoever answers it is told."))
            return redirect("vendor:flag-detail", flag.public_id)
    context = {"form": form, "subject": subject, "back": back}
    return render(request, "partners/vendor/flags/send.html", context, status=422 if form.errors else 200)


def _page(request: HttpRequest, flag: Flag, form: AnswerFlagForm) -> HttpResponse:
    context = {
        "flag": flag,
        "form": form,
        "give_form": GiveFlagForm(
            initial={"owner": flag.owner.public_id if flag.owner else None}, colleagues=_colleagues()
        ),
        "may_answer": flag.is_open and _may_answer(request.user, flag),
        "may_give": flag.is_open and allowed(request.user, Permission.EDIT_PARTNERS),
        "today": _today(),
        "trail": [(_("Flags"), reverse("vendor:flag-list"))],
    }
    return render(request, "partners/vendor/flags/detail.html", context, status=422 if form.errors else 200)


def _answer_form(flag: Flag, data: Any = None) -> AnswerFlagForm:
    about_membership = flag.about == FlagAbout.MEMBERSHIP
    others = _others(flag.category) if about_membership and flag.category else Category.objects.none()
    initial = {"category": flag.suggested_id, "action": "reassign"} if flag.suggested_id else {}
    return AnswerFlagForm(data, is_about_membership=about_membership, others=others, initial=initial)


def _may_answer(user: Any, flag: Flag) -> bool:
    if flag.owner_id == user.pk or flag.about == FlagAbout.MEMBERSHIP:
        return allowed(user, Permission.EDIT_PARTNERS)
    return allowed(user, KEEPERS[FlagAbout(flag.about)])


def _others(category: Category) -> Any:
    """Return the categories a partner could be in instead."""
    open_ones = Category.objects.filter(retired_at__isnull=True, versions__state="published")
    return open_ones.exclude(pk=category.pk).order_by("position", "pk")


def _colleagues() -> Any:
    return User.objects.filter(is_active=True, role__in=("cam", "regional_admin", "program_admin")).order_by(
        "name", "pk"
    )


def _flag(request: HttpRequest, public_id: UUID) -> Flag:
    rows = Flag.objects.visible_to(request.user).select_related(*reads.RELATED)
    flag: Flag = get_object_or_404(rows, public_id=public_id)
    return flag


def _today() -> date:
    return day_at(at=timezone.now(), zone=Program.current().zone)
