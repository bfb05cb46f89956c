"""Who would enter or leave what, if a region stood elsewhere: tried in a transaction that is undone."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from partners.models import Region
from partners.services import regions
from segmentation import engine

#: Longer than this nobody waits, and the tree is not kept from others.
TRIAL_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Trial:
    """One rule with how many partners it would begin and cease to hold for."""

    kind: str
    label: str
    entered: int
    left: int


def try_move(*, region: Region, below: Region | None, at: datetime) -> list[Trial] | None:
    """Return the rules that partners would enter or leave, the most moves first; None where counting takes too long.

    Partners that wait to be judged anyway are in the figures too.
    """
    with transaction.atomic():
        regions.lock_tree()
        regions.put(Region.objects.get(pk=region.pk), below)
        try:
            with transaction.atomic():
                moves = engine.moves(at=at, seconds=TRIAL_SECONDS)
        except engine.UncountedError:
            moves = None
        transaction.set_rollback(True)
    if moves is None:
        return None
    found = [
        Trial(rule.kind.value, str(rule.label), one.entered, one.left) for rule, one in moves if one.entered or one.left
    ]
    return sorted(found, key=lambda one: (-one.entered - one.left, one.kind, one.label))
