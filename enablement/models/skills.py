"""Skills: what the vendor wants people at partners to be able to do, who says they can, and what proves it.

A skill that a course or a certification proves is not copied: it is read from what the person holds
(`queries/holdings.py`), so it begins and lapses with that. Rows here are what people say.
"""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Publishable, Record
from core.periods import add_months
from core.triggers import marks_stale
from enablement.models.certifications import Certification
from enablement.models.courses import Course
from enablement.models.quizzes import PARTNERS_OF_PEOPLE
from enablement.querysets import OfferedQuerySet, PersonOwnedQuerySet
from partners.models import Person

#: Everybody at whose partner somebody says, or proves, that they have one of the skills.
PARTNERS_OF_SKILLS = """
    SELECT person.partner_id FROM enablement_heldskill held
    JOIN partners_person person ON person.id = held.person_id
    WHERE held.skill_id IN (SELECT {skill} FROM changed)
    UNION SELECT held.partner_id FROM enablement_heldcertification held
    JOIN enablement_skillevidence evidence ON evidence.certification_id = held.certification_id
    WHERE evidence.skill_id IN (SELECT {skill} FROM changed)
    UNION SELECT person.partner_id FROM enablement_courseprogress progress
    JOIN enablement_skillevidence evidence ON evidence.course_id = progress.course_id
    JOIN partners_person person ON person.id = progress.person_id
    WHERE evidence.skill_id IN (SELECT {skill} FROM changed)
"""
#: As above where a row of evidence is written; it may be gone already.
PARTNERS_OF_EVIDENCE = """
    SELECT held.partner_id FROM enablement_heldcertification held
    WHERE held.certification_id IN (SELECT certification_id FROM changed)
    UNION SELECT person.partner_id FROM enablement_courseprogress progress
    JOIN partners_person person ON person.id = progress.person_id
    WHERE progress.course_id IN (SELECT course_id FROM changed)
"""


class SkillLevel(models.IntegerChoices):
    """How well somebody can do something. The same four for every skill, each with a text of its own there."""

    AWARE = 1, _("Aware")
    WORKING = 2, _("Working")
    PROFICIENT = 3, _("Proficient")
    EXPERT = 4, _("Expert")


@tracked()
class Skill(Publishable):
    """Something people at partners should be able to do. A draft is seen at the vendor only."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    area = models.CharField(_("area or product line"), max_length=80, blank=True)
    description = models.CharField(_("what it is"), max_length=500, blank=True)
    aware = models.CharField(_("aware means"), max_length=300, blank=True)
    working = models.CharField(_("working means"), max_length=300, blank=True)
    proficient = models.CharField(_("proficient means"), max_length=300, blank=True)
    expert = models.CharField(_("expert means"), max_length=300, blank=True)
    valid_months = models.PositiveSmallIntegerField(_("valid for months"), null=True, blank=True)

    objects = OfferedQuerySet.as_manager()

    class Meta(Publishable.Meta):
        triggers: ClassVar = [
            *Publishable.Meta.triggers,
            *marks_stale(PARTNERS_OF_SKILLS.format(skill="id"), source="skills"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(name=""), name="skill_named"),
            models.CheckConstraint(
                condition=models.Q(valid_months=None) | models.Q(valid_months__gte=1), name="skill_valid_months"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def anchors(self) -> list[tuple[SkillLevel, str]]:
        """Each level with what it means here."""
        return [(level, getattr(self, level.name.lower())) for level in SkillLevel]

    def expiry(self, since_on: date) -> date | None:
        """Return the first day on which it no longer counts when held since a day."""
        return add_months(since_on, self.valid_months) if self.valid_months else None


@tracked()
class SkillEvidence(Record):
    """A course or certification that proves a skill at a level."""

    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="evidence")
    level = models.PositiveSmallIntegerField(_("level"), choices=SkillLevel)
    course = models.ForeignKey(Course, null=True, blank=True, on_delete=models.PROTECT, related_name="proves")
    certification = models.ForeignKey(
        Certification, null=True, blank=True, on_delete=models.PROTECT, related_name="proves"
    )

    class Meta(Record.Meta):
        triggers: ClassVar = [*Record.Meta.triggers, *marks_stale(PARTNERS_OF_EVIDENCE, source="skills")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(course__isnull=False, certification=None)
                | models.Q(course=None, certification__isnull=False),
                name="skill_evidence_is_one_thing",
            ),
            models.UniqueConstraint(
                fields=["skill", "course", "certification"], name="skill_evidence_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=models.Q(level__in=SkillLevel.values), name="skill_evidence_level"),
        ]

    def __str__(self) -> str:
        return str(self.course or self.certification)


class SkillSource(models.TextChoices):
    """Who says that somebody has a skill."""

    TOLD = "told", _("Told by the partner")
    CONFIRMED = "confirmed", _("Confirmed by the vendor")
    PROVEN = "proven", _("Proven by a course or certificate")


@tracked()
class HeldSkill(Record):
    """What is said of one person and one skill, by the partner or by the vendor; what no longer holds has an end.

    `expires_on` is the first day on which it no longer counts.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="skills")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="held")
    source = models.CharField(max_length=9, choices=SkillSource)
    level = models.PositiveSmallIntegerField(_("level"), choices=SkillLevel)
    since_on = models.DateField(_("since"))
    expires_on = models.DateField(null=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = PersonOwnedQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [*Record.Meta.triggers, *marks_stale(PARTNERS_OF_PEOPLE, source="skills")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "skill", "source"],
                condition=models.Q(ended_at=None),
                name="held_skill_one_open",
            ),
            models.CheckConstraint(condition=models.Q(source__in=["told", "confirmed"]), name="held_skill_is_said"),
            models.CheckConstraint(condition=models.Q(level__in=SkillLevel.values), name="held_skill_level"),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("said_at")),
                name="held_skill_period",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_on=None) | models.Q(expires_on__gt=models.F("since_on")),
                name="held_skill_counts_for_a_while",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.skill_id}"
