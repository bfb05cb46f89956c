"""Files that people bring in: what was previewed, what was written, what was wrong in which line."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record, Source


class ImportResource(models.TextChoices):
    """What the rows of a file are."""

    PARTNERS = "partners", _("Partners")
    PEOPLE = "people", _("People")
    DEALS = "deals", _("Deals")
    CERTIFICATIONS = "certifications", _("Certifications")


class ImportState(models.TextChoices):
    """Where an import is on its way."""

    UPLOADED = "uploaded", _("Uploaded")
    PREVIEWED = "previewed", _("Previewed")
    RUNNING = "running", _("Running")
    COMPLETED = "completed", _("Completed")
    FAILED = "failed", _("Failed")
    ABORTED = "aborted", _("Stopped")


PROGRESS = ("rows_done", "rows_created", "rows_updated", "rows_unchanged", "rows_failed", "preview")


@tracked(exclude=("content", *PROGRESS))
class ImportFile(Record):
    """One uploaded file on its way in. The text itself is dropped when the import ends."""

    resource = models.CharField(_("what the rows are"), max_length=16, choices=ImportResource)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", verbose_name=_("source"))
    file_name = models.CharField(max_length=200)
    content = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64)
    delimiter = models.CharField(max_length=1, default=",")
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict, help_text="Field key by column name.")
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    error = models.CharField(max_length=500, blank=True)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    rows_created = models.PositiveIntegerField(default=0)
    rows_updated = models.PositiveIntegerField(default=0)
    rows_unchanged = models.PositiveIntegerField(default=0)
    rows_failed = models.PositiveIntegerField(default=0)
    preview = models.JSONField(default=dict, help_text="What the last preview found, and the digest it is bound to.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(fields=["started_at"], condition=models.Q(state="running"), name="import_file_running"),
            models.Index(fields=["source", "resource", "-started_at"], name="import_file_by_source"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in {ImportState.COMPLETED, ImportState.FAILED, ImportState.ABORTED}


class RowResult(models.TextChoices):
    """What became of a row."""

    CREATED = "created", _("Created")
    UPDATED = "updated", _("Updated")
    UNCHANGED = "unchanged", _("Unchanged")
    FAILED = "failed", _("Failed")


class ImportRow(models.Model):
    """What became of one row of a file. `line` is the line of the file on which the row begins, 1 being the header."""

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(ImportFile, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    result = models.CharField(max_length=10, choices=RowResult)
    object_id = models.BigIntegerField(null=True)
    faults = models.JSONField(default=list, blank=True, help_text="What is wrong: number of the column, code, message.")
    values = models.JSONField(default=list, blank=True, help_text="The row as read; kept for failed rows and previews.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["file", "line"], name="import_row_once")]

    def __str__(self) -> str:
        return f"{self.file_id}: {self.line}"
