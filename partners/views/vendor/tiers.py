"""The vendor's pages of ladders, their tiers, and who holds them."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from criteria.fields import RuleKind
from partners.forms.definitions import add_refusal
from partners.forms.tiers import HoldForm, NewTierForm, NewTrackForm, TierForm, TrackForm
from partners.models import Partner, Tier, TierTrack
from partners.queries import tiers as reads
from partners.services import tiers
from partners.views.vendor import definitions
from partners.views.vendor.definitions import Pages

PAGE_SIZE = 50
PAGES = Pages(
    noun="tier",
    kind=RuleKind.TIER,
    model=Tier,
    permission=Permission.MANAGE_TIERS,
    list_name="vendor:track-list",
    list_label=gettext_lazy("Tiers"),
    what=lambda tier: _("Tier on %(track)s") % {"track": tier.track},
    form=TierForm,
    edit=lambda tier, **given: tiers.edit(tier=tier, **given),
    retire=lambda tier, **given: tiers.retire(tier=tier, **given),
    retire_text=gettext_lazy(
        "A retired tier is given to nobody any more. Who holds it keeps it, and sees it, until they get another tier of"
        " this track or you take it away. It can be retired once no criteria name it."
    ),
    restore=lambda tier, **given: tiers.restore(tier=tier, **given),
)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def track_list(request: HttpRequest) -> HttpResponse:
    """Show every ladder with its tiers, what they ask and give, and how many hold them."""
    context = {
        "ladders": reads.ladders(request.user),
        "may_edit": allowed(request.user, Permission.MANAGE_TIERS),
    }
    return render(request, "partners/vendor/tiers/list.html", context)


@vendor_view(Permission.MANAGE_TIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def track_create(request: HttpRequest) -> HttpResponse:
    """Make a ladder."""
    return definitions.create_page(
        request,
        NewTrackForm(request.POST or None),
        create=lambda form: tiers.create_track(**form.changes, by=request.user, at=timezone.now()),
        title=_("New tier track"),
        trail=PAGES.above(),
        after=lambda made: reverse("vendor:tier-create", args=[made.public_id]),
    )


@vendor_view(Permission.MANAGE_TIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def track_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Rename a ladder, change for whom it is, put its tiers in order."""
    track = get_object_or_404(TierTrack, public_id=public_id)
    form = TrackForm(request.POST or None, instance=TierTrack.objects.get(pk=track.pk))
    if request.method == "POST" and form.is_valid():
        try:
            tiers.update_track(track=track, by=request.user, at=timezone.now(), changes=form.changes)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s was saved.") % {"name": track})
            return redirect("vendor:track-list")
    context = {"form": form, "track": track, "tiers": track.tiers.order_by("-rank"), "trail": PAGES.above()}
    return render(request, "partners/vendor/tiers/track_edit.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.MANAGE_TIERS)
@require_POST
def track_reorder(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put the tiers of a ladder into the order given, highest first, or move one of them by one place."""
    track = get_object_or_404(TierTrack, public_id=public_id)
    by_id = {str(tier.public_id): tier for tier in track.tiers.all()}
    order = [by_id[value] for value in request.POST.getlist("order") if value in by_id]
    try:
        moved = tiers.reorder(
            track=track,
            tiers=list(reversed(_moved(order, request.POST.get("act", "")))),
            by=request.user,
            at=timezone.now(),
        )
    except ValidationError as refusal:
        messages.error(request, str(refusal))
    else:
        if moved:
            messages.success(request, _("The order was saved."))
    return redirect("vendor:track-edit", track.public_id)


@vendor_view(Permission.MANAGE_TIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def tier_create(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Add a tier at the top of a ladder."""
    track = get_object_or_404(TierTrack, public_id=public_id)

    def create(form: NewTierForm) -> Tier:
        own = {name: form.cleaned_data[name] for name in ("key", "name")}
        return tiers.create(track=track, **own, **form.text_changes, by=request.user, at=timezone.now())

    return definitions.create_page(
        request,
        NewTierForm(request.POST or None),
        create=create,
        title=_("New tier on %(track)s") % {"track": track},
        trail=PAGES.above(),
        after=lambda made: PAGES.url("detail", made),
    )


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def tier_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a tier and who holds it."""
    tier = get_object_or_404(Tier.objects.select_related("track__category"), public_id=public_id)
    page = Paginator(reads.holders(tier, request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = PAGES.context(request, tier) | {
        "trail": PAGES.above(),
        "page": page,
        "versions_url": PAGES.url("versions", tier),
    }
    return render(request, "partners/vendor/tiers/detail.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def tier_versions(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """List what was ever published of a tier."""
    return definitions.versions_page(request, PAGES, PAGES.get(public_id))


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def tier_version(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """Read one version of a tier."""
    return definitions.version_page(request, PAGES, PAGES.get(public_id), number)


@vendor_view(Permission.MANAGE_TIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def tier_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Edit the draft of a tier."""
    return definitions.edit_page(request, PAGES, PAGES.get(public_id))


@vendor_view(Permission.MANAGE_TIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def tier_publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Publish the draft of a tier."""
    return definitions.publish_page(request, PAGES, PAGES.get(public_id))


@vendor_view(Permission.MANAGE_TIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def tier_discard(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Throw the draft of a tier away."""
    return definitions.discard_page(request, PAGES, PAGES.get(public_id))


@vendor_view(Permission.MANAGE_TIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def tier_retire(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give a tier to nobody any more, or say what still needs it."""
    return definitions.retire_page(request, PAGES, PAGES.get(public_id))


@vendor_view(Permission.MANAGE_TIERS)
@require_POST
def tier_restore(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take it back into use."""
    return definitions.restore_page(request, PAGES, PAGES.get(public_id))


@vendor_view(Permission.MANAGE_TIERS)
@require_POST
def tier_unplan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the plan to publish its draft back."""
    return definitions.unplan_page(request, PAGES, PAGES.get(public_id))


@vendor_view(Permission.MANAGE_TIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def tier_languages(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write its texts in another language."""
    return definitions.languages_page(request, PAGES, PAGES.get(public_id))


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_tiers_panel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show on a partner's page what it holds and what it qualifies for, ladder by ladder."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    context = {
        "partner": partner,
        "ladders": reads.ladders_of(partner),
        "history": reads.history(partner, request.user)[: reads.LATEST_MOVES],
        "may_edit": allowed(request.user, Permission.MANAGE_TIERS),
        "may_invite": allowed(request.user, Permission.EDIT_PARTNERS),
    }
    return render(request, "partners/vendor/tiers/_partner.html", context)


@vendor_view(Permission.MANAGE_TIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def tier_hold(request: HttpRequest, public_id: UUID, track_id: UUID) -> HttpResponse:
    """Give a partner a tier by hand, with a reason."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    track = get_object_or_404(TierTrack, public_id=track_id)
    form = HoldForm(request.POST or None, track=track)
    if request.method == "POST" and form.is_valid():
        try:
            tiers.hold(partner=partner, by=request.user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(
                request, _("%(partner)s holds %(tier)s.") % {"partner": partner, "tier": form.cleaned_data["tier"]}
            )
            return redirect("vendor:membership-history", partner.public_id)
    context = {"form": form, "partner": partner, "track": track}
    return render(request, "partners/vendor/tiers/hold.html", context, status=422 if form.errors else 200)


def _moved(order: list[Tier], act: str) -> Sequence[Tier]:
    """Move one tier up or down by one place, as the buttons do where no script runs."""
    direction, _colon, value = act.partition(":")
    place = next((index for index, tier in enumerate(order) if str(tier.public_id) == value), None)
    if place is None or direction not in ("up", "down"):
        return order
    target = min(max(place + (-1 if direction == "up" else 1), 0), len(order) - 1)
    order.insert(target, order.pop(place))
    return order
