"""How plays given to partners move when two partners become one."""

from django.utils.translation import gettext_lazy as _

from partners.services.merge_parts import Moves, Part, keep_best
from scorecards.models import Prescription, PrescriptionState, SegmentPlayMember

ONCE = (PrescriptionState.ACCEPTED, PrescriptionState.DECLINED)


def move_prescriptions(moves: Moves) -> None:
    """Plays go on with the survivor. One that is in work for both, or declined for both, is withdrawn once."""
    rows = Prescription.objects.filter(partner_id__in=[moves.survivor_id, moves.merged_id], state__in=ONCE)
    ours_first = sorted(rows, key=lambda row: (row.partner_id != moves.survivor_id, row.pk))
    _kept, rest = keep_best(
        ours_first,
        group=lambda row: (row.state, row.play_id, row.metric_key if row.state == PrescriptionState.DECLINED else ""),
        rank=lambda row: 0,
    )
    doubled = Prescription.objects.filter(pk__in=[row.pk for row in rest])
    moves.change(doubled, state=PrescriptionState.WITHDRAWN)
    moves.take_all(Prescription)


def move_segment_plays(moves: Moves) -> None:
    """A segment's play goes on with the survivor; where both were given it, the survivor's figure of then stays."""
    ours = SegmentPlayMember.objects.filter(partner_id=moves.survivor_id).values_list("segment_play_id", flat=True)
    moves.set_aside(SegmentPlayMember.objects.filter(partner_id=moves.merged_id, segment_play__in=list(ours)))
    moves.take_all(SegmentPlayMember)


#: What this app registers.
PARTS = (
    Part(
        "prescriptions", _("Plays"), (Prescription,), move_prescriptions,
        _("A play that is in work at both goes on once; what was declined or done for either stays known."),
    ),
    Part("segment_plays", _("Plays of segments"), (SegmentPlayMember,), move_segment_plays, is_derived=True),
)  # fmt: skip
