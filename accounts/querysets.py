"""Chainable filters of people's own things."""

from typing import Any, Self

from django.db import models
from django.db.models import Q


class SavedViewQuerySet(models.QuerySet[Any]):
    """Views that people keep."""

    def visible_to(self, user: Any) -> Self:
        """One's own, and what colleagues share."""
        return self.filter(Q(user=user) | Q(is_shared=True))
