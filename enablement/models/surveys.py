"""Surveys: what is asked, of whom, how often. Their rounds and who answered are in `survey_rounds`."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import DefinitionVersion, Publishable
from core.models.base import version_constraints
from enablement.models.audiences import ForPartners
from enablement.querysets import SurveyQuerySet
from segmentation.models import Segment


class AnsweredBy(models.TextChoices):
    """Of whom there is one answer in each round."""

    PERSON = "person", _("Each person")
    PARTNER = "partner", _("Each partner once, whoever of theirs answers")


class CutBy(models.TextChoices):
    """The one way in which answers of an anonymous survey may be told apart, said before anybody answers."""

    NOTHING = "", _("Nothing: all answers together")
    REGION = "region", _("Region")
    CATEGORY = "category", _("Primary category")
    TIER = "tier", _("Tier on the first track")
    STAGE = "stage", _("Life stage")
    SEGMENT = "segment", _("In a segment or not")


class SurveyTerms(models.Model):
    """What those who answer are promised. A survey says it for its coming rounds, a round keeps it for itself."""

    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    answered_by = models.CharField(_("one answer of"), max_length=7, choices=AnsweredBy, default=AnsweredBy.PERSON)
    cut_by = models.CharField(_("results by"), max_length=8, choices=CutBy, default=CutBy.NOTHING, blank=True)
    cut_segment = models.ForeignKey(
        Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("segment")
    )

    class Meta:
        abstract = True


#: The columns of the terms.
TERMS = ("is_anonymous", "answered_by", "cut_by", "cut_segment")


def terms_constraints(name: str) -> list[models.BaseConstraint]:
    """Return what holds for terms: only anonymous answers need a cut, and only one by segment names a segment."""
    return [
        models.CheckConstraint(
            condition=models.Q(is_anonymous=True) | models.Q(cut_by=""), name=f"{name}_cut_is_of_anonymous"
        ),
        models.CheckConstraint(
            condition=models.Q(cut_by="segment", cut_segment__isnull=False)
            | ~models.Q(cut_by="segment") & models.Q(cut_segment=None),
            name=f"{name}_cut_names_segment",
        ),
    ]


@tracked()
class Survey(ForPartners, Publishable, SurveyTerms):
    """Something we ask people at partners, once or every some months.

    What it is called, for whom it is and when it is open hold at once, its terms from the next round on; its questions
    are on its versions.
    """

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=160)
    summary = models.CharField(_("summary"), max_length=500, blank=True)
    opens_on = models.DateField(_("opens on"), null=True, blank=True)
    open_days = models.PositiveSmallIntegerField(_("open for days"), default=14)
    repeats_months = models.PositiveSmallIntegerField(_("again after months"), null=True, blank=True)

    objects = SurveyQuerySet.as_manager()

    class Meta(ForPartners.Meta):
        constraints: ClassVar = [
            *terms_constraints("survey"),
            models.CheckConstraint(condition=models.Q(open_days__range=(1, 365)), name="survey_open_days"),
            models.CheckConstraint(
                condition=models.Q(repeats_months=None)
                | models.Q(repeats_months__range=(1, 36), open_days__lte=models.F("repeats_months") * 28),
                name="survey_rounds_do_not_meet",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class SurveyVersion(DefinitionVersion):
    """The questions of a survey as they were published together: a list, as `services/survey_questions.py` has them."""

    criteria = None
    definition = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="versions")
    questions = models.JSONField(_("questions"), default=list, blank=True)

    class Meta(DefinitionVersion.Meta):
        constraints: ClassVar = [*version_constraints("survey_version")]

    def __str__(self) -> str:
        return f"{self.definition} {self.number}"
