"""Events and who comes to them."""

from datetime import datetime
from typing import Any, Self

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from enablement.querysets.audiences import AudienceQuerySet, meant_for
from enablement.querysets.people import PersonOwnedQuerySet


class EventQuerySet(AudienceQuerySet):
    """Events. Who is registered keeps seeing one after leaving its audience, and when it was cancelled."""

    def published(self) -> Self:
        """What was published, cancelled or not."""
        return self.filter(published_at__isnull=False)

    def _meant_for(self, partner_ids: Any) -> Self:
        return self.published().filter(cancelled_at__isnull=True).filter(meant_for(partner_ids))

    def visible_to(self, user: Any) -> Self:
        """What the person may see: what is for them, and what they registered for."""
        seen = super().visible_to(user)
        if not user.is_authenticated or user.is_vendor:
            return seen
        own = self.model.registrations.rel.related_model.objects.filter(
            event=OuterRef("pk"), person__user=user, person__left_at__isnull=True
        ).exclude(state="cancelled")
        return self.published().filter(Q(pk__in=seen.order_by().values("pk")) | Exists(own))

    def in_state(self, state: str) -> Self:
        """Drafts, what is published, or cancelled."""
        if state == "cancelled":
            return self.filter(cancelled_at__isnull=False)
        return self.filter(cancelled_at__isnull=True, published_at__isnull=state == "draft")

    def to_come(self, at: datetime) -> Self:
        """What is not over."""
        return self.filter(ends_at__gt=at)

    def with_numbers(self) -> Self:
        """Add how many are `registered`, `waiting` and were `there`."""
        rows = self.model.registrations.rel.related_model.objects.filter(event=OuterRef("pk")).order_by()

        def number(**asked: Any) -> Coalesce:
            counted = rows.filter(**asked).values("event").annotate(rows=Count("pk")).values("rows")
            return Coalesce(Subquery(counted, output_field=IntegerField()), 0)

        return self.annotate(
            registered=number(state="registered"), waiting=number(state="waiting"), there=number(attended=True)
        )


class RegistrationQuerySet(PersonOwnedQuerySet):
    """Who comes to events."""

    def coming(self) -> Self:
        """Those who have a seat."""
        return self.filter(state="registered")

    def in_line(self) -> Self:
        """Those who wait for one, the first first."""
        return self.filter(state="waiting").order_by("asked_at", "pk")
