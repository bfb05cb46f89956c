"""Reviews of memberships opened: by the clock when they are due, or by hand before their time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from core import audit
from core.refusals import Refusal
from partners.models import CategoryMembership, MembershipPolicy, MembershipReview, MembershipState
from partners.models.reviews import OPEN_REVIEWS
from partners.services import reviews, stays


class CannotReview(Refusal):
    """There is nothing to look at again."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What became of one membership among many: its review, or why there is none."""

    membership: CategoryMembership
    review: MembershipReview | None = None
    is_new: bool = False
    refusal: str = ""


def open_by_clock(membership_id: int, *, at: datetime) -> int:
    """Open the review of a membership that is due soon, unless one is under way. Returns how many were opened."""
    with audit.action("review.open", by=None):
        membership = stays.locked(CategoryMembership.objects.get(pk=membership_id))
        if membership.state != MembershipState.ACTIVE or membership.next_review_on is None or _under_way(membership):
            return 0
        return int(_open(membership, due_on=membership.next_review_on, at=at)[1])


def open_early(
    *, membership: CategoryMembership, by: Any | None, at: datetime, reason: str = "", due_on: date | None = None
) -> MembershipReview:
    """Ask about a membership before its time. While a review is under way, that one is returned.

    The partner gets as many days to answer as at a review of the calendar, unless `due_on` says otherwise.
    """
    with audit.action("review.open_early", by=by):
        return _opened_early(membership, by=by, at=at, reason=reason, due_on=due_on).review  # type: ignore[return-value]


def open_many(
    *, memberships: Iterable[CategoryMembership], by: Any | None, at: datetime, reason: str = ""
) -> list[Opening]:
    """Ask about many memberships, each by itself: one that cannot be reviewed stops none of the others."""
    return [_opened_or_why_not(one, by=by, at=at, reason=reason) for one in memberships]


def _opened_or_why_not(membership: CategoryMembership, *, by: Any | None, at: datetime, reason: str) -> Opening:
    try:
        with audit.action("review.open_early", by=by):
            return _opened_early(membership, by=by, at=at, reason=reason, due_on=None)
    except Refusal as refusal:
        return Opening(membership, refusal=str(refusal))


def _opened_early(
    membership: CategoryMembership, *, by: Any | None, at: datetime, reason: str, due_on: date | None
) -> Opening:
    membership = stays.locked(membership)
    if membership.state != MembershipState.ACTIVE:
        said = _("%(membership)s is not active: there is nothing to renew.")
        raise CannotReview(said % {"membership": membership}, code="not_active")
    found = _under_way(membership)
    if found is not None:
        return Opening(membership, found)
    today = stays.today_of(at)
    if due_on is not None and due_on < today:
        raise CannotReview({"due_on": _("Choose today or a later day.")}, code="in_the_past")
    day = due_on or _day_to_answer(membership, today)
    review, is_new = _open(membership, due_on=day, at=at, opened_by=stays.person(by), reason=reason.strip())
    return Opening(membership, review, is_new)


def _day_to_answer(membership: CategoryMembership, today: date) -> date:
    day, due = today + timedelta(days=MembershipPolicy.current().review_lead_days), membership.next_review_on
    return due if due is not None and today <= due < day else day


def _open(membership: CategoryMembership, *, due_on: date, at: datetime, **said: Any) -> tuple[MembershipReview, bool]:
    """Open a review for a day, or for the next one on which the membership was not reviewed already."""
    if said:
        taken = set(membership.reviews.values_list("due_on", flat=True))
        while due_on in taken:
            due_on += timedelta(days=1)
    review, is_new = MembershipReview.objects.get_or_create(
        membership=membership,
        due_on=due_on,
        defaults={"opened_at": at, "category_version": membership.category_version, **said},
    )
    if is_new:
        reviews.check(review, at=at)
        reviews.tell(review, "opened")
    return review, is_new


def _under_way(membership: CategoryMembership) -> MembershipReview | None:
    found: MembershipReview | None = membership.reviews.filter(state__in=OPEN_REVIEWS).first()
    return found
