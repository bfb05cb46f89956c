"""What other systems tell: who sees it."""

from typing import Any, Self

from accounts.permissions import Permission
from enablement.querysets.people import PersonOwnedQuerySet

#: Whoever has one of these also sees what is about nobody we know.
SEE_EVERYBODY = (Permission.MANAGE_COURSES, Permission.MANAGE_INTEGRATIONS)


class StatementQuerySet(PersonOwnedQuerySet):
    """Statements of other learning systems."""

    def visible_to(self, user: Any) -> Self:
        """A system's own; else those about people one may see, and about nobody known if one looks after that."""
        if not user.is_authenticated:
            return self.none()
        if not hasattr(user, "has"):  # an integration
            return self.filter(integration=user)
        if any(user.has(permission) for permission in SEE_EVERYBODY):
            return self
        return super().visible_to(user).filter(person__isnull=False)
