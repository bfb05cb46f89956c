"""The vendor's pages of how partners move: policies, reviews, approvals, overrides and invitations."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from partners.forms.definitions import add_refusal
from partners.forms.tier_policies import ManualOverrideForm, PolicyForm, ReasonForm, TierInvitationForm
from partners.models import (
    ManualOverride,
    Partner,
    ProposalState,
    TierInvitation,
    TierProposal,
    TierReview,
    TierReviewOutcome,
    TierTrack,
)
from partners.queries import tier_policies as words
from partners.queries import tier_reviews as reads
from partners.services import manual_overrides, tier_invitations, tier_proposals, tier_reviews, tiers
from partners.tier_policy import OutcomeKind
from partners.views.vendor.tiers import PAGES

PAGE_SIZE = 50
PAST_REVIEWS = 20


@vendor_view(Permission.MANAGE_TIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def track_policy(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say when partners rise and fall on a track, and read what it means."""
    track = get_object_or_404(TierTrack, public_id=public_id)
    form = PolicyForm(request.POST or None, instance=TierTrack.objects.get(pk=track.pk))
    if request.method == "POST" and form.is_valid():
        try:
            tiers.update_track(track=track, by=request.user, at=timezone.now(), changes=form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("How partners move on %(name)s was saved.") % {"name": track})
            return redirect("vendor:track-policy", track.public_id)
    context = {
        "form": form,
        "track": track,
        "words": words.in_words(track),
        "coming": reads.coming(at=timezone.now(), tracks=[track])[:4],
        "trail": PAGES.above(),
    }
    return render(request, "partners/vendor/tiers/policy.html", context, status=422 if form.errors else 200)


# --- reviews


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """Show reviews that wait, those that are past, and the calendar of those to come."""
    context = {
        "reviews": TierReview.objects.select_related("track", "decided_by").order_by("-day", "-pk")[:PAST_REVIEWS],
        "coming": reads.coming(at=timezone.now()),
        "waiting": TierProposal.objects.visible_to(request.user).filter(state=ProposalState.WAITING).count(),
        "trail": PAGES.above(),
    }
    return render(request, "partners/vendor/tiers/reviews.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def review_detail(request: HttpRequest, tier_review: UUID) -> HttpResponse:
    """Show everybody in a review by what happens to them."""
    return _review_page(request, _review(tier_review))


def _review(public_id: UUID) -> TierReview:
    return get_object_or_404(TierReview.objects.select_related("track", "decided_by"), public_id=public_id)


def _review_page(request: HttpRequest, review: TierReview, *, missing: str = "") -> HttpResponse:
    mine = TierReviewOutcome.objects.visible_to(request.user).filter(review=review)
    counts = reads.counted(mine)
    shown = request.GET.get("outcome", "")
    shown = shown if shown in counts else next((str(kind) for kind in _INTERESTING if kind in counts), "")
    rows = mine.filter(outcome=shown).select_related("partner", "held_tier", "to_tier", "qualified_tier", "exempted_by")
    context = {
        "review": review,
        "counts": [(kind, kind.label, counts[kind]) for kind in _INTERESTING if kind in counts],
        "shown": shown,
        "page": Paginator(rows.order_by("partner__name", "pk"), PAGE_SIZE).get_page(request.GET.get("page")),
        "may_decide": allowed(request.user, Permission.MANAGE_TIERS) and review.state == "waiting",
        "exempted": mine.filter(exempted_at__isnull=False).count(),
        "chosen": _uuids(request.POST.getlist("outcome")),
        "reason": request.POST.get("reason", ""),
        "missing": missing,
        "trail": PAGES.above(),
    }
    return render(request, "partners/vendor/tiers/review.html", context, status=422 if missing else 200)


#: In the order in which a reviewer looks at them.
_INTERESTING = (
    OutcomeKind.GRACE,
    OutcomeKind.FALLS,
    OutcomeKind.LEAVES,
    OutcomeKind.RISES,
    OutcomeKind.RESCUED,
    OutcomeKind.STAYS,
)


@vendor_view(Permission.MANAGE_TIERS)
@require_POST
def review_decide(request: HttpRequest, tier_review: UUID) -> HttpResponse:
    """Make exceptions from a review, carry it out, or let it pass."""
    review = _review(tier_review)
    act, reason = request.POST.get("act", ""), request.POST.get("reason", "").strip()[:300]
    who: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    chosen = review.outcomes.filter(public_id__in=_uuids(request.POST.getlist("outcome")))
    if act in ("exempt", "restore") and not chosen:
        return _review_page(request, review, missing="chosen")
    if act in ("exempt", "skip") and not reason:
        return _review_page(request, review, missing="reason")
    try:
        if act == "exempt":
            count = tier_reviews.exempt(outcomes=chosen, reason=reason, **who)
            messages.success(request, _exceptions(count))
        elif act == "restore":
            tier_reviews.restore(outcomes=chosen, **who)
            messages.success(request, _("The exceptions were taken back."))
        elif act == "skip":
            tier_reviews.skip(review=review, note=reason, **who)
            messages.success(request, _("The review was skipped. Nobody moves."))
        elif act == "execute":
            tier_reviews.execute(review=review, note=reason, **who)
            messages.success(request, _("The review is carried out. Partners hear of what changed for them."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(f"{reverse('vendor:tier-review', args=[review.public_id])}?{request.GET.urlencode()}")


def _exceptions(count: int) -> str:
    return ngettext("%(n)s exception was made.", "%(n)s exceptions were made.", count) % {"n": count}


def _uuids(values: list[str]) -> list[UUID]:
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


# --- approvals


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def approval_list(request: HttpRequest) -> HttpResponse:
    """Show the partners that qualify and wait for an approval."""
    waiting = TierProposal.objects.visible_to(request.user).filter(state=ProposalState.WAITING)
    rows = waiting.select_related("partner", "tier__track").order_by("starts_at", "pk")
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "may_decide": allowed(request.user, Permission.MANAGE_TIERS),
        "trail": PAGES.above(),
    }
    return render(request, "partners/vendor/tiers/approvals.html", context)


@vendor_view(Permission.MANAGE_TIERS)
@require_POST
def approval_approve(request: HttpRequest) -> HttpResponse:
    """Approve any number of partners that wait."""
    waiting = TierProposal.objects.visible_to(request.user).filter(state=ProposalState.WAITING)
    chosen = waiting.filter(public_id__in=_uuids(request.POST.getlist("proposal")))
    count = tier_proposals.approve(proposals=chosen, by=request.user, at=timezone.now())
    said = ngettext("%(n)s partner rose.", "%(n)s partners rose.", count) % {"n": count}
    messages.success(request, said)
    return redirect("vendor:tier-approvals")


@vendor_view(Permission.MANAGE_TIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def approval_decline(request: HttpRequest, tier_proposal: UUID) -> HttpResponse:
    """Say no to a tier, with a reason the partner reads."""
    rows = TierProposal.objects.visible_to(request.user).select_related("partner", "tier__track")
    proposal = get_object_or_404(rows, public_id=tier_proposal)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        tier_proposals.decline(proposal=proposal, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("%(partner)s hears why.") % {"partner": proposal.partner})
        return redirect("vendor:tier-approvals")
    names = {"partner": proposal.partner, "tier": proposal.tier}
    return _ask(
        request,
        form,
        title=_("Decline %(tier)s for %(partner)s") % names,
        lead=_("It meets what the tier asks. The partner reads your reason."),
        button=_("Decline"),
        partner=proposal.partner,
        back=reverse("vendor:tier-approvals"),
    )


# --- overrides and invitations


@vendor_view(Permission.MANAGE_TIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def override_begin(request: HttpRequest, public_id: UUID, track_id: UUID) -> HttpResponse:
    """Decide a partner's tier by hand, until a day."""
    partner, track = _partner_and_track(request, public_id, track_id)
    form = ManualOverrideForm(request.POST or None, track=track)
    if request.method == "POST" and form.is_valid():
        try:
            manual_overrides.begin(
                partner=partner, track=track, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The override holds. %(partner)s hears of it.") % {"partner": partner})
            return redirect("vendor:membership-history", partner.public_id)
    return _ask(
        request,
        form,
        title=_("Override the tier of %(partner)s") % {"partner": partner},
        lead=_("It comes before all criteria and reviews of %(track)s, until its last day is over.") % {"track": track},
        button=_("Override"),
        partner=partner,
    )


@vendor_view(Permission.MANAGE_TIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def override_end(request: HttpRequest, manual_override: UUID) -> HttpResponse:
    """End a manual override before its day."""
    rows = ManualOverride.objects.visible_to(request.user).select_related("partner", "track", "tier")
    override = get_object_or_404(rows, public_id=manual_override)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        manual_overrides.end(override=override, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The override is over. What the tiers ask decides again."))
        return redirect("vendor:membership-history", override.partner.public_id)
    return _ask(
        request,
        form,
        title=_("End the override of %(partner)s") % {"partner": override.partner},
        lead=_("What the tiers of %(track)s ask decides again, at once.") % {"track": override.track},
        button=_("End the override"),
        partner=override.partner,
    )


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def tier_invite(request: HttpRequest, public_id: UUID, track_id: UUID) -> HttpResponse:
    """Invite a partner to a tier."""
    partner, track = _partner_and_track(request, public_id, track_id)
    form = TierInvitationForm(request.POST or None, track=track)
    if request.method == "POST" and form.is_valid():
        try:
            tier_invitations.invite(partner=partner, by=request.user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("%(partner)s is invited.") % {"partner": partner})
            return redirect("vendor:membership-history", partner.public_id)
    return _ask(
        request,
        form,
        title=_("Invite %(partner)s to a tier") % {"partner": partner},
        lead=_("Criteria of tiers on %(track)s may ask for an invitation.") % {"track": track},
        button=_("Invite"),
        partner=partner,
    )


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_withdraw(request: HttpRequest, tier_invitation: UUID) -> HttpResponse:
    """Take an invitation to a tier back."""
    rows = TierInvitation.objects.visible_to(request.user).select_related("partner", "tier__track")
    invitation = get_object_or_404(rows, public_id=tier_invitation)
    if request.method == "POST":
        tier_invitations.withdraw(invitation=invitation, by=request.user, at=timezone.now())
        messages.success(request, _("The invitation was withdrawn."))
        return redirect("vendor:membership-history", invitation.partner.public_id)
    return _ask(
        request,
        None,
        title=_("Withdraw the invitation of %(partner)s") % {"partner": invitation.partner},
        lead=_("A tier that asks for it is then no longer met: %(tier)s.") % {"tier": invitation.tier},
        button=_("Withdraw"),
        partner=invitation.partner,
    )


def _partner_and_track(request: HttpRequest, public_id: UUID, track_id: UUID) -> tuple[Partner, TierTrack]:
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    return partner, get_object_or_404(TierTrack, public_id=track_id)


def _ask(
    request: HttpRequest, form: Any, *, title: str, lead: str, button: str, partner: Partner, back: str = ""
) -> HttpResponse:
    back = back or reverse("vendor:membership-history", args=[partner.public_id])
    context = {"form": form, "title": title, "lead": lead, "button": button, "back": back}
    status = 422 if form is not None and form.errors else 200
    return render(request, "partners/vendor/tiers/ask.html", context, status=status)
