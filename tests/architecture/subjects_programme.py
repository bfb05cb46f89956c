"""What names in addresses stand for: the region tree and what was merged there, and what only the API names."""

from tests.architecture.subjects import membership_review, shared, subject
from tests.architecture.world import Variants, World
from tests.factories import partners


@subject("review")
def review(world: World) -> Variants:
    """A review of a membership; its pages say so at greater length."""
    return world.things("membership_review", membership_review)


@subject("region_merge")
def region_merge(world: World) -> Variants:
    """A region that became part of another; all who manage regions see all."""
    return shared(partners.RegionMergeFactory())
