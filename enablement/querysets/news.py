"""News: what is published now, and how far somebody is with it."""

from typing import Any, Self

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from enablement.querysets.audiences import AudienceQuerySet
from partners.queries import agreements


class NewsQuerySet(AudienceQuerySet):
    """Items of news."""

    def published(self) -> Self:
        """What is published now: its moment has come and its last day is not over."""
        shown = Q(last_day_on__isnull=True) | Q(last_day_on__gte=agreements.program_day())
        return self.filter(shown, published_at__lte=timezone.now(), retired_at__isnull=True)

    def in_state(self, state: str) -> Self:
        """Drafts, what will be published, is, was, or is retired."""
        if state == "published":
            return self.published()
        if state == "scheduled":
            return self.filter(published_at__gt=timezone.now(), retired_at__isnull=True)
        if state == "expired":
            return self.filter(
                published_at__lte=timezone.now(), retired_at__isnull=True, last_day_on__lt=agreements.program_day()
            )
        return super().in_state(state)

    def matching(self, text: str, *, language: str = "") -> Self:
        """Items whose title or summary contains every word of the text, in the program's language or in another."""
        rows = self
        for word in text.replace("\0", "").split()[:8]:
            found = Q(title__icontains=word) | Q(summary__icontains=word)
            for name in ("title", "summary") if language else ():
                found |= Q(**{f"translations__{language}__{name}__icontains": word})
            rows = rows.filter(found)
        return rows

    def with_reading_of(self, person: Any) -> Self:
        """Add `read_at` and `acknowledged_at` of one person."""
        theirs = self.model.reads.rel.related_model.objects.filter(item=OuterRef("pk"), person=person)
        return self.annotate(
            read_at=Subquery(theirs.values("read_at")[:1]),
            acknowledged_at=Subquery(theirs.values("acknowledged_at")[:1]),
        )
