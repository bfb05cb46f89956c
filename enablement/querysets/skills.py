"""Skills and ways of working: partners see what is asked for now."""

from typing import Any, Self

from django.db import models


class OfferedQuerySet(models.QuerySet[Any]):
    """Definitions that are drafts, offered or retired."""

    def offered(self) -> Self:
        """What is asked for now."""
        return self.filter(published_at__isnull=False, retired_at__isnull=True)

    def visible_to(self, user: Any) -> Self:
        """Everything at the vendor, what is offered at partners."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_vendor else self.offered()
