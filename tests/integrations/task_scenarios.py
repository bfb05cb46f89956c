"""How to try the tasks of integrations twice."""

from datetime import timedelta

from django.utils import timezone

from core.models import IdempotencyKey
from integrations.models import ImportFile, ImportRow, ImportState
from partners.models import Partner
from tests.architecture.twice import Scenario, scenario
from tests.factories.core import IdempotencyKeyFactory
from tests.factories.integrations import ImportFileFactory


@scenario("integrations.tasks.continue_imports")
def a_file_was_committed() -> Scenario:
    """One file waits to be written."""
    ImportFileFactory(state=ImportState.RUNNING, started_at=timezone.now())
    return Scenario(
        state=lambda: (
            list(ImportFile.objects.values_list("state", "rows_done", "rows_created", "rows_failed")),
            sorted(ImportRow.objects.values_list("line", "result")),
            sorted(Partner.objects.values_list("name", flat=True)),
        )
    )


@scenario("integrations.tasks.forget_idempotency_keys")
def an_old_key_and_a_new_one() -> Scenario:
    """Keys are kept for three days."""
    for name, age in (("old", timedelta(days=4)), ("new", timedelta(hours=1))):
        IdempotencyKeyFactory(key=name, created_at=timezone.now() - age)
    return Scenario(state=lambda: list(IdempotencyKey.objects.values_list("key", flat=True)))
