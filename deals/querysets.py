"""Chainable filters of deals."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef

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
        return self._with_partners(Partner.objects.visible_to(user))

    def of(self, partner: Partner) -> Self:
        """Deals on which a partner takes part."""
        return self._with_partners([partner.pk])

    def _with_partners(self, partners: Any) -> Self:
        participants = self.model._meta.get_field("participants").related_model
        return self.filter(Exists(participants.objects.filter(deal=OuterRef("pk"), partner__in=partners)))
