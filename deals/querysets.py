"""Chainable filters of deals."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from partners.models import Partner
from partners.querysets import sees_all_partners


class DealQuerySet(models.QuerySet[Any]):
    """Deals."""

    def visible_to(self, user: Any) -> Self:
        """Deals on which a partner takes part whom the person may see."""
        if not user.is_authenticated:
            return self.none()
        if sees_all_partners(user):
            return self
        return self.with_partners(Partner.objects.visible_to(user))

    def of(self, partner: Partner) -> Self:
        """Deals on which a partner takes part."""
        return self.with_partners([partner.pk])

    def with_partners(self, partners: Any) -> Self:
        """Deals on which one of these partners takes part, each once."""
        return self.filter(Exists(self._participations().filter(partner__in=partners)))

    def matching(self, text: str) -> Self:
        """Deals whose own, customer's or partner's name contains the text."""
        named = self._participations().filter(partner__name__icontains=text)
        return self.filter(Q(name__icontains=text) | Q(customer__name__icontains=text) | Exists(named))

    def since(self, day: date) -> Self:
        """Deals closed since a day, or opened since it and still open."""
        return self.dated().filter(latest_on__gte=day)

    def dated(self) -> Self:
        """Add `latest_on`: the day a deal was closed, else opened."""
        return self.annotate(latest_on=Coalesce("closed_on", "opened_on"))

    def shared_by(self, partner: Partner) -> Self:
        """Add `share_percent`: the highest share a partner has in any of its roles on the deal."""
        own = self._participations().filter(partner=partner).order_by().values("deal")
        return self.annotate(share_percent=Subquery(own.annotate(share=Max("split_percent")).values("share")))

    def _participations(self) -> models.QuerySet[Any]:
        participants = self.model._meta.get_field("participants").related_model
        return participants.objects.filter(deal=OuterRef("pk"))
