"""What names in addresses stand for: the region tree and what was merged there."""

from tests.architecture.subjects import shared, subject
from tests.architecture.world import Variants, World
from tests.factories import partners


@subject("region_merge")
def region_merge(world: World) -> Variants:
    """A region that became part of another; all who manage regions see all."""
    return shared(partners.RegionMergeFactory())
