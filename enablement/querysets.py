"""Chainable filters of enablement."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, Func, OuterRef, Q

from accounts.permissions import Permission
from partners.querysets import PartnerOwnedQuerySet, own_partner_ids
from segmentation.models import Classification


class AudienceQuerySet(models.QuerySet[Any]):
    """Things that are for everybody, or for the partners of an audience. Audience: a segment, `audience_id`."""

    def visible_to(self, user: Any) -> Self:
        """What the person may see: everything at the vendor, what is published for their partner elsewhere."""
        if not user.is_authenticated:
            return self.none()
        if user.is_vendor:
            return self
        return self.published().filter(
            Q(audience__isnull=True)
            | Exists(
                Classification.objects.filter(
                    partner_id__in=own_partner_ids(user),
                    segment_ids__contains=Func(OuterRef("audience_id"), template="ARRAY[%(expressions)s]::integer[]"),
                )
            )
        )

    def for_partner(self, partner: Any) -> Self:
        """What is published for one partner."""
        segments = Classification.objects.filter(partner=partner).values_list("segment_ids", flat=True).first() or []
        return self.published().filter(Q(audience__isnull=True) | Q(audience_id__in=segments))

    def published(self) -> Self:
        """What is published now. Overridden where there is more to it."""
        return self.filter(published_at__isnull=False, retired_at__isnull=True)


class PersonOwnedQuerySet(PartnerOwnedQuerySet):
    """Rows that belong to a person of a partner."""

    partner_path = "person__partner"
