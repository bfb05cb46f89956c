"""Tasks: whose they are, and who sees them."""

from datetime import date
from typing import Any, Self

from django.db.models import F, Q

from partners.models import Partner
from partners.querysets import PartnerOwnedQuerySet


class PartnerTaskQuerySet(PartnerOwnedQuerySet):
    """Tasks about partners."""

    def visible_to(self, user: Any) -> Self:
        """Tasks of partners the person may see; a partner sees those that are shared with it."""
        seen = super().visible_to(user)
        return seen if user.is_authenticated and user.is_vendor else seen.filter(is_shared=True)

    def open(self) -> Self:
        """Tasks still to be done."""
        return self.filter(done_at__isnull=True)

    def done(self) -> Self:
        """Tasks that are done, the latest first."""
        return self.filter(done_at__isnull=False).order_by("-done_at", "-id")

    def late(self, today: date) -> Self:
        """Open tasks whose last day is over. `today` is a day of the program."""
        return self.open().filter(due_on__lt=today)

    def in_order_of_need(self) -> Self:
        """The longest due first, those without a day last."""
        return self.order_by(F("due_on").asc(nulls_last=True), "id")

    def from_origin(self, kind: str, origin_id: int) -> Self:
        """Tasks that something brought about, such as a success plan."""
        return self.filter(origin_kind=kind, origin_id=origin_id)

    def on_the_desk_of(self, user: Any) -> Self:
        """What is for somebody: assigned to them, or to nobody at the vendor where they look after the partner."""
        unassigned = Q(assignee__isnull=True, side="vendor")
        return self.filter(Q(assignee=user) | (unassigned & Q(partner__in=Partner.objects.assigned_to(user))))
