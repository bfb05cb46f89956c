"""The partner's voice: what is suggested to it, what it flags, and its answers to reviews."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, partner_view
from accounts.permissions import Permission
from core.models import Program
from core.periods import today as day_at
from partners.forms.definitions import add_refusal
from partners.forms.voice import AnswerReviewForm, RefuseForm, ReviewProfileForm
from partners.models import CategoryMembership, MembershipReview, Partner, ReviewAnswer
from partners.queries import attributes as attribute_queries
from partners.queries import differences, examinations, overrides
from partners.queries import reviews as review_reads
from partners.services import partners, reviews, suggestions


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def suggestion_list(request: Any) -> HttpResponse:
    """Show which categories criteria suggest to us and why, and what was refused."""
    rows = list(differences.suggestions(request.partner))
    now = timezone.now()
    context = {
        "suggestions": [(one, differences.examined(one, now), differences.again_words(one)) for one in rows],
        "refused": list(differences.refused(request.partner)),
        "may_answer": allowed(request.user, Permission.EDIT_OWN_PROFILE),
        "tabs": voice_tabs("suggested"),
    }
    return render(request, "partners/partner/suggestions/list.html", context)


@partner_view(Permission.EDIT_OWN_PROFILE)
@require_POST
def suggestion_accept(request: Any, membership: UUID) -> HttpResponse:
    """Say that we do what was suggested."""
    suggestion = _membership(request, membership)
    try:
        suggestions.accept(membership=suggestion, by=request.user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("partner:suggestion-list")
    messages.success(request, _("Noted: you do this. Add what shows it, and it is reviewed."))
    return redirect("partner:category-detail", suggestion.category.public_id)


@partner_view(Permission.EDIT_OWN_PROFILE)
@require_http_methods(["GET", "HEAD", "POST"])
def suggestion_refuse(request: Any, membership: UUID) -> HttpResponse:
    """Say that we do not do what was suggested, and why."""
    suggestion = _membership(request, membership)
    form = RefuseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            suggestions.refuse(membership=suggestion, by=request.user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Noted. It is not suggested again unless something changes."))
            return redirect("partner:suggestion-list")
    context = {"form": form, "suggestion": suggestion}
    return render(request, "partners/partner/suggestions/refuse.html", context, status=422 if form.errors else 200)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def membership_review_list(request: Any) -> HttpResponse:
    """Show which of our categories are reviewed now, and what was decided before."""
    rows = list(review_reads.of_partner(request.partner))
    context = {
        "open": [one for one in rows if one.is_open],
        "past": [one for one in reversed(rows) if not one.is_open],
        "today": _today(),
        "tabs": voice_tabs("reviews"),
    }
    return render(request, "partners/partner/membership_reviews/list.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def membership_review_detail(request: Any, membership_review: UUID) -> HttpResponse:
    """Show what the category asks and what our profile says, and ask whether it still is what we do."""
    return _review_page(request, _review(request, membership_review))


@partner_view(Permission.EDIT_OWN_PROFILE)
@require_POST
def membership_review_answer(request: Any, membership_review: UUID) -> HttpResponse:
    """Confirm that the category still applies, or say that it no longer does."""
    review = _review(request, membership_review)
    form = AnswerReviewForm(request.POST)
    answer = ReviewAnswer.NO_LONGER if request.POST.get("act") == "no_longer" else ReviewAnswer.CONFIRMED
    if form.is_valid():
        said = {"answer": answer, "statement": form.cleaned_data["reply"]}
        try:
            reviews.answer(review=review, by=request.user, at=timezone.now(), **said)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Thank you. Your partner manager reads it, and you are told what is decided."))
            return redirect("partner:membership-review-detail", review.public_id)
    return _review_page(request, review, form=form)


@partner_view(Permission.EDIT_OWN_PROFILE)
@require_POST
def membership_review_profile(request: Any, membership_review: UUID) -> HttpResponse:
    """Change what our profile says of what the category asks, and confirm it by that."""
    review = _review(request, membership_review)
    applied = overrides.applying(review.membership.category, review.membership.partner)
    profile_form = _profile_form(review, applied, request.POST)
    if profile_form.is_valid():
        said = {"by": request.user, "at": timezone.now()}
        try:
            with transaction.atomic():
                partners.update(partner=_own(request), changes=profile_form.changes, **said)
                reviews.answer(review=review, answer=ReviewAnswer.UPDATED, statement=review.statement, **said)
        except ValidationError as refusal:
            profile_form.show(refusal)
        else:
            messages.success(request, _("Your profile was saved, and the category is confirmed with it."))
            return redirect("partner:membership-review-detail", review.public_id)
    return _review_page(request, review, profile_form=profile_form)


def voice_tabs(current: str) -> list[dict[str, Any]]:
    """Return the tabs of everything about our categories."""
    pages = (
        ("categories", _("All categories"), "partner:category-list"),
        ("suggested", _("Suggested for you"), "partner:suggestion-list"),
        ("reviews", _("Reviews"), "partner:membership-review-list"),
        ("flags", _("What you flagged"), "partner:flag-list"),
    )
    return [{"label": label, "url": reverse(name), "current": word == current} for word, label, name in pages]


def _review_page(
    request: Any,
    review: MembershipReview,
    *,
    form: AnswerReviewForm | None = None,
    profile_form: ReviewProfileForm | None = None,
) -> HttpResponse:
    membership = review.membership
    applied = overrides.applying(membership.category, membership.partner)
    may_answer = review.is_open and allowed(request.user, Permission.EDIT_OWN_PROFILE)
    context = {
        "review": review,
        "membership": membership,
        "version": applied.version if applied else membership.category_version,
        "found": examinations.examine(partner=membership.partner, category=membership.category, at=timezone.now()),
        "form": form or AnswerReviewForm(initial={"reply": review.statement}),
        "profile_form": (profile_form or _profile_form(review, applied)) if may_answer else None,
        "may_answer": may_answer,
        "today": _today(),
        "trail": [(_("Reviews"), reverse("partner:membership-review-list"))],
    }
    refused = bool((form and form.errors) or (profile_form and profile_form.errors))
    status = 422 if refused else 200
    return render(request, "partners/partner/membership_reviews/detail.html", context, status=status)


def _profile_form(review: MembershipReview, applied: overrides.Applied | None, data: Any = None) -> ReviewProfileForm:
    """Return a form of what the criteria ask of the profile, as far as the partner keeps it itself."""
    partner = review.membership.partner
    names = attribute_queries.fields_asked(applied.version.criteria if applied else None)
    own = [
        one
        for one in attribute_queries.live()
        if one.partner_may_edit and attribute_queries.FIELD_PREFIX + one.key in names
    ]
    return ReviewProfileForm(data, partner=partner, attributes=own, names=names)


def _membership(request: Any, public_id: UUID) -> CategoryMembership:
    rows = CategoryMembership.objects.visible_to(request.user).of(request.partner).select_related("partner", "category")
    membership: CategoryMembership = get_object_or_404(rows, public_id=public_id)
    return membership


def _review(request: Any, public_id: UUID) -> MembershipReview:
    rows = MembershipReview.objects.visible_to(request.user).of(request.partner)
    related = (*review_reads.RELATED, "membership__partner__region", "membership__category_version")
    review: MembershipReview = get_object_or_404(rows.select_related(*related), public_id=public_id)
    return review


def _own(request: HttpRequest) -> Partner:
    own: Any = request
    return Partner.objects.select_related("region", "parent").get(pk=own.partner.pk)


def _today() -> date:
    return day_at(at=timezone.now(), zone=Program.current().zone)
