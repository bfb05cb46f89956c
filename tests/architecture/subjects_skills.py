"""What the names in addresses of skills and ways of working stand for."""

from tests.architecture.subjects import published_or_not, subject
from tests.architecture.world import EVERYBODY, Thing, Variants, World
from tests.factories import enablement, learning


@subject("skill")
def skill(world: World) -> Variants:
    """A skill that Pete says he has, and a draft."""
    published = learning.SkillFactory()
    learning.HeldSkillFactory(skill=published, person=world.people["pete"].person)
    return published_or_not(published, learning.SkillFactory(published_at=None))


@subject("evidence")
def evidence(world: World) -> Variants:
    """Something that proves the skill, and something that proves another one."""
    here = learning.SkillEvidenceFactory(skill=world.things("skill", skill).own.record)
    elsewhere = learning.SkillEvidenceFactory()
    return Variants(
        Thing(str(here.public_id), EVERYBODY, here), Thing(str(elsewhere.public_id), frozenset()), within="skill"
    )


@subject("process")
def process(world: World) -> Variants:
    """A way of working that Pinewood says it has, and a draft."""
    published = enablement.ProcessFactory()
    enablement.AdoptionFactory(process=published, partner=world.pinewood)
    return published_or_not(published, enablement.ProcessFactory(published_at=None))
