"""Goals: which hold on a day, and who sees whose part."""

from datetime import date
from typing import Any, Self

from django.db.models import Q, QuerySet

from partners.models import Partner
from partners.querysets import PartnerOwnedQuerySet, sees_all_partners


class GoalQuerySet(QuerySet[Any]):
    """Goals. Everybody at the vendor reads all; partners those they were told of."""

    def told(self) -> Self:
        """Goals that partners know of."""
        return self.filter(told_at__isnull=False, retired_at__isnull=True)

    def on(self, day: date) -> Self:
        """Goals in use whose period has begun and is not over. `day` is a day of the program."""
        return self.filter(retired_at__isnull=True, starts_on__lte=day, ends_on__gte=day)

    def not_over(self, day: date) -> Self:
        """Goals in use whose period is not over, begun or not."""
        return self.filter(retired_at__isnull=True, ends_on__gte=day)

    def to_measure(self, day: date) -> Self:
        """Goals of which not everybody was measured on a day."""
        return self.on(day).filter(Q(measured_on__isnull=True) | Q(measured_on__lt=day))


class GoalTargetQuerySet(QuerySet[Any]):
    """Parts of goals: the program's, those of regions and segments, and those of partners."""

    def visible_to(self, user: Any) -> Self:
        """All of the program, its regions and segments at the vendor, and the parts of partners the person may see.

        A partner sees its own part only.
        """
        if not user.is_authenticated:
            return self.none()
        if sees_all_partners(user):
            return self
        theirs = Q(partner__in=Partner.objects.visible_to(user))
        return self.filter(theirs | Q(partner__isnull=True)) if user.is_vendor else self.filter(theirs)


class GoalFigureQuerySet(PartnerOwnedQuerySet):
    """What single partners brought."""
