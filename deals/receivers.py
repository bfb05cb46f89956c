"""What deals do on hearing others."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.services import outbox
from core.signals import program_changing, rate_changed
from deals.models import CustomerReference, Deal
from deals.queries import HISTORY
from deals.services import amounts, merge_rules, reference_notices, references
from partners.models import Partner
from partners.queries import timeline
from partners.services import conversations, merge_parts

RATE_CHANGED = "deals.rate_changed"

outbox.handler(references.SUBMITTED)(reference_notices.submitted)
outbox.handler(references.DECIDED)(reference_notices.decided)

conversations.register("reference", CustomerReference, gettext_lazy("Reference"), vendor_page="vendor:reference-detail")
conversations.register(
    "deal",
    Deal,
    gettext_lazy("Deal"),
    partners_of=lambda deal: Partner.objects.filter(deal_participations__deal=deal).distinct(),
    vendor_page="vendor:deal-detail",
    partner_page="partner:deal-detail",
)

merge_parts.register(*merge_rules.PARTS)
timeline.register(HISTORY)


@receiver(program_changing)
def keep_the_currency_of_deals(changes: Mapping[str, Any], **_sent: Any) -> None:
    """Refuse another currency of the program while deals have amounts in the present one."""
    if "currency" in changes and Deal.objects.exists():
        message = _("There are deals with amounts in the present currency; it cannot be changed any more.")
        raise ValidationError({"currency": ValidationError(message, code="in_use")})


@receiver(rate_changed)
def note_the_rate(currency: str, starts_on: date, **_sent: Any) -> None:
    """A currency is worth something else: the amounts that follow from it are to be worked out anew."""
    outbox.put(topic=RATE_CHANGED, payload={"currency": currency, "starts_on": starts_on.isoformat()})


@outbox.handler(RATE_CHANGED)
def rework_amounts(payload: Mapping[str, Any]) -> None:
    """Work out the amounts of the deals whose day is on or after the rate's first."""
    amounts.rework(currency=payload["currency"], since=date.fromisoformat(payload["starts_on"]))
