"""Whom content and journeys are for: an audience of partners, and among their people those whom it concerns."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Record
from partners.models import JobFunction
from segmentation.models import Segment


class ForPartners(Record):
    """The partners it is for, and what narrows their people. A list that is empty leaves everybody in.

    Certifications are kept by their database ids: they are retired, never deleted, and the audit trail keeps the list.
    """

    audience = models.ForeignKey(
        Segment,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("audience"),
        help_text=_("Empty: for every partner"),
    )
    for_functions = ArrayField(
        models.CharField(max_length=12, choices=JobFunction.choices),
        default=list,
        blank=True,
        verbose_name=_("for people who work in"),
    )
    for_languages = ArrayField(
        models.CharField(max_length=10), default=list, blank=True, verbose_name=_("for people who speak")
    )
    for_certifications = ArrayField(
        models.BigIntegerField(), default=list, blank=True, verbose_name=_("for people who hold")
    )

    class Meta(Record.Meta):
        abstract = True

    @property
    def narrows_people(self) -> bool:
        """Whether it is not for everybody at the partners of its audience."""
        return any(self.people_asked.values())

    @property
    def people_asked(self) -> dict[str, list[Any]]:
        """What is asked of people, by column."""
        return {name: getattr(self, name) for name in PEOPLE_COLUMNS}


PEOPLE_COLUMNS = ("for_functions", "for_languages", "for_certifications")
