"""What the names of walks through journeys stand for in addresses."""

from django.core.files.uploadedfile import SimpleUploadedFile

from enablement.models import StepKind
from tests.architecture.subjects import owned, subject
from tests.architecture.world import EVERYBODY, Thing, Variants, World
from tests.factories import journeys


@subject("walk")
def walk(world: World) -> Variants:
    """Each partner's walk through a published journey of a meeting and a task to show."""
    meeting = journeys.JourneyStepFactory(kind=StepKind.MEETING)
    known = meeting.journey_version.definition
    journeys.JourneyStepFactory(journey=known, confirmed_by="vendor")
    return owned(*(journeys.EnrollmentFactory(journey=known, partner=one) for one in (world.pinewood, world.oakhurst)))


@subject("step@walk-meeting")
def meeting(world: World) -> Variants:
    """The meeting of those walks, and one of another journey."""
    here = world.things("walk", walk).own.record.journey_version.steps.get(kind=StepKind.MEETING)
    elsewhere = journeys.JourneyStepFactory(kind=StepKind.MEETING)
    return Variants(Thing(str(here.public_id), EVERYBODY, here), Thing(str(elsewhere.public_id), frozenset()))


@subject("proof")
def proof(world: World) -> Variants:
    """Something each partner handed in, with a file."""
    walks = world.things("walk", walk)
    assert walks.foreign
    task = walks.own.record.journey_version.steps.get(kind=StepKind.TASK)
    return owned(
        *(
            journeys.StepProofFactory(
                enrollment=one.record, step=task, file=SimpleUploadedFile("proof.pdf", b"%PDF-"), file_name="proof.pdf"
            )
            for one in (walks.own, walks.foreign)
        )
    )
