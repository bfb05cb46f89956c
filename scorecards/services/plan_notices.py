"""Tells both sides of a success plan what the other did, what was reached, and which review is due."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import User
from partners.services.telling import Day, admins_of, manager_of, tell
from scorecards.models import PlanObjective, PlanVersion, QuarterlyReview, SuccessPlan
from scorecards.quarters import Quarter, quarter_of

#: What happened → what is said of it, and what to do about it, to the partner and to the vendor.
PARTNER_READS = {
    "proposed": (
        gettext_noop("%(who)s proposes a plan to you: %(plan)s"),
        gettext_noop(
            "It runs from %(first)s to %(last)s. Read its objectives and tasks; agree to it, or say what should be"
            " different. %(note)s"
        ),
    ),
    "agreed_by_one": (
        gettext_noop("%(who)s agreed to %(plan)s"),
        gettext_noop("It holds once both sides have agreed."),
    ),
    "agreed": (
        gettext_noop("%(plan)s is agreed by both sides"),
        gettext_noop("Its tasks are with those who do them; progress is counted from your figures, day by day."),
    ),
    "taken_back": (
        gettext_noop("%(plan)s is being written again"),
        gettext_noop("%(who)s took the proposal back. You will read it once it is proposed anew."),
    ),
    "sent_back": (gettext_noop("%(who)s asks for changes to %(plan)s"), gettext_noop("“%(words)s”")),
    "closed": (gettext_noop("%(plan)s is closed"), gettext_noop("%(closing)s")),
    "ended": (gettext_noop("%(plan)s was ended early"), gettext_noop("%(closing)s")),
}
VENDOR_READS = PARTNER_READS | {
    "proposed": (
        gettext_noop("%(who)s proposed %(plan)s to %(partner)s"),
        gettext_noop("It holds once both sides have agreed."),
    ),
    "taken_back": (
        gettext_noop("%(who)s took %(plan)s back to write on"),
        gettext_noop("It is a draft again, and nobody has agreed to it."),
    ),
}


def plan_changed(payload: Mapping[str, Any]) -> None:
    """Tell both sides of a step of a plan, but for who took it."""
    plan = SuccessPlan.objects.select_related("partner").filter(pk=payload["plan"]).first()
    by = User.objects.filter(pk=payload["by"]).first()
    if plan is None or by is None:
        return
    version = plan.versions.filter(number=payload.get("number") or 0).first()
    what = payload["what"]
    for users, words in ((admins_of(plan.partner), PARTNER_READS), (manager_of(plan.partner), VENDOR_READS)):
        text, detail = words[what]
        _tell(
            [user for user in users if user != by],
            plan,
            text=text,
            detail=detail,
            names={"who": by, "words": payload.get("words", ""), "closing": plan.closing_words, **_days(plan, version)},
            key=f"plan-{plan.pk}-{what}-{payload['at']}",
        )


def objective_reached(payload: Mapping[str, Any]) -> None:
    """Tell both sides that an objective is reached."""
    rows = PlanObjective.objects.select_related("plan_version__plan__partner")
    objective = rows.filter(pk=payload["objective"]).first()
    if objective is None or objective.plan_version.plan.is_over:
        return
    plan = objective.plan_version.plan
    _tell(
        [*admins_of(plan.partner), *manager_of(plan.partner)],
        plan,
        text=gettext_noop("Reached: %(objective)s (%(plan)s, %(partner)s)"),
        detail=gettext_noop("The figure has come to what was agreed for the end of the plan."),
        names={"objective": objective.name},
        key=f"plan-{plan.pk}-reached-{objective.key}-{objective.plan_version.number}",
    )


def review_due(payload: Mapping[str, Any]) -> None:
    """Ask both sides to review a quarter that is over."""
    _tell_of_review(
        payload,
        text=gettext_noop("Time to review %(quarter)s of %(plan)s with %(partner)s"),
        detail=gettext_noop("The figures are there. Note what went well, what did not, and what you decide together."),
        occasion="due",
    )


def review_finished(payload: Mapping[str, Any]) -> None:
    """Tell both sides that a review is finished."""
    _tell_of_review(
        payload,
        text=gettext_noop("The review of %(quarter)s is finished: %(plan)s"),
        detail=gettext_noop("%(decisions)s"),
        occasion=f"finished-{payload['at']}",
        but=payload["by"],
    )


def _tell_of_review(
    payload: Mapping[str, Any], *, text: str, detail: str, occasion: str, but: int | None = None
) -> None:
    review = QuarterlyReview.objects.select_related("plan__partner").filter(pk=payload["review"]).first()
    if review is None:
        return
    plan, quarter = review.plan, quarter_of(review.quarter_starts_on)
    users = [*admins_of(plan.partner), *manager_of(plan.partner)]
    _tell(
        [user for user in users if user.pk != but],
        plan,
        text=text,
        detail=detail,
        names={"quarter": quarter, "decisions": review.decisions},
        key=f"review-{review.pk}-{occasion}",
        quarter=quarter,
    )


def _days(plan: SuccessPlan, version: PlanVersion | None) -> dict[str, Any]:
    return {
        "first": Day(plan.starts_on),
        "last": Day(version.ends_on if version else None),
        "note": version.note if version else "",
    }


def _tell(
    users: list[User],
    plan: SuccessPlan,
    *,
    text: str,
    detail: str,
    names: Mapping[str, Any],
    key: str,
    quarter: Quarter | None = None,
) -> None:
    named = {"plan": plan, "partner": plan.partner, **names}
    for user in users:
        url = page_of(plan, at_vendor=user.is_vendor, quarter=quarter)
        tell([user], kind="success_plan", text=text, detail=detail, names=named, url=url, key=key, by_mail=True)


def page_of(plan: SuccessPlan, *, at_vendor: bool, quarter: Quarter | None = None) -> str:
    """Return the address of a plan, or of the review of one of its quarters."""
    side = "vendor" if at_vendor else "partner"
    if quarter is None:
        return reverse(f"{side}:success-plan-detail", args=[plan.public_id])
    return reverse(f"{side}:success-plan-review", args=[plan.public_id, quarter.starts_on.isoformat()])
