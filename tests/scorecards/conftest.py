"""What the tests of scorecards share."""

from datetime import datetime

import pytest

from partners.models import Partner
from scorecards.models import Scorecard
from segmentation.services import recompute
from tests.factories.scorecards import ScorecardFactory


@pytest.fixture
def main(db: None) -> Scorecard:
    """The scorecard of the dashboard, without metrics."""
    return ScorecardFactory(key="main", name="Partner score", is_main=True)


@pytest.fixture
def classified(pinewood: Partner, oakhurst: Partner, now: datetime) -> list[Partner]:
    """Pinewood and Oakhurst, with their verdicts known."""
    recompute.everything(at=now)
    return [pinewood, oakhurst]
