"""The worker with a protection taken off: marks and ranges are given back before their work is done.

Tortures run it (`celery --app tests.segmentation.careless worker`) to prove that they would notice.
"""

from datetime import datetime

import django

from prm.celery import app

django.setup()

from django.db import transaction  # noqa: E402

from segmentation.models import RunRange, RunState  # noqa: E402
from segmentation.scope import Scope  # noqa: E402
from segmentation.services import recompute  # noqa: E402

__all__ = ["app"]


def stale(*, at: datetime, limit: int = recompute.CLAIM_ROWS) -> int:
    """Claim marks for good, then do the work."""
    with transaction.atomic():
        claimed = recompute._claim(limit)
    with transaction.atomic():
        recompute._classify(Scope.some(sorted(set(claimed))), at=at)
        recompute._follow_up(claimed)
    return len(claimed)


def do_range(*, at: datetime) -> bool:
    """Call a range done, then do it."""
    with transaction.atomic():
        part = RunRange.objects.select_for_update(skip_locked=True).filter(state=RunState.PENDING).first()
        if part is None:
            return False
        RunRange.objects.filter(pk=part.pk).update(state=RunState.DONE)
    with transaction.atomic():
        recompute._follow_up(recompute._classify(Scope.between(part.first_id, part.end_id), at=at))
    return True


recompute.stale = stale
recompute._do_range = do_range  # type: ignore[assignment]
