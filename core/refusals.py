"""Refusals: a service says no, in words a person can read."""

from django.core.exceptions import ValidationError


class Refusal(ValidationError):
    """A write that the records do not allow now. Forms and the API show it as they show any other mistake."""

    def __str__(self) -> str:
        return " ".join(self.messages)
