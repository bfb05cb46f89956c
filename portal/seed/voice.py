"""Lets partners and the vendor talk about memberships: grace, reviews, flags, refused suggestions; in all states."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from core.models import OutboxMessage
from partners.models import (
    CategoryMembership,
    FlagAction,
    FlagReason,
    MembershipReview,
    MembershipState,
    Partner,
    ReviewAnswer,
    ReviewDecision,
    ReviewState,
    Tier,
)
from partners.services import flags, grace, review_clocks, reviews, suggestions
from portal.seed.lot import Lot
from portal.seed.shapes import Programme

LAPSED = "Two certified people are missing"
IN_GRACE, REFUSED, FLAGS = 0.04, 6, 14
LONG_AGO = timedelta(days=45)

#: Why suggestions are refused, by the partner and by its manager.
REFUSALS = (
    "We did this for one customer only and have no team for it.",
    "We gave the service desk to a partner of ours last year.",
    "They resell only; the service contracts are those of the distributor.",
    "We want to finish our own product first.",
)
STATEMENTS = (
    "We renewed all our service contracts and hired two engineers.",
    "Nothing changed: the same team, four more customers.",
    "",
)
GIVEN_UP = "We sold that line of business in spring."
HEARD = "They told me on the phone: “%s”"
CONDITION = "One more certified engineer by the end of the next quarter."
MISSING = "The certificates of two people lapsed; please renew them."

#: (about, reason, what is said, answer, what accepting did)
SAID = (
    ("membership", FlagReason.OTHER_FITS, "We resell and never touch the customer's systems. Why are we listed here?", "You are right, this came with an old import. It is ended.", FlagAction.END),
    ("category", FlagReason.UNCLEAR, "Does hosting for a customer count as a managed service, or only what we monitor?", "It counts once you answer for it around the clock. We put that into the definition.", FlagAction.NOTED),
    ("category", FlagReason.UNCLEAR, "What is a contract of service here: one per customer, or one per product?", "", ""),
    ("membership", FlagReason.DATA, "The number of employees is from three years ago; we are 60 now.", "We took over the figure from your profile. The membership stays.", FlagAction.CONFIRM),
    ("category", FlagReason.UNFAIR, "Two certified people is a lot for a firm of nine. Could one be enough?", "We keep it at two: customers rely on somebody being there during holidays.", ""),
    ("tier", FlagReason.UNCLEAR, "Is revenue counted when we order, or when the customer pays?", "When the deal is won. The tier's text says so now.", FlagAction.NOTED),
    ("membership", FlagReason.WRONG, "We stopped this service last year and said so in our review.", "", ""),
    ("tier", FlagReason.UNFAIR, "Partners in small countries can hardly reach this.", "", ""),
)  # fmt: skip


def write(programme: Programme, *, by: User, at: datetime) -> None:
    """Write what waits and what was decided lately. `by` is who decides where nobody looks after a partner."""
    signed_in = Partner.objects.filter(people__user__isnull=False).distinct().order_by("domain")
    others = Partner.objects.exclude(pk__in=signed_in).filter(memberships__state=MembershipState.ACTIVE)
    partners = [*signed_in, *others.distinct().order_by("domain")]
    _put_into_grace(programme, by=by, at=at - timedelta(days=12))
    _refuse(at=at - timedelta(days=40))
    CategoryMembership.objects.filter(next_review_on__lt=at.date()).update(next_review_on=None)
    review_clocks.open_due(at=at - LONG_AGO)
    _proceed_with_all(programme, by=by, at=at - timedelta(days=20), is_past=True)
    _flag(programme, partners, by=by, at=at, answered=True)
    OutboxMessage.objects.filter(topic__startswith="partners.").delete()  # whom they would have told was told then
    review_clocks.open_due(at=at)
    _proceed_with_all(programme, by=by, at=at, is_past=False)
    _flag(programme, partners, by=by, at=at, answered=False)
    review_clocks.remind(at=at)
    review_clocks.escalate(at=at)
    flags.escalate_late(at=at)


def _put_into_grace(programme: Programme, *, by: User, at: datetime) -> None:
    held = CategoryMembership.objects.filter(state=MembershipState.ACTIVE, starts_at__lt=at).exclude(is_primary=False)
    for membership in held.select_related("partner", "category").order_by("partner__domain"):
        lot = Lot(programme.key, "grace", membership.partner.domain)
        if lot.happens(IN_GRACE):
            manager = _manager(membership.partner, by)
            grace.start(membership=membership, by=manager, at=at, reason=LAPSED)


def _refuse(*, at: datetime) -> None:
    """Refuse some suggestions: half of them by the partner itself, half by its manager."""
    open_ones = CategoryMembership.objects.open().filter(state=MembershipState.SUGGESTED)
    rows = open_ones.select_related("partner", "category").order_by("category__position", "partner__domain")
    for number, membership in enumerate(list(rows)[:: max(1, rows.count() // REFUSED)][:REFUSED]):
        person = membership.partner.people.filter(user__isnull=False).select_related("user").order_by("pk").first()
        who = person.user if person and number % 2 == 0 else _manager(membership.partner, None)
        if who is not None:
            reason = REFUSALS[number % len(REFUSALS)]
            suggestions.refuse(membership=membership, by=who, at=max(at, membership.starts_at), reason=reason)


def _proceed_with_all(programme: Programme, *, by: User, at: datetime, is_past: bool) -> None:
    """Let most partners answer, and of what came due long ago most be decided; the rest is late."""
    waiting = MembershipReview.objects.filter(state=ReviewState.ASKED).select_related(
        "membership__partner", "membership__category"
    )
    for review in list(waiting.order_by("due_on", "pk")):
        _proceed(programme, review, by=by, at=at, is_past=is_past)


def _proceed(programme: Programme, review: MembershipReview, *, by: User, at: datetime, is_past: bool) -> None:
    partner = review.membership.partner
    lot = Lot(programme.key, "review", partner.domain, review.membership.category.key)
    person = partner.people.filter(user__isnull=False).order_by("pk").first()
    says = lot.weighted(["confirmed", "no_longer", "silent"], [60, 8, 32])
    if says != "silent" and review.state == ReviewState.ASKED:
        statement = GIVEN_UP if says == "no_longer" else lot.choice(STATEMENTS)
        sender = person.user if person else None
        answer = ReviewAnswer.NO_LONGER if says == "no_longer" else ReviewAnswer.CONFIRMED
        reviews.answer(review=review, by=sender, at=at, answer=answer, statement=statement)
    if not is_past or not lot.happens(0.7):
        return
    manager = _manager(partner, by) or by
    if review.answer == ReviewAnswer.NO_LONGER:
        decision, note = ReviewDecision.ENDED, GIVEN_UP
    else:
        decision, note = lot.weighted(
            [(ReviewDecision.RENEWED, ""), (ReviewDecision.CONDITION, CONDITION), (ReviewDecision.GRACE, MISSING)],
            [80, 12, 8],
        )
    reviews.decide(review=review, by=manager, at=at + timedelta(days=2), decision=decision, note=note)


def _flag(programme: Programme, partners: Sequence[Partner], *, by: User, at: datetime, answered: bool) -> None:
    """Send flags: of partners that sign in by themselves, of others by their manager, who heard it on the phone."""
    tiers = list(Tier.objects.filter(retired_at__isnull=True).order_by("track__position", "rank"))
    for number in range(min(FLAGS, len(partners))):
        partner = partners[number]
        about, reason, text, reply, action = SAID[number % len(SAID)]
        stay = partner.memberships.open().filter(state=MembershipState.ACTIVE).select_related("category").first()
        if bool(reply) != answered:
            continue
        subject = tiers[number % len(tiers)] if about == "tier" else stay
        person = partner.people.filter(user__isnull=False).order_by("pk").first()
        sender = person.user if person else _manager(partner, by)
        if subject is None:
            continue
        lot = Lot(programme.key, "flag", partner.domain)
        sent_at = at - timedelta(days=lot.randrange(30) + 2 if reply else lot.choice((3, 16)))
        flag = flags.send(
            subject=stay.category if about == "category" and stay else subject,
            by=sender,
            at=sent_at,
            reason=reason,
            text=text if person else HEARD % text,
            partner=partner,
            from_partner=person is not None,
        )
        if not reply:
            continue
        answer_at = sent_at + timedelta(days=1 + lot.randrange(4))
        said: dict[str, Any] = {"flag": flag, "by": flag.owner or by, "at": min(at, answer_at), "reply": reply}
        if action:
            flags.accept(**said, action=action)
        else:
            flags.decline(**said)


def _manager(partner: Partner, otherwise: User | None) -> User | None:
    assignment = partner.assignments.filter(ends_at__isnull=True).select_related("user").first()
    return assignment.user if assignment else otherwise
