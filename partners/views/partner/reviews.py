"""The partner's answers to reviews of its categories."""

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
from django.views.decorators.http import require_POST, require_safe

from accounts.access import allowed, partner_view
from accounts.permissions import Permission
from core.models import Program
from core.periods import today as day_at
from partners.forms.definitions import add_refusal
from partners.forms.reviews import AnswerReviewForm, ReviewProfileForm
from partners.models import MembershipReview, Partner, ReviewAnswer
from partners.queries import attributes as attribute_queries
from partners.queries import examinations, languages, overrides
from partners.queries import reviews as reads
from partners.services import partners, reviews
from partners.views.partner.category_tabs import category_tabs


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def membership_review_list(request: Any) -> HttpResponse:
    """Show which of our categories are reviewed now, and what was decided before."""
    rows = list(reads.of_partner(request.partner))
    context = {
        "open": [one for one in rows if one.is_open],
        "past": [one for one in reversed(rows) if not one.is_open],
        "today": _today(),
        "tabs": category_tabs("reviews"),
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
    version = applied.version if applied else membership.category_version
    language = languages.language_for(request.user, request.GET.get("language", ""))
    read, offered = languages.read(version, language) if version else None, languages.offered()
    context = {
        "review": review,
        "membership": membership,
        "read": read,
        "version": read.version if read else None,
        "name": read.name if read else membership.category.name,
        "offered": list(offered.items()) if len(offered) > 1 else [],
        "own_language": next(iter(offered.values())),
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


def _review(request: Any, public_id: UUID) -> MembershipReview:
    rows = MembershipReview.objects.visible_to(request.user).of(request.partner)
    related = (*reads.RELATED, "membership__partner__region", "membership__category_version")
    review: MembershipReview = get_object_or_404(rows.select_related(*related), public_id=public_id)
    return review


def _own(request: HttpRequest) -> Partner:
    own: Any = request
    return Partner.objects.select_related("region", "parent").get(pk=own.partner.pk)


def _today() -> date:
    return day_at(at=timezone.now(), zone=Program.current().zone)
