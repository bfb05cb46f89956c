"""Agreements on the vendor's side: written and published, and who has accepted."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core import sending
from core.services import versions
from partners import audiences
from partners.forms.agreements import AgreementForm, CopyForm
from partners.forms.refusals import show_refusal
from partners.models import Acceptance, Agreement, Category, Gate, Partner, Person, Region, Tier
from partners.queries import agreements as reads
from partners.services import agreements, definitions

PAGE_SIZE = 50
SHOWS = ("outstanding", "accepted", "expiring")


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def agreement_list(request: HttpRequest) -> HttpResponse:
    """List the agreements."""
    context = {"agreements": reads.agreements_listed(), "may_edit": _may_edit(request)}
    return render(request, "partners/vendor/agreements/list.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def agreement_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what an agreement says, and which partners have accepted it, have not, or soon have to again."""
    agreement = _agreement(public_id)
    published, draft = versions.published_of(agreement), versions.existing_draft_of(agreement)
    show = request.GET.get("show", "outstanding")
    show = show if show in SHOWS else "outstanding"
    page = None
    if published is not None:
        visible = Partner.objects.visible_to(request.user).filter(pk__in=reads.audience_of(published).values("pk"))
        rows = reads.narrowed(reads.with_acceptance(visible, agreement), published, show, reads.program_day())
        page = Paginator(rows.order_by("name", "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "agreement": agreement,
        "version": published or draft,
        "published": published,
        "draft": draft,
        "page": page,
        "show": show,
        "query": urlencode({"show": show}),
        "asked": _asked(published or draft),
        "may_edit": _may_edit(request) and agreement.retired_at is None,
        "may_remind": allowed(request.user, Permission.EDIT_PARTNERS),
        "history": agreement.versions.exclude(state="draft").order_by("-number"),
    }
    return render(request, "partners/vendor/agreements/detail.html", context)


@vendor_view(Permission.MANAGE_AGREEMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_create(request: HttpRequest) -> HttpResponse:
    """Write a new agreement."""
    form = AgreementForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        name, at = form.cleaned_data["name"], timezone.now()
        try:
            made = agreements.create(key=_free_key(name), name=name, by=_me(request), at=at, **form.texts)
            _put_file(request, form, made)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            return redirect("vendor:agreement-detail", made.public_id)
    return _form_page(request, form, None)


@vendor_view(Permission.MANAGE_AGREEMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write the draft of the next text."""
    agreement = _agreement(public_id)
    version = versions.existing_draft_of(agreement) or versions.published_of(agreement)
    form = AgreementForm(request.POST or None, request.FILES or None, version=version)
    if request.method == "POST" and form.is_valid():
        at, name = timezone.now(), {"name": form.cleaned_data["name"]}
        try:
            definitions.update(definition=agreement, by=_me(request), at=at, changes=name)
            agreements.edit(
                agreement=agreement,
                by=_me(request),
                at=at,
                changes=form.texts,
                file=form.cleaned_data["file"],
                expected=form.cleaned_data["expected"],
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            return redirect("vendor:agreement-detail", agreement.public_id)
    return _form_page(request, form, agreement)


@vendor_view(Permission.MANAGE_AGREEMENTS)
@require_POST
def agreement_publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make the draft what is asked from now on."""
    agreement = _agreement(public_id)
    draft = versions.existing_draft_of(agreement)
    if draft is not None:
        try:
            agreements.publish(version=draft, by=_me(request), at=timezone.now())
            messages.success(request, _("Published. Partners who have to accept it are told."))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    return redirect("vendor:agreement-detail", agreement.public_id)


@vendor_view(Permission.MANAGE_AGREEMENTS)
@require_POST
def agreement_discard(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Throw the draft away."""
    agreement = _agreement(public_id)
    draft = versions.existing_draft_of(agreement)
    if draft is not None and draft.number > 1:
        agreements.discard(version=draft, by=_me(request), at=timezone.now())
    return redirect("vendor:agreement-detail", agreement.public_id)


@vendor_view(Permission.MANAGE_AGREEMENTS)
@require_POST
def agreement_retire(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask it of nobody any more."""
    agreement = _agreement(public_id)
    agreements.retire(agreement=agreement, by=_me(request), at=timezone.now())
    return redirect("vendor:agreement-list")


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def agreement_remind(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask the reader's own partners again for what is outstanding."""
    agreement = _agreement(public_id)
    published = versions.published_of(agreement)
    if published is not None and agreement.retired_at is None:
        visible = Partner.objects.visible_to(request.user).filter(pk__in=reads.audience_of(published).values("pk"))
        rows = reads.narrowed(reads.with_acceptance(visible, agreement), published, "outstanding", reads.program_day())
        asked = agreements.remind(version=published, partners=rows, by=_me(request), at=timezone.now())
        said = ngettext("%(n)d partner was reminded.", "%(n)d partners were reminded.", asked)
        messages.success(request, said % {"n": asked})
    return redirect("vendor:agreement-detail", agreement.public_id)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def agreement_file(request: HttpRequest, public_id: UUID, number: int) -> HttpResponseBase:
    """Send the file of a version."""
    version = get_object_or_404(_agreement(public_id).versions, number=number)
    return sending.send_file(
        request, version.file, name=version.file_name, content_type=version.file_type, to_keep=True
    )


@vendor_view(Permission.VIEW_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def acceptance_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show who accepted what, when and from where, and put a countersigned copy beside it."""
    acceptance = _acceptance(request, public_id)
    may_edit = allowed(request.user, Permission.MANAGE_AGREEMENTS)
    form = CopyForm(request.POST or None, request.FILES or None) if may_edit else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            agreements.add_copy(
                acceptance=acceptance, file=form.cleaned_data["copy"], by=_me(request), at=timezone.now()
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The countersigned copy was added."))
            return redirect("vendor:acceptance-detail", acceptance.public_id)
    context = {"acceptance": acceptance, "form": form}
    status = 422 if form is not None and form.errors else 200
    return render(request, "partners/vendor/agreements/acceptance.html", context, status=status)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def acceptance_copy(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Send the countersigned copy."""
    one = _acceptance(request, public_id)
    return sending.send_file(request, one.copy, name=one.copy_name, content_type=one.copy_type, to_keep=True)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_agreements_panel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show where a partner stands with its agreements, for its page."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    people = Person.objects.filter(partner=partner, left_at__isnull=True, user__isnull=False)
    context = {
        "partner": partner,
        "places": reads.places_of(partner, reads.program_day()),
        "people": people.select_related("signatory").order_by("name", "pk"),
        "may_edit": allowed(request.user, Permission.EDIT_PARTNERS),
    }
    return render(request, "partners/vendor/agreements/_panel.html", context)


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def person_signatory(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say that a person may sign for their partner, or no longer."""
    person = get_object_or_404(Person.objects.visible_to(request.user).select_related("partner"), public_id=public_id)
    is_one = request.POST.get("is_one") == "1"
    agreements.name_signatory(person=person, by=_me(request), at=timezone.now(), is_one=is_one)
    return redirect("vendor:partner-detail", person.partner.public_id)


def _agreement(public_id: UUID) -> Agreement:
    return get_object_or_404(Agreement, public_id=public_id)


def _acceptance(request: HttpRequest, public_id: UUID) -> Acceptance:
    rows = Acceptance.objects.visible_to(request.user).select_related("partner", "agreement", "agreement_version")
    return get_object_or_404(rows, public_id=public_id)


def _me(request: HttpRequest) -> Any:
    return request.user


def _may_edit(request: HttpRequest) -> bool:
    return allowed(request.user, Permission.MANAGE_AGREEMENTS)


def _free_key(name: str) -> str:
    start = slugify(name)[:50] or "agreement"
    taken = set(Agreement.objects.filter(key__startswith=start).values_list("key", flat=True))
    return next(key for key in (start, *(f"{start}-{n}" for n in range(2, 10_000))) if key not in taken)


def _put_file(request: HttpRequest, form: AgreementForm, agreement: Agreement) -> None:
    if file := form.cleaned_data["file"]:
        agreements.edit(agreement=agreement, by=_me(request), at=timezone.now(), changes={}, file=file)


def _form_page(request: HttpRequest, form: AgreementForm, agreement: Agreement | None) -> HttpResponse:
    context = {"form": form, "agreement": agreement}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "partners/vendor/agreements/form.html", context, status=status)


def _asked(version: Any) -> list[tuple[str, str]]:
    """Return of whom it is asked, how, for how long and what is closed without it, as facts."""
    if version is None:
        return []
    names = [
        *Category.objects.filter(pk__in=version.category_ids).values_list("name", flat=True),
        *(f"{one.track}: {one}" for one in Tier.objects.filter(pk__in=version.tier_ids).select_related("track")),
        *Region.objects.filter(pk__in=version.region_ids).values_list("name", flat=True),
    ]
    audience = audiences.name_of(version.audience_id)
    everybody = "" if audience else _("Every partner")
    return [
        *([(_("Asked of"), ", ".join(names) or everybody)] if names or everybody else []),
        *([(_("By criteria"), audience)] if audience else []),
        (_("How"), version.get_way_display()),
        (_("By whom"), version.get_signers_display()),
        (_("Valid"), _validity(version)),
        (_("Closed without it"), ", ".join(str(Gate(one).label) for one in version.gates) or _("Nothing")),
    ]


def _validity(version: Any) -> str:
    if version.valid_days:
        return ngettext("%(n)d day", "%(n)d days", version.valid_days) % {"n": version.valid_days}
    if version.valid_months:
        return ngettext("%(n)d month", "%(n)d months", version.valid_months) % {"n": version.valid_months}
    return _("until %(day)s") % {"day": version.valid_until_on} if version.valid_until_on else _("For good")
