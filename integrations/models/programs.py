"""Programs that were brought in as documents: the text, what it would do, and what it did."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record


class ProgramImportState(models.TextChoices):
    """Where a document is on its way."""

    REFUSED = "refused", _("Has faults")
    PLANNED = "planned", _("Waits for a yes")
    APPLIED = "applied", _("Imported")


@tracked(exclude=("content", "report"))
class ProgramImport(Record):
    """One document of a program. `report` is what it would do, once applied what it did: see `programs.Plan`."""

    file_name = models.CharField(max_length=200, blank=True)
    content = models.TextField()
    publishes = models.BooleanField(_("publish at once"), default=True)
    state = models.CharField(max_length=10, choices=ProgramImportState)
    report = models.JSONField(default=dict)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state="applied", applied_at__isnull=False)
                | (~models.Q(state="applied") & models.Q(applied_at__isnull=True)),
                name="program_import_applied_has_time",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["-created_at"], name="program_import_newest")]

    def __str__(self) -> str:
        return self.file_name or str(_("Pasted text"))
