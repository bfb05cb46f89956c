"""Success plans: whose they are, and who sees them."""

from datetime import date
from typing import Any, Self

from django.db.models import F, Q, QuerySet

from partners.querysets import PartnerOwnedQuerySet

OVER = ("closed", "ended")


class SuccessPlanQuerySet(PartnerOwnedQuerySet):
    """Mutual success plans."""

    def visible_to(self, user: Any) -> Self:
        """Plans of partners the person may see; a partner sees a plan from its first proposal on."""
        seen = super().visible_to(user)
        return seen if user.is_authenticated and user.is_vendor else seen.exclude(state="draft")

    def running(self) -> Self:
        """Plans that are not over."""
        return self.exclude(state__in=OVER)

    def to_measure(self, day: date) -> Self:
        """Plans whose figures are not those of a day of the program yet."""
        return self.running().filter(Q(measured_on__isnull=True) | Q(measured_on__lt=day))


class PlanVersionQuerySet(QuerySet[Any]):
    """Versions of plans."""

    def readable_by(self, user: Any) -> Self:
        """Versions of a plan that is known to be visible to somebody; drafts are the vendor's own."""
        return self if user.is_vendor else self.exclude(state="draft")

    def live(self) -> Self:
        """Versions that are worked on, proposed or agreed."""
        return self.exclude(state="superseded")

    def newest_first(self) -> Self:
        """The latest first."""
        return self.order_by(F("number").desc())
