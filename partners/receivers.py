"""What partners does on hearing others, and with its own follow-ups."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.services import outbox
from core.signals import program_changing
from partners.models import CategoryMembership, Partner
from partners.services import conversation_mail, conversations, memberships, notices, tiers

outbox.handler(tiers.TIER_CHANGED)(notices.tier_changed)
outbox.handler(memberships.MEMBERSHIP_CHANGED)(notices.membership_changed)
outbox.handler(conversations.MESSAGE_WAITS)(conversation_mail.send_what_waits)
outbox.handler(conversations.MENTIONED)(conversation_mail.tell_mentioned)

conversations.register("partner", Partner, gettext_lazy("Conversation"), partners_of=lambda partner: [partner])
conversations.register(
    "membership",
    CategoryMembership,
    gettext_lazy("Category"),
)


@receiver(program_changing)
def keep_the_currency_of_revenue(changes: Mapping[str, Any], **_sent: Any) -> None:
    """Refuse another currency of the program while partners' revenue is kept in the present one."""
    if "currency" in changes and Partner.objects.filter(annual_revenue__isnull=False).exists():
        message = _("Partners' revenue is kept in the present currency; it cannot be changed any more.")
        raise ValidationError({"currency": ValidationError(message, code="in_use")})
