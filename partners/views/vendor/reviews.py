"""The vendor's side of reviews: the queue with decisions over many, one review, the calendar."""

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
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.models import Program
from core.periods import today as day_at
from partners.forms.definitions import add_refusal
from partners.forms.refusals import show_refusal
from partners.forms.reviews import DecideReviewForm, RemarkForm
from partners.models import MembershipReview, ReviewDecision
from partners.queries import reviews as reads
from partners.services import review_remarks, reviews
from partners.views.ids import uuids
from partners.views.vendor.membership_tabs import membership_tabs

PAGE_SIZE = 50
#: How many are renewed with one press of the button; the page shows no more at once.
RENEWED_AT_ONCE = 50
REFUSALS_SHOWN = 5
FILTERS = ("open", "same", "differs", "answered", "late", "decided")


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def membership_review_list(request: HttpRequest) -> HttpResponse:
    """List the reviews that wait, those due first at the top."""
    show, category = request.GET.get("show", "open"), request.GET.get("category", "")
    show = show if show in FILTERS else "open"
    rows = reads.queue(request.user, today=_today(), show=show, category=category)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    query = urlencode({name: value for name, value in request.GET.items() if value and name != "page"})
    context = {
        "page": page,
        "show": show,
        "shows": _shows(),
        "category": category,
        "categories": reads.categories_in_use(),
        "query": query,
        "here": request.get_full_path(),
        "is_narrowed": show != "open" or bool(category),
        "today": _today(),
        "tabs": membership_tabs("reviews"),
        "may_decide": allowed(request.user, Permission.EDIT_PARTNERS) and show != "decided",
    }
    return render(request, "partners/vendor/membership_reviews/list.html", context)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def membership_review_detail(request: HttpRequest, membership_review: UUID) -> HttpResponse:
    """Show one review: what the partner says, what criteria said then and say now, and the decisions."""
    return _page(request, _review(request, membership_review))


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def membership_review_decide(request: HttpRequest, membership_review: UUID) -> HttpResponse:
    """Renew a membership, renew it with a condition, move it to grace, or end it."""
    review = _review(request, membership_review)
    form = DecideReviewForm(request.POST)
    if form.is_valid():
        said = {"decision": form.cleaned_data["verdict"], "note": form.cleaned_data["reply"]}
        try:
            reviews.decide(review=review, by=request.user, at=timezone.now(), **said)
        except reviews.NoteMissing as refusal:
            form.add_error("reply", refusal.messages)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"{review.membership}: {review.get_decision_display()}")
            return redirect(_back(request))
    return _page(request, review, form)


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def membership_review_remark(request: HttpRequest, membership_review: UUID) -> HttpResponse:
    """Accept one difference, note what is to be mended about it, or take that back."""
    review = _review(request, membership_review)
    form = RemarkForm(request.POST)
    said: dict[str, Any] = {
        "review": review,
        "clause": request.POST.get("clause", "")[:64],
        "by": request.user,
        "at": timezone.now(),
    }
    if form.is_valid():
        try:
            if request.POST.get("act") == "note":
                review_remarks.note(**said, text=form.cleaned_data["note"])
            elif request.POST.get("act") == "accept":
                review_remarks.accept(**said)
            else:
                review_remarks.take_back(**said)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect(reverse("vendor:membership-review-detail", args=[review.public_id]) + "#differences")
    return _page(request, review, remark_form=form)


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def membership_review_renew(request: HttpRequest) -> HttpResponse:
    """Renew the chosen memberships, each by itself, and say which could not be renewed."""
    chosen = MembershipReview.objects.visible_to(request.user).filter(
        public_id__in=uuids(request.POST.getlist("review"))[:RENEWED_AT_ONCE]
    )
    outcomes = reviews.renew_many(
        reviews=chosen.select_related("membership__partner", "membership__category").order_by("due_on", "pk"),
        by=request.user,
        at=timezone.now(),
    )
    _say(request, outcomes)
    return redirect(_back(request))


def _page(
    request: HttpRequest,
    review: MembershipReview,
    form: DecideReviewForm | None = None,
    *,
    remark_form: RemarkForm | None = None,
) -> HttpResponse:
    membership = review.membership
    checked = reads.checked(review, timezone.now())
    remark_form = remark_form or RemarkForm()
    form = form or DecideReviewForm(initial={"reply": checked.notes[:300]})
    context = {
        "review": review,
        "membership": membership,
        "partner": membership.partner,
        "checked": checked,
        "form": form,
        "remark_form": remark_form,
        "refused_clause": request.POST.get("clause", "") if remark_form.errors else "",
        "today": _today(),
        "back": request.POST.get("back", ""),
        "may_decide": allowed(request.user, Permission.EDIT_PARTNERS) and review.is_open,
        "decisions": ReviewDecision,
        "trail": [
            (_("Reviews"), reverse("vendor:membership-review-list")),
        ],
    }
    status = 422 if form.errors or remark_form.errors else 200
    return render(request, "partners/vendor/membership_reviews/detail.html", context, status=status)


def _review(request: HttpRequest, public_id: UUID) -> MembershipReview:
    rows = MembershipReview.objects.visible_to(request.user).select_related(*reads.RELATED, "category_version")
    review: MembershipReview = get_object_or_404(rows, public_id=public_id)
    return review


def _say(request: HttpRequest, outcomes: list[reviews.Outcome]) -> None:
    refused = [one for one in outcomes if one.refusal]
    renewed = len(outcomes) - len(refused)
    if renewed:
        said = ngettext("%(n)s membership was renewed.", "%(n)s memberships were renewed.", renewed)
        messages.success(request, said % {"n": renewed})
    for one in refused[:REFUSALS_SHOWN]:
        messages.error(request, f"{one.review.membership}: {one.refusal}")
    if len(refused) > REFUSALS_SHOWN:
        more = _("%(n)s more could not be renewed at once; they are still in the list.")
        messages.error(request, more % {"n": len(refused) - REFUSALS_SHOWN})
    if not outcomes:
        messages.error(request, _("Choose the reviews first."))


def _back(request: HttpRequest) -> str:
    back = request.POST.get("back", "")
    here = reverse("vendor:membership-review-list")
    return back if back.startswith(here) and url_has_allowed_host_and_scheme(back, allowed_hosts=None) else here


def _shows() -> list[tuple[str, Any]]:
    return [
        ("open", _("All that wait")),
        ("same", _("Without differences")),
        ("differs", _("With differences")),
        ("answered", _("Partner answered")),
        ("late", _("Late")),
        ("decided", _("Decided")),
    ]


def _today() -> Any:
    return day_at(at=timezone.now(), zone=Program.current().zone)
