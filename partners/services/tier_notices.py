"""Tells people what happened to their tier, what is about to, why, and what to do."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from partners.models import (
    ManualOverride,
    ManualOverrideKind,
    MoveKind,
    Partner,
    TierHolding,
    TierInvitation,
    TierMove,
    TierProposal,
    TierReview,
)
from partners.services.telling import Day, Words, manager_of, people_of, program_admins, tell
from partners.signals import gaps_asked

Texts = tuple[str, str, str]

#: What the partner reads, what its manager reads, and why or what to do.
RISES: Texts = (
    gettext_noop("%(track)s: you are %(after)s now."),
    gettext_noop("%(track)s: %(partner)s is %(after)s now."),
    gettext_noop("%(reason)s"),
)
FALLS: Texts = (
    gettext_noop("%(track)s: you are no longer %(before)s, but %(after)s."),
    gettext_noop("%(track)s: %(partner)s is no longer %(before)s, but %(after)s."),
    gettext_noop("%(reason)s. What %(before)s asks, and what you have, is on your tier page."),
)
LEAVES: Texts = (
    gettext_noop("%(track)s: you are no longer %(before)s."),
    gettext_noop("%(track)s: %(partner)s is no longer %(before)s."),
    gettext_noop("%(reason)s"),
)
GRACE: Texts = (
    gettext_noop("%(track)s: you stay %(before)s until %(day)s, and longer if you meet again what it asks."),
    gettext_noop("%(track)s: %(partner)s no longer qualifies for %(before)s and keeps it until %(day)s."),
    gettext_noop("%(reason)s. Missing until %(day)s: %(gaps)s"),
)
RESCUED: Texts = (
    gettext_noop("%(track)s: you stay %(before)s. Your grace period is over."),
    gettext_noop("%(track)s: %(partner)s stays %(before)s: its grace period is over."),
    gettext_noop("%(reason)s"),
)
OVERRIDE_TEXTS: Mapping[str, Texts] = {
    ManualOverrideKind.GIVE: (
        gettext_noop("%(track)s: we give you %(tier)s until %(day)s."),
        gettext_noop("%(track)s: %(partner)s is given %(tier)s until %(day)s, by hand."),
        gettext_noop("%(reason)s"),
    ),
    ManualOverrideKind.KEEP: (
        gettext_noop("%(track)s: you keep %(tier)s until %(day)s, whatever your figures say."),
        gettext_noop("%(track)s: %(partner)s keeps %(tier)s until %(day)s, by hand."),
        gettext_noop("%(reason)s"),
    ),
    ManualOverrideKind.CAP: (
        gettext_noop("%(track)s: until %(day)s you can be %(tier)s at most."),
        gettext_noop("%(track)s: %(partner)s can be %(tier)s at most until %(day)s, by hand."),
        gettext_noop("%(reason)s"),
    ),
}
OVERRIDE_OVER: Texts = (
    gettext_noop("%(track)s: the special arrangement about %(tier)s is over."),
    gettext_noop("%(track)s: the manual override of %(partner)s about %(tier)s is over."),
    gettext_noop("From now on what the tiers ask decides again. See what you have on your tier page."),
)
MOVES: Mapping[str, Texts] = {
    MoveKind.PROMOTED: RISES,
    MoveKind.DEMOTED: FALLS,
    MoveKind.ENDED: LEAVES,
    MoveKind.GRACE_BEGAN: GRACE,
    MoveKind.RESCUED: RESCUED,
    MoveKind.OVERRIDE_ENDED: OVERRIDE_OVER,
}


def tier_changed(payload: Mapping[str, Any]) -> None:
    """Tell each partner's people and its channel account manager what happened. Delivered twice, it is told once."""
    rows = TierMove.objects.filter(pk__in=payload["move_ids"]).select_related(
        "partner", "track", "from_tier", "to_tier", "override__tier"
    )
    for move in rows.order_by("pk"):
        if move.kind == MoveKind.OVERRIDE_BEGAN and move.override is not None:
            texts = OVERRIDE_TEXTS[move.override.kind]
        else:
            texts = MOVES[move.kind]
        _tell_both(move.partner, texts, names=_names(move), key=f"tier-move-{move.pk}")


def grace_ends_soon(payload: Mapping[str, Any]) -> None:
    """Tell partners how long they stay in grace, and what would end it well."""
    rows = TierHolding.objects.open().filter(pk__in=payload["holding_ids"], grace_ends_on__isnull=False)
    texts = (
        gettext_noop("%(track)s: you stay %(before)s until %(day)s."),
        gettext_noop("%(track)s: %(partner)s stays %(before)s until %(day)s, then falls."),
        gettext_noop("Until then this keeps you %(before)s: %(gaps)s"),
    )
    for held in rows.select_related("partner", "track", "tier"):
        names = {"track": held.track, "partner": held.partner, "before": held.tier}
        names |= {"day": Day(held.grace_ends_on), "gaps": _gaps(held.partner_id, held.tier_id)}
        key = f"tier-grace-{held.pk}-{held.grace_ends_on}-{payload['days']}"
        _tell_both(held.partner, texts, names=names, key=key)


def overrides_end_soon(payload: Mapping[str, Any]) -> None:
    """Tell both sides that a manual override ends."""
    rows = ManualOverride.objects.open().filter(pk__in=payload["override_ids"])
    texts = (
        gettext_noop("%(track)s: the special arrangement about %(tier)s ends after %(day)s."),
        gettext_noop("%(track)s: the manual override of %(partner)s about %(tier)s ends after %(day)s."),
        gettext_noop("Then what the tiers ask decides again."),
    )
    for one in rows.select_related("partner", "track", "tier"):
        names = {"track": one.track, "partner": one.partner, "tier": one.tier, "day": Day(one.last_day_on)}
        _tell_both(one.partner, texts, names=names, key=f"override-{one.pk}-{one.last_day_on}-{payload['days']}")


def tier_proposed(payload: Mapping[str, Any]) -> None:
    """Tell program admins that partners wait for an approval, and the manager of each that it does."""
    rows = list(TierProposal.objects.filter(pk__in=payload["proposal_ids"]).select_related("partner", "tier__track"))
    url = reverse("vendor:tier-approvals")
    asks = gettext_noop("%(partner)s qualifies for %(tier)s and waits for an approval.")
    for one in rows:
        told = {"kind": "tier", "names": {"partner": one.partner, "tier": one.tier}, "url": url}
        tell(manager_of(one.partner), text=asks, key=f"tier-proposal-{one.pk}", **told)  # type: ignore[arg-type]
    if rows:
        many = gettext_noop("%(count)s partners wait for the approval of a tier.")
        text, names = (asks, {"partner": rows[0].partner, "tier": rows[0].tier}) if len(rows) == 1 else (many, {})
        names = names | {"count": len(rows)}
        tell(program_admins(), kind="tier", text=text, names=names, url=url, key=f"tier-proposals-{rows[0].pk}")


def tier_declined(payload: Mapping[str, Any]) -> None:
    """Tell a partner that it qualified and was not raised, with the reason."""
    one = TierProposal.objects.filter(pk=payload["proposal_id"]).select_related("partner", "tier", "track").first()
    if one is None:
        return
    texts = (
        gettext_noop("%(track)s: you meet what %(tier)s asks; it was not approved for now."),
        gettext_noop("%(track)s: %(tier)s was not approved for %(partner)s."),
        gettext_noop("%(reason)s"),
    )
    names = {"track": one.track, "partner": one.partner, "tier": one.tier, "reason": one.reason}
    _tell_both(one.partner, texts, names=names, key=f"tier-declined-{one.pk}")


def tier_invited(payload: Mapping[str, Any]) -> None:
    """Tell a partner that it is invited to a tier."""
    rows = TierInvitation.objects.filter(pk=payload["invitation_id"])
    one = rows.select_related("partner", "tier__track").first()
    if one is None:
        return
    texts = (
        gettext_noop("%(track)s: you are invited to become %(tier)s, until %(day)s."),
        gettext_noop("%(track)s: %(partner)s is invited to become %(tier)s, until %(day)s."),
        gettext_noop("%(message)s What it asks stands on your tier page."),
    )
    names = {"track": one.tier.track, "partner": one.partner, "tier": one.tier}
    names |= {"day": Day(one.last_day_on), "message": one.message}
    _tell_both(one.partner, texts, names=names, key=f"tier-invitation-{one.pk}")


def review_waits(payload: Mapping[str, Any]) -> None:
    """Tell program admins that a review is prepared and waits for them."""
    review = TierReview.objects.filter(pk=payload["review_id"]).select_related("track").first()
    if review is not None:
        text = gettext_noop("The review of %(track)s of %(day)s is prepared.")
        detail = gettext_noop("Look at who rises and who falls, make exceptions, then carry it out.")
        names = {"track": review.track, "day": Day(review.day)}
        url, key = reverse("vendor:tier-review", args=[review.public_id]), f"tier-review-{review.pk}"
        tell(program_admins(), kind="tier", text=text, names=names, url=url, key=key, detail=detail, by_mail=True)


def _names(move: TierMove) -> dict[str, Any]:
    tier = move.override.tier if move.override else move.to_tier
    day = move.grace_ends_on or (move.override.last_day_on if move.override else None)
    asks = move.kind == MoveKind.GRACE_BEGAN and move.from_tier_id is not None
    return {
        "track": move.track,
        "partner": move.partner,
        "before": move.from_tier,
        "after": move.to_tier,
        "tier": tier,
        "day": Day(day),
        "reason": move.reason.rstrip("."),
        "gaps": _gaps(move.partner_id, move.from_tier_id) if asks else "",
    }


def _tell_both(partner: Partner, texts: Texts, *, names: Mapping[str, Any], key: str) -> None:
    """Tell the partner's people, in the portal and by e-mail, and its manager."""
    own, theirs, detail = texts
    told: dict[str, Any] = {"kind": "tier", "names": names, "key": key, "detail": detail}
    tell(people_of(partner), text=own, url=reverse("partner:tier-detail"), by_mail=True, **told)
    tell(manager_of(partner), text=theirs, url=reverse("vendor:membership-history", args=[partner.public_id]), **told)


def _gaps(partner_id: int, tier_id: int | None) -> Words:
    """Return what is missing of a tier, a line that is worked out when somebody reads it, in their language."""
    return Words(lambda: _missing(partner_id, tier_id))


def _missing(partner_id: int, tier_id: int | None) -> str:
    asked = {"partner_ids": [partner_id], "tier_ids": [tier_id], "at": timezone.now()}
    answers: list[tuple[Any, Any]] = gaps_asked.send(sender=None, **asked)
    lines = [line for _receiver, answer in answers for line in answer.get((partner_id, tier_id), [])]
    return "; ".join(dict.fromkeys(lines)) or "…"
