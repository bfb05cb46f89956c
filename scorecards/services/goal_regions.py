"""Goals and regions that go: what a region was to attain is not forgotten with it."""

from datetime import date

from django.db.models import Q

from core import audit
from partners.models import Region
from scorecards.models import GoalTarget, TargetKind


def leave(*, region: Region, day: date) -> int:
    """Let parts of goals that are retired or over keep a region's name instead of the region. Returns how many.

    Parts of goals that are not over stay its own: they stand in the way of its going.
    """
    over = Q(goal__retired_at__isnull=False) | Q(goal__ends_on__lt=day)
    with audit.action("goal_target.leave_region", by=None):
        ids = list(GoalTarget.objects.filter(over, region=region).values_list("pk", flat=True))
        return GoalTarget.objects.filter(pk__in=ids).update(
            region=None, former_region=region.name, former_region_key=region.key
        )


def come_back(*, region: Region) -> int:
    """Give a region that is back the parts that kept its name. Returns how many."""
    with audit.action("goal_target.return_region", by=None):
        kept = GoalTarget.objects.filter(kind=TargetKind.REGION, former_region_key=region.key)
        return kept.update(region=region, former_region="", former_region_key="")
