"""Names that other systems give to our records."""

from typing import ClassVar

from django.db import models

from core.models.base import Record


class Source(Record):
    """A registered system that writes to us, such as a CRM or a monthly file."""

    key = models.SlugField(max_length=40, unique=True)
    label = models.CharField(max_length=120)

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return self.label


class ExternalId(models.Model):
    """The value by which a source knows one of our records; the database lets it name one record only."""

    id = models.BigAutoField(primary_key=True)
    resource_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    value = models.CharField(max_length=255)
    rank = models.PositiveSmallIntegerField(
        default=0, help_text="0 is the id the source uses; others came with records that were merged into this one."
    )
    source_updated_at = models.DateTimeField(null=True, help_text="Moment of the last write accepted from that source.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["resource_type", "source", "value"], name="external_id_once"),
            models.UniqueConstraint(
                fields=["resource_type", "object_id", "source", "rank"],
                name="external_id_one_per_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource_type} {self.value}"
