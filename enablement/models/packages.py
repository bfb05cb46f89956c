"""Standard packages (SCORM): their versions, what is in them, and how far people got in each."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from enablement.querysets import PersonOwnedQuerySet
from partners.models import Person

MAX_LOCATION_LENGTH = 1000
MAX_SUSPEND_LENGTH = 64_000


class Standard(models.TextChoices):
    """Which standard a package speaks."""

    SCORM_12 = "scorm12", "SCORM 1.2"
    SCORM_2004 = "scorm2004", "SCORM 2004"


class PackageState(models.TextChoices):
    """How far a worker is with unpacking a version."""

    WAITING = "waiting", _("Being unpacked")
    READY = "ready", _("Ready")
    REFUSED = "refused", _("Not usable")


class Completion(models.TextChoices):
    """Whether somebody has been through it, as the package says."""

    UNKNOWN = "unknown", _("Not begun")
    INCOMPLETE = "incomplete", _("Under way")
    COMPLETED = "completed", _("Completed")


class Success(models.TextChoices):
    """Whether somebody has passed, as the package says; many packages say nothing of it."""

    UNKNOWN = "unknown", _("No result")
    PASSED = "passed", _("Passed")
    FAILED = "failed", _("Failed")


@tracked()
class Package(Record):
    """A package of another program, as a lesson of courses. `current` is what whoever begins now is given."""

    name = models.CharField(_("name"), max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    current = models.ForeignKey("PackageVersion", null=True, editable=False, on_delete=models.PROTECT, related_name="+")

    objects = models.Manager()

    def __str__(self) -> str:
        return self.name


@tracked()
class PackageVersion(Record):
    """A package as it was uploaded once. `items` can be launched, in the order of the manifest."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    file = models.FileField(upload_to="packages/")
    file_name = models.CharField(max_length=200)
    file_bytes = models.PositiveBigIntegerField()
    note = models.CharField(_("what changed"), max_length=200, blank=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    standard = models.CharField(max_length=9, choices=Standard)
    title = models.CharField(max_length=200)
    items = models.JSONField()
    state = models.CharField(max_length=8, choices=PackageState, default=PackageState.WAITING)
    refusal = models.CharField(max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["package", "number"], name="package_version_once"),
            models.CheckConstraint(condition=~models.Q(items=[]), name="package_version_has_items"),
            models.CheckConstraint(
                condition=models.Q(state=PackageState.WAITING) | models.Q(due_at__isnull=True),
                name="package_version_due_while_waiting",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"], condition=models.Q(state=PackageState.WAITING), name="package_version_to_unpack"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"


class PackageFile(models.Model):
    """One file of a version: the only names there are. In storage it lies under a random one."""

    version = models.ForeignKey(PackageVersion, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=400)
    file = models.FileField(upload_to="packages/", max_length=200)
    content_type = models.CharField(max_length=100)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "path"], name="package_file_once"),
        ]

    def __str__(self) -> str:
        return self.path


class PackageResult(Record):
    """What a package tells: of one of its items, or of all of them together."""

    completion = models.CharField(max_length=10, choices=Completion, default=Completion.UNKNOWN)
    success = models.CharField(max_length=7, choices=Success, default=Success.UNKNOWN)
    score = models.DecimalField(
        max_digits=5, decimal_places=4, null=True, help_text=_("From -1 to 1; 1 is everything right.")
    )
    seconds = models.PositiveIntegerField(default=0)

    class Meta(Record.Meta):
        abstract = True

    @property
    def percent(self) -> int | None:
        """The score in percent."""
        return None if self.score is None else round(self.score * 100)

    @property
    def is_done(self) -> bool:
        """Whether it counts as done: passed, or gone through without having failed."""
        return self.success == Success.PASSED or (
            self.completion == Completion.COMPLETED and self.success != Success.FAILED
        )


def in_range(name: str) -> models.CheckConstraint:
    """Return the rule that a score is a share."""
    known = models.Q(score__gte=Decimal(-1), score__lte=Decimal(1))
    return models.CheckConstraint(condition=models.Q(score__isnull=True) | known, name=name)


@tracked(exclude=("seconds", "last_seen_at"))
class PackageAttempt(PackageResult):
    """One go of a person at a package. It stays on the version it began with; `completed_at` is never taken back."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="package_attempts")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="attempts")
    version_played = models.ForeignKey(PackageVersion, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = PersonOwnedQuerySet.as_manager()

    class Meta(PackageResult.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "package", "number"], name="package_attempt_once"),
            models.UniqueConstraint(
                fields=["person", "package"], condition=models.Q(ended_at=None), name="package_attempt_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(completed_at=None) | models.Q(completed_at__gte=models.F("started_at")),
                name="package_attempt_period",
            ),
            in_range("package_attempt_score"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.package_id}, {self.number}"


class PackageProgress(PackageResult):
    """How far an attempt is in one item, with what the item keeps for itself.

    `sequence` counts what the player told, `writer` is the opened player that told it: what is older than that, or was
    built on something older, is not taken.
    """

    attempt = models.ForeignKey(PackageAttempt, on_delete=models.CASCADE, related_name="progress")
    item = models.CharField(max_length=255)
    location = models.CharField(max_length=MAX_LOCATION_LENGTH, blank=True)
    suspend_data = models.TextField(max_length=MAX_SUSPEND_LENGTH, blank=True)
    data = models.JSONField(default=dict)
    sequence = models.PositiveBigIntegerField(default=0)
    writer = models.CharField(max_length=40, blank=True)
    told_at = models.DateTimeField()

    class Meta(PackageResult.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["attempt", "item"], name="package_progress_once"),
            in_range("package_progress_score"),
        ]

    def __str__(self) -> str:
        return f"{self.item} in {self.attempt_id}"
