"""Invitations to a tier: asked for in criteria, each for a time."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core import audit
from core.models import Program
from core.periods import today
from core.refusals import Refusal
from core.services import outbox
from partners.models import Partner, Tier, TierInvitation
from partners.services import tier_moves
from partners.signals import announce_partners

#: Told in the outbox: `invitation_id`.
INVITED = "partners.tier_invited"


class AlreadyInvited(Refusal):
    """There is an open invitation to this tier."""


def invite(
    *, partner: Partner, tier: Tier, last_day_on: date, by: Any | None, at: datetime, message: str = ""
) -> TierInvitation:
    """Invite a partner to a tier until the end of a day. The same invitation again changes nothing."""
    with audit.action("tier.invite", by=by):
        tier_moves.lock([partner.pk])
        found: TierInvitation | None = TierInvitation.objects.open().filter(partner=partner, tier=tier).first()
        if found is not None:
            if (found.last_day_on, found.message) == (last_day_on, message):
                return found
            raise AlreadyInvited(
                _("It is invited until %(day)s already. Withdraw that first.") % {"day": found.last_day_on},
                code="already_exists",
            )
        if tier.retired_at is not None:
            raise ValidationError(
                {"tier": ValidationError(_("This tier is retired and given to nobody any more."), code="retired")}
            )
        if last_day_on < today(at=at, zone=Program.current().zone):
            raise ValidationError({"last_day_on": ValidationError(_("This day is over already."), code="past")})
        invitation = TierInvitation(
            partner=partner, tier=tier, starts_at=at, last_day_on=last_day_on, message=message, invited_by=by
        )
        invitation.full_clean(validate_constraints=False)
        invitation.save(force_insert=True)
        outbox.put(topic=INVITED, payload={"invitation_id": invitation.pk})
        announce_partners([partner.pk])
    return invitation


def withdraw(*, invitation: TierInvitation, by: Any | None, at: datetime) -> bool:
    """Take an invitation back. Over already, nothing changes."""
    with audit.action("tier.withdraw_invitation", by=by):
        ended = TierInvitation.objects.open().filter(pk=invitation.pk).update(ends_at=at, ended_by=by)
        if ended:
            announce_partners([invitation.partner_id])
    invitation.refresh_from_db()
    return bool(ended)


def end_due(*, at: datetime) -> int:
    """End the invitations whose last day is over. Returns how many."""
    due = TierInvitation.objects.open().filter(last_day_on__lt=today(at=at, zone=Program.current().zone))
    with audit.action("tier.invitations_end", by=None):
        partner_ids = list(due.values_list("partner_id", flat=True))
        ended: int = due.update(ends_at=at)
        announce_partners(partner_ids)
    return ended
