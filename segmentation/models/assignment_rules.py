"""Rules by which partners come to a channel account manager. The first rule that holds decides."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from segmentation.models.segments import Segment


@tracked()
class AssignmentRule(Record):
    """Partners in a segment, most often one of its own, go to a manager. Lower positions are asked first."""

    segment = models.OneToOneField(Segment, on_delete=models.PROTECT, related_name="assignment_rule")
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("goes to")
    )
    position = models.PositiveIntegerField(default=0)
    is_on = models.BooleanField(_("applies by itself"), default=False)
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return self.segment.name
