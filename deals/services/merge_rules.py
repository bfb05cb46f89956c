"""How what partners do on deals moves when two become one."""

from django.utils.translation import gettext_lazy as _

from deals.models import CustomerReference, DealParticipant
from partners.services.merge_parts import Moves, Part

WHOLE = 100


def move_participations(moves: Moves) -> None:
    """Move roles on deals. Where both had the same role on a deal, the survivor's takes the other's share."""
    kept = {
        (row.deal_id, row.role): row for row in DealParticipant.objects.filter(partner_id=moves.survivor_id).order_by()
    }
    doubled = [
        (kept[row.deal_id, row.role], row)
        for row in DealParticipant.objects.filter(partner_id=moves.merged_id).order_by("pk")
        if (row.deal_id, row.role) in kept
    ]
    moves.set_aside(DealParticipant.objects.filter(pk__in=[row.pk for _kept, row in doubled]))
    for stays, goes in doubled:
        share = min(stays.split_percent + goes.split_percent, WHOLE)
        if share != stays.split_percent:
            moves.change(DealParticipant.objects.filter(pk=stays.pk), split_percent=share)
    moves.take_all(DealParticipant)


#: What this app registers.
PARTS = (
    Part(
        "references", _("Customer references"), (CustomerReference,), lambda moves: moves.take_all(CustomerReference)
    ),
    Part(
        "deals", _("Deals"), (DealParticipant,), move_participations,
        _("Where both have the same role on a deal, the role stays once, with both shares."),
    ),
)  # fmt: skip
