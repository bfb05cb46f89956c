"""Reviews of memberships: opened when they are due, answered by the partner, decided by the vendor.

The clocks that open, remind and escalate are in `review_clocks.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core import audit
from core.refusals import Refusal
from core.services import outbox, versions
from partners.models import (
    CategoryMembership,
    MembershipReview,
    MembershipState,
    ReviewAnswer,
    ReviewDecision,
    ReviewState,
)
from partners.queries import examinations
from partners.services import grace, stays

REVIEW_CHANGED = "partners.review_changed"


class AlreadyDecided(Refusal):
    """Somebody else decided about it meanwhile."""


class NoteMissing(Refusal):
    """The decision needs words that the partner reads."""


class Different(Refusal):
    """Criteria say something else than at the last decision: somebody has to look."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one review among many; without a refusal it was renewed."""

    review: MembershipReview
    refusal: str = ""


def answer(
    *, review: MembershipReview, by: Any | None, at: datetime, answer: str, statement: str = ""
) -> MembershipReview:
    """The partner says whether its membership still applies. Until it is decided, it may say so anew."""
    with audit.action("review.answer", by=by):
        locked = _locked(review)
        if not locked.is_open:
            raise AlreadyDecided(_("This review was closed meanwhile."), code="decided")
        if (locked.answer, locked.statement) != (answer, statement.strip()):
            locked.state, locked.answer, locked.statement = ReviewState.ANSWERED, answer, statement.strip()
            locked.answered_at, locked.answered_by = at, stays.person(by)
            locked.save(update_fields=["state", "answer", "statement", "answered_at", "answered_by"])
            check(locked, at=at)
            tell(locked, "answered")
    review.refresh_from_db()
    return review


def decide(
    *, review: MembershipReview, by: Any | None, at: datetime, decision: str, note: str = ""
) -> MembershipReview:
    """Renew a membership, renew it with a condition, move it to grace or end it. The same again changes nothing."""
    if decision != ReviewDecision.RENEWED and not note.strip():
        raise NoteMissing({"note": _("Say why: the partner reads it.")})
    with audit.action("review.decide", by=by):
        locked = _locked(review)
        if locked.state == ReviewState.DECIDED and locked.decision == decision:
            return review
        if not locked.is_open:
            closed = _("This review was closed meanwhile: %(how)s.")
            how = locked.get_decision_display() or locked.get_state_display()
            raise AlreadyDecided(closed % {"how": how}, code="decided")
        check(locked, at=at)
        locked.state, locked.decision, locked.note = ReviewState.DECIDED, decision, note.strip()
        locked.decided_at, locked.decided_by = at, stays.person(by)
        locked.save(update_fields=["state", "decision", "note", "decided_at", "decided_by"])
        _carry_out(locked, by=by, at=at)
        tell(locked, "decided")
    review.refresh_from_db()
    return review


def renew_many(*, reviews: Iterable[MembershipReview], by: Any | None, at: datetime) -> list[Outcome]:
    """Renew many memberships, each by itself: one that cannot be renewed stops none of the others.

    Where criteria say something else than at the last decision, or the partner says it no longer applies, a person has
    to look at it alone.
    """
    return [_renew_if_the_same(one, by=by, at=at) for one in reviews]


def check(review: MembershipReview, *, at: datetime) -> None:
    """Check the criteria anew and keep with the review what they say."""
    membership = review.membership
    now = examinations.examine(partner=membership.partner, category=membership.category, at=at)
    then = examinations.last_kept(membership)[1]
    review.found = now.as_evidence() if now else {}
    review.differs = examinations.differs(then, now)
    review.save(update_fields=["found", "differs"])


def tell(review: MembershipReview, what: str, **extra: Any) -> None:
    """Put the notices of a step of a review."""
    outbox.put(topic=REVIEW_CHANGED, payload={"review_id": review.pk, "what": what, **extra})


def _renew_if_the_same(review: MembershipReview, *, by: Any | None, at: datetime) -> Outcome:
    try:
        with audit.action("review.renew_many", by=by):
            locked = _locked(review)
            if locked.is_open:
                check(locked, at=at)
                if locked.differs:
                    raise Different(_("The criteria say something else than last time; look at it first."))
                if locked.answer == ReviewAnswer.NO_LONGER:
                    raise Different(_("The partner says that it no longer applies."))
            decide(review=locked, by=by, at=at, decision=ReviewDecision.RENEWED)
    except Refusal as refusal:
        return Outcome(review, str(refusal))
    return Outcome(review)


def _carry_out(review: MembershipReview, *, by: Any | None, at: datetime) -> None:
    membership = review.membership
    if review.decision == ReviewDecision.ENDED:
        stays.end(membership, by=by, at=at, reason=review.note)
        return
    membership.category_version = versions.published_of(membership.category)
    membership.next_review_on = stays.next_review(at, membership.partner, membership.category)
    if review.decision == ReviewDecision.GRACE:
        membership.save(update_fields=["category_version", "next_review_on"])
        grace.start(membership=membership, by=by, at=at, reason=review.note)
        return
    before, reason = membership.state, review.note or _("Renewed at its review")
    membership.state = MembershipState.ACTIVE
    membership.grace_ends_on = membership.grace_told_days = None
    membership.reason, membership.decided_by = reason, stays.person(by)
    membership.save(update_fields=["category_version", *stays.MOVED])
    stays.note(membership, before=before, by=by, at=at, reason=reason, evidence=review.found)


def _locked(review: MembershipReview) -> MembershipReview:
    """Return a review as it is now, with its partner locked."""
    stays.lock(CategoryMembership.objects.values_list("partner_id", flat=True).get(pk=review.membership_id))
    found: MembershipReview = MembershipReview.objects.select_related(
        "membership__partner", "membership__category"
    ).get(pk=review.pk)
    return found
