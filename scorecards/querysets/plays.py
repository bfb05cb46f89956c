"""Plays, and those given to partners: who sees which."""

from typing import Any, Self

from django.db import models

from partners.querysets import PartnerOwnedQuerySet


class PlayQuerySet(models.QuerySet[Any]):
    """Plays of the library."""

    def published(self) -> Self:
        """Plays that may be given to partners now."""
        return self.filter(published_at__isnull=False, retired_at__isnull=True)

    def in_state(self, state: str) -> Self:
        """Drafts, what is published, or what is retired."""
        if state == "retired":
            return self.filter(retired_at__isnull=False)
        return self.filter(retired_at__isnull=True, published_at__isnull=state == "draft")


class PrescriptionQuerySet(PartnerOwnedQuerySet):
    """Plays given to partners, or declined for them."""

    def visible_to(self, user: Any) -> Self:
        """Those of partners the person may see; at a partner, what was agreed and done, not what was declined."""
        seen = super().visible_to(user)
        return seen if user.is_authenticated and user.is_vendor else seen.filter(state__in=["accepted", "done"])

    def open(self) -> Self:
        """Those that somebody is at work on."""
        return self.filter(state="accepted")
