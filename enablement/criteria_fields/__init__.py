"""What criteria may ask about what partners read, do, learn, prove and can."""

from enablement.criteria_fields import skills  # noqa: F401 - asked for together with the rest, which it builds on
