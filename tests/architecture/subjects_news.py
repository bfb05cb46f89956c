"""What the names in addresses of news stand for."""

from tests.architecture.subjects import published_or_not, subject
from tests.architecture.world import Variants, World
from tests.factories import enablement


@subject("news")
def news(world: World) -> Variants:
    """An item that is to be acknowledged, and a draft."""
    published = enablement.NewsItemFactory(importance="must")
    return published_or_not(published, enablement.NewsItemFactory(published_at=None))
