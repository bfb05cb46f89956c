"""The whole life of memberships as one list: moves, reviews and flags, the newest first, for either side."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from partners.models import (
    CategoryMembership,
    Flag,
    FlagState,
    MembershipMove,
    MembershipReview,
    MembershipSource,
    MembershipState,
    ReviewState,
)

TONES = {MembershipState.ACTIVE: "success", MembershipState.GRACE: "warning"}
ICONS = {
    MembershipState.SUGGESTED: "sparkles",
    MembershipState.SELF_DECLARED: "hand",
    MembershipState.PENDING: "file-text",
    MembershipState.ACTIVE: "circle-check",
    MembershipState.GRACE: "hourglass",
    MembershipState.ENDED: "log-out",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a membership."""

    at: datetime
    title: str
    by: str = ""
    icon: str = "circle"
    tone: str = ""
    text: str = ""
    category: Any = None


@dataclass(frozen=True, slots=True)
class Life:
    """Everything that happened to some memberships, the newest first, and the review that is under way."""

    steps: list[Step]
    review: MembershipReview | None = None


def life(memberships: Iterable[CategoryMembership], user: Any) -> Life:
    """Return everything that happened to some memberships, of what a person may see."""
    rows = {one.pk: one for one in memberships}
    if not rows:
        return Life([])
    moves = list(
        MembershipMove.objects.filter(membership__in=rows)
        .select_related("moved_by", "membership__category")
        .order_by("at", "pk")
    )
    reviews = MembershipReview.objects.filter(membership__in=rows).select_related("answered_by", "membership__category")
    flags = (
        Flag.objects.visible_to(user).filter(membership__in=rows).select_related("sent_by", "decided_by", "category")
    )
    found = [_move(one) for one in moves]
    found += _beginnings(rows.values(), {one.membership_id for one in moves})
    found += [step for one in reviews for step in _review(one)]
    found += [step for one in flags for step in _flag(one)]
    found.reverse()  # of what happened at the same moment, the last stands first
    found.sort(key=lambda step: step.at, reverse=True)
    return Life(found, next((one for one in reviews if one.is_open), None))


def _move(move: MembershipMove) -> Step:
    state = MembershipState(move.after)
    return Step(
        move.at,
        _move_title(move),
        str(move.moved_by or ""),
        ICONS[state],
        TONES.get(state, ""),
        move.reason,
        move.membership.category,
    )


def _move_title(move: MembershipMove) -> str:
    if move.before == move.after:
        return _("Renewed")
    if move.after == MembershipState.ENDED:
        return _ended_title(move)
    if move.before == MembershipState.GRACE and move.after == MembershipState.ACTIVE:
        return _("Grace ended well")
    return {
        MembershipState.SUGGESTED: _("Suggested: the criteria hold"),
        MembershipState.SELF_DECLARED: _("Declared"),
        MembershipState.PENDING: _("Handed in for review"),
        MembershipState.ACTIVE: _("In the category"),
        MembershipState.GRACE: _("In grace"),
    }[MembershipState(move.after)]


def _ended_title(move: MembershipMove) -> str:
    if move.before == MembershipState.SUGGESTED:
        return _("Suggestion refused") if move.moved_by else _("Suggestion withdrawn")
    if move.before in (MembershipState.SELF_DECLARED, MembershipState.PENDING):
        return _("Turned down")
    return _("Ended")


def _beginnings(memberships: Iterable[CategoryMembership], known: set[int]) -> list[Step]:
    """Return how memberships began whose first steps nobody wrote down: suggested by criteria, or from before."""
    return [
        Step(
            one.starts_at,
            _("Suggested: the criteria hold") if one.source == MembershipSource.RULE else _("Began"),
            icon="sparkles" if one.source == MembershipSource.RULE else "circle",
            text="" if one.source == MembershipSource.RULE else one.get_source_display(),
            category=one.category,
        )
        for one in memberships
        if one.pk not in known or one.source == MembershipSource.RULE
    ]


def _review(review: MembershipReview) -> Iterator[Step]:
    category = review.membership.category
    yield Step(review.opened_at, _("Review opened"), icon="clipboard-list", category=category)
    if review.answered_at:
        by = str(review.answered_by or "")
        title = review.get_answer_display()
        yield Step(review.answered_at, title, by, "message-square", text=review.statement, category=category)
    if review.state == ReviewState.DECIDED and review.decided_at:
        title = _("Review decided: %(decision)s") % {"decision": review.get_decision_display().lower()}
        yield Step(review.decided_at, title, icon="clipboard-check", text=review.note, category=category)


def _flag(flag: Flag) -> Iterator[Step]:
    title = _("Flagged: %(reason)s") % {"reason": flag.get_reason_display()}
    yield Step(flag.sent_at, title, str(flag.sent_by or ""), "flag", "warning", flag.text, flag.category)
    if flag.decided_at:
        title = _("Flag: %(state)s") % {"state": flag.get_state_display().lower()}
        by = str(flag.decided_by or "") if flag.state != FlagState.WITHDRAWN else ""
        yield Step(flag.decided_at, title, by, "flag", text=flag.reply, category=flag.category)
