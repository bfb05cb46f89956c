"""The clocks of reviews: opened before a membership is due, reminders at set days, and who hears when one is late.

Days are the program's own. A review is late on the day after its due day. Every clock may run as often as it likes.
"""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from core import audit
from core.periods import add_months
from partners.models import (
    CategoryMembership,
    MembershipPolicy,
    MembershipReview,
    MembershipState,
    ReviewEscalation,
    ReviewState,
)
from partners.models.reviews import OPEN_REVIEWS
from partners.services import review_openings, reviews, stays

#: How many of a kind one run takes; what is left waits for the next run, an hour later at most.
AT_ONCE = 1_000


def open_due(*, at: datetime) -> int:
    """Open a review for every membership that is due soon. Returns how many."""
    today = stays.today_of(at)
    _schedule_the_unscheduled(today)
    horizon = today + timedelta(days=MembershipPolicy.current().review_lead_days)
    under_way = MembershipReview.objects.filter(membership=OuterRef("pk"), state__in=OPEN_REVIEWS)
    due = CategoryMembership.objects.filter(
        ~Exists(under_way), state=MembershipState.ACTIVE, next_review_on__lte=horizon
    ).order_by("next_review_on", "pk")
    return sum(review_openings.open_by_clock(one, at=at) for one in list(due.values_list("pk", flat=True)[:AT_ONCE]))


def remind(*, at: datetime) -> int:
    """Remind partners that have not answered, at the program's set days. Returns how many were reminded now."""
    today, told = stays.today_of(at), 0
    for days in sorted(MembershipPolicy.current().review_reminder_days):
        silent = MembershipReview.objects.filter(
            Q(reminded_days__isnull=True) | Q(reminded_days__gt=days),
            state=ReviewState.ASKED,
            due_on__gte=today,
            due_on__lte=today + timedelta(days=days),
        )
        for one in list(silent.order_by("due_on", "pk")[:AT_ONCE]):
            told += _remind(one, silent, days=days)
    return told


def escalate(*, at: datetime) -> int:
    """Tell the partner's manager of a late review at once, program admins after some days. Returns how many times."""
    today = stays.today_of(at)
    patience = timedelta(days=MembershipPolicy.current().review_escalate_days)
    return sum(
        _escalate(one, to)
        for to, late_since in ((ReviewEscalation.PROGRAM, today - patience), (ReviewEscalation.MANAGER, today))
        for one in list(_late(late_since, to).order_by("due_on", "pk")[:AT_ONCE])
    )


def _late(due_before: date, to: ReviewEscalation) -> "QuerySet[MembershipReview]":
    late: QuerySet[MembershipReview] = MembershipReview.objects.filter(
        state__in=OPEN_REVIEWS, due_on__lt=due_before, escalation__lt=to
    )
    return late


def _schedule_the_unscheduled(today: date) -> None:
    """Give memberships from before reviews a day: the next one of their interval that is not over yet."""
    unscheduled = CategoryMembership.objects.filter(
        state=MembershipState.ACTIVE, next_review_on__isnull=True, category_version__review_interval_months__gt=0
    ).select_related("category_version")
    for one in list(unscheduled.order_by("pk")[:AT_ONCE]):
        assert one.category_version is not None
        months, first = one.category_version.review_interval_months, stays.today_of(one.starts_at)
        rounds = 1
        while add_months(first, months * rounds) < today:
            rounds += 1
        CategoryMembership.objects.filter(pk=one.pk, next_review_on__isnull=True).update(
            next_review_on=add_months(first, months * rounds)
        )


def _remind(review: MembershipReview, silent: "QuerySet[MembershipReview]", *, days: int) -> int:
    with audit.action("review.remind", by=None):
        told = silent.filter(pk=review.pk).update(reminded_days=days)
        if told:
            reviews.tell(review, "reminded", days=days)
    return told


def _escalate(review: MembershipReview, to: ReviewEscalation) -> int:
    with audit.action("review.escalate", by=None):
        told: int = MembershipReview.objects.filter(pk=review.pk, state__in=OPEN_REVIEWS, escalation__lt=to).update(
            escalation=to
        )
        if told:
            reviews.tell(review, "late", escalation=int(to))
    return told
