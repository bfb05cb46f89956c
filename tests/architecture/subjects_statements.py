"""What names in addresses of other learning systems' statements stand for."""

from tests.architecture.subjects import subject
from tests.architecture.world import OF_OAKHURST, OF_PINEWOOD, Thing, Variants, World
from tests.factories.learning import LearningStatementFactory

PAGES_ARE_FOR_PEOPLE = frozenset({"ian"})


@subject("statement", "learning_elsewhere")
def statement(world: World) -> Variants:
    """What a system told of somebody of each partner."""
    made = [LearningStatementFactory(person=world.people[name].person) for name in ("pete", "olga")]
    for one in made:
        one.refresh_from_db()
    own, foreign = made
    return Variants(
        Thing(str(own.public_id), OF_PINEWOOD - PAGES_ARE_FOR_PEOPLE, own),
        Thing(str(foreign.public_id), OF_OAKHURST - PAGES_ARE_FOR_PEOPLE, foreign),
    )
