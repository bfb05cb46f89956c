"""Assessments and what belongs to them: partners see their own answers, never those given about them."""

from typing import Any, Self

from partners.querysets import PartnerOwnedQuerySet


class AssessmentQuerySet(PartnerOwnedQuerySet):
    """Assessments, and through `side_path` what belongs to them."""

    side_path = "side"

    def visible_to(self, user: Any) -> Self:
        """Those of partners the person may see; a partner's own people read what their own side said."""
        seen = super().visible_to(user)
        if user.is_authenticated and not user.is_vendor:
            return seen.filter(**{self.side_path: "partner"})
        return seen


class AnswerQuerySet(AssessmentQuerySet):
    """Answers of assessments."""

    partner_path = "assessment__partner"
    side_path = "assessment__side"


class AnswerFileQuerySet(AssessmentQuerySet):
    """Evidence beside answers."""

    partner_path = "answer__assessment__partner"
    side_path = "answer__assessment__side"

    def there(self) -> Self:
        """Those that nobody has taken away."""
        return self.filter(removed_at__isnull=True)
