"""How the use of scorecards and assessments move when two partners become one."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.services.merge_parts import Moves, Part
from scorecards.models import Answer, AnswerFile, Assessment, AssessmentRequest, PartnerScorecard


def move_uses(moves: Moves) -> None:
    """Times of use go to the survivor; where a scorecard is on for both, the survivor's time goes on."""
    on = PartnerScorecard.objects.open().filter(partner_id=moves.survivor_id)
    both = list(on.values_list("scorecard_id", flat=True))
    moves.set_aside(PartnerScorecard.objects.open().filter(partner_id=moves.merged_id, scorecard__in=both))
    moves.take_all(PartnerScorecard)


def move_assessments(moves: Moves) -> None:
    """Assessments go to the survivor; where both have one of a side and period, the survivor's stays."""
    double = Q(pk__in=[])
    for version, side, period in Assessment.objects.filter(partner_id=moves.survivor_id).values_list(
        "scorecard_version_id", "side", "period_starts_on"
    ):
        double |= Q(scorecard_version=version, side=side, period_starts_on=period)
    aside = Assessment.objects.filter(double, partner_id=moves.merged_id)
    ids = list(aside.values_list("pk", flat=True))
    moves.set_aside(AnswerFile.objects.filter(answer__assessment__in=ids))
    moves.set_aside(Answer.objects.filter(assessment__in=ids))
    moves.set_aside(Assessment.objects.filter(pk__in=ids))
    moves.take_all(Assessment)


def move_requests(moves: Moves) -> None:
    """Requests go to the survivor; where both were asked for a period, the survivor's stays."""
    double = Q(pk__in=[])
    for scorecard, period in AssessmentRequest.objects.filter(partner_id=moves.survivor_id).values_list(
        "scorecard_id", "period_starts_on"
    ):
        double |= Q(scorecard=scorecard, period_starts_on=period)
    moves.set_aside(AssessmentRequest.objects.filter(double, partner_id=moves.merged_id))
    moves.take_all(AssessmentRequest)


#: What this app registers.
PARTS = (
    Part(
        "scorecards_used", _("Scorecards switched on"), (PartnerScorecard,), move_uses,
        _("Where a scorecard is on for both, it stays on since the surviving record's day."),
    ),
    Part(
        "assessments", _("Assessments"), (Assessment, Answer, AnswerFile), move_assessments,
        _("Where both have an assessment of one side and period, the surviving record's stays."),
    ),
    Part("assessment_requests", _("Self-assessments asked for"), (AssessmentRequest,), move_requests),
)  # fmt: skip
