"""What scorecards do on hearing others."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from scorecards.services import scores
from segmentation.signals import partners_classified


@receiver(partners_classified)
def measure_again(partner_ids: Sequence[int], at: datetime, **_: Any) -> None:
    """Something about these partners may have changed: their metrics too. Writes differences only, so that it ends."""
    scores.recompute(partner_ids=partner_ids, at=at)
