"""Who sees which saved matrix. Whom it shows is another question: the partners its reader may see."""

from typing import Any, Self

from django.db import models
from django.db.models import Q


class MatrixQuerySet(models.QuerySet[Any]):
    """Saved matrices."""

    def visible_to(self, user: Any) -> Self:
        """One's own, and what colleagues share."""
        return self.filter(Q(owner=user) | Q(is_shared=True))


class MatrixCellQuerySet(models.QuerySet[Any]):
    """Cells of saved matrices."""

    def visible_to(self, user: Any) -> Self:
        """Those of one's own matrices, and of those that colleagues share."""
        return self.filter(Q(matrix__owner=user) | Q(matrix__is_shared=True))
