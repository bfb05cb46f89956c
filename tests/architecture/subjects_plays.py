"""What the names of plays stand for in addresses."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.architecture.subjects import owned, segment, shared, subject
from tests.architecture.world import Variants, World
from tests.factories import plays


@subject("play")
def play(world: World) -> Variants:
    """A published play."""
    return shared(plays.PlayFactory())


@subject("prescription")
def prescription(world: World) -> Variants:
    """A play in work at each partner, with something to show."""
    known = world.things("play", play).own.record
    return owned(
        *(
            plays.PrescriptionFactory(partner=one, play=known, proof=SimpleUploadedFile("proof.pdf", b"%PDF-"))
            for one in (world.pinewood, world.oakhurst)
        )
    )


@subject("segment_play")
def segment_play(world: World) -> Variants:
    """A play planned for a segment."""
    return shared(plays.SegmentPlayFactory(segment=world.things("segment", segment).own.record))
