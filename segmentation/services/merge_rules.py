"""How pins move when two partners become one, and what was worked out for the merged record is kept with it."""

from django.utils.translation import gettext_lazy as _

from partners.services.merge_parts import Moves, Part
from segmentation.models import Classification, PeerStanding, RuleTransition, SegmentPin, SetAsidePartner


def move_pins(moves: Moves) -> None:
    """Move pins; where both are pinned to a segment, the survivor's holds."""
    ours = SegmentPin.objects.filter(partner_id=moves.survivor_id).values_list("segment_id", flat=True)
    theirs = SegmentPin.objects.filter(partner_id=moves.merged_id)
    moves.set_aside(theirs.filter(segment_id__in=list(ours)))
    moves.take_all(SegmentPin)


def set_verdicts_aside(moves: Moves) -> None:
    """What rules said of the merged record was about that record alone: the survivor is worked out anew."""
    for model in (RuleTransition, PeerStanding, SetAsidePartner, Classification):
        moves.set_aside(model._default_manager.filter(partner_id=moves.merged_id))


#: What this app registers.
PARTS = (
    Part(
        "pins", _("Places in segments picked by hand"), (SegmentPin,), move_pins,
        _("Where both are pinned to a segment, the pin of the surviving record holds."),
    ),
    Part(
        "verdicts",
        _("Segments and standings"),
        (Classification, RuleTransition, PeerStanding, SetAsidePartner),
        set_verdicts_aside,
        is_derived=True,
    ),
)  # fmt: skip
