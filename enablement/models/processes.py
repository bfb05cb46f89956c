"""Ways of working that the vendor wants partners to have, and how far each partner is with them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Publishable, Record
from core.triggers import marks_stale
from enablement.models.skills import SkillSource
from enablement.querysets import OfferedQuerySet
from partners.models import Partner
from partners.querysets import PartnerOwnedQuerySet
from segmentation.models import Segment

PARTNERS_OF_PROCESSES = "SELECT partner_id FROM enablement_adoption WHERE process_id IN (SELECT id FROM changed)"


class Adopted(models.TextChoices):
    """How far a partner is."""

    NOT_STARTED = "not_started", _("Not started")
    PARTLY = "partly", _("Partly")
    ADOPTED = "adopted", _("Adopted")


@tracked()
class Process(Publishable):
    """A way of working. With `rule`, a segment, the figures say who has adopted it, and nobody else does."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    description = models.CharField(_("what it means"), max_length=500, blank=True)
    rule = models.ForeignKey(
        Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("shown by")
    )

    objects = OfferedQuerySet.as_manager()

    class Meta(Publishable.Meta):
        triggers: ClassVar = [*Publishable.Meta.triggers, *marks_stale(PARTNERS_OF_PROCESSES, source="processes")]
        constraints: ClassVar = [models.CheckConstraint(condition=~models.Q(name=""), name="process_named")]

    def __str__(self) -> str:
        return self.name


@tracked()
class Adoption(Record):
    """What is said of one partner and one process, by the partner or by the vendor; what no longer holds has an end."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="adoptions")
    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="adoptions")
    source = models.CharField(max_length=9, choices=SkillSource)
    state = models.CharField(_("state"), max_length=11, choices=Adopted)
    since_on = models.DateField(_("since"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = PartnerOwnedQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            *marks_stale("SELECT partner_id FROM changed", source="processes"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "process", "source"], condition=models.Q(ended_at=None), name="adoption_one_open"
            ),
            models.CheckConstraint(condition=models.Q(source__in=["told", "confirmed"]), name="adoption_is_said"),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("said_at")),
                name="adoption_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id}: {self.process_id}"
