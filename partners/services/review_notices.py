"""Tells people of reviews: the partner what is asked and what was decided, the vendor what waits and what is late."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from partners.models import MembershipReview, ReviewAnswer, ReviewDecision, ReviewEscalation, ReviewState
from partners.services.telling import Day, admins_of, manager_of, people_of, program_admins, tell

ASKED = {
    "opened": gettext_noop("Does %(category)s still describe you? Please answer by %(day)s."),
    "reminded": gettext_noop("Please answer by %(day)s: does %(category)s still describe you?"),
}
DECIDED = {
    ReviewDecision.RENEWED: gettext_noop("Your category %(category)s was renewed."),
    ReviewDecision.CONDITION: gettext_noop("Your category %(category)s was renewed with a condition: %(note)s"),
}


def review_changed(payload: Mapping[str, Any]) -> None:
    """Tell who has to hear of a step of a review."""
    review = (
        MembershipReview.objects.select_related("membership__partner", "membership__category")
        .filter(pk=payload["review_id"])
        .first()
    )
    if review is None:
        return
    what = payload["what"]
    if what in ASKED and review.state == ReviewState.ASKED:
        _ask(review, what, days=payload.get("days", 0))
    elif what == "answered" and review.is_open:
        _tell_answer(review)
    elif what == "late" and review.is_open:
        _tell_late(review, payload["escalation"])
    elif what == "decided" and review.decision in DECIDED:
        _tell_decision(review)


def _ask(review: MembershipReview, what: str, *, days: int) -> None:
    detail = gettext_noop(
        "It takes two minutes: the page shows what the category asks and what your profile says. Confirm it, change"
        " what is no longer right, or say that it no longer applies."
    )
    if review.reason:
        detail = gettext_noop(
            "We look at it before its time: %(reason)s The page shows what it asks and what your profile says."
        )
    partner = review.membership.partner
    page = reverse("partner:membership-review-detail", args=[review.public_id])
    told = _told(review, f"{what}-{days}")
    tell(admins_of(partner), text=ASKED[what], detail=detail, url=page, by_mail=True, **told)


def _tell_answer(review: MembershipReview) -> None:
    if review.answer == ReviewAnswer.NO_LONGER:
        text = gettext_noop("%(partner)s says that %(category)s no longer applies.")
    else:
        text = gettext_noop("%(partner)s confirms %(category)s; the review waits for you.")
    told = _told(review, f"{review.answer}-{review.answered_at:%s}")
    tell(manager_of(review.membership.partner), text=text, url=_page(review), **told)


def _tell_late(review: MembershipReview, escalation: int) -> None:
    text = gettext_noop("The review of %(category)s for %(partner)s is late: it was due on %(day)s.")
    readers = program_admins() if escalation == ReviewEscalation.PROGRAM else manager_of(review.membership.partner)
    tell(readers or program_admins(), text=text, url=_page(review), **_told(review, f"late-{escalation}"))


def _tell_decision(review: MembershipReview) -> None:
    text = DECIDED[ReviewDecision(review.decision)]
    page = reverse("partner:category-detail", args=[review.membership.category.public_id])
    tell(people_of(review.membership.partner), text=text, url=page, by_mail=True, **_told(review, "decided"))


def _told(review: MembershipReview, occasion: str) -> dict[str, Any]:
    names = {
        "partner": review.membership.partner,
        "category": review.membership.category,
        "day": Day(review.due_on),
        "note": review.note,
        "reason": review.reason,
    }
    return {"kind": "review", "names": names, "key": f"review-{review.pk}-{occasion}"}


def _page(review: MembershipReview) -> str:
    return reverse("vendor:membership-review-detail", args=[review.public_id])
