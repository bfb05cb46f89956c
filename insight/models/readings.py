"""What is known of segments in programs too large to reckon it while somebody waits."""

from django.db import models

from segmentation.models import Segment


class SegmentReading(models.Model):
    """How a segment stands among all partners: composition, overlaps, figures, who stands out; reckoned at night."""

    segment = models.OneToOneField(Segment, primary_key=True, on_delete=models.CASCADE, related_name="reading")
    document = models.JSONField(help_text="As queries/segment_readings.py writes it.")
    worked_out_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.segment_id} at {self.worked_out_at}"
