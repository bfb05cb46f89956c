"""Reviews of memberships as pages show them: the queue, one review with then and now, the calendar."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncMonth, TruncWeek

from core.periods import add_months
from partners.models import (
    Category,
    CategoryMembership,
    MembershipMove,
    MembershipReview,
    MembershipState,
    Partner,
    RemarkMark,
    ReviewAnswer,
    ReviewRemark,
    ReviewState,
)
from partners.models.reviews import OPEN_REVIEWS
from partners.queries import examinations
from partners.queries.examinations import Comparison, Examination

WEEKS_SHOWN = 13
MONTHS_SHOWN = 12
RELATED = ("membership__partner", "membership__category", "answered_by", "decided_by", "opened_by")

#: Reviews that can be renewed without a second look: criteria say what they said, and the partner does not deny it.
SAME = Q(state__in=OPEN_REVIEWS, differs=False) & ~Q(answer=ReviewAnswer.NO_LONGER)


@dataclass(frozen=True, slots=True)
class Checked:
    """A review with what criteria said at the last decision and what they say now."""

    review: MembershipReview
    decided_in: MembershipMove | None
    then: Examination | None
    now: Examination | None
    clauses: list[Comparison]
    differs: bool
    remarks: Mapping[str, ReviewRemark]

    @property
    def rows(self) -> list[tuple[Comparison, ReviewRemark | None]]:
        """Every clause with what somebody said of it."""
        return [(one, self.remarks.get(one.key)) for one in self.clauses]

    @property
    def notes(self) -> str:
        """What is to be mended, in words for the partner."""
        return " ".join(f"{one.asked[:1].upper()}{one.asked[1:]}: {one.note}" for one in self._noted)

    @property
    def to_look_at(self) -> int:
        """About how many differences nobody has said anything yet."""
        return sum(one.is_different and one.key not in self.remarks for one in self.clauses)

    @property
    def _noted(self) -> list[ReviewRemark]:
        return [one for _clause, one in self.rows if one is not None and one.mark == RemarkMark.NOTED]


@dataclass(slots=True)
class Span:
    """A week or month of the calendar: how many memberships come due, by category."""

    starts_on: date
    ends_on: date
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many come due."""
        return sum(self.counts.values())


def queue(user: Any, *, today: date, show: str = "open", category: str = "") -> QuerySet[MembershipReview]:
    """Return the reviews a person may see, those due first at the top; what was decided, the newest first."""
    rows: QuerySet[MembershipReview] = MembershipReview.objects.visible_to(user).select_related(*RELATED)
    if category:
        rows = rows.filter(membership__category__key=category)
    if show == "decided":
        return rows.filter(state=ReviewState.DECIDED).order_by("-decided_at", "-pk")
    wanted = {
        "answered": Q(state=ReviewState.ANSWERED),
        "late": Q(state__in=OPEN_REVIEWS, due_on__lt=today),
        "differs": Q(state__in=OPEN_REVIEWS) & ~SAME,
        "same": SAME,
    }
    return rows.filter(wanted.get(show, Q(state__in=OPEN_REVIEWS))).order_by("due_on", "pk")


def checked(review: MembershipReview, at: datetime) -> Checked:
    """Return a review with the differences since the last decision; a closed one as it stood when it was closed."""
    membership = review.membership
    if review.is_open:
        move, then = examinations.last_kept(membership)
        now = examinations.examine(partner=membership.partner, category=membership.category, at=at)
    else:
        move, then = _kept_before(review)
        now = examinations.kept_in(review.found)
    remarks = {one.clause: one for one in review.remarks.select_related("marked_by")}
    clauses = examinations.compared(then, now)
    return Checked(review, move, then, now, clauses, examinations.differs(then, now), remarks)


def of_partner(partner: Partner) -> QuerySet[MembershipReview]:
    """Return the reviews of a partner, open ones first, then the newest."""
    rows: QuerySet[MembershipReview] = MembershipReview.objects.of(partner)
    return rows.exclude(state=ReviewState.DROPPED).select_related(*RELATED).order_by("decided_at", "due_on", "pk")


def calendar(user: Any, *, today: date, by_week: bool) -> list[Span]:
    """Return the coming weeks or months with how many memberships come due in each, by category."""
    spans = _weeks(today) if by_week else _months(today)
    truncated = TruncWeek("next_review_on") if by_week else TruncMonth("next_review_on")
    rows = (
        _due_between(user, spans[0].starts_on, spans[-1].ends_on)
        .annotate(span=truncated)
        .values("span", "category__name")
        .annotate(n=Count("pk"))
        .order_by("span", "category__position")
    )
    by_start: Mapping[date, Span] = {span.starts_on: span for span in spans}
    for row in rows:
        by_start[row["span"]].counts[row["category__name"]] = row["n"]
    return spans


def coming_due(user: Any, *, since: date, until: date, category: str = "") -> QuerySet[CategoryMembership]:
    """Return the memberships that come due between two days, with the review that is under way, if there is one."""
    review = MembershipReview.objects.filter(membership=OuterRef("pk"), state__in=OPEN_REVIEWS)
    rows = _due_between(user, since, until)
    if category:
        rows = rows.filter(category__key=category)
    return (
        rows.annotate(review_id=Subquery(review.values("public_id")[:1]))
        .select_related("partner", "category")
        .order_by("next_review_on", "partner__name", "pk")
    )


def _due_between(user: Any, since: date, until: date) -> QuerySet[CategoryMembership]:
    rows: QuerySet[CategoryMembership] = CategoryMembership.objects.visible_to(user).open()
    return rows.filter(state__in=[MembershipState.ACTIVE, MembershipState.GRACE], next_review_on__range=(since, until))


def categories_in_use() -> list[tuple[str, str]]:
    """Return the categories a list can be narrowed to, by key."""
    return list(Category.objects.filter(retired_at__isnull=True).order_by("position", "pk").values_list("key", "name"))


def _kept_before(review: MembershipReview) -> tuple[MembershipMove | None, Examination | None]:
    moves = MembershipMove.objects.filter(
        membership=review.membership, evidence__has_key=examinations.KEPT, at__lt=review.decided_at or review.updated_at
    )
    move = moves.select_related("moved_by").order_by("-at", "-pk").first()
    return move, examinations.kept_in(move.evidence) if move else None


def _weeks(today: date) -> list[Span]:
    monday = today - timedelta(days=today.weekday())
    starts = [monday + timedelta(weeks=number) for number in range(WEEKS_SHOWN)]
    return [Span(start, start + timedelta(days=6)) for start in starts]


def _months(today: date) -> list[Span]:
    first = today.replace(day=1)
    starts = [add_months(first, number) for number in range(MONTHS_SHOWN + 1)]
    return [Span(start, after - timedelta(days=1)) for start, after in zip(starts, starts[1:], strict=False)]
