"""How to try the tasks of partners twice."""

from datetime import timedelta

from django.utils import timezone

from core.models import OutboxMessage
from partners.models import CategoryVersion, PlannedPublication
from partners.services import categories, publications
from tests.architecture.twice import Scenario, scenario


@scenario("partners.tasks.publish_due")
def one_draft_is_due_and_one_is_not() -> Scenario:
    """Two categories with a new text each, one planned for today, one for next month."""
    now = timezone.now()
    two_days_ago = now - timedelta(days=2)
    for key, days in (("due", 2), ("later", 30)):
        category = categories.define(key=key, name=key, meaning="Before.", by=None, at=two_days_ago)
        draft = categories.draft_of(category=category, by=None, at=two_days_ago)
        categories.save_draft(version=draft, by=None, at=two_days_ago, changes={"meaning": "After."})
        day = (two_days_ago + timedelta(days=days)).date()
        publications.plan(version=draft, publish_on=day, by=None, at=two_days_ago)
    return Scenario(
        state=lambda: (
            sorted(CategoryVersion.objects.values_list("definition__key", "number", "state")),
            sorted(PlannedPublication.objects.values_list("name", "state")),
            sorted(OutboxMessage.objects.values_list("topic", flat=True)),
        )
    )
